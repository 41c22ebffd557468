// Any robots.txt answers; what it answers for the empty target it answers for "/".
#include "crawler/robots.h"
#include "tests/fuzz/fuzz.h"

using namespace offprint;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  RobotsTxt robots = RobotsTxt::parse(text_of(data, size));
  must(robots.allows("offprint", "") == robots.allows("offprint", "/"), "the empty target is the root");
  (void)robots.allows("offprint", "/a/b%2fc?d=*$");
  (void)robots.crawl_delay("offprint");
  return 0;
}
