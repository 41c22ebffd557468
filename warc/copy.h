// Copying records from file to file: as they are, without some, or with revisits made whole again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "warc/reader.h"
#include "warc/writer.h"

namespace offprint {

/// Where the responses of some files stand, to find a revisit's original by: 24 bytes a response.
class OriginalFinder {
 public:
  /// Reads through the files.
  static Result<OriginalFinder> of_files(std::vector<std::filesystem::path> files);
  /// By record id, or by URI and date where the revisit names none; nothing if it is not there.
  Result<std::optional<StoredRecord>> find(const WarcHeader& revisit);

 private:
  struct Place {
    std::uint32_t file;
    std::uint64_t offset;
  };
  std::vector<std::filesystem::path> files_;
  std::unordered_map<std::uint64_t, Place> places_;
  std::optional<std::pair<std::uint32_t, WarcReader>> open_;
};

struct CopyOptions {
  std::function<bool(const WarcHeader&)> leave_out;   ///< Records that are not copied.
  OriginalFinder* originals = nullptr;                ///< For inflate_all, and for revisits whose original is left out.
  bool inflate_all = false;                           ///< Revisits become the responses that they stand for.
  /// Called for each record written, with its header as written (the block is that of the source).
  std::function<Result<void>(const std::string& header, const StoredRecord& source, Position at)> written;
};

struct CopyResult {
  std::uint64_t records = 0, left_out = 0, inflated = 0;
  std::uint64_t unresolved = 0;  ///< Revisits to be inflated whose original is nowhere: copied as they are.
};

Result<CopyResult> copy_records(WarcReader& from, WarcWriter& to, const CopyOptions& options);

}  // namespace offprint
