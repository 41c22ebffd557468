// Answers out of the archive: what a stored capture said, for scanning and extracting it again.
#pragma once

#include "base/result.h"
#include "crawler/discover.h"
#include "warc/archive.h"

namespace offprint {

/// Status and head of one capture with the payload of another (its own, or a revisit's original),
/// of which at most `max_payload` bytes are read.
Result<Answer> stored_answer(RecordReader& reader, const CaptureSummary& capture, const CaptureSummary& payload, std::size_t max_payload);

}  // namespace offprint
