#include "warc/convert.h"

#include <deque>

#include "base/file.h"
#include "warc/copy.h"
#include "warc/dictionary.h"
#include "warc/warc_format.h"
#include "warc/writer.h"

namespace fs = std::filesystem;

namespace offprint {
namespace {

constexpr std::size_t kLeastPage = 1000;

bool is_page(const StoredRecord& r) {
  if (r.header.type() != "response" || r.block.size() < kLeastPage) return false;
  auto head = r.block.head(4096);
  return head && (head->find("html") != std::string::npos || head->find("xml") != std::string::npos || head->find("json") != std::string::npos);
}

/// The last pages of a file, as many as fit.
Result<std::vector<std::string>> latest_pages(const fs::path& path, std::size_t bytes) {
  auto reader = WarcReader::open(path);
  if (!reader) return tl::unexpected(reader.error());
  std::deque<std::string> pages;
  std::size_t held = 0;
  for (;;) {
    auto r = reader->next();
    if (!r) return tl::unexpected(r.error());
    if (!*r) break;
    if (!is_page(**r)) continue;
    auto block = (*r)->block.head(bytes);
    if (!block) continue;
    held += block->size();
    pages.push_back(std::move(*block));
    while (held > bytes && pages.size() > 1) held -= pages.front().size(), pages.pop_front();
  }
  return std::vector<std::string>(pages.begin(), pages.end());
}

}  // namespace

Result<ConvertResult> convert_file(const fs::path& in, const fs::path& out, const ConvertOptions& options) {
  if (fs::exists(out)) return fail(ErrorKind::kInvalid, out.string() + " exists already");
  auto reader = WarcReader::open(in);
  if (!reader) return tl::unexpected(reader.error());
  std::optional<ZstdDictionary> dictionary;
  if (options.dictionary > 0 && options.to == Compression::kZstd) {
    auto pages = latest_pages(in, options.dictionary);
    if (!pages) return tl::unexpected(pages.error());
    if (auto built = ZstdDictionary::build(*pages, options.dictionary)) dictionary = std::move(*built);
  }
  fs::path open = out;
  open += warc_format::kOpenSuffix;
  fs::remove(open);
  auto writer = WarcWriter::open(open, options.to, options.zstd_level, dictionary ? &*dictionary : nullptr);
  if (!writer) return tl::unexpected(writer.error());
  ConvertResult result;
  CopyOptions copying;
  std::optional<OriginalFinder> originals;
  if (options.inflate) {
    std::vector<fs::path> files = options.originals;
    files.insert(files.begin(), in);
    auto found = OriginalFinder::of_files(std::move(files));
    if (!found) return tl::unexpected(found.error());
    originals = std::move(*found);
    copying.originals = &*originals;
    copying.inflate_all = true;
  }
  auto copied = copy_records(*reader, *writer, copying);
  if (!copied) return tl::unexpected(copied.error());
  result.records = copied->records;
  result.inflated = copied->inflated;
  result.unresolved = copied->unresolved;
  if (auto ok = writer->sync(); !ok) return tl::unexpected(ok.error());
  result.damage = reader->damage();
  result.bytes_out = writer->size();
  result.bytes_in = fs::file_size(in);
  std::error_code error;
  fs::rename(open, out, error);
  if (error) return fail(ErrorKind::kIo, "cannot rename " + open.string() + ": " + error.message());
  if (auto ok = sync_directory(fs::absolute(out).parent_path()); !ok) return tl::unexpected(ok.error());
  return result;
}

}  // namespace offprint
