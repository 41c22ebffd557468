#include "base/spool.h"

#include <algorithm>
#include <utility>

namespace offprint {

Spool::Spool(std::size_t memory, std::filesystem::path directory) : limit_(memory), directory_(std::move(directory)) {}

void Spool::adopt(std::unique_ptr<char[]> buffer, std::size_t from, std::size_t size) {
  adopted_ = std::move(buffer);
  adopted_from_ = from;
  size_ = size;
}

void Spool::own() {
  if (!adopted_) return;
  memory_ = view();
  adopted_.reset();
}

Result<void> Spool::append(std::string_view bytes) {
  own();
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
  if (in_memory()) return std::string(view().substr(0, max));
  return file_.read_at(0, static_cast<std::size_t>(std::min<std::uint64_t>(max, size_)));
}

Result<void> Spool::read(const std::function<Result<void>(std::string_view)>& sink, std::uint64_t from) const {
  if (in_memory()) return from < size_ ? sink(view().substr(static_cast<std::size_t>(from))) : Result<void>{};
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
    if (!adopted_) memory_.resize(static_cast<std::size_t>(size));
    return {};
  }
  return file_.truncate(size);  // Reads stop at size_, so the write position does not matter.
}

std::string Spool::take_memory() {
  own();
  size_ = 0;
  return std::exchange(memory_, std::string());
}

}  // namespace offprint
