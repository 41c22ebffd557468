// Reports of an evaluation, for people (text, Markdown) and for CI (JSON, JUnit XML).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "extractors/compare.h"
#include "extractors/evaluate.h"

namespace offprint {

/// Least values that a set must reach: set → metric → value. A set's name is its folder's,
/// with ":type" where only that page_type is scored.
using Floors = std::map<std::string, Scores>;
Result<Floors> read_floors(const std::filesystem::path& file);

struct FloorBreach {
  std::string set, metric;
  double value = 0, floor = 0;
};

std::string breach_line(const FloorBreach& breach);

struct Evaluation {
  std::vector<SetResult> sets;
  std::vector<SetChange> changes;    ///< Empty without a baseline.
  std::vector<FloorBreach> breaches;
  Floors floors;                     ///< Those that were asked for.

  bool worse() const;                ///< Some metric is worse than the baseline, beyond noise.
  bool passes() const { return breaches.empty() && !worse(); }
};

/// Compares every set with its floors. A floor of a set that was not run is none.
std::vector<FloorBreach> find_breaches(const std::vector<SetResult>& sets, const Floors& floors);

std::string text_report(const Evaluation& e, std::size_t worst_pages);
std::string markdown_report(const Evaluation& e, std::size_t worst_pages);
std::string json_report(const Evaluation& e);
/// A test case for each floor and for each metric that the baseline has.
std::string junit_report(const Evaluation& e);

}  // namespace offprint
