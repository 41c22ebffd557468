// JSON-LD of any bytes in an otherwise sound page.
#include "extractors/extractor.h"
#include "tests/fuzz/fuzz.h"

using namespace offprint;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Article a = extract_article("<title>The pier</title><script type=\"application/ld+json\">" + std::string(text_of(data, size)) + "</script><h1>The pier</h1><p>The council decided on Monday to mend the pier before the winter storms.</p>", "text/html", "https://e.example/a", {});
  must(a.published.size() <= 64, "a date is short");
  return 0;
}
