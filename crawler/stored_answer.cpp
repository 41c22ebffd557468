#include "crawler/stored_answer.h"

#include "warc/http_message.h"

namespace offprint {
namespace {

struct Head {
  HttpHead fields;
  std::size_t size = 0;
};

Head head_of(const StoredRecord& r) {
  constexpr std::size_t kMaxHead = 1 << 20;
  std::string start = r.block.head(kMaxHead).value_or("");
  std::size_t size = std::min(http_head_size(start), start.size());
  return {parse_http_head(std::string_view(start).substr(0, size)), size};
}

}  // namespace

Result<Answer> stored_answer(RecordReader& reader, const CaptureSummary& capture, const CaptureSummary& payload, std::size_t max) {
  auto record = reader.at(capture.file, capture.offset);
  if (!record) return tl::unexpected(record.error());
  Head head = head_of(*record);
  if (payload.record_id != capture.record_id) {
    record = reader.at(payload.file, payload.offset);
    if (!record) return tl::unexpected(record.error());
    Head own = head_of(*record);
    if (head.fields.status == 0) head.fields = own.fields;  // The empty block of a 304.
    head.size = own.size;
  }
  Answer a;
  a.status = head.fields.status;
  a.mime = head.fields.mime();
  a.content_type = head.fields.get("content-type");
  a.content_encoding = head.fields.get("content-encoding");
  a.location = head.fields.get("location");
  (void)read_payload(record->block, head_of(*record).fields, head.size, [&](std::string_view piece) -> Result<void> {
    a.payload += piece.substr(0, max - std::min(max, a.payload.size()));
    return {};
  });
  return a;
}

}  // namespace offprint
