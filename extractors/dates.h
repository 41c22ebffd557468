// Dates as pages write them: machine-readable with offsets, and visible ones in many languages.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace offprint {

/// ISO 8601 and its usual misspellings, RFC 2822, ctime, "2024/05/02 20:35": normalised to
/// "YYYY-MM-DD[THH:MM:SS[±HH:MM|Z]]". The offset is kept as written.
std::optional<std::string> normalize_date(std::string_view text);

/// A date somewhere in a short visible text ("2 May 2024, 20.35", "2024年5月2日"):
/// "YYYY-MM-DD". `day_first` settles 03/04/2024.
std::optional<std::string> find_visible_date(std::string_view text, bool day_first);

/// "3 hours ago", "yesterday", "vor 2 Tagen", "hace 5 horas", "3時間前": counted back from
/// `captured` ("YYYY-MM-DD[THH:MM…]"); "YYYY-MM-DD". Nothing is assumed below a day's precision.
std::optional<std::string> relative_date(std::string_view text, std::string_view captured);

/// A date in a URL's path (/2024/05/02/, /2024-05-02-, /20240502): "YYYY-MM-DD".
std::optional<std::string> date_in_url(std::string_view url);

}  // namespace offprint
