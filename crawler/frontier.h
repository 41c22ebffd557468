// Frontier: the heads of the host queues, their leases and their clocks. It holds no clock
// and no thread, so that it tests like a calculator; what is beyond the heads is on disk.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "crawler/crawl_url.h"

namespace offprint {

/// Permission to fetch one URL now. Give it back with finish().
struct Lease {
  CrawlUrl url;
  std::int64_t before = 0;  ///< When the host might be visited, before this lease moved it to `after`.
  std::int64_t after = 0;
};

/// All times are microseconds since 1970. One thread.
class Frontier {
 public:
  /// Reads the first URLs of a host from disk (FrontierStore::heads).
  using Refill = std::function<std::vector<CrawlUrl>(std::int64_t host, std::int64_t now, const std::unordered_set<std::int64_t>& busy)>;
  /// The earliest deferred URL of a host (FrontierStore::next_deferred).
  using NextDeferred = std::function<std::optional<std::int64_t>(std::int64_t host, std::int64_t now)>;

  Frontier(int per_host, double delay_seconds, Refill refill, NextDeferred next_deferred);

  /// URLs of this host have come onto the disk.
  void host_has_urls(std::int64_t host);
  /// The best URL of the host that has waited longest, if any host may be visited.
  std::optional<Lease> next(std::int64_t now);
  /// A request of this lease ends now: the host's delay counts from here.
  void request_done(const Lease& lease, std::int64_t now);
  /// Nothing was asked of the host after all: no delay counts.
  void not_requested(const Lease& lease);
  /// The lease's outcome is on disk; its URL may be read from there again.
  void finish(const Lease& lease);
  /// When next() may succeed again without anything else happening; nothing if never.
  std::optional<std::int64_t> next_wakeup() const;

  /// No request to the host before `until` (Retry-After, back-off).
  void hold(std::int64_t host, std::int64_t until);
  /// The host's own pause between requests (Crawl-delay); the longer of this and the setting holds.
  void set_delay(std::int64_t host, double seconds);

  /// Nothing more is leased of this host; what is out may be given back.
  void stop(std::int64_t host);

  struct HostState {
    std::int64_t host = 0;
    int in_flight = 0;
    double delay = 0;
    std::int64_t next_time = 0;
  };
  /// Hosts with transfers under way first, at most `limit`; for people to look at.
  std::vector<HostState> busiest(std::size_t limit) const;
  std::size_t hosts() const { return hosts_.size(); }
  std::size_t leased() const { return leased_; }

 private:
  struct HostQueue {
    std::deque<CrawlUrl> heads;
    std::unordered_set<std::int64_t> busy;  ///< In heads, leased, or not yet on disk.
    int in_flight = 0;
    double delay = 0;
    std::int64_t next_time = 0;
    std::optional<std::int64_t> ready_at;  ///< Its time in ready_, while it stands there.
    bool stopped = false;
    bool on_disk = true;  ///< The disk may hold more than the heads.
  };
  void refill(std::int64_t number, HostQueue& q, std::int64_t now);
  void schedule(std::int64_t number, HostQueue& q);

  int per_host_;
  double delay_;
  Refill refill_;
  NextDeferred next_deferred_;
  std::map<std::int64_t, HostQueue> hosts_;
  std::set<std::pair<std::int64_t, std::int64_t>> ready_;  ///< (time, host): hosts that may have work.
  std::size_t leased_ = 0;
};

}  // namespace offprint
