// Builds WARC headers. The one gate through which outside text enters a header.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace offprint {

/// Collects the fields of one record in the order given.
class RecordBuilder {
 public:
  RecordBuilder(std::string_view type, std::string_view record_id, TimePoint date);

  /// Adds a field. A value with a control character is refused: build() then fails.
  RecordBuilder& field(std::string_view name, std::string_view value);
  /// Adds a field whose value is a URI: no space either.
  RecordBuilder& uri(std::string_view name, std::string_view value);
  /// Adds "<value>".
  RecordBuilder& id(std::string_view name, std::string_view value);

  /// Header text with Content-Length and the empty line; kRefused names a bad field.
  Result<std::string> build(std::uint64_t content_length) const;

 private:
  std::string text_;
  std::string refused_;
};

}  // namespace offprint
