// A head that is read and written again is read as the same fields.
#include "tests/fuzz/fuzz.h"
#include "warc/http_message.h"

using namespace offprint;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view s = text_of(data, size);
  std::size_t n = http_head_size(s);
  must(n == std::string::npos || n <= s.size(), "a head is no longer than its block");
  HttpHead head = parse_http_head(s);
  std::string again = head.first_line + "\r\n";
  for (const auto& [name, value] : head.fields) {
    must(value.find_first_of("\r\n") == std::string::npos, "no line end in a value");
    again += name + ": " + value + "\r\n";
  }
  must(parse_http_head(again + "\r\n").fields == head.fields, "fields survive being written");
  (void)head.mime();
  (void)head.chunked();
  return 0;
}
