#include "warc/index.h"

#include <fmt/format.h>

#include <algorithm>
#include <queue>

#include "base/file.h"
#include "warc/cdxj.h"
#include "warc/recovery.h"

namespace fs = std::filesystem;

namespace offprint {
namespace {

constexpr std::size_t kPiece = 64 << 10;

/// Lines of a file from an offset on.
class LineReader {
 public:
  explicit LineReader(File file) : file_(std::move(file)) {}

  void seek(std::uint64_t at) {
    at_ = at;
    text_.clear();
    used_ = 0;
  }
  /// Without its line end; false at the end of the file.
  Result<bool> next(std::string& line) {
    for (;;) {
      std::size_t end = text_.find('\n', used_);
      if (end != std::string::npos) {
        line.assign(text_, used_, end - used_);
        used_ = end + 1;
        return true;
      }
      text_.erase(0, used_);
      used_ = 0;
      auto piece = file_.read_at(at_, kPiece);
      if (!piece) return tl::unexpected(piece.error());
      if (piece->empty()) {
        if (text_.empty()) return false;
        line = std::move(text_);
        text_.clear();
        return true;
      }
      at_ += piece->size();
      text_ += *piece;
    }
  }
  File& file() { return file_; }

 private:
  File file_;
  std::uint64_t at_ = 0;
  std::string text_;
  std::size_t used_ = 0;
};

/// Places the reader at the first line that is not below `key`, by halving.
Result<void> find_line(LineReader& lines, std::string_view key) {
  auto size = lines.file().size();
  if (!size) return tl::unexpected(size.error());
  std::uint64_t low = 0, high = *size;  // The line sought begins at or behind low, and not behind high.
  std::string line;
  while (high - low > kPiece) {
    std::uint64_t middle = low + (high - low) / 2;
    lines.seek(middle);
    auto cut = lines.next(line);  // The rest of the line that stands across the middle.
    if (!cut) return tl::unexpected(cut.error());
    std::uint64_t next = middle + line.size() + 1;
    auto there = lines.next(line);
    if (!there) return tl::unexpected(there.error());
    if (!*there || next >= high) break;
    if (line < key) low = next;
    else high = next;
  }
  for (lines.seek(low);;) {
    std::uint64_t before = low;
    auto there = lines.next(line);
    if (!there) return tl::unexpected(there.error());
    if (!*there || line >= key) {
      lines.seek(before);
      return {};
    }
    low += line.size() + 1;
  }
}

Result<LineReader> open_lines(const fs::path& path) {
  auto file = File::open_read(path);
  if (!file) return tl::unexpected(file.error());
  return LineReader(std::move(*file));
}

std::string_view key_of(std::string_view line) { return line.substr(0, line.find(' ')); }
std::string_view time_of(std::string_view line) {
  std::size_t from = std::min(line.find(' '), line.size() - 1) + 1;
  return line.substr(from, line.find(' ', from) - from);
}

}  // namespace

Result<std::vector<fs::path>> cdxj_files(const ArchiveLayout& layout) {
  std::vector<fs::path> out;
  std::error_code ec;
  for (const auto& e : fs::directory_iterator(layout.index(), ec))
    if (e.path().extension() == ".cdxj") out.push_back(e.path());
  if (ec) return fail(ErrorKind::kIo, fmt::format("cannot read {}: {}", layout.index().string(), ec.message()));
  std::sort(out.begin(), out.end());
  return out;
}

Result<void> merge_sorted_lines(const std::vector<fs::path>& files, const LineSink& sink) {
  std::vector<LineReader> readers;
  using Head = std::pair<std::string, std::size_t>;
  std::priority_queue<Head, std::vector<Head>, std::greater<>> heads;
  std::string line;
  auto advance = [&](std::size_t i) -> Result<void> {
    auto there = readers[i].next(line);
    if (!there) return tl::unexpected(there.error());
    if (*there) heads.emplace(std::move(line), i);
    return {};
  };
  for (const fs::path& f : files) {
    auto reader = open_lines(f);
    if (!reader) return tl::unexpected(reader.error());
    readers.push_back(std::move(*reader));
    if (auto ok = advance(readers.size() - 1); !ok) return ok;
  }
  std::string last;
  while (!heads.empty()) {
    auto [text, i] = heads.top();
    heads.pop();
    if (text != last)
      if (auto ok = sink(text); !ok) return ok;
    last = std::move(text);
    if (auto ok = advance(i); !ok) return ok;
  }
  return {};
}

Result<void> look_up(const ArchiveLayout& layout, const UrlMatch& match, const std::string& from, const std::string& to, const LineSink& sink) {
  auto files = cdxj_files(layout);
  if (!files) return tl::unexpected(files.error());
  std::vector<std::string> found;
  std::string line;
  for (const fs::path& f : *files) {
    auto lines = open_lines(f);
    if (!lines) return tl::unexpected(lines.error());
    if (auto ok = find_line(*lines, match.range()); !ok) return ok;
    for (;;) {
      auto there = lines->next(line);
      if (!there) return tl::unexpected(there.error());
      if (!*there || !line.starts_with(match.range())) break;
      std::string_view time = time_of(line);
      bool in_time = (from.empty() || time.substr(0, from.size()) >= from) && (to.empty() || time.substr(0, to.size()) <= to);
      if (in_time && match.matches(key_of(line))) found.push_back(line);
    }
  }
  std::sort(found.begin(), found.end());
  for (const std::string& l : found)
    if (auto ok = sink(l); !ok) return ok;
  return {};
}

Result<void> rewrite_cdxj(Archive& archive) {
  const ArchiveLayout& layout = archive.layout();
  auto names = layout.warc_names();
  if (!names) return tl::unexpected(names.error());
  for (const std::string& name : *names)
    if (auto ok = write_cdxj(layout, name, archive.state().captures_of_file(name)); !ok) return ok;
  auto written = cdxj_files(layout);
  if (!written) return tl::unexpected(written.error());
  for (const fs::path& f : *written) {
    if (std::binary_search(names->begin(), names->end(), f.stem().string())) continue;
    std::error_code ec;
    fs::remove(f, ec);
  }
  return {};
}

Result<RebuildCounts> rebuild_index(Archive& archive, const std::function<void(const std::string&)>& progress) {
  auto names = archive.layout().warc_names();
  if (!names) return tl::unexpected(names.error());
  RebuildCounts counts;
  for (const std::string& name : *names) {
    progress(name);
    Transaction transaction(archive.database());
    auto taken = reread_file(archive.layout(), archive.database(), archive.state(), name);
    if (!taken) return tl::unexpected(taken.error());
    transaction.commit();
    ++counts.files;
    counts.captures += taken->captures;
    counts.changed += taken->changed;
    counts.gone += taken->gone;
  }
  if (auto ok = rewrite_cdxj(archive); !ok) return tl::unexpected(ok.error());
  return counts;
}

}  // namespace offprint
