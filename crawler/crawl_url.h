// CrawlUrl: a URL on its way through the crawl, with how it was found.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace offprint {

enum class UrlKind : int { kPage = 0, kFeed = 1, kSitemap = 2, kRequisite = 3, kListing = 4 };

/// State of a URL in the frontier. Every URL has one, with a reason where it is not plain.
enum class UrlState : int {
  kQueued = 0,    ///< Waits, perhaps for `not_before`.
  kDone = 1,      ///< Captured: any answer of the server is one.
  kFailed = 2,    ///< Given up after its tries.
  kExcluded = 3,  ///< Rightly left: robots.txt or policy forbids it.
};

struct CrawlUrl {
  std::int64_t id = 0;       ///< Its row in the frontier; 0 before it is stored.
  std::string url;
  std::string via;           ///< URL on which it was found.
  std::int64_t via_id = 0;   ///< Its row, where that is known.
  std::string hop_path;      ///< One letter a hop: L link, R redirect, S sitemap, F feed, A announced, E needed
                             ///< to show a page, P next page of a listing; the last 24, behind
                             ///< a "+" when there were more (extend_hops).
  UrlKind kind = UrlKind::kPage;
  int priority = 5;          ///< Less is sooner.
  int depth = 0;             ///< Links away from a seed.
  int tries = 0;
  std::int64_t not_before = 0;  ///< Microseconds since 1970; 0 is now.
  std::int64_t host = 0;        ///< Number of its host queue.
};

/// A hop path with one hop more. Its length is bounded, whatever a site leads into.
inline std::string extend_hops(std::string_view path, char hop) {
  constexpr std::size_t kMost = 24;
  std::string out(path);
  out += hop;
  if (out.size() <= kMost) return out;
  return "+" + out.substr(out.size() - (kMost - 1));
}

}  // namespace offprint
