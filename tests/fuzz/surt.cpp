// A SURT key has no control characters, and depends on the URL alone.
#include "base/surt.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string key = offprint::surt_key(text_of(data, size));
  must(key == offprint::surt_key(text_of(data, size)), "the same key again");
  return 0;
}
