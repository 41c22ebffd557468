// The frontier on disk: every URL of a crawl once, with its state, in state.sqlite.
//
// Rows stand in the order in which they came, so that adding one writes at the table's end. Which URLs are
// known is told by a table of hashes, which new ones would hit at random places: they are kept in memory
// until there are many, and then merged in hash order (merge_seen).
#pragma once

#include <memory>
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
  /// Creates missing tables, and brings those of an earlier version along; writing connection.
  static void migrate(Database& db);
  FrontierStore(Database& db, std::int64_t crawl);
  ~FrontierStore();

  /// Another crawl from here on; for looking things up.
  void look_at(std::int64_t crawl) { crawl_ = crawl; }
  /// Row of a URL in this crawl.
  std::optional<std::int64_t> find_id(const std::string& url);

  /// Adds a URL unless the crawl knows it. True if it was new; sets id, and host if it was new.
  bool enqueue(CrawlUrl& url);
  /// Adds those that the crawl does not know, and calls `added` with each. Cheaper than one by one.
  template <class F>
  void enqueue_all(std::vector<CrawlUrl>& urls, F added) {
    for (CrawlUrl& u : urls)
      if (!lately_seen(u.url) && enqueue(u)) added(u);
  }
  /// Moves hashes from memory to the table when there are enough of them, or `all`. Outside of a transaction:
  /// it makes its own, each of a bounded size.
  void merge_seen(bool all = false);

  void set_state(std::int64_t id, UrlState state, const std::string& reason);
  /// Back into the queue with a counted try.
  void defer(std::int64_t id, int tries, std::int64_t not_before, const std::string& reason);
  /// Failed URLs get another chance in a new run.
  int requeue_failed();

  /// Host queues that have URLs waiting: number and name.
  std::vector<std::pair<std::int64_t, std::string>> waiting_hosts();
  std::string host_name(std::int64_t host);
  /// Why a host was asked no more in the crawl's last run, or "".
  std::string host_stop(std::int64_t host);
  void set_host_stop(std::int64_t host, const std::string& reason);
  /// The first URLs of a host that may go at `now`, best first, without those in `busy`.
  std::vector<CrawlUrl> heads(std::int64_t host, std::int64_t now, int limit, const std::unordered_set<std::int64_t>& busy);
  /// The earliest not_before behind `now` of a host's URLs.
  std::optional<std::int64_t> next_deferred(std::int64_t host, std::int64_t now);

  struct Row {
    CrawlUrl url;
    UrlState state = UrlState::kQueued;
    std::string reason;
  };
  std::optional<Row> row(std::int64_t id);
  std::optional<Row> find(const std::string& url);
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
  struct Unmerged;
  std::int64_t hash_of(const std::string& url) const;
  /// Was asked for among the last some thousand.
  bool lately_seen(const std::string& url) const;
  std::optional<std::int64_t> find_hash(std::int64_t hash);
  std::int64_t host_number(const std::string& host);
  Unmerged& unmerged();
  Row read_row(const Statement& s);

  Database& db_;
  std::int64_t crawl_;
  std::unique_ptr<Unmerged> unmerged_;
  mutable std::vector<std::int64_t> lately_;  ///< Hashes at places by their value; empty until it is used.
  Statement insert_, state_, defer_, heads_, seen_, add_seen_, host_, host_text_;
};

}  // namespace offprint
