#include "cli/crawl_plan.h"

#include "base/url.h"
#include "config/loader.h"
#include "config/profile.h"

namespace offprint {
namespace {

bool is_profile(const std::string& target) { return target.ends_with(".toml") && target.find("://") == std::string::npos; }

void take(CrawlPlan& plan, const Profile& profile) {
  auto append = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
  if (plan.name.empty()) plan.name = profile.name;
  append(plan.seeds, profile.seeds);
  append(plan.feeds, profile.feeds);
  append(plan.sitemaps, profile.sitemaps);
  append(plan.listings, profile.listings);
  append(plan.selectors, profile.selectors);
  std::string today = format_iso8601(now()).substr(0, 10);
  for (const std::string& pattern : profile.archive_pages) append(plan.seeds, expand_dates(pattern, profile.archive_from, today));
}

}  // namespace

Result<CrawlPlan> make_plan(const std::vector<std::string>& targets, const PlanChanges& o, CrawlPlan plan) {
  if (!o.config.empty())
    if (auto ok = load_settings(o.config, plan.settings); !ok) return tl::unexpected(ok.error());
  for (const std::string& target : targets) {
    if (!is_profile(target)) {
      plan.seeds.push_back(target.find("://") == std::string::npos ? "https://" + target : target);
      continue;
    }
    auto profile = load_profile(target, plan.settings);
    if (!profile) return tl::unexpected(profile.error());
    take(plan, *profile);
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

}  // namespace offprint
