// Chunked bodies give the same payload wherever they are cut, and content codings stay bounded.
#include "tests/fuzz/fuzz.h"
#include "warc/dechunker.h"
#include "warc/http_message.h"

using namespace offprint;

namespace {

std::string payload(std::string_view s, std::size_t piece) {
  Dechunker d;
  std::string out;
  while (!s.empty() && !d.complete() && !d.malformed()) {
    std::size_t n = std::min(piece, s.size());
    std::size_t used = d.feed(s.substr(0, n), [&](std::string_view p) { out += p; });
    s.remove_prefix(used < n ? s.size() : n);
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view s = text_of(data, size);
  must(payload(s, 1) == payload(s, 1 << 20), "the cut does not matter");
  for (const char* coding : {"gzip", "deflate"}) must(remove_content_coding(std::string(s), coding, 1 << 20).bytes.size() <= (1 << 20), "unfolding is bounded");
  return 0;
}
