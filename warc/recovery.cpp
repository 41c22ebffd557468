#include "warc/recovery.h"

#include <unistd.h>

#include <map>
#include <set>
#include <tuple>

#include "base/digest.h"
#include "base/log.h"
#include "base/text.h"
#include "warc/cdxj.h"
#include "warc/convert.h"
#include "warc/http_message.h"
#include "warc/warc_format.h"

namespace fs = std::filesystem;

namespace offprint {
namespace {

struct Recovered {
  bool holes = false;  ///< Damage with intact records behind it.
  std::uint64_t records = 0;
  std::uint64_t captures = 0;
  std::uint64_t end = 0;
};

std::string crawl_of_warcinfo(Database& db, const std::string& id) {
  Statement s = db.prepare("SELECT crawl FROM warcinfos WHERE id=?");
  s.bind(1, id);
  return s.step() ? s.text(0) : "";
}

void take_warcinfo(Database& db, const StoredRecord& record) {
  auto text = record.block.head(65536);
  HttpHead fields = parse_http_head("warcinfo\r\n" + text.value_or(""));
  note_warcinfo(db, std::string(record.header.record_id()), std::string(fields.get("isPartOf")), std::string(fields.get("offprint-seeds")));
}

/// All that index and dedup go by.
bool same_capture(const CaptureSummary& a, const CaptureSummary& b) {
  auto parts = [](const CaptureSummary& c) { return std::tie(c.url, c.date, c.record_id, c.revisit, c.status, c.mime, c.payload_digest, c.payload_length, c.truncated, c.length, c.etag, c.last_modified, c.refers_to); };
  return parts(a) == parts(b);
}

/// Reads a file from `from` on and adds what the state lacks, to the first damage or past it.
Result<Recovered> catch_up(const ArchiveLayout& layout, Database& db, ArchiveState& state, const FileRow& file, std::uint64_t from, bool until_damage) {
  fs::path path = layout.find_warc(file.name);
  auto reader = WarcReader::open(path);
  if (!reader) return tl::unexpected(reader.error());
  reader->seek(from);
  Recovered out;
  out.end = from;
  for (;;) {
    auto record = reader->next();
    if (!record) return tl::unexpected(record.error());
    if (!*record || (until_damage && !reader->damage().empty())) break;
    ++out.records;
    out.end = reader->intact_end();
    if ((*record)->header.type() == "warcinfo") take_warcinfo(db, **record);
    auto summary = summarize(**record, false);
    if (!summary) continue;
    summary->capture.file = file.name;
    state.add_capture(summary->capture, file.id, crawl_of_warcinfo(db, summary->capture.warcinfo_id), Pending::kLinksAndArticle);
    ++out.captures;
  }
  for (const Damage& d : reader->damage())
    if (out.holes |= !d.at_end; !d.at_end) log_warning("{}: {} bytes at {} are damaged: {}", path.string(), d.length, d.offset, d.reason);
  return out;
}

Result<void> put_aside(const ArchiveLayout& layout, const fs::path& path) {
  std::error_code ec;
  fs::create_directories(layout.damaged(), ec);
  fs::rename(path, layout.damaged() / path.filename(), ec);
  if (ec) return fail(ErrorKind::kIo, "cannot move " + path.string() + " to " + layout.damaged().string() + ": " + ec.message());
  if (auto ok = sync_directory(layout.damaged()); !ok) return ok;
  return sync_directory(layout.warc());
}

/// The copy stands under its name before the damaged file goes: a stop in between loses neither.
Result<void> salvage(const ArchiveLayout& layout, Database& db, ArchiveState& state, const FileRow& file) {
  fs::path from = layout.find_warc(file.name), closed = layout.warc() / file.name, copy = layout.warc() / (file.name + ".salvaged");
  std::error_code ec;
  fs::remove(copy, ec);
  ConvertOptions options;
  options.to = compression_of_name(file.name);
  auto copied = convert_file(from, copy, options);
  if (!copied) return tl::unexpected(copied.error());
  fs::rename(copy, closed, ec);
  if (ec) return fail(ErrorKind::kIo, "cannot rename " + copy.string() + ": " + ec.message());
  if (auto ok = put_aside(layout, from); !ok) return ok;
  log_error("{} was left open and is damaged, and no state says how much of it was acknowledged: its {} intact records are kept in a new file, itself it is in {}", file.name, copied->records, layout.damaged().string());
  for (const CaptureRow& row : state.captures_of_file(file.name)) state.remove_capture(row.id);
  auto got = catch_up(layout, db, state, file, 0, false);
  if (!got) return tl::unexpected(got.error());
  state.set_file(file.id, FileState::kClosed, got->end);
  return write_cdxj(layout, file.name, state.captures_of_file(file.name));
}

/// An .open file: catch up, cut the unfinished tail, and give it its closed name. Behind what was
/// acknowledged a power cut may leave holes with whole records behind them (the disk writes in its own
/// order): there the file ends at the first hole.
Result<void> recover_open_file(const ArchiveLayout& layout, Database& db, ArchiveState& state, const FileRow& file, bool state_lost) {
  fs::path path = layout.find_warc(file.name);
  auto handle = File::open_append(path);
  if (!handle) return tl::unexpected(handle.error());
  auto size = handle->size();
  if (!size) return tl::unexpected(size.error());
  std::uint64_t known = std::min(file.size, *size);
  if (known < file.size)
    log_error("{} is {} bytes, but {} were acknowledged: bytes have been lost on the disk", path.string(), *size, file.size);
  bool whole_tail = !state_lost && known == file.size;
  auto got = catch_up(layout, db, state, file, known < file.size ? 0 : known, whole_tail);
  if (!got) return tl::unexpected(got.error());
  if (state_lost && got->holes) return salvage(layout, db, state, file);
  if (*size > got->end) {
    log_info("{}: {} bytes of an unfinished record at {} are cut", file.name, *size - got->end, got->end);
    if (auto ok = handle->truncate(got->end); !ok) return ok;
  }
  if (got->captures > 0) log_info("{}: {} captures that the state did not know are taken in", file.name, got->captures);
  if (auto ok = handle->sync(); !ok) return ok;
  fs::path closed = layout.warc() / file.name;
  if (got->end == 0) {
    ::unlink(path.c_str());
    db.prepare("DELETE FROM files WHERE id=?").bind(1, file.id).run();
    return sync_directory(layout.warc());
  }
  if (path != closed && ::rename(path.c_str(), closed.c_str()) != 0) return fail(ErrorKind::kIo, "cannot rename " + path.string());
  if (auto ok = sync_directory(layout.warc()); !ok) return ok;
  state.set_file(file.id, FileState::kClosed, got->end);
  return write_cdxj(layout, file.name, state.captures_of_file(file.name));
}

/// A closed file: nothing to do, unless the state lags behind it.
Result<void> reconcile_closed_file(const ArchiveLayout& layout, Database& db, ArchiveState& state, const FileRow& file) {
  std::error_code ec;
  std::uint64_t size = fs::file_size(layout.warc() / file.name, ec);
  if (ec) return fail(ErrorKind::kIo, "cannot stat " + file.name + ": " + ec.message());
  if (size < file.size) {
    log_error("{} is {} bytes, but {} were acknowledged; `offprint verify` says more", file.name, size, file.size);
    return {};
  }
  if (size == file.size && file.state != FileState::kOpen) return {};
  auto got = catch_up(layout, db, state, file, file.size, false);
  if (!got) return tl::unexpected(got.error());
  if (got->captures > 0) log_info("{}: {} captures that the state did not know are taken in", file.name, got->captures);
  state.set_file(file.id, FileState::kClosed, size);
  return write_cdxj(layout, file.name, state.captures_of_file(file.name));
}

}  // namespace

void migrate_recovery(Database& db) {
  db.exec(R"sql(
CREATE TABLE IF NOT EXISTS warcinfos(id TEXT PRIMARY KEY, crawl TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS crawls(
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, seed_key TEXT NOT NULL, started INTEGER NOT NULL,
  finished INTEGER NOT NULL DEFAULT 0, summary TEXT NOT NULL DEFAULT '');
)sql");
}

void note_warcinfo(Database& db, const std::string& warcinfo_id, const std::string& crawl, const std::string& seed_key) {
  if (crawl.empty() || seed_key.empty()) return;  // Another program's file, adopted by `import`.
  db.prepare("INSERT OR IGNORE INTO warcinfos(id,crawl) VALUES(?,?)").bind(1, warcinfo_id).bind(2, crawl).run();
  db.prepare("INSERT OR IGNORE INTO crawls(id,seed_key,started) VALUES(?,?,?)").bind(1, crawl).bind(2, seed_key).bind(3, to_micros(now())).run();
}

Result<Reread> reread_file(const ArchiveLayout& layout, Database& db, ArchiveState& state, const std::string& name) {
  auto file = state.file(name);
  if (!file) return fail(ErrorKind::kNotFound, name + " is not in the state");
  auto reader = WarcReader::open(layout.find_warc(name));
  if (!reader) return tl::unexpected(reader.error());
  std::map<std::uint64_t, CaptureRow> known;
  for (CaptureRow& row : state.captures_of_file(name)) known.emplace(row.summary.offset, std::move(row));
  Reread out;
  for (;;) {
    auto record = reader->next();
    if (!record) return tl::unexpected(record.error());
    if (!*record) break;
    if ((*record)->header.type() == "warcinfo") take_warcinfo(db, **record);
    auto summary = summarize(**record, false);
    if (!summary) continue;
    ++out.captures;
    CaptureSummary& now = summary->capture;
    now.file = name;
    auto it = known.find(now.offset);
    bool right = it != known.end() && same_capture(it->second.summary, now);
    if (!right) {
      ++out.changed;
      if (it != known.end()) state.replace_capture(it->second.id, now);
      else state.add_capture(now, file->id, crawl_of_warcinfo(db, now.warcinfo_id), Pending::kLinksAndArticle);
    }
    if (it != known.end()) known.erase(it);
  }
  for (const auto& [offset, row] : known) state.remove_capture(row.id);
  out.gone = known.size();
  return out;
}

Result<void> write_sums(const ArchiveLayout& layout, ArchiveState& state) {
  std::string list;
  for (const FileRow& f : state.files())
    if (f.state == FileState::kSealed) list += f.sha256 + "  " + f.name + "\n";
  return write_file_durably(layout.warc() / "SHA256SUMS", list);
}

Result<void> recover(const ArchiveLayout& layout, Database& db, ArchiveState& state, bool state_lost) {
  auto names = layout.warc_names();
  if (!names) return tl::unexpected(names.error());
  std::set<std::string> present(names->begin(), names->end());
  for (const FileRow& f : state.files())
    if (!present.count(f.name)) log_error("{} is in the state, but not in {}; {} revisits in other files have lost their payload with it", f.name, layout.warc().string(), state.references_to(f.id).revisits);
  for (const std::string& name : *names) {
    Transaction transaction(db);
    auto row = state.file(name);
    if (!row) {
      std::int64_t id = state.add_file(name, now());
      row = FileRow{id, name, FileState::kOpen, 0, now(), ""};
    }
    bool open = layout.find_warc(name) != layout.warc() / name;
    fs::path left_open = layout.warc() / (name + std::string(warc_format::kOpenSuffix));
    if (std::error_code ec; !open && fs::exists(left_open, ec))  // A salvage was stopped before its last step.
      if (auto ok = put_aside(layout, left_open); !ok) return ok;
    auto ok = open ? recover_open_file(layout, db, state, *row, state_lost) : reconcile_closed_file(layout, db, state, *row);
    if (!ok) return ok;
    transaction.commit();
  }
  return {};
}

Result<std::string> file_sha256(const fs::path& path) {
  auto file = File::open_read(path);
  if (!file) return tl::unexpected(file.error());
  Digest digest(DigestAlgorithm::kSha256);
  for (std::uint64_t at = 0;;) {
    auto piece = file->read_at(at, 1 << 20);
    if (!piece) return tl::unexpected(piece.error());
    if (piece->empty()) return hex(digest.finish());
    digest.update(*piece);
    at += piece->size();
  }
}

}  // namespace offprint
