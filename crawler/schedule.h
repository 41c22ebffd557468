// Schedule: when each page of a publication is visited again, in state.sqlite. Feeds, front pages and sections are visited
// as often as they bring something, articles on a decaying plan, pages that are gone some times more.
//
// It learns from the frontier and the captures of a crawl that is over, so that a visit that was killed is
// learned from as well, at the next start.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/settings.h"
#include "crawler/crawl_url.h"
#include "warc/database.h"

namespace offprint {

enum class VisitKind : int { kFront = 0, kFeed = 1, kSitemap = 2, kSection = 3, kArticle = 4, kOther = 5 };

/// How the frontier is to read what is visited.
UrlKind url_kind(VisitKind kind);

/// Something that happened to a page of a publication.
struct ScheduleEvent {
  std::int64_t at = 0;  ///< Microseconds since 1970.
  std::string publication, url, what, detail;  ///< `what`: "new", "changed", "gone", "back".
};

/// What a visit brought.
struct Learned {
  std::uint64_t visited = 0, articles_new = 0, articles_changed = 0, unchanged = 0, gone = 0, failed = 0, left = 0;
  void add(const Learned& l) {
    visited += l.visited, articles_new += l.articles_new, articles_changed += l.articles_changed;
    unchanged += l.unchanged, gone += l.gone, failed += l.failed, left += l.left;
  }
};

/// One publication's. Times in microseconds since 1970. Uses the archive's writing connection outside of
/// transactions; may throw DatabaseError.
class Schedule {
 public:
  static constexpr std::int64_t kNever = INT64_MAX;

  static void migrate(Database& db);
  Schedule(Database& db, std::string publication, const ScheduleSettings& settings);

  /// Adds what the profile names and the schedule does not have; due at once.
  void add(const std::vector<CrawlUrl>& named, std::int64_t now);
  /// What is due, longest overdue first, at most `most`.
  std::vector<CrawlUrl> due(std::int64_t now, std::size_t most);
  /// When something is due next.
  std::optional<std::int64_t> next_due();
  /// The publication has this URL already.
  bool knows(const std::string& url);
  /// Takes in what became of a crawl's URLs. What it left waiting is due at `now`.
  Learned learn(std::int64_t crawl, const std::string& crawl_id, std::int64_t now);
  /// Crawls with these seeds that have not been learned from.
  std::vector<std::pair<std::int64_t, std::string>> unlearned(const std::string& seed_key);

  /// Of all publications, oldest first.
  static std::vector<ScheduleEvent> events(Database& db, std::int64_t since, std::size_t most);

 private:
  struct Row {
    VisitKind kind = VisitKind::kOther;
    std::int64_t due = 0, interval = 0;  ///< Seconds between visits, of what is visited adaptively.
    int stage = 0, strikes = 0;          ///< Visits so far; answers in a row that it is gone, or failures.
    bool good = false;                   ///< It has been there.
  };
  struct Outcome;
  std::optional<Row> find(const std::string& url);
  void put(const std::string& url, const Row& row);
  void event(std::int64_t at, const std::string& url, const char* what, const std::string& detail);
  void learn_one(const Outcome& o, std::int64_t now, Learned& learned);
  void answered(const Outcome& o, Row& row, std::int64_t t, Learned& learned);
  VisitKind kind_of(const Outcome& o, const std::optional<Row>& known) const;
  std::int64_t next_time(const Row& row, std::int64_t t) const;

  Database& db_;
  std::string publication_;
  std::vector<std::int64_t> front_, sitemaps_, articles_;  ///< Seconds.
  std::int64_t gone_after_;
  Statement find_, put_, knows_;
};

}  // namespace offprint
