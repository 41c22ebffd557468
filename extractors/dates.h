// Dates as pages write them: machine-readable with offsets, and visible ones in many languages.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace offprint {

/// ISO 8601 and its usual misspellings, RFC 2822, "2024/05/02 20:35": normalised to
/// "YYYY-MM-DD[THH:MM:SS[±HH:MM|Z]]". The offset is kept as written.
std::optional<std::string> normalize_date(std::string_view text);

/// A date somewhere in a short visible text ("2 May 2024, 20.35", "2024年5月2日"):
/// "YYYY-MM-DD". `day_first` settles 03/04/2024.
std::optional<std::string> find_visible_date(std::string_view text, bool day_first);

/// A date in a URL's path (/2024/05/02/, /2024-05-02-, /20240502): "YYYY-MM-DD".
std::optional<std::string> date_in_url(std::string_view url);

}  // namespace offprint
