// SHA-1 of many texts at once: each in a lane of the processor's vectors, so that verifying a file
// costs a third of what one text after the other does.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace offprint {

/// Raw digests, in the order of the texts.
std::vector<std::string> sha1_of_each(const std::vector<std::string_view>& texts);

}  // namespace offprint
