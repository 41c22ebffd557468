#include "warc/writer.h"

namespace offprint {
namespace {

constexpr std::size_t kBuffer = 1 << 20;

}  // namespace

WarcWriter::WarcWriter(File file, std::filesystem::path path, std::uint64_t size, Compression compression, int level, int quick_level, std::string_view dictionary)
    : path_(std::move(path)),
      size_(size),
      has_dictionary_(!dictionary.empty()),
      out_(std::make_unique<Out>()),
      encoder_(compression, dictionary.empty() && quick_level > 0 ? quick_level : level, quick_level > 0 ? quick_level : level, dictionary, [out = out_.get()](std::string_view bytes) -> Result<void> {
        out->produced += bytes.size();
        out->buffer += bytes;
        if (out->buffer.size() < kBuffer) return {};
        auto ok = out->file.write(out->buffer);
        out->buffer.clear();
        return ok;
      }) {
  out_->file = std::move(file);
}

Result<WarcWriter> WarcWriter::open(const std::filesystem::path& path, Compression compression, int level, const ZstdDictionary* dictionary, int quick_level) {
  auto file = File::open_append(path);
  if (!file) return tl::unexpected(file.error());
  auto size = file->size();
  if (!size) return tl::unexpected(size.error());
  if (compression != Compression::kZstd) return WarcWriter(std::move(*file), path, *size, compression, level, quick_level, "");
  if (*size > 0) {
    auto own = ZstdDictionary::of_file(path);
    if (!own) return tl::unexpected(own.error());
    return WarcWriter(std::move(*file), path, *size, compression, level, quick_level, *own ? (*own)->bytes() : std::string_view());
  }
  WarcWriter writer(std::move(*file), path, 0, compression, level, quick_level, dictionary ? dictionary->bytes() : std::string_view());
  if (dictionary) {
    writer.out_->buffer = dictionary->frame();
    writer.size_ = writer.out_->buffer.size();
  }
  return writer;
}

Result<Position> WarcWriter::write(const OutgoingRecord& record) {
  std::uint64_t before = out_->produced;
  auto add = [this](std::string_view bytes) { return encoder_.add(bytes); };
  auto run = [&]() -> Result<void> {
    if (auto ok = encoder_.begin(record.header.size() + record.block_size() + 4); !ok) return ok;
    if (auto ok = add(record.header); !ok) return ok;
    if (auto ok = add(record.head); !ok) return ok;
    if (record.body)
      if (auto ok = record.body->read(add, record.body_from); !ok) return ok;
    if (auto ok = add("\r\n\r\n"); !ok) return ok;
    return encoder_.end();
  };
  if (auto ok = run(); !ok) return tl::unexpected(ok.error());
  Position position{size_, out_->produced - before};
  size_ += position.length;
  return position;
}

Result<void> WarcWriter::flush() {
  auto ok = out_->file.write(out_->buffer);
  out_->buffer.clear();
  return ok;
}

Result<void> WarcWriter::sync() {
  if (auto ok = flush(); !ok) return ok;
  return out_->file.sync();
}

Result<void> WarcWriter::rewind(std::uint64_t size) {
  out_->buffer.clear();
  size_ = size;
  auto now = out_->file.size();
  if (!now) return tl::unexpected(now.error());
  return *now > size ? out_->file.truncate(size) : Result<void>{};
}

}  // namespace offprint
