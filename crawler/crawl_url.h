// CrawlUrl: a URL on its way through the crawl, with how it was found.
#pragma once

#include <cstdint>
#include <string>

namespace offprint {

enum class UrlKind : int { kPage = 0, kFeed = 1, kSitemap = 2 };

/// State of a URL in the frontier. Every URL has one, with a reason where it is not plain.
enum class UrlState : int {
  kQueued = 0,    ///< Waits, perhaps for `not_before`.
  kDone = 1,      ///< Captured: any answer of the server is one.
  kFailed = 2,    ///< Given up after its tries.
  kExcluded = 3,  ///< Rightly left: robots.txt or policy forbids it.
};

struct CrawlUrl {
  std::int64_t id = 0;       ///< Hash of crawl and URL; 0 before it is stored.
  std::string url;
  std::string via;           ///< URL on which it was found.
  std::string hop_path;      ///< One letter a hop: L link, R redirect, S sitemap, F feed, A announced.
  UrlKind kind = UrlKind::kPage;
  int priority = 5;          ///< Less is sooner.
  int depth = 0;             ///< Links away from a seed.
  int tries = 0;
  std::int64_t not_before = 0;  ///< Microseconds since 1970; 0 is now.
  std::int64_t host = 0;        ///< Number of its host queue.
};

}  // namespace offprint
