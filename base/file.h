// Files with explicit durability: every call says whether it waits for the disk.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace offprint {

/// An open file descriptor; closes on destruction. Movable; one thread at a time.
class File {
 public:
  File() = default;
  explicit File(int fd, std::string name = "") : fd_(fd), name_(std::move(name)) {}
  ~File();
  File(File&& o) noexcept;
  File& operator=(File&& o) noexcept;

  static Result<File> open_read(const std::filesystem::path& path);
  /// Creates it if missing; the position is the end.
  static Result<File> open_append(const std::filesystem::path& path);
  /// An unlinked temporary file under `directory`.
  static Result<File> temporary(const std::filesystem::path& directory);

  bool is_open() const { return fd_ >= 0; }
  int fd() const { return fd_; }
  const std::string& name() const { return name_; }
  Result<std::uint64_t> size() const;
  /// Writes all of it or fails (a short write counts as failure).
  Result<void> write(std::string_view bytes);
  /// Reads at most `size` bytes at `offset`; "" at the end.
  Result<std::string> read_at(std::uint64_t offset, std::size_t size) const;
  Result<std::size_t> read_at(std::uint64_t offset, char* to, std::size_t size) const;
  Result<void> truncate(std::uint64_t size);
  /// fsync. A failure means that what was written may be lost: never retry it.
  Result<void> sync();
  void close();

 private:
  int fd_ = -1;
  std::string name_;
};

Result<void> sync_directory(const std::filesystem::path& directory);
Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t max_bytes);
/// Temporary file, fsync, rename, fsync of the folder: readers see the old or the new whole.
Result<void> write_file_durably(const std::filesystem::path& path, std::string_view bytes);

/// Holds an advisory lock on a file until destroyed.
class FileLock {
 public:
  /// kBusy when another process holds it.
  static Result<FileLock> acquire(const std::filesystem::path& path);

 private:
  File file_;
};

}  // namespace offprint
