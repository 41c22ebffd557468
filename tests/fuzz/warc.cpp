// A WARC, ARC or zstd file of any bytes: records and damage, within the file, and always an end.
#include "tests/fuzz/fuzz.h"
#include "warc/reader.h"
#include "warc/summary.h"

using namespace offprint;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  MemoryFile file(text_of(data, size));
  auto reader = WarcReader::open(file.path());
  if (!reader) return 0;
  std::uint64_t last = 0;
  for (int n = 0;; ++n) {
    auto r = reader->next();
    if (!r || !*r) break;
    must(n < 100000, "no endless records");
    must((*r)->offset >= last && (*r)->offset + (*r)->length <= size, "records stand in order within the file");
    last = (*r)->offset;
    (void)summarize(**r, true);
  }
  for (const Damage& d : reader->damage()) must(d.offset + d.length <= size, "damage stands within the file");
  return 0;
}
