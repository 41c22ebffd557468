// Sixteen lanes (FIPS 180-4, 6.1.2 in each). A lane works through the whole blocks of its text, then
// through one or two blocks with the rest and the padding, then takes the next text. All lanes advance
// together, by as many blocks as the shortest segment at hand has.
#include "base/sha1_many.h"

#include <array>
#include <cstdint>
#include <cstring>

#include "base/digest.h"

namespace offprint {
namespace {

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)

constexpr std::size_t kLanes = 16;
constexpr std::size_t kBlock = 64;
constexpr std::size_t kWorthIt = 6;  ///< Fewer texts go faster one by one, with the SHA instructions.

using Words = std::uint32_t __attribute__((vector_size(4 * kLanes)));
using State = std::array<Words, 5>;
using Pointers = std::array<const unsigned char*, kLanes>;

#define OFFPRINT_ROTATE(x, n) (((x) << (n)) | ((x) >> (32 - (n))))
#define OFFPRINT_ROUND(f, k)                                        \
  {                                                                 \
    const Words next = OFFPRINT_ROTATE(a, 5) + (f) + e + (k) + w[t % 16]; \
    e = d, d = c, c = OFFPRINT_ROTATE(b, 30), b = a, a = next;      \
  }
#define OFFPRINT_EXPAND()                                                                        \
  {                                                                                              \
    const Words x = w[(t + 13) % 16] ^ w[(t + 8) % 16] ^ w[(t + 2) % 16] ^ w[t % 16];            \
    w[t % 16] = OFFPRINT_ROTATE(x, 1);                                                           \
  }

#define OFFPRINT_INLINE inline __attribute__((always_inline))

/// Word t of every lane into w[t], word by word.
OFFPRINT_INLINE void gather_words(Words (&w)[16], const Pointers& data) {
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    for (std::size_t t = 0; t < 16; ++t) {
      std::uint32_t word;
      std::memcpy(&word, data[lane] + 4 * t, 4);
      reinterpret_cast<std::uint32_t*>(&w[t])[lane] = __builtin_bswap32(word);
    }
}

/// The same as a transposition in four rounds of shuffles: pays with 512-bit registers.
OFFPRINT_INLINE void transpose_words(Words (&w)[16], const Pointers& data) {
  using Picks = std::int32_t __attribute__((vector_size(4 * kLanes)));
  Words x[16];
  for (std::size_t lane = 0; lane < kLanes; ++lane) std::memcpy(&x[lane], data[lane], kBlock);
  // Each round interleaves row i with row i + 8; four rounds turn rows into columns.
  constexpr Picks kLow = {0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23};
  constexpr Picks kHigh = {8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31};
#pragma GCC unroll 4
  for (int round = 0; round < 4; ++round) {
    Words* from = round % 2 == 0 ? x : w;
    Words* to = round % 2 == 0 ? w : x;
#pragma GCC unroll 8
    for (std::size_t i = 0; i < 8; ++i) {
      to[2 * i] = __builtin_shuffle(from[i], from[i + 8], kLow);
      to[2 * i + 1] = __builtin_shuffle(from[i], from[i + 8], kHigh);
    }
  }
#pragma GCC unroll 16
  for (std::size_t t = 0; t < 16; ++t)
    w[t] = (OFFPRINT_ROTATE(x[t], 8) & 0x00FF00FFu) | (OFFPRINT_ROTATE(x[t], 24) & 0xFF00FF00u);
}

/// Blocks of every lane.
template <bool kTranspose>
OFFPRINT_INLINE void compress_lanes(State& s, Pointers& data, std::size_t blocks) {
  for (; blocks > 0; --blocks) {
    Words w[16];
    if constexpr (kTranspose) transpose_words(w, data);
    else gather_words(w, data);
    for (const unsigned char*& lane : data) lane += kBlock;
    Words a = s[0], b = s[1], c = s[2], d = s[3], e = s[4];
    int t = 0;
#pragma GCC unroll 16
    for (; t < 16; ++t) OFFPRINT_ROUND(d ^ (b & (c ^ d)), 0x5A827999u)
#pragma GCC unroll 4
    for (; t < 20; ++t) {
      OFFPRINT_EXPAND() OFFPRINT_ROUND(d ^ (b & (c ^ d)), 0x5A827999u)
    }
#pragma GCC unroll 20
    for (; t < 40; ++t) {
      OFFPRINT_EXPAND() OFFPRINT_ROUND(b ^ c ^ d, 0x6ED9EBA1u)
    }
#pragma GCC unroll 20
    for (; t < 60; ++t) {
      OFFPRINT_EXPAND() OFFPRINT_ROUND((b & c) | (d & (b | c)), 0x8F1BBCDCu)
    }
#pragma GCC unroll 20
    for (; t < 80; ++t) {
      OFFPRINT_EXPAND() OFFPRINT_ROUND(b ^ c ^ d, 0xCA62C1D6u)
    }
    s[0] += a, s[1] += b, s[2] += c, s[3] += d, s[4] += e;
  }
}

#undef OFFPRINT_ROUND
#undef OFFPRINT_EXPAND
#undef OFFPRINT_ROTATE

__attribute__((target("avx512f"))) void compress_512(State& s, Pointers& data, std::size_t blocks) { compress_lanes<true>(s, data, blocks); }
__attribute__((target("avx2"))) void compress_256(State& s, Pointers& data, std::size_t blocks) { compress_lanes<false>(s, data, blocks); }

#undef OFFPRINT_INLINE

using Compress = void (*)(State&, Pointers&, std::size_t);

/// For this processor; null where one text after another is as fast.
Compress wide_compress() { return __builtin_cpu_supports("avx512f") ? compress_512 : __builtin_cpu_supports("avx2") ? compress_256 : nullptr; }

class Lanes {
 public:
  Lanes(Compress compress, const std::vector<std::string_view>& texts) : compress_(compress), texts_(texts), digests_(texts.size()) {}

