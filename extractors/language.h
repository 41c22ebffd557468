// The language of a text, by its words.
#pragma once

#include <string>
#include <string_view>

namespace offprint {

/// ISO 639-1 code, or "" when it can't be told. `declared` (of <html lang>) breaks ties.
std::string detect_language(std::string_view text, std::string_view declared);

}  // namespace offprint
