// Any bytes give an article object of valid UTF-8 without control characters.
#include "base/text.h"
#include "extractors/extractor.h"
#include "tests/fuzz/fuzz.h"

using namespace offprint;

namespace {

void clean(const std::string& s) {
  must(valid_utf8(s), "valid UTF-8");
  for (char c : s) must(static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t', "no control characters");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Article a = extract_article(text_of(data, size), size % 3 ? "text/html" : "", "https://e.example/a", {});
  clean(a.title);
  clean(a.text());
  for (const std::string& s : a.authors) clean(s);
  must(a.confidence >= 0 && a.confidence <= 1 && a.kind_confidence <= 1, "confidence is a share");
  (void)article_json(a);
  return 0;
}
