// Spool: a body of unknown length in bounded memory; what exceeds it waits in an unlinked temporary file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace offprint {

/// Append, then read as often as wanted. Movable; one thread at a time.
class Spool {
 public:
  /// `memory` bytes are held in memory; `directory` takes the temporary file.
  explicit Spool(std::size_t memory = 1 << 20, std::filesystem::path directory = "/tmp");

  Result<void> append(std::string_view bytes);
  /// Takes a finished buffer over: the body is `size` bytes from `from` on. For an empty spool.
  void adopt(std::unique_ptr<char[]> buffer, std::size_t from, std::size_t size);
  /// Expects this many bytes in all, if they will be held in memory.
  void reserve(std::uint64_t bytes);
  std::uint64_t size() const { return size_; }
  bool in_memory() const { return !file_.is_open(); }
  /// All of it, when in_memory().
  std::string_view view() const { return adopted_ ? std::string_view(adopted_.get() + adopted_from_, static_cast<std::size_t>(size_)) : std::string_view(memory_); }
  /// First `max` bytes.
  Result<std::string> head(std::size_t max) const;
  /// Calls `sink` with the bytes from `from` on, piece by piece; stops at the first error.
  Result<void> read(const std::function<Result<void>(std::string_view)>& sink, std::uint64_t from = 0) const;
  /// Cuts what lies beyond `size`.
  Result<void> shorten(std::uint64_t size);
  /// Gives the memory of a small body away, leaving the spool empty.
  std::string take_memory();

 private:
  /// An adopted buffer's bytes into memory_, where they can grow.
  void own();
  std::size_t limit_;
  std::filesystem::path directory_;
  std::string memory_;
  std::unique_ptr<char[]> adopted_;  ///< In place of memory_.
  std::size_t adopted_from_ = 0;
  File file_;
  std::uint64_t size_ = 0;
};

}  // namespace offprint
