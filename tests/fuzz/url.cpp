// A parsed URL's href parses to the same URL, alone and as its own base.
#include "base/url.h"
#include "tests/fuzz/fuzz.h"

using namespace offprint;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view s = text_of(data, size);
  std::size_t bar = s.find('\n');
  auto base = Url::parse(s.substr(0, bar));
  auto url = bar == std::string_view::npos ? base : Url::parse(s.substr(bar + 1), base ? &*base : nullptr);
  if (!url) return 0;
  auto again = Url::parse(url->href());
  must(again.has_value() && *again == *url, "parse(href) is the identity");
  must(url->href().find_first_of("\r\n\t ") == std::string::npos, "no white space in an href");
  return 0;
}
