// Author names: split out of bylines and cleaned of "By", roles, addresses and biographies.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace offprint {

/// "By Ann Lee and Bo Chen, Staff Writers" → {"Ann Lee", "Bo Chen"}. Empty when it holds no name.
std::vector<std::string> clean_authors(std::string_view text);
/// Cleans each and removes doubles.
std::vector<std::string> clean_authors(const std::vector<std::string>& texts);
/// True if a visible block begins like a byline ("By …", "Von …").
bool starts_like_byline(std::string_view text);

}  // namespace offprint
