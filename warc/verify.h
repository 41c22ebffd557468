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

/// Told now and then: bytes read so far of this file, and its size.
using VerifyProgress = std::function<void(const std::string& file, std::uint64_t done, std::uint64_t size)>;

/// One file. An unfinished tail of an ".open" file is a note.
Result<void> verify_file(const std::filesystem::path& path, VerifyResult& result, const VerifyProgress& progress = {});

/// All files of an archive; that each revisit's original is there; CDXJ files and state against
/// the records. Nothing is changed. Memory: 8 bytes a capture, and the captures of one file.
Result<VerifyResult> verify_archive(const ArchiveLayout& layout, const VerifyProgress& progress = {});

}  // namespace offprint
