// Publishing systems' lists, style sheets, srcset lists and article addresses of any bytes: within their limits; a list's next
// page is a URL again; an identity is that of itself.
#include "base/text.h"
#include "base/url_identity.h"
#include "extractors/listing_api.h"
#include "extractors/requisites.h"
#include "tests/fuzz/fuzz.h"

using namespace offprint;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view s = text_of(data, size);
  must(parse_listing(s, 50).links.size() <= 50, "no more links than allowed");
  must(css_urls(s, 50).size() <= 50, "no more URLs than allowed");
  for (const std::string& url : srcset_urls(s)) must(!url.empty(), "no empty URL");
  auto url = Url::parse(s);
  if (!url) return 0;
  if (auto next = next_listing_page(*url, 1000)) must(Url::parse(next->href()).has_value(), "the next page is a URL");
  std::string once = url_identity(*url, {});
  if (auto again = Url::parse("https://" + once)) {
    std::string twice = url_identity(*again, {});
    must(twice.size() <= once.size() + 8, "an identity does not grow");
  }
  return 0;
}
