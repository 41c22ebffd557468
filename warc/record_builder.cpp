#include "warc/record_builder.h"

#include <algorithm>

#include "warc/warc_format.h"

namespace offprint {
namespace {

bool has_control(std::string_view s) {
  return std::any_of(s.begin(), s.end(), [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F; });
}

}  // namespace

RecordBuilder::RecordBuilder(std::string_view type, std::string_view record_id, TimePoint date) {
  text_ = std::string(warc_format::kVersion) + "\r\n";
  field("WARC-Type", type);
  id("WARC-Record-ID", record_id);
  field("WARC-Date", format_iso8601(date));
}

RecordBuilder& RecordBuilder::field(std::string_view name, std::string_view value) {
  if (has_control(name) || has_control(value)) {
    if (refused_.empty()) refused_ = name;
    return *this;
  }
  ((text_ += name) += ": ") += value;
  text_ += "\r\n";
  return *this;
}

RecordBuilder& RecordBuilder::uri(std::string_view name, std::string_view value) {
  if (value.find(' ') != std::string_view::npos) {
    if (refused_.empty()) refused_ = name;
    return *this;
  }
  return field(name, value);
}

RecordBuilder& RecordBuilder::id(std::string_view name, std::string_view value) { return uri(name, "<" + std::string(value) + ">"); }

Result<std::string> RecordBuilder::build(std::uint64_t content_length) const {
  if (!refused_.empty()) return fail(ErrorKind::kRefused, "a control character or space stands in the value of " + refused_);
  return text_ + "Content-Length: " + std::to_string(content_length) + "\r\n\r\n";
}

}  // namespace offprint
