// SHA-1 and SHA-256 as a stream, and the text forms that WARC (sha1:BASE32) and lists (hex) use.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace offprint {

enum class DigestAlgorithm { kSha1, kSha256 };

/// Not thread-safe; one stream of bytes each.
class Digest {
 public:
  explicit Digest(DigestAlgorithm algorithm);
  ~Digest();
  Digest(Digest&&) noexcept;
  Digest& operator=(Digest&&) noexcept;

  void update(std::string_view bytes);
  /// Raw bytes of the digest (20 or 32). Ends the stream.
  std::string finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

std::string sha1(std::string_view bytes);
std::string sha256(std::string_view bytes);
std::string hex(std::string_view bytes);
/// RFC 4648 base32 in capitals, with padding where the length needs it.
std::string base32(std::string_view bytes);
/// "" when it is not base32.
std::string base32_decode(std::string_view text);

/// 64-bit identity of a text (XXH3), not stable against an adversary; `seed` makes families.
std::uint64_t hash64(std::string_view text, std::uint64_t seed = 0);

/// "urn:uuid:…" of random version 4, the form of WARC-Record-ID.
std::string random_record_id();

}  // namespace offprint
