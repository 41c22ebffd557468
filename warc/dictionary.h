// Content dictionaries: a publication's own latest pages, finished as a zstd dictionary that
// stands at the head of a WARC file (WARC-Zstandard 1.0, a proposed specification).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace offprint {

/// Immutable bytes of a finished dictionary: with magic, id and entropy tables.
class ZstdDictionary {
 public:
  /// From pages, the most useful last; what is over `max_bytes` is left out from the front.
  /// kInvalid when they are too few or too small to make one.
  static Result<ZstdDictionary> build(const std::vector<std::string>& pages, std::size_t max_bytes);
  /// Of a file that begins with one; nothing for a file that does not.
  static Result<std::optional<ZstdDictionary>> of_file(const std::filesystem::path& path);
  /// Plain or zstd-compressed form. kCorrupt for anything else.
  static Result<ZstdDictionary> parse(std::string_view bytes);

  std::string_view bytes() const { return bytes_; }
  std::uint32_t id() const;
  /// The skippable frame for the head of a file, with the dictionary compressed.
  std::string frame() const;

 private:
  explicit ZstdDictionary(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string bytes_;
};

}  // namespace offprint
