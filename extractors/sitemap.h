// Sitemaps (sitemaps.org 0.9): urlset, index, and plain text lists, broken ones too.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace offprint {

struct SitemapEntry {
  std::string loc;
  std::string lastmod;
};

struct Sitemap {
  bool recognised = false;  ///< It is a sitemap of some kind.
  bool index = false;       ///< Its entries are sitemaps.
  std::vector<SitemapEntry> entries;
  std::size_t left_out = 0;
};

/// `body` decoded to UTF-8 and decompressed.
Sitemap parse_sitemap(std::string_view body, std::size_t limit);

}  // namespace offprint
