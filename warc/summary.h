// What the index keeps of a capture, and how it is had from a WARC record.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "warc/http_message.h"
#include "warc/reader.h"

namespace offprint {

/// Longer media types are clipped, wherever they are kept.
inline constexpr std::size_t kMaxMime = 200;

/// One response or revisit record in the archive.
struct CaptureSummary {
  std::string url;
  TimePoint date;
  std::string record_id;
  bool revisit = false;
  int status = 0;
  std::string mime;
  std::string payload_digest;        ///< Raw SHA-1 bytes of the payload.
  std::uint64_t payload_length = 0;  ///< 0 for a revisit read from a file.
  std::string truncated;             ///< Value of WARC-Truncated for a response, or "".
  std::string file;                  ///< Name within warc/, without ".open".
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  std::string warcinfo_id;
  std::string etag, last_modified;   ///< As the server sent them, clipped; "" for what can't be sent back.
  std::string refers_to;             ///< Record id of a revisit's original.
};

/// A header value that may be sent back in a conditional request: visible, of bounded length; else "".
std::string validator(std::string_view value);

/// The HTTP head at the front of a record's block, and how many bytes it takes; all of a block
/// that has no end of a head within the first mebibyte.
struct StoredHead {
  HttpHead fields;
  std::size_t size = 0;
};
StoredHead stored_head(const StoredRecord& record);

/// SHA-1 digests of a record that are known already, raw; "" where one is not.
struct KnownDigests {
  std::string block, payload;
};
/// Of several records together, which costs a third of one after the other. Only what lies in
/// memory as it is: not large blocks, nor payloads under a transfer coding.
std::vector<KnownDigests> digests_of(const std::vector<StoredRecord>& records);

/// Nothing for a record that is neither response nor revisit. Checks and counts the payload.
struct SummaryResult {
  CaptureSummary capture;
  std::string sha256;         ///< Of the payload; "" for a revisit.
  bool digest_wrong = false;  ///< WARC-Payload-Digest disagrees with the bytes.
};
std::optional<SummaryResult> summarize(const StoredRecord& record, bool with_sha256, const KnownDigests& known = {});

/// True when WARC-Block-Digest is absent or right.
bool block_digest_right(const StoredRecord& record, const KnownDigests& known = {});

}  // namespace offprint
