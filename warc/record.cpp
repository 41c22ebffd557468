#include "warc/record.h"

#include <charconv>

#include "base/text.h"

namespace offprint {

std::string_view without_brackets(std::string_view s) {
  return s.size() >= 2 && s.front() == '<' && s.back() == '>' ? s.substr(1, s.size() - 2) : s;
}

std::string_view WarcHeader::get(std::string_view name) const { return find_field(fields, name); }
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
  out.version = take_line(text);
  if (!out.version.starts_with("WARC/")) return fail(ErrorKind::kCorrupt, "record does not begin with WARC/");
  if (parse_header_fields(text, out.fields) > 0) return fail(ErrorKind::kCorrupt, "header line without a colon");
  if (!out.content_length()) return fail(ErrorKind::kCorrupt, "record without a usable Content-Length");
  return out;
}

}  // namespace offprint
