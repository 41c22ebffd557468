// Capture: one exchange as the wire gave it, on its way from the fetcher into the archive.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/spool.h"
#include "base/time.h"

namespace offprint {

/// A stored response, complete and not empty, that a revisit record may refer to.
struct Original {
  std::string url;
  TimePoint date;
  std::string record_id;
  std::string payload_digest;  ///< Raw SHA-1.
  std::uint64_t payload_length = 0;
};

/// Owned by one stage at a time; moved from fetcher to worker to writer.
struct Capture {
  std::string url;
  TimePoint date;
  std::string ip;
  std::vector<std::string> protocols;  ///< Values of WARC-Protocol: "http/1.1", "tls/1.3".
  std::string cipher;
  std::string request_head;            ///< As sent, secrets taken out.
  std::string response_head;           ///< Of the final response, with its empty line.
  std::string interim_heads;           ///< 1xx responses before it.
  Spool body;                          ///< As on the wire, transfer coding included.
  std::string payload_digest;          ///< Raw SHA-1 of the body without its transfer coding.
  std::uint64_t payload_length = 0;
  std::string truncated;               ///< "", "length", "time" or "disconnect".
  /// The server or the time ended it, so that another try may bring more.
  bool cut_short() const { return truncated == "time" || truncated == "disconnect"; }
  std::string certificate;             ///< What is wrong with the server's certificate, archived all the same.
  std::string note;                    ///< Why it is truncated or odd, for people.
  int status = 0;
  std::string mime;
  std::string via;
  std::string hop_path;
  std::int64_t fetch_ms = 0;
  std::optional<Original> confirmed;   ///< For a 304: what the server says is unchanged.
};

}  // namespace offprint
