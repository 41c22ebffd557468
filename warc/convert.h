// Copies WARC and ARC files from one compression to another, record by record.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "warc/codec.h"
#include "warc/reader.h"

namespace offprint {

struct ConvertOptions {
  Compression to = Compression::kGzip;
  int zstd_level = 3;
  std::size_t dictionary = 0;  ///< Bytes of the file's own latest pages for its dictionary; 0 for none (zstd only).
  bool inflate = false;        ///< Revisits become the responses that they stand for, wherever `originals` has them.
  std::vector<std::filesystem::path> originals = {};  ///< Files that may hold them; the input is always one.
};

struct ConvertResult {
  std::uint64_t records = 0, bytes_in = 0, bytes_out = 0;
  std::uint64_t inflated = 0, unresolved = 0;  ///< Revisits made whole, and those whose original is nowhere.
  std::vector<Damage> damage;  ///< What of the input gave no record, and so is not in the output.
};

/// Writes every intact record of `in` to `out`, which must not exist, each with the header and
/// block that it has; `in` is left as it is. The output appears under its name only when it is
/// whole and on the disk.
Result<ConvertResult> convert_file(const std::filesystem::path& in, const std::filesystem::path& out, const ConvertOptions& options);

}  // namespace offprint
