// The scheduler: visits publications in the foreground, one at a time, when something of theirs is due.
//
// A visit is a crawl of its own that asks for what is due, and follows what is new. Two visits never overlap:
// what falls due meanwhile is asked for in the next one, once; what a visit had no time for is due at its end.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "crawler/crawl.h"
#include "crawler/schedule.h"

namespace offprint {

struct ScheduleOptions {
  bool once = false;                  ///< Visit what is due now, and end.
  std::optional<std::int64_t> until;  ///< End when this time has come (microseconds since 1970).
  bool quiet = false;
  /// Waits until a time and tells whether to go on. The default waits for real, and ends on SIGINT or SIGTERM.
  std::function<bool(std::int64_t)> wait;
};

struct ScheduleResult {
  std::uint64_t visits = 0, incomplete = 0, alarms = 0;
  Learned learned;
};

/// `publications`: a plan each, with names of their own; all in one archive. Errors as run_crawl.
Result<ScheduleResult> run_schedule(const std::vector<CrawlPlan>& publications, const ScheduleOptions& options);

}  // namespace offprint
