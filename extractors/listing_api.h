// The lists that publishing systems give to their own "load more" buttons: WordPress REST, Ghost, Arc,
// RebelMouse and their like. All of them answer with JSON that holds addresses, or markup with links, and
// count pages in the URL.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/url.h"

namespace offprint {

struct ListingPage {
  bool recognised = false;         ///< It is JSON.
  std::vector<std::string> links;  ///< As they stand; resolve them against the list's URL.
  std::size_t left_out = 0;
};

/// Values of members that are called link, url, canonical_url, website_url, permalink or href, and the links in
/// values that are markup. `body` in UTF-8.
ListingPage parse_listing(std::string_view body, std::size_t limit);

/// The URL of the next page: its page, paged, pageNumber, p or pn parameter one higher, or offset, from, start or skip higher
/// by limit, size or per_page, up to `most` pages. Nothing where the URL does not count.
std::optional<Url> next_listing_page(const Url& url, std::int64_t most);

/// WordPress announces its REST interface with <link rel="https://api.w.org/">: the list of all posts behind it.
Url wordpress_posts(const Url& api);

}  // namespace offprint
