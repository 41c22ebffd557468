// Archive: the folder on disk, its lock, and its state database. Opening one for writing
// brings it back to a consistent state after whatever happened before.
#pragma once

#include <filesystem>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "warc/state.h"

namespace offprint {

/// Paths of an archive (DESIGN §5).
struct ArchiveLayout {
  std::filesystem::path root;
  std::filesystem::path warc() const { return root / "warc"; }
  std::filesystem::path index() const { return root / "index"; }
  std::filesystem::path corpus() const { return root / "corpus"; }
  /// Files that a start has put aside because part of them gives no record; see recovery.h.
  std::filesystem::path damaged() const { return root / "damaged"; }
  std::filesystem::path logs() const { return root / "logs"; }
  std::filesystem::path reports() const { return root / "reports"; }
  std::filesystem::path state() const { return root / "state.sqlite"; }
  std::filesystem::path exclusions() const { return root / "exclusions.jsonl"; }
  std::filesystem::path lock() const { return root / ".lock"; }
  /// The WARC file of this name as it lies now, with or without ".open".
  std::filesystem::path find_warc(const std::string& name) const;
  /// Names of all WARC files, sorted, without ".open".
  Result<std::vector<std::string>> warc_names() const;
};

/// True for a folder that looks like an archive.
bool is_archive(const std::filesystem::path& directory);

/// An archive held for writing. Members are used by one thread at a time.
class Archive {
 public:
  /// Creates the folder if needed, locks it (kBusy), opens or rebuilds the state, recovers
  /// files left open. What was recovered is logged.
  static Result<std::unique_ptr<Archive>> open_for_writing(const std::filesystem::path& root);

  const ArchiveLayout& layout() const { return layout_; }
  Database& database() { return *database_; }
  ArchiveState& state() { return *state_; }
  /// True when the state was lost and has been rebuilt from the WARC files.
  bool rebuilt() const { return rebuilt_; }

 private:
  Archive() = default;
  Result<void> open_state();

  ArchiveLayout layout_;
  FileLock lock_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<ArchiveState> state_;
  bool rebuilt_ = false;
};

/// Reads records by file and offset, and keeps the files read last open, with their dictionaries.
/// One thread at a time.
class RecordReader {
 public:
  explicit RecordReader(ArchiveLayout layout, std::size_t open_files = 8) : layout_(std::move(layout)), open_files_(open_files) {}
  Result<StoredRecord> at(const std::string& file, std::uint64_t offset);

 private:
  Result<StoredRecord> read(WarcReader& reader, const std::string& file, std::uint64_t offset);

  ArchiveLayout layout_;
  std::size_t open_files_;
  std::list<std::pair<std::string, std::unique_ptr<WarcReader>>> readers_;  ///< Used last first.
};

/// One record, without a RecordReader of its own.
Result<StoredRecord> read_record_at(const ArchiveLayout& layout, const std::string& file, std::uint64_t offset);

}  // namespace offprint
