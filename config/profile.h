// Checks on a publication profile's values that TOML's types do not make.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace offprint {

/// "15m", "1h", "7d", "90s" → seconds.
std::optional<std::int64_t> parse_duration(std::string_view text);
/// One duration or several with commas between.
bool valid_durations(std::string_view text);
/// A list of durations in seconds, in the order in which they stand; empty when one is wrong.
std::vector<std::int64_t> parse_durations(std::string_view text);
/// A pattern with {yyyy}, {mm}, {dd} for each day, month or year of the range (dates such as "2024-05-01"), each
/// URL once, oldest first; at most 20,000.
std::vector<std::string> expand_dates(std::string_view pattern, std::string_view from, std::string_view to);
/// Every entry is an http or https URL.
Result<void> check_urls(const std::vector<std::string>& urls);

}  // namespace offprint
