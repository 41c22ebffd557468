// The schema of the settings: one row a key, from which loading, checking, the
// error messages and `offprint debug settings` all follow.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/settings.h"

namespace offprint {

/// Where a key's value lives in Settings.
using SettingSlot = std::variant<bool*, std::int64_t*, double*, std::string*, std::vector<std::string>*>;

struct SettingRow {
  std::string_view key;   ///< "politeness.delay"
  std::string_view unit;  ///< "seconds", "bytes", … or "".
  std::string_view meaning;
  double min = std::numeric_limits<double>::lowest();
  double max = std::numeric_limits<double>::max();
  std::string_view choices;  ///< "zstd|gzip|none", or "" for any text.
  SettingSlot (*slot)(Settings&);
};

std::span<const SettingRow> setting_rows();
const SettingRow* find_setting(std::string_view key);

/// What a value of this key may be, for messages: "a number from 0 to 3600 (seconds)".
std::string allowed_values(const SettingRow& row);

/// The value as TOML text.
std::string setting_text(const SettingRow& row, Settings& settings);

/// The key nearest in spelling, for "did you mean", or "".
std::string_view nearest_setting(std::string_view key);

}  // namespace offprint
