#include "warc/header_fields.h"

#include <algorithm>

#include "base/text.h"

namespace offprint {

std::string_view take_line(std::string_view& text) {
  std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

namespace {

/// A CR that ends no line becomes a space (RFC 9112, 2.2).
std::string field_value(std::string_view s) {
  std::string out(s);
  std::replace(out.begin(), out.end(), '\r', ' ');
  return std::string(trim(out));
}

}  // namespace

std::size_t parse_header_fields(std::string_view text, HeaderFields& out) {
  std::size_t odd = 0;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (line.empty()) break;
    if ((line.front() == ' ' || line.front() == '\t') && !out.empty()) {
      std::string more = field_value(line);
      if (!out.back().second.empty() && !more.empty()) out.back().second += ' ';
      out.back().second += more;
      continue;
    }
    std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) ++odd;
    else out.emplace_back(field_value(line.substr(0, colon)), field_value(line.substr(colon + 1)));
  }
  return odd;
}

std::string_view find_field(const HeaderFields& fields, std::string_view name) {
  for (const auto& [k, v] : fields)
    if (iequals(k, name)) return v;
  return {};
}

}  // namespace offprint
