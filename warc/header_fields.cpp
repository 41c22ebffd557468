#include "warc/header_fields.h"

#include "base/text.h"

namespace offprint {

std::string_view take_line(std::string_view& text) {
  std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::size_t parse_header_fields(std::string_view text, HeaderFields& out) {
  std::size_t odd = 0;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (line.empty()) break;
    if ((line.front() == ' ' || line.front() == '\t') && !out.empty()) {
      out.back().second += ' ';
      out.back().second += trim(line);
      continue;
    }
    std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) ++odd;
    else out.emplace_back(trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
  }
  return odd;
}

std::string_view find_field(const HeaderFields& fields, std::string_view name) {
  for (const auto& [k, v] : fields)
    if (iequals(k, name)) return v;
  return {};
}

}  // namespace offprint
