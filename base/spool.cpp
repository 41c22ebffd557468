#include "base/spool.h"

#include <algorithm>
#include <utility>

namespace offprint {

Spool::Spool(std::size_t memory, std::filesystem::path directory) : limit_(memory), directory_(std::move(directory)) {}

Result<void> Spool::append(std::string_view bytes) {
  if (!file_.is_open() && memory_.size() + bytes.size() > limit_) {
    auto file = File::temporary(directory_);
    if (!file) return tl::unexpected(file.error());
    if (auto ok = file->write(memory_); !ok) return ok;
    file_ = std::move(*file);
    memory_ = std::string();
  }
  size_ += bytes.size();
  if (file_.is_open()) return file_.write(bytes);
  memory_ += bytes;
  return {};
}

void Spool::reserve(std::uint64_t bytes) {
  if (bytes <= limit_) memory_.reserve(static_cast<std::size_t>(bytes));
}

Result<std::string> Spool::head(std::size_t max) const {
  if (in_memory()) return memory_.substr(0, max);
  return file_.read_at(0, static_cast<std::size_t>(std::min<std::uint64_t>(max, size_)));
}

Result<void> Spool::read(const std::function<Result<void>(std::string_view)>& sink, std::uint64_t from) const {
  if (in_memory()) return from < memory_.size() ? sink(std::string_view(memory_).substr(from)) : Result<void>{};
  while (from < size_) {
    auto piece = file_.read_at(from, static_cast<std::size_t>(std::min<std::uint64_t>(256 << 10, size_ - from)));
    if (!piece) return tl::unexpected(piece.error());
    if (piece->empty()) return fail(ErrorKind::kIo, "temporary file ended early");
    if (auto ok = sink(*piece); !ok) return ok;
    from += piece->size();
  }
  return {};
}

Result<void> Spool::shorten(std::uint64_t size) {
  if (size >= size_) return {};
  size_ = size;
  if (!file_.is_open()) {
    memory_.resize(static_cast<std::size_t>(size));
    return {};
  }
  return file_.truncate(size);  // Reads stop at size_, so the write position does not matter.
}

std::string Spool::take_memory() {
  size_ = 0;
  return std::exchange(memory_, std::string());
}

}  // namespace offprint
