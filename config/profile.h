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
/// Every entry is an http or https URL.
Result<void> check_urls(const std::vector<std::string>& urls);

}  // namespace offprint
