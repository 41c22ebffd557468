// TrapWatch: notices where a site goes on for ever with nothing new: calendars, session ids, permuted
// queries, growing paths, random "not found" pages. Within a family of URLs, those pages are counted that
// lead on within the family, to nothing new outside it, and whose words (digits and the text of links
// apart) have all been seen there before. A family of many such pages and hardly any other is a trap.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/url.h"
#include "config/settings.h"

namespace offprint {

/// Hash of a page's words and images, without other markup, scripts, links' text, digits and letter case. Any thread.
std::uint64_t text_fingerprint(std::string_view html);

/// Host and first two segments of the path; the last segment does not count, unless a query follows it.
std::string url_family(const Url& url);

/// What of a page tells a trap. Made by a worker, so that the io thread only compares hashes.
struct PageTrace {
  struct Link {
    std::uint64_t family, url;
  };
  std::uint64_t family = 0, fingerprint = 0;
  std::vector<Link> links;
};
PageTrace page_trace(const Url& url, std::uint64_t fingerprint, const std::vector<Url>& links);

/// Used by the io thread. Memory is bounded: so many families, and so many fingerprints of each.
class TrapWatch {
 public:
  explicit TrapWatch(const DiscoverySettings& settings) : limit_(settings.trap_pages) {}

  /// A page of `url` has come, with these links in scope. True when this makes its family a trap.
  bool seen(const PageTrace& page);
  bool seen(const Url& url, std::uint64_t fingerprint, const std::vector<Url>& links) { return seen(page_trace(url, fingerprint, links)); }
  bool is_trap(std::uint64_t family) const;
  bool is_trap(const Url& url) const;

 private:
  struct Family {
    std::unordered_set<std::uint64_t> known;    ///< Fingerprints.
    std::unordered_set<std::uint64_t> outside;  ///< Links that lead out of it.
    std::int64_t pages = 0, repeated = 0;
    bool trap = false;
  };
  std::int64_t limit_;
  std::unordered_map<std::uint64_t, Family> families_;
};

}  // namespace offprint
