// Names and constants of the formats in an archive, for writer and reader alike
// (WARC 1.1, ISO 28500:2017; WARC-Zstandard 1.0, a proposed specification).
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace offprint::warc_format {

inline constexpr std::string_view kVersion = "WARC/1.1";
inline constexpr std::string_view kRevisitIdentical = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest";
inline constexpr std::string_view kRevisitNotModified = "http://netpreserve.org/warc/1.1/revisit/server-not-modified";
inline constexpr std::string_view kConformsTo = "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/";

inline constexpr std::uint32_t kZstdMagic = 0xFD2FB528;
inline constexpr std::uint32_t kZstdSkippable = 0x184D2A50;  ///< … to 0x184D2A5F
inline constexpr std::uint32_t kZstdDictionary = 0x184D2A5D;
inline constexpr std::size_t kMaxDictionaryBytes = 8 << 20;  ///< The limit of WARC-Zstandard.
inline constexpr int kMaxWindowLog = 23;  ///< 8 MiB, the limit of WARC-Zstandard.

inline constexpr std::size_t kMaxHeaderBytes = 1 << 20;  ///< Of one record's WARC header, on reading.

inline constexpr std::size_t kMaxArcLine = 64 << 10;

/// The little-endian number at the front, as in frame headers; 0 where there are fewer than four bytes.
inline std::uint32_t le32(std::string_view s) {
  std::uint32_t v = 0;
  if (s.size() >= sizeof v) std::memcpy(&v, s.data(), sizeof v);
  return v;
}

inline constexpr std::string_view kOpenSuffix = ".open";

}  // namespace offprint::warc_format
