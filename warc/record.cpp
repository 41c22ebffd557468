#include "warc/record.h"

#include <charconv>

#include "base/text.h"

namespace offprint {

std::string_view without_brackets(std::string_view s) {
  return s.size() >= 2 && s.front() == '<' && s.back() == '>' ? s.substr(1, s.size() - 2) : s;
}

std::string_view WarcHeader::get(std::string_view name) const {
  for (const auto& [k, v] : fields)
    if (iequals(k, name)) return v;
  return {};
}

std::string_view WarcHeader::target_uri() const { return without_brackets(get("WARC-Target-URI")); }
std::string_view WarcHeader::record_id() const { return without_brackets(get("WARC-Record-ID")); }

std::optional<std::uint64_t> WarcHeader::content_length() const {
  std::string_view s = get("Content-Length");
  std::uint64_t n = 0;
  auto [p, ec] = std::from_chars(s.data(), s.data() + s.size(), n);
  if (s.empty() || ec != std::errc() || p != s.data() + s.size()) return std::nullopt;
  return n;
}

Result<WarcHeader> parse_warc_header(std::string_view text) {
  WarcHeader out;
  bool first = true;
  while (!text.empty()) {
    std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (first) {
      if (!line.starts_with("WARC/")) return fail(ErrorKind::kCorrupt, "record does not begin with WARC/");
      out.version = line;
      first = false;
      continue;
    }
    if (line.empty()) break;
    if ((line.front() == ' ' || line.front() == '\t') && !out.fields.empty()) {
      out.fields.back().second += ' ';
      out.fields.back().second += trim(line);
      continue;
    }
    std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return fail(ErrorKind::kCorrupt, "header line without a colon");
    out.fields.emplace_back(trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
  }
  if (!out.content_length()) return fail(ErrorKind::kCorrupt, "record without a usable Content-Length");
  return out;
}

}  // namespace offprint
