// Checks WARC files and archives: framing, digests, references, and index against files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "warc/archive.h"

namespace offprint {

/// A fault makes `verify` fail; a note is worth telling and nothing more.
struct Finding {
  bool fault = true;
  std::string file;
  std::uint64_t offset = 0;
  std::string message;
};

struct VerifyResult {
  std::uint64_t files = 0, records = 0, captures = 0, bytes = 0;
  std::vector<Finding> findings;
  bool sound() const;
};

/// One file. An unfinished tail of an ".open" file is a note.
Result<void> verify_file(const std::filesystem::path& path, VerifyResult& result);

/// All files of an archive, and the state against them where there is one. Nothing is changed.
Result<VerifyResult> verify_archive(const ArchiveLayout& layout);

}  // namespace offprint
