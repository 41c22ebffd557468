// Comparison of two evaluations of the same pages: is a change better, worse, or noise?
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "extractors/evaluate.h"

namespace offprint {

/// Page scores of an earlier evaluation: set → page id → scores.
using Baseline = std::map<std::string, std::map<std::string, Scores>>;

Result<Baseline> read_baseline(const std::filesystem::path& file);
Result<void> write_baseline(const std::filesystem::path& file, const std::vector<SetResult>& sets);

enum class Verdict { kNoise, kBetter, kWorse };
std::string_view verdict_name(Verdict v);

struct MetricChange {
  std::string metric;
  double before = 0, after = 0;
  double low = 0, high = 0;  ///< 95 % interval of the difference.
  Verdict verdict = Verdict::kNoise;
};

struct PageChange {
  std::string id, metric;
  double before = 0, after = 0;
};

struct SetChange {
  std::string name;
  std::size_t pages = 0, missing = 0;  ///< In both; in the baseline alone.
  std::vector<MetricChange> metrics;
  std::vector<PageChange> worse;       ///< Pages that lost most first.
};

/// Paired bootstrap over pages (2,000 resamples, a fixed seed): a metric is better or worse where
/// the interval of its difference leaves zero out.
SetChange compare(const SetResult& after, const std::map<std::string, Scores>& before);

}  // namespace offprint
