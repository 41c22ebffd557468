// offprint crawl: URLs or profiles in, an archive and a corpus out.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "base/log.h"
#include "base/text.h"
#include "base/url.h"
#include "cli/commands.h"
#include "config/loader.h"
#include "crawler/crawl.h"

namespace offprint {
namespace {

bool is_profile(const std::string& target) { return target.ends_with(".toml") && target.find("://") == std::string::npos; }

/// Command line over profile over --config over defaults.
Result<CrawlPlan> make_plan(const CrawlOptions& o) {
  CrawlPlan plan;
  plan.archive = o.archive;
  plan.again = o.again;
  plan.acks = o.acks;
  plan.quiet = o.quiet;
  if (!o.config.empty())
    if (auto ok = load_settings(o.config, plan.settings); !ok) return tl::unexpected(ok.error());
  for (const std::string& target : o.targets) {
    if (!is_profile(target)) {
      plan.seeds.push_back(target.find("://") == std::string::npos ? "https://" + target : target);
      continue;
    }
    auto profile = load_profile(target, plan.settings);
    if (!profile) return tl::unexpected(profile.error());
    if (plan.name.empty()) plan.name = profile->name;
    plan.seeds.insert(plan.seeds.end(), profile->seeds.begin(), profile->seeds.end());
    plan.feeds.insert(plan.feeds.end(), profile->feeds.begin(), profile->feeds.end());
    plan.sitemaps.insert(plan.sitemaps.end(), profile->sitemaps.begin(), profile->sitemaps.end());
    plan.selectors.insert(plan.selectors.end(), profile->selectors.begin(), profile->selectors.end());
  }
  for (const std::string& s : o.sets)
    if (auto ok = apply_override(s, plan.settings); !ok) return tl::unexpected(ok.error());
  for (const std::string& net : o.allow_net) plan.settings.fetch.allow_net.push_back(net);
  if (o.limit >= 0) plan.settings.crawl.limit = o.limit;
  if (o.depth >= -1) plan.settings.crawl.depth = o.depth;
  if (plan.name.empty() && !plan.seeds.empty())
    if (auto url = Url::parse(plan.seeds.front())) plan.name = std::string(site_of_host(url->host));
  return plan;
}

void print_summary(const CrawlPlan& plan, const CrawlResult& result) {
  const CrawlReport& r = result.report;
  const CrawlCounters& c = r.counters;
  auto line = [](const std::string& s) { std::fprintf(stderr, "%s\n", s.c_str()); };
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
  auto plan = make_plan(o);
  if (!plan) {
    log_error("{}", plan.error().message);
    return 2;
  }
  auto result = run_crawl(*plan);
  if (!result) {
    log_error("{}", result.error().message);
    return result.error().kind == ErrorKind::kInvalid ? 2 : 1;
  }
  if (o.json) fmt::print("{}\n", report_json(result->report));
  if (result->nothing_to_do) {
    log_info("{} is complete: nothing to fetch. `--again` begins a new crawl of the same seeds", result->report.crawl);
    return 0;
  }
  if (!o.quiet) print_summary(*plan, *result);
  return result->report.complete ? 0 : 1;
}

}  // namespace offprint
