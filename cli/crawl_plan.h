// From targets and options of the command line to a plan that the crawler can run.
#pragma once

#include <string>
#include <vector>

#include "crawler/crawl.h"

namespace offprint {

/// What changes settings, in this order.
struct PlanChanges {
  std::string config;
  std::vector<std::string> sets, allow_net;
  long long limit = -1, depth = -2;  ///< Unset.
};

/// Targets are URLs and profiles (*.toml). Command line over profile over --config over defaults.
Result<CrawlPlan> make_plan(const std::vector<std::string>& targets, const PlanChanges& changes, CrawlPlan base);

}  // namespace offprint
