#include "warc/dechunker.h"

#include <algorithm>

namespace offprint {
namespace {

constexpr std::uint32_t kMaxLine = 16384;

int hex_value(char c) {
  return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

}  // namespace

void Dechunker::take(char c) {
  auto size_line_ends = [&] {
    line_bytes_ = 0;
    state_ = digits_ == 0 ? State::kBad : left_ == 0 ? State::kTrailerStart : State::kData;
  };
  if (++line_bytes_ > kMaxLine) {
    state_ = State::kBad;
    return;
  }
  switch (state_) {
    case State::kSize: {
      int v = hex_value(c);
      if (v >= 0) {
        if (++digits_ > 15) state_ = State::kBad;
        left_ = left_ * 16 + static_cast<unsigned>(v);
      } else if (c == '\n') {
        size_line_ends();
      } else if (c == '\r') {
        state_ = State::kSizeLf;
      } else {
        state_ = c == ';' || c == ' ' || c == '\t' ? State::kExtension : State::kBad;
      }
      break;
    }
    case State::kExtension:
      if (c == '\n') size_line_ends();
      break;
    case State::kSizeLf:
      if (c == '\n') size_line_ends();
      else state_ = State::kBad;
      break;
    case State::kDataCr:
      state_ = c == '\r' ? State::kDataLf : c == '\n' ? State::kSize : State::kBad;
      digits_ = 0;
      break;
    case State::kDataLf:
      state_ = c == '\n' ? State::kSize : State::kBad;
      line_bytes_ = 0;
      break;
    case State::kTrailerStart:
      state_ = c == '\n' ? State::kDone : c == '\r' ? State::kTrailerLf : State::kTrailer;
      break;
    case State::kTrailer:
      if (c == '\n') state_ = State::kTrailerStart;
      break;
    case State::kTrailerLf:
      state_ = c == '\n' ? State::kDone : State::kBad;
      break;
    default: break;
  }
}

std::size_t Dechunker::feed(std::string_view bytes, const Sink& sink) {
  std::size_t i = 0;
  while (i < bytes.size() && state_ != State::kDone && state_ != State::kBad) {
    if (state_ != State::kData) {
      take(bytes[i++]);
      continue;
    }
    std::size_t n = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size() - i));
    if (sink) sink(bytes.substr(i, n));
    i += n;
    left_ -= n;
    if (left_ == 0) {
      state_ = State::kDataCr;
      line_bytes_ = 0;
    }
  }
  return state_ == State::kBad ? bytes.size() : i;
}

}  // namespace offprint
