// Adopting WARC and ARC files that other programs wrote.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "warc/archive.h"

namespace offprint {

struct Imported {
  std::string name;            ///< Within warc/.
  std::uint64_t captures = 0;
  bool rewritten = false;      ///< Not kept byte for byte: its records could not be addressed one by one, or some are damaged.
  std::vector<Damage> damage;  ///< What of the original gave no record.
};

/// Copies a file into the archive, byte for byte where each record has a member or frame of its
/// own, else record by record, and takes its captures into state and index. It counts as sealed:
/// nothing is appended to it. The original stays as it is. kInvalid when it is there already.
/// May throw DatabaseError.
Result<Imported> import_file(Archive& archive, const std::filesystem::path& file);

}  // namespace offprint
