// Takes the chunked transfer coding off a body, piece by piece (RFC 9112, 7.1).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace offprint {

/// Feed it the body as it came; payload goes to the sink. One thread at a time.
class Dechunker {
 public:
  using Sink = std::function<void(std::string_view)>;

  /// Consumes `bytes`; returns how many of them belong to the body (fewer than given
  /// once the last chunk and its trailers are over).
  std::size_t feed(std::string_view bytes, const Sink& sink);
  bool complete() const { return state_ == State::kDone; }
  bool malformed() const { return state_ == State::kBad; }

 private:
  enum class State { kSize, kExtension, kSizeLf, kData, kDataCr, kDataLf, kTrailerStart, kTrailer, kTrailerLf, kDone, kBad };
  void take(char c);

  State state_ = State::kSize;
  std::uint64_t left_ = 0;
  int digits_ = 0;
  std::uint32_t line_bytes_ = 0;
};

}  // namespace offprint
