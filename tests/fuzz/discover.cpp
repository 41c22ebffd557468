// Sitemaps, feeds and links of any bytes: within their limits, and only http(s) comes out of links.
#include "extractors/feed.h"
#include "extractors/links.h"
#include "extractors/sitemap.h"
#include "tests/fuzz/fuzz.h"

using namespace offprint;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view s = text_of(data, size);
  must(parse_sitemap(s, 100).entries.size() <= 100, "no more entries than allowed");
  must(parse_feed(s, 100).entries.size() <= 100, "no more entries than allowed");
  static const Url base = *Url::parse("https://e.example/a/b?c");
  PageLinks links = find_links(s, base, {100, true, true, true, true});
  must(links.links.size() <= 200, "no more links and requisites than allowed");
  for (const Link& l : links.links) must(l.url.scheme == "http" || l.url.scheme == "https", "http and https alone");
  return 0;
}
