// A settings file of any bytes is read or refused with a message.
#include "config/loader.h"
#include "tests/fuzz/fuzz.h"

using namespace offprint;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  MemoryFile file(text_of(data, size));
  Settings settings;
  auto loaded = load_settings(file.path(), settings);
  must(loaded || !loaded.error().message.empty(), "a refusal says why");
  Settings others;
  auto profile = load_profile(file.path(), others);
  must(profile || !profile.error().message.empty(), "a refusal says why");
  return 0;
}
