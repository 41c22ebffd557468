// Header fields as HTTP/1 and WARC share them: "Name: value" a line, folded lines, an empty line at the end.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace offprint {

using HeaderFields = std::vector<std::pair<std::string, std::string>>;

/// Takes the first line off `text`, without its line end (CRLF or LF).
std::string_view take_line(std::string_view& text);

/// Reads fields up to the empty line or the end. Lines without a colon are left out; returns how many.
std::size_t parse_header_fields(std::string_view text, HeaderFields& out);

/// First value of a field without regard to case, or "".
std::string_view find_field(const HeaderFields& fields, std::string_view name);

}  // namespace offprint
