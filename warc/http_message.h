// HTTP/1 message heads as they stand in WARC blocks, and the payload inside their bodies.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/spool.h"
#include "warc/header_fields.h"

namespace offprint {

/// A parsed response or request head. Names keep their case; look-up ignores it.
struct HttpHead {
  int status = 0;  ///< 0 for a request or an unreadable status line.
  std::string first_line;
  HeaderFields fields;

  /// First value of a field, or "".
  std::string_view get(std::string_view name) const;
  bool chunked() const;
  /// Media type in lower case without parameters, or "".
  std::string mime() const;
};

/// Parses a head up to its empty line; lenient towards LF-only and odd lines.
HttpHead parse_http_head(std::string_view head);
/// Size of the head within a block: behind the empty line, or npos.
std::size_t http_head_size(std::string_view block);

/// The body with its transfer coding removed and its content coding kept: what
/// WARC-Payload-Digest is over. `block` holds head and body.
Result<void> read_payload(const Spool& block, const HttpHead& head, std::size_t head_size,
                          const std::function<Result<void>(std::string_view)>& sink);

/// Undoes gzip and deflate content codings in memory, up to `max_bytes` and a
/// ratio of 1000; what is cut or unknown is returned as far as it got.
struct Unfolded {
  std::string bytes;
  bool truncated = false;
  bool unknown_coding = false;
};
Unfolded remove_content_coding(std::string bytes, std::string_view content_encoding, std::size_t max_bytes);

}  // namespace offprint
