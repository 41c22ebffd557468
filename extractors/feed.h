// Feeds: RSS 0.9x–2.0, RDF (RSS 1.0), Atom 0.3 and 1.0, CDF, JSON Feed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace offprint {

struct FeedEntry {
  std::string id, link, title, published;
};

struct Feed {
  bool recognised = false;
  std::vector<FeedEntry> entries;
  std::size_t left_out = 0;
};

/// `body` decoded to UTF-8. Links come as they are written; resolve them against the feed's URL.
Feed parse_feed(std::string_view body, std::size_t limit);

}  // namespace offprint
