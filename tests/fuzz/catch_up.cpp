// The start after a crash, on an open WARC file of any bytes: it ends, keeps what is intact, and leaves an archive
// in which nothing is wrong.
#include <filesystem>
#include <fstream>

#include "base/log.h"
#include "tests/fuzz/fuzz.h"
#include "warc/archive.h"
#include "warc/verify.h"

using namespace offprint;
namespace fs = std::filesystem;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  set_log_level(LogLevel::kError);
  if (size == 0) return 0;
  static const fs::path root = fs::path("/dev/shm") / ("offprint-fuzz-" + std::to_string(::getpid()));
  std::error_code ec;
  fs::remove_all(root, ec);
  fs::create_directories(root / "warc", ec);
  // The first byte chooses the compression that the name speaks of.
  const char* endings[] = {".warc.zst.open", ".warc.gz.open", ".warc.open"};
  std::ofstream(root / "warc" / (std::string("s-20260101000000-00000") + endings[data[0] % 3]), std::ios::binary).write(reinterpret_cast<const char*>(data + 1), static_cast<std::streamsize>(size - 1));
  {
    auto archive = Archive::open_for_writing(root);
    must(archive.has_value() || archive.error().kind != ErrorKind::kInvalid, "an archive opens, or says why not");
  }
  auto again = Archive::open_for_writing(root);  // What was mended needs no mending.
  if (again) {
    again->reset();
    auto sound = verify_archive(ArchiveLayout{root});
    must(sound.has_value(), "what a start leaves can be verified");
    for (const Finding& f : sound->findings) must(!f.fault || f.message.find("gives no record") == std::string::npos || f.message.find("give no record") == std::string::npos, "no damage is left in warc/");
  }
  fs::remove_all(root, ec);
  return 0;
}
