// offprint crawl: URLs or profiles in, an archive and a corpus out.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "base/log.h"
#include "base/text.h"
#include "base/url.h"
#include "cli/command_support.h"
#include "cli/commands.h"
#include "cli/crawl_plan.h"
#include "crawler/crawl.h"

namespace offprint {
namespace {

void print_summary(const CrawlPlan& plan, const CrawlResult& result) {
  const CrawlReport& r = result.report;
  const CrawlCounters& c = r.counters;
  auto line = [](const std::string& s) { (void)std::fprintf(stderr, "%s\n", s.c_str()); };
  line(fmt::format("\n{}: {}", r.crawl, r.complete ? "complete" : "not complete (" + printable(r.ended_by) + ")"));
  line(fmt::format("  captures  {} ({} new, {} unchanged{})", with_commas(c.captures), with_commas(c.responses), with_commas(c.revisits),
                   c.truncated > 0 ? fmt::format(", {} truncated", c.truncated) : ""));
  line(fmt::format("  articles  {} new, {} new versions of known ones", with_commas(c.articles), with_commas(c.versions)));
  line(fmt::format("  URLs      {} known: {} captured, {} waiting, {} failed, {} rightly left", with_commas(r.urls), with_commas(r.done), with_commas(r.queued), with_commas(r.failed), with_commas(r.excluded)));
  line(fmt::format("  bytes     {} of bodies → {} of WARC", human_bytes(c.body_bytes), human_bytes(c.warc_bytes)));
  line(fmt::format("  archive   {}", plan.archive.string()));
  line(fmt::format("  report    {}", result.report_path.string()));
  if (r.failed + r.queued > 0) line("  what was not fetched, and why, is in the report; the same command goes on with it");
}

}  // namespace

int run_crawl_command(const CrawlOptions& o) {
  CrawlPlan base;
  base.archive = o.archive;
  base.again = o.again;
  base.acks = o.acks;
  base.quiet = o.quiet;
  auto plan = make_plan(o.targets, {o.config, o.sets, o.allow_net, o.limit, o.depth}, std::move(base));
  if (!plan) {
    log_error("{}", plan.error().message);
    return 2;
  }
  set_log_json(plan->settings.log.format == "json");
  auto result = run_crawl(*plan);
  if (!result) return status_of(result.error());
  if (o.json) fmt::print("{}\n", report_json(result->report));
  if (result->nothing_to_do) {
    log_info("{} is complete: nothing to fetch. `--again` begins a new crawl of the same seeds", result->report.crawl);
    return 0;
  }
  if (!o.quiet) print_summary(*plan, *result);
  return result->report.complete ? 0 : 1;
}

}  // namespace offprint
