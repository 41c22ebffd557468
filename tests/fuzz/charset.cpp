// Whatever the bytes and the label: valid UTF-8 comes out.
#include "base/charset.h"
#include "base/text.h"
#include "tests/fuzz/fuzz.h"

using namespace offprint;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view s = text_of(data, size);
  std::size_t line = std::min(s.find('\n'), s.size());
  must(valid_utf8(decode(s, sniff_html_encoding(s, s.substr(0, line))).text), "valid UTF-8");
  must(valid_utf8(decode(s, encoding_for_label(s.substr(0, line))).text), "valid UTF-8");
  (void)detect_encoding(s);
  return 0;
}
