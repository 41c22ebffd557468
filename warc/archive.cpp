#include "warc/archive.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "warc/recovery.h"
#include "warc/warc_format.h"

namespace fs = std::filesystem;

namespace offprint {
namespace {

bool warc_name(const std::string& name) {
  return name.ends_with(".warc") || name.ends_with(".warc.gz") || name.ends_with(".warc.zst");
}

Result<void> make_folders(const ArchiveLayout& l) {
  for (const fs::path& p : {l.root, l.warc(), l.index(), l.corpus(), l.logs(), l.reports()}) {
    std::error_code ec;
    fs::create_directories(p, ec);
    if (ec) return fail(ErrorKind::kIo, fmt::format("cannot create {}: {}", p.string(), ec.message()));
  }
  return {};
}

void move_aside(const fs::path& state) {
  std::string suffix = ".damaged-" + format_timestamp14(now());
  for (const char* part : {"", "-wal", "-shm"}) {
    std::error_code ec;
    fs::rename(state.string() + part, state.string() + suffix + part, ec);
  }
}

/// Throws DatabaseError when the file is not a sound database.
std::unique_ptr<Database> open_sound(const fs::path& path, bool check) {
  auto db = std::make_unique<Database>(path, Database::Mode::kWrite);
  ArchiveState::migrate(*db);
  migrate_recovery(*db);
  if (check) {
    Statement s = db->prepare("PRAGMA quick_check(1)");
    if (s.step() && s.text(0) != "ok") throw DatabaseError(11, "state database: " + s.text(0));
  }
  return db;
}

}  // namespace

fs::path ArchiveLayout::find_warc(const std::string& name) const {
  fs::path closed = warc() / name;
  std::error_code ec;
  if (fs::exists(closed, ec)) return closed;
  fs::path open = closed;
  open += warc_format::kOpenSuffix;
  return fs::exists(open, ec) ? open : closed;
}

Result<std::vector<std::string>> ArchiveLayout::warc_names() const {
  std::vector<std::string> out;
  std::error_code ec;
  for (const auto& entry : fs::directory_iterator(warc(), ec)) {
    std::string name = entry.path().filename().string();
    if (name.ends_with(warc_format::kOpenSuffix)) name.resize(name.size() - warc_format::kOpenSuffix.size());
    if (warc_name(name)) out.push_back(name);
  }
  if (ec) return fail(ErrorKind::kIo, fmt::format("cannot read {}: {}", warc().string(), ec.message()));
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

bool is_archive(const fs::path& directory) {
  std::error_code ec;
  return fs::is_directory(directory / "warc", ec);
}

Result<void> Archive::open_state() {
  auto names = layout_.warc_names();
  if (!names) return tl::unexpected(names.error());
  std::error_code ec;
  bool existed = fs::exists(layout_.state(), ec);
  bool unclean = fs::exists(layout_.state().string() + "-wal", ec);
  try {
    database_ = open_sound(layout_.state(), existed && unclean);
  } catch (const DatabaseError& e) {
    if (!e.corrupt()) return fail(ErrorKind::kIo, e.what());
    log_warning("{} is damaged ({}); it is moved aside and rebuilt from the WARC files", layout_.state().string(), e.what());
    move_aside(layout_.state());
    existed = false;
    try {
      database_ = open_sound(layout_.state(), false);
    } catch (const DatabaseError& again) {
      return fail(ErrorKind::kIo, again.what());
    }
  }
  rebuilt_ = !existed && !names->empty();
  state_ = std::make_unique<ArchiveState>(*database_);
  // From here on a missing state means that somebody took it away, not that a disk had not got it yet.
  database_->exec("PRAGMA wal_checkpoint(TRUNCATE)");
  return sync_directory(layout_.root);
}

Result<std::unique_ptr<Archive>> Archive::open_for_writing(const fs::path& root) {
  std::unique_ptr<Archive> archive(new Archive);
  archive->layout_.root = root;
  if (auto ok = make_folders(archive->layout_); !ok) return tl::unexpected(ok.error());
  auto lock = FileLock::acquire(archive->layout_.lock());
  if (!lock) return tl::unexpected(lock.error());
  archive->lock_ = std::move(*lock);
  if (auto ok = archive->open_state(); !ok) return tl::unexpected(ok.error());
  if (archive->rebuilt_) log_warning("no usable state.sqlite: rebuilding index and dedup from the WARC files");
  try {
    if (auto ok = recover(archive->layout_, *archive->database_, *archive->state_, archive->rebuilt_); !ok) return tl::unexpected(ok.error());
  } catch (const DatabaseError& e) {
    return fail(ErrorKind::kIo, e.what());
  }
  return archive;
}

Result<StoredRecord> RecordReader::read(WarcReader& reader, const std::string& file, std::uint64_t offset) {
  reader.seek(offset);
  auto record = reader.next();
  if (!record) return tl::unexpected(record.error());
  if (!*record || (*record)->offset != offset) return fail(ErrorKind::kCorrupt, fmt::format("no intact record at {} of {}", offset, file));
  return std::move(**record);
}

Result<StoredRecord> RecordReader::at(const std::string& file, std::uint64_t offset) {
  auto it = std::find_if(readers_.begin(), readers_.end(), [&](const auto& r) { return r.first == file; });
  if (it != readers_.end()) {
    readers_.splice(readers_.begin(), readers_, it);
    if (auto record = read(*readers_.front().second, file, offset)) return record;
    readers_.pop_front();  // The file may have grown since: try once more with a reader of now.
  }
  for (int tries = 0;; ++tries) {
    auto reader = WarcReader::open(layout_.find_warc(file));
    if (!reader && tries > 0) return tl::unexpected(reader.error());
    if (!reader) continue;  // It may have lost its ".open" in between.
    readers_.emplace_front(file, std::make_unique<WarcReader>(std::move(*reader)));
    if (readers_.size() > open_files_) readers_.pop_back();
    return read(*readers_.front().second, file, offset);
  }
}

Result<StoredRecord> read_record_at(const ArchiveLayout& layout, const std::string& file, std::uint64_t offset) { return RecordReader(layout, 1).at(file, offset); }

}  // namespace offprint