  std::vector<std::string> run() {
    for (std::size_t i = 0; i < kLanes; ++i) take(i);
    while (active_ > 0) {
      std::size_t most = SIZE_MAX;
      for (std::size_t i = 0; i < kLanes; ++i)
        if (lanes_[i].text != kNone) most = std::min(most, lanes_[i].blocks);
      Pointers data;
      for (std::size_t i = 0; i < kLanes; ++i) {
        // A lane without work goes along over some other lane's bytes; what comes of it is not looked at.
        data[i] = lanes_[i].text != kNone ? lanes_[i].data : nullptr;
      }
      const unsigned char* any = nullptr;
      for (const unsigned char* p : data) any = p ? p : any;
      for (const unsigned char*& p : data) p = p ? p : any;
      compress_(state_, data, most);
      for (std::size_t i = 0; i < kLanes; ++i) advance(i, most);
    }
    return std::move(digests_);
  }

 private:
  static constexpr std::size_t kNone = SIZE_MAX;
  struct Lane {
    std::size_t text = kNone;
    const unsigned char* data = nullptr;
    std::size_t blocks = 0;
    bool at_end = false;
    unsigned char end[2 * kBlock];
  };

  void take(std::size_t i) {
    Lane& lane = lanes_[i];
    lane.text = next_ < texts_.size() ? next_++ : kNone;
    if (lane.text == kNone) return;
    ++active_;
    static constexpr std::uint32_t kStart[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
    for (std::size_t k = 0; k < 5; ++k) state_[k][i] = kStart[k];
    std::string_view text = texts_[lane.text];
    lane.data = reinterpret_cast<const unsigned char*>(text.data());
    lane.blocks = text.size() / kBlock;
    lane.at_end = false;
    if (lane.blocks == 0) begin_end(lane);
  }

  /// The rest of the text with the padding of FIPS 180-4, 5.1.1.
  void begin_end(Lane& lane) {
    std::string_view text = texts_[lane.text], rest = text.substr(text.size() / kBlock * kBlock);
    std::memset(lane.end, 0, sizeof lane.end);
    if (!rest.empty()) std::memcpy(lane.end, rest.data(), rest.size());
    lane.end[rest.size()] = 0x80;
    lane.blocks = rest.size() + 9 > kBlock ? 2 : 1;
    std::uint64_t bits = std::uint64_t{text.size()} * 8;
    for (std::size_t k = 0; k < 8; ++k) lane.end[lane.blocks * kBlock - 1 - k] = static_cast<unsigned char>(bits >> (8 * k));
    lane.data = lane.end;
    lane.at_end = true;
  }

  void advance(std::size_t i, std::size_t blocks) {
    Lane& lane = lanes_[i];
    if (lane.text == kNone) return;
    lane.data += blocks * kBlock;
    lane.blocks -= blocks;
    if (lane.blocks > 0) return;
    if (!lane.at_end) return begin_end(lane);
    std::string& out = digests_[lane.text];
    for (std::size_t k = 0; k < 5; ++k)
      for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>((state_[k][i] >> shift) & 0xFF);
    --active_;
    take(i);
  }

  Compress compress_;
  const std::vector<std::string_view>& texts_;
  std::vector<std::string> digests_;
  std::array<Lane, kLanes> lanes_{};
  State state_{};
  std::size_t next_ = 0, active_ = 0;
};

#endif

}  // namespace

std::vector<std::string> sha1_of_each(const std::vector<std::string_view>& texts) {
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
  static const Compress wide = wide_compress();
  if (wide && texts.size() >= kWorthIt) return Lanes(wide, texts).run();
#endif
  std::vector<std::string> out;
  out.reserve(texts.size());
  for (std::string_view text : texts) out.push_back(sha1(text));
  return out;
}

}  // namespace offprint
