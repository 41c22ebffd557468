// What a page needs to be shown as it was: URLs in srcset lists and in style sheets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace offprint {

/// URLs of a srcset attribute (HTML Standard, 4.8.4.2.1), descriptors off.
std::vector<std::string> srcset_urls(std::string_view srcset);

/// Targets of url() and @import in a style sheet or style attribute (CSS Syntax 3, 4.3.6), escapes resolved,
/// comments skipped; data: URLs left out. At most `limit`.
std::vector<std::string> css_urls(std::string_view css, std::size_t limit);

}  // namespace offprint
