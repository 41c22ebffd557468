// The frontier on disk: every URL of a crawl once, with its state, in state.sqlite.
#pragma once

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "crawler/crawl_url.h"
#include "warc/database.h"

namespace offprint {

/// One per connection: the writer thread's changes the tables, the io thread's reads them.
class FrontierStore {
 public:
  /// Creates missing tables; writing connection.
  static void migrate(Database& db);
  FrontierStore(Database& db, std::int64_t crawl);

  /// Identity of a URL in this crawl.
  std::int64_t id_of(const std::string& url) const;

  /// Adds a URL unless the crawl knows it. True if it was new; sets id and host.
  bool enqueue(CrawlUrl& url);
  void set_state(std::int64_t id, UrlState state, const std::string& reason);
  /// Back into the queue with a counted try.
  void defer(std::int64_t id, int tries, std::int64_t not_before, const std::string& reason);
  /// Failed URLs get another chance in a new run.
  int requeue_failed();

  /// Host queues that have URLs waiting: number and name.
  std::vector<std::pair<std::int64_t, std::string>> waiting_hosts();
  std::string host_name(std::int64_t host);
  /// The first URLs of a host that may go at `now`, best first, without those in `busy`.
  std::vector<CrawlUrl> heads(std::int64_t host, std::int64_t now, int limit, const std::unordered_set<std::int64_t>& busy);
  /// The earliest not_before behind `now` of a host's URLs.
  std::optional<std::int64_t> next_deferred(std::int64_t host, std::int64_t now);

  struct Row {
    CrawlUrl url;
    UrlState state = UrlState::kQueued;
    std::string reason;
  };
  std::optional<Row> find(std::int64_t id);
  std::int64_t count(UrlState state);
  std::int64_t count_all();
  /// URLs in a state with their reasons, at most `limit`.
  std::vector<Row> list(UrlState state, int limit);

  /// What is remembered of a robots.txt: its text and until when (microseconds) it holds.
  struct RobotsRow {
    int status = 0;  ///< 0: unreachable.
    std::string text;
    std::int64_t until = 0;
  };
  std::optional<RobotsRow> robots(const std::string& origin);
  void set_robots(const std::string& origin, const RobotsRow& row);

 private:
  std::int64_t host_number(const std::string& url);
  Database& db_;
  std::int64_t crawl_;
  std::int64_t sequence_ = 0;
  Statement insert_, state_, defer_, heads_;
};

}  // namespace offprint
