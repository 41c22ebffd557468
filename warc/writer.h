// WarcWriter: appends records to one WARC file. What has been written counts only after sync().
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/file.h"
#include "base/result.h"
#include "base/spool.h"
#include "warc/codec.h"
#include "warc/dictionary.h"

namespace offprint {

/// A record ready to be written: header, then `head`, then `body` are its bytes.
struct OutgoingRecord {
  std::string header;
  std::string head;
  const Spool* body = nullptr;      ///< Not owned; may be null.
  std::uint64_t body_from = 0;      ///< Offset in `body` where the record's part begins.
  std::uint64_t block_size() const { return head.size() + (body ? body->size() - body_from : 0); }
};

/// Where a record stands in its file: compressed offset and length in bytes.
struct Position {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

/// One file, one thread. Buffers up to a mebibyte before it writes.
class WarcWriter {
 public:
  /// Opens `path` (a name ending in .open) for appending at its end. A file that has a dictionary
  /// goes on with it; a new one begins with `dictionary` if one is given (zstd only).
  /// `quick_level` is for hurry(), and for a file without a dictionary; as `zstd_level` where it is 0.
  static Result<WarcWriter> open(const std::filesystem::path& path, Compression compression, int zstd_level, const ZstdDictionary* dictionary = nullptr, int quick_level = 0);

  /// RecordEncoder::hurry of the following records.
  void hurry(bool on) { encoder_.hurry(on); }

  Result<Position> write(const OutgoingRecord& record);
  /// Bytes to the disk, and through to it.
  Result<void> sync();
  /// Drops what was written since `size`, after a failure.
  Result<void> rewind(std::uint64_t size);
  /// Size with what is still buffered.
  std::uint64_t size() const { return size_; }
  bool has_dictionary() const { return has_dictionary_; }
  const std::filesystem::path& path() const { return path_; }

 private:
  WarcWriter(File file, std::filesystem::path path, std::uint64_t size, Compression compression, int level, int quick_level, std::string_view dictionary);
  Result<void> flush();

  std::filesystem::path path_;
  std::uint64_t size_;
  bool has_dictionary_;
  /// The encoder's sink refers to these, so they stay where they are when the writer moves.
  struct Out {
    File file;
    std::string buffer;
    std::uint64_t produced = 0;
  };
  std::unique_ptr<Out> out_;
  RecordEncoder encoder_;
};

}  // namespace offprint
