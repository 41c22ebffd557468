// Compression of records: one zstd frame, gzip member or plain piece each.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace offprint {

enum class Compression { kZstd, kGzip, kNone };

/// From the setting's value; the loader has checked it.
Compression compression_from_name(std::string_view name);
/// By a file name's ending, an ".open" behind it aside: .zst, .gz, or none.
Compression compression_of_name(const std::filesystem::path& path);
/// ".warc.zst", ".warc.gz" or ".warc".
std::string_view warc_extension(Compression c);

using ByteSink = std::function<Result<void>(std::string_view)>;

/// Compresses one record after another. One thread at a time.
class RecordEncoder {
 public:
  /// `dictionary`: bytes of a finished zstd dictionary, or "". They are copied. `quick_level` is for hurry().
  RecordEncoder(Compression compression, int zstd_level, int quick_level, std::string_view dictionary, ByteSink sink);
  ~RecordEncoder();
  RecordEncoder(RecordEncoder&&) noexcept;

  /// The following records take the quick level: more is waiting than the other one can keep up with.
  void hurry(bool on);

  /// Begins a frame or member of exactly `size` uncompressed bytes.
  Result<void> begin(std::uint64_t size);
  Result<void> add(std::string_view bytes);
  Result<void> end();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Takes members and frames apart again, whatever their kind.
class MemberDecoder {
 public:
  MemberDecoder();
  ~MemberDecoder();
  MemberDecoder(MemberDecoder&&) noexcept;
  MemberDecoder& operator=(MemberDecoder&&) noexcept;

  /// Prepares for a member of this kind.
  Result<void> begin(Compression compression);
  struct Step {
    std::size_t consumed = 0;  ///< Of the input.
    std::size_t produced = 0;  ///< Into the output.
    bool ended = false;        ///< The member is complete, its checksum right.
  };
  /// Decompresses as much as fits; kCorrupt when the data are damaged.
  Result<Step> step(std::string_view in, char* out, std::size_t out_size);
  /// A dictionary for the following zstd frames (its plain form).
  Result<void> use_dictionary(std::string_view bytes);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Content size that the zstd frame at the front declares; 0 when it does not.
std::uint64_t zstd_content_size(std::string_view frame);
/// The zstd frame at the front is there to its end.
bool zstd_frame_complete(std::string_view bytes);
/// One zstd frame of `bytes`, with size and checksum.
std::string zstd_frame(std::string_view bytes, int level);

}  // namespace offprint
