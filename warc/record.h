// A WARC record as it is read: named fields, and where it stood.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "warc/header_fields.h"

namespace offprint {

/// Header of one record (WARC 1.1, 4 and 5). Names keep their case; look-up ignores it.
struct WarcHeader {
  std::string version;
  HeaderFields fields;

  std::string_view get(std::string_view name) const;
  std::string_view type() const { return get("WARC-Type"); }
  /// WARC-Target-URI without the angle brackets that older writers put round it.
  std::string_view target_uri() const;
  /// WARC-Record-ID without its angle brackets.
  std::string_view record_id() const;
  std::optional<std::uint64_t> content_length() const;
};

/// Parses header text up to its empty line; folded lines and LF alone are accepted.
Result<WarcHeader> parse_warc_header(std::string_view text);

/// `s` without a pair of angle brackets.
std::string_view without_brackets(std::string_view s);

}  // namespace offprint
