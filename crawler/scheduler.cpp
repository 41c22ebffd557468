#include "crawler/scheduler.h"

#include <poll.h>

#include <algorithm>
#include <atomic>
#include <csignal>

#include "base/log.h"
#include "crawler/corpus.h"
#include "crawler/crawl_setup.h"
#include "crawler/frontier_store.h"
#include "warc/archive.h"

namespace offprint {
namespace {

constexpr std::size_t kMostDue = 100'000;  ///< Of one visit; the rest is due in the next.
constexpr std::int64_t kSecond = 1'000'000;

std::atomic<bool> g_stop{false};

/// In short steps by the clock itself, so that a clock that jumps and a machine that slept are noticed.
bool wait_for_real(std::int64_t until) {
  auto stop = [](int) { g_stop = true; };
  auto old_int = std::signal(SIGINT, stop), old_term = std::signal(SIGTERM, stop);
  while (!g_stop && to_micros(now()) < until) ::poll(nullptr, 0, static_cast<int>(std::clamp<std::int64_t>((until - to_micros(now())) / 1000, 1, 500)));
  (void)std::signal(SIGINT, old_int);
  (void)std::signal(SIGTERM, old_term);
  return !g_stop;
}

class Scheduler {
 public:
  Scheduler(const std::vector<CrawlPlan>& publications, const ScheduleOptions& options) : publications_(publications), options_(options) {}

  Result<ScheduleResult> run() {
    for (;;) {
      std::int64_t next = Schedule::kNever;
      for (const CrawlPlan& p : publications_) {
        if (past_end()) return result_;
        auto due = visit(p);
        if (!due) return tl::unexpected(due.error());
        if (stopped_) return result_;
        next = std::min(next, *due);
      }
      if (options_.once || past_end()) return result_;
      if (next == Schedule::kNever) return fail(ErrorKind::kInvalid, "nothing is scheduled");
      if (options_.until) next = std::min(next, *options_.until);
      if (next > to_micros(now()) && !options_.quiet) log_info("next visit {}", format_iso8601(from_micros(next)).substr(0, 19) + "Z");
      if (!(options_.wait ? options_.wait(next) : wait_for_real(next))) return result_;
    }
  }

 private:
  bool past_end() const { return options_.until && to_micros(now()) >= *options_.until; }

  /// Opens the archive for a moment: a visit itself holds it.
  template <class F>
  Result<void> with_schedule(const CrawlPlan& p, F&& f) {
    auto archive = Archive::open_for_writing(p.archive);
    if (!archive) return tl::unexpected(archive.error());
    try {
      Database& db = (*archive)->database();
      FrontierStore::migrate(db);
      CorpusWriter::migrate(db);
      Schedule::migrate(db);
      Schedule schedule(db, p.name, p.settings.schedule);
      f(schedule);
    } catch (const DatabaseError& e) {
      return fail(ErrorKind::kIo, e.what());
    }
    return {};
  }

  void learn(Schedule& schedule, const CrawlPlan& p) {
    for (const auto& [crawl, id] : schedule.unlearned(seed_key_of(p))) {
      Learned l = schedule.learn(crawl, id, to_micros(now()));
      result_.learned.add(l);
      if (!options_.quiet)
        log_info("{}: {} visited, {} unchanged, {} new articles, {} changed, {} gone, {} failed{}", p.name, l.visited, l.unchanged, l.articles_new, l.articles_changed, l.gone, l.failed,
                 l.left > 0 ? ", " + std::to_string(l.left) + " left to the next visit" : "");
    }
  }

  /// Visits a publication if something is due. When it is due next.
  Result<std::int64_t> visit(const CrawlPlan& p) {
    CrawlPlan plan = p;
    std::int64_t next = Schedule::kNever;
    auto look = [&](Schedule& schedule) {
      learn(schedule, p);
      schedule.add(seed_urls(p), to_micros(now()));
      plan.due = schedule.due(to_micros(now()), kMostDue);
      next = schedule.next_due().value_or(Schedule::kNever);
    };
    if (auto ok = with_schedule(p, look); !ok) return tl::unexpected(ok.error());
    if (plan.due.empty()) return next;
    if (auto ok = crawl(plan); !ok) return tl::unexpected(ok.error());
    if (auto ok = with_schedule(p, [&](Schedule& schedule) {
          learn(schedule, p);
          next = schedule.next_due().value_or(Schedule::kNever);
        });
        !ok)
      return tl::unexpected(ok.error());
    return next;
  }

  Result<void> crawl(CrawlPlan& plan) {
    plan.only_due = plan.again = plan.quiet = true;
    plan.report_if_incomplete = true;
    if (plan.settings.crawl.max_time == 0) plan.settings.crawl.max_time = static_cast<double>(plan.settings.schedule.max_visit);
    Database db(ArchiveLayout{plan.archive}.state(), Database::Mode::kRead);
    Schedule known(db, plan.name, plan.settings.schedule);
    plan.known = [&known](const std::string& url) { return known.knows(url); };
    ++result_.visits;
    auto done = run_crawl(plan);
    if (!done) return tl::unexpected(done.error());
    const CrawlReport& r = done->report;
    stopped_ = r.ended_by == "signal" || r.ended_by == "offprint control";
    result_.incomplete += !r.complete && !stopped_;
    for (const auto& h : r.stopped_hosts) result_.alarms += h.alarm;
    return {};
  }

  const std::vector<CrawlPlan>& publications_;
  const ScheduleOptions& options_;
  ScheduleResult result_;
  bool stopped_ = false;
};

}  // namespace

Result<ScheduleResult> run_schedule(const std::vector<CrawlPlan>& publications, const ScheduleOptions& options) {
  try {
    return Scheduler(publications, options).run();
  } catch (const DatabaseError& e) {
    return fail(ErrorKind::kIo, e.what());
  }
}

}  // namespace offprint
