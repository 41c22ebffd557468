#include "crawler/stored_answer.h"

#include "warc/summary.h"

namespace offprint {
Result<Answer> stored_answer(RecordReader& reader, const CaptureSummary& capture, const CaptureSummary& payload, std::size_t max) {
  auto record = reader.at(capture.file, capture.offset);
  if (!record) return tl::unexpected(record.error());
  StoredHead head = stored_head(*record), of_payload = head;
  if (payload.record_id != capture.record_id) {
    record = reader.at(payload.file, payload.offset);
    if (!record) return tl::unexpected(record.error());
    of_payload = stored_head(*record);
    if (head.fields.status == 0) head.fields = of_payload.fields;  // The empty block of a 304.
  }
  Answer a;
  a.status = head.fields.status;
  a.mime = head.fields.mime();
  a.content_type = head.fields.get("content-type");
  a.content_encoding = head.fields.get("content-encoding");
  a.location = head.fields.get("location");
  (void)read_payload(record->block, of_payload.fields, of_payload.size, [&](std::string_view piece) -> Result<void> {
    a.payload += piece.substr(0, max - std::min(max, a.payload.size()));
    return {};
  });
  return a;
}

}  // namespace offprint
