// WarcReader: gives every intact record of a file, in order, whatever its compression.
// After damage it goes on at the next frame, member or record, and reports what it skipped.
// ARC files (Internet Archive, version 1) are read as well: their records come as WARC ones.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "base/spool.h"
#include "warc/byte_window.h"
#include "warc/codec.h"
#include "warc/record.h"

namespace offprint {

/// A record with its block, and where it stands.
struct StoredRecord {
  WarcHeader header;
  std::string raw_header;       ///< As it stands in the file, with its empty line; made up for ARC records.
  Spool block;
  std::uint64_t offset = 0;     ///< Of the frame, member or plain record in the file.
  std::uint64_t length = 0;     ///< Compressed.
  bool shares_member = false;   ///< The member holds other records too.
};

/// Bytes of a file that gave no record.
struct Damage {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  std::string reason;
  bool at_end = false;  ///< Nothing intact follows: an unfinished tail.
};

/// One file, one thread. Memory is bounded: large blocks go to temporary files.
class WarcReader {
 public:
  static Result<WarcReader> open(const std::filesystem::path& path);

  /// Begins again at a record's offset.
  void seek(std::uint64_t offset);
  /// The next intact record, or nothing at the end. Errors are of the operating system only.
  Result<std::optional<StoredRecord>> next();
  /// What was skipped so far.
  const std::vector<Damage>& damage() const { return damage_; }
  /// Offset behind the last intact record.
  std::uint64_t intact_end() const { return intact_end_; }
  /// How far it has read.
  std::uint64_t position() const { return raw_position(); }
  Compression compression() const { return compression_; }

 private:
  explicit WarcReader(File file, std::uint64_t size) : file_(std::move(file)), file_size_(size) {}
  enum class Fill { kData, kMemberEnd, kFileEnd };
  Result<void> prepare();
  Result<Fill> fill();
  Result<std::size_t> room_for_frame();
  Result<bool> begin_member();
  /// At least `wanted` bytes of input, unless the file ends.
  Result<std::string_view> input(std::size_t wanted = 1);
  Result<StoredRecord> read_record();
  Result<std::size_t> find_header_end();
  Result<StoredRecord> read_arc_record();
  Result<StoredRecord> finish(StoredRecord record);
  /// Where in a plain file the next byte to be parsed stands.
  std::uint64_t plain_position() const { return raw_position() - plain_.view().size(); }
  /// Where in the file the next byte to be decoded stands.
  std::uint64_t raw_position() const { return raw_end_ - raw_.view().size(); }
  /// True when the block goes on in the next member: some writers part a record so.
  Result<bool> goes_on();
  /// The usual record, decoded whole and alone in its frame: its block is the decoder's own buffer.
  bool take_block(StoredRecord& record, std::uint64_t size);
  Result<void> read_block(StoredRecord& record, std::uint64_t size);
  Result<void> read_end_mark(StoredRecord& record);
  Result<bool> resynchronise(std::uint64_t from);
  Result<std::optional<std::uint64_t>> find_start(std::uint64_t from);
  void note_damage(std::uint64_t from, std::uint64_t to, std::string reason, bool at_end);

  File file_;
  std::uint64_t file_size_;
  Compression compression_ = Compression::kNone;
  MemberDecoder decoder_;

  ByteWindow raw_;                ///< Input read from the file, not yet decoded.
  std::uint64_t raw_end_ = 0;     ///< File offset behind raw_.
  ByteWindow plain_;              ///< Decoded, not yet parsed.
  bool arc_ = false;
  bool in_member_ = false;
  bool first_in_member_ = true;
  std::uint64_t member_offset_ = 0;
  std::uint64_t intact_end_ = 0;
  std::vector<Damage> damage_;
};

}  // namespace offprint
