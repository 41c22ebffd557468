// offprint schedule: visits publications when something of theirs is due. offprint control: speaks to a crawl
// that runs.
#include <fmt/format.h>

#include <set>

#include "base/log.h"
#include "base/text.h"
#include "cli/command_support.h"
#include "cli/commands.h"
#include "cli/crawl_plan.h"
#include "crawler/control.h"
#include "crawler/scheduler.h"

namespace offprint {
namespace {

int usage(const std::string& message) {
  log_error("{}", message);
  return 2;
}

}  // namespace

int run_schedule_command(const ScheduleCliOptions& o) {
  std::vector<CrawlPlan> plans;
  std::set<std::string> names;
  for (const std::string& profile : o.profiles) {  // All are read before anything is fetched.
    CrawlPlan base;
    base.archive = o.archive;
    auto plan = make_plan({profile}, {o.config, o.sets, o.allow_net}, std::move(base));
    if (!plan) return usage(plan.error().message);
    if (!names.insert(plan->name).second) return usage(profile + ": name: \"" + printable(plan->name) + "\" is taken by another profile; each publication needs a name of its own");
    plans.push_back(std::move(*plan));
  }
  set_log_json(plans.front().settings.log.format == "json");
  ScheduleOptions options;
  options.once = o.once;
  options.quiet = o.quiet;
  if (!o.until.empty()) {
    auto until = parse_iso8601(o.until);
    if (!until) return usage("--until: " + printable(o.until) + ": allowed is a time such as 2026-03-01T00:00:00Z");
    options.until = to_micros(*until);
  }
  auto result = run_schedule(plans, options);
  if (!result) return status_of(result.error());
  const Learned& l = result->learned;
  if (o.json)
    fmt::print(R"({{"visits":{},"incomplete":{},"alarms":{},"visited":{},"unchanged":{},"articles_new":{},"articles_changed":{},"gone":{},"failed":{}}})" "\n", result->visits, result->incomplete,
               result->alarms, l.visited, l.unchanged, l.articles_new, l.articles_changed, l.gone, l.failed);
  return result->incomplete + result->alarms > 0 ? 1 : 0;
}

int run_control(const ControlOptions& o) {
  std::string command = o.command;
  for (const std::string& a : o.arguments) command += " " + a;
  auto reply = send_control(o.archive, replace_all(command, "\n", " "));
  if (!reply) {
    log_error("{}", reply.error().message);
    return 1;
  }
  fmt::print("{}\n", printable(*reply));
  return reply->starts_with("error") ? 2 : 0;
}

}  // namespace offprint
