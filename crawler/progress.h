// Counters of a crawl, and the lines that show them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace offprint {

/// The io thread's.
struct CrawlCounters {
  std::uint64_t captures = 0, responses = 0, revisits = 0, truncated = 0, failed = 0, excluded = 0, retries = 0;
  std::uint64_t articles = 0, versions = 0, urls_added = 0, out_of_scope = 0, left_out = 0, too_deep = 0, nofollow = 0;
  std::uint64_t body_bytes = 0, warc_bytes = 0, robots = 0;
  std::map<int, std::uint64_t> statuses;
  std::map<std::string, std::uint64_t> errors;
};

/// What stands at a moment.
struct CrawlGauges {
  std::string crawl, paused;  ///< `paused`: why, or "".
  double seconds = 0;         ///< Since the run began.
  std::uint64_t queued = 0;
  std::size_t in_flight = 0, hosts = 0, stopped = 0, blocking = 0;
  struct Host {
    std::string name;
    int in_flight = 0;
    double delay = 0, wait = 0;  ///< Seconds between requests, and until the next one.
    std::string stopped;         ///< Why it is asked no more, or "".
  };
  std::vector<Host> busiest;
};

/// Some lines for a terminal: pages, rate, errors by kind, hosts, queue, bytes, dedup share, time left.
std::string dashboard(const CrawlCounters& c, const CrawlGauges& g);

/// "1,204 captures (38/s) · 1,150 articles · 312 queued · 8 in flight · 3 failed · 71 MB → 9 MB".
std::string progress_line(const CrawlCounters& c, double seconds, std::uint64_t queued, std::size_t in_flight);

/// 1234567 → "1,234,567".
std::string with_commas(std::uint64_t n);
/// 1536000 → "1.5 MB".
std::string human_bytes(std::uint64_t n);

}  // namespace offprint
