#include "warc/dictionary.h"

#include <zdict.h>
#include <zstd.h>

#include <algorithm>
#include <random>

#include "base/file.h"
#include "warc/codec.h"
#include "warc/warc_format.h"

namespace offprint {
namespace {

constexpr std::size_t kLeastContent = 8 << 10;
constexpr std::size_t kTables = 16 << 10;        ///< Room for magic, id and entropy tables.
constexpr std::size_t kSample = 64 << 10;        ///< Of a page, for the entropy tables.
constexpr int kDictionaryLevel = 9;              ///< The dictionary's own compression, paid once a file.
constexpr std::uint32_t kLeastId = 32768;        ///< Below are reserved (zstd format, Dictionary_ID).
constexpr std::uint32_t kMostId = 0x7FFFFFFF;

using warc_format::le32;

void put32(std::string& out, std::uint32_t v) { out.append(reinterpret_cast<const char*>(&v), sizeof v); }

}  // namespace

Result<ZstdDictionary> ZstdDictionary::build(const std::vector<std::string>& pages, std::size_t max_bytes) {
  std::string content, samples;
  std::vector<std::size_t> sizes;
  for (const std::string& page : pages) {
    content += page;
    samples += page.substr(0, kSample);
    sizes.push_back(std::min(page.size(), kSample));
  }
  std::size_t most = max_bytes > kTables ? max_bytes - kTables : 0;
  if (content.size() > most) content.erase(0, content.size() - most);
  if (content.size() < kLeastContent || sizes.empty()) return fail(ErrorKind::kInvalid, "too little to make a dictionary from");
  std::random_device entropy;
  ZDICT_params_t params{};
  params.compressionLevel = 5;  // For the entropy tables alone; 9 would take 26 MB for a moment.
  params.dictID = kLeastId + entropy() % (kMostId - kLeastId);
  std::string out(content.size() + kTables, '\0');
  std::size_t n = ZDICT_finalizeDictionary(out.data(), out.size(), content.data(), content.size(), samples.data(), sizes.data(), static_cast<unsigned>(sizes.size()), params);
  if (ZDICT_isError(n)) return fail(ErrorKind::kInvalid, std::string("dictionary: ") + ZDICT_getErrorName(n));
  out.resize(n);
  return ZstdDictionary(std::move(out));
}

Result<ZstdDictionary> ZstdDictionary::parse(std::string_view bytes) {
  std::string plain(bytes);
  if (le32(bytes) == warc_format::kZstdMagic) {
    unsigned long long size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
    if (size == ZSTD_CONTENTSIZE_ERROR || size > warc_format::kMaxDictionaryBytes) size = warc_format::kMaxDictionaryBytes;
    plain.resize(static_cast<std::size_t>(size));
    std::size_t n = ZSTD_decompress(plain.data(), plain.size(), bytes.data(), bytes.size());
    if (ZSTD_isError(n)) return fail(ErrorKind::kCorrupt, std::string("dictionary: ") + ZSTD_getErrorName(n));
    plain.resize(n);
  }
  if (plain.empty()) return fail(ErrorKind::kCorrupt, "dictionary is empty");
  return ZstdDictionary(std::move(plain));
}

Result<std::optional<ZstdDictionary>> ZstdDictionary::of_file(const std::filesystem::path& path) {
  auto file = File::open_read(path);
  if (!file) return tl::unexpected(file.error());
  auto head = file->read_at(0, 8);
  if (!head) return tl::unexpected(head.error());
  if (head->size() < 8 || le32(*head) != warc_format::kZstdDictionary) return std::nullopt;
  std::uint32_t n = le32(std::string_view(*head).substr(4));
  if (n > warc_format::kMaxDictionaryBytes) return fail(ErrorKind::kCorrupt, "dictionary is over the limit of " + std::to_string(warc_format::kMaxDictionaryBytes) + " bytes");
  auto bytes = file->read_at(8, n);
  if (!bytes) return tl::unexpected(bytes.error());
  if (bytes->size() < n) return fail(ErrorKind::kCorrupt, "file ends within its dictionary");
  auto dictionary = parse(*bytes);
  if (!dictionary) return tl::unexpected(dictionary.error());
  return std::optional<ZstdDictionary>(std::move(*dictionary));
}

std::uint32_t ZstdDictionary::id() const { return ZSTD_getDictID_fromDict(bytes_.data(), bytes_.size()); }

std::string ZstdDictionary::frame() const {
  std::string packed = zstd_frame(bytes_, kDictionaryLevel), out;
  put32(out, warc_format::kZstdDictionary);
  put32(out, static_cast<std::uint32_t>(packed.size()));
  return out + packed;
}

}  // namespace offprint
