// Month names of the large languages, for dates that stand in visible text.
#pragma once

#include <string_view>

namespace offprint {

/// 1–12 for a month's name or usual abbreviation in any of the languages, or 0.
/// `word` is folded (lower case).
int month_from_name(std::string_view word);

}  // namespace offprint
