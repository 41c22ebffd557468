#include "warc/state.h"

namespace offprint {
namespace {

constexpr int kSchemaVersion = 2;

constexpr const char* kSchema = R"sql(
CREATE TABLE IF NOT EXISTS files(
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, state INTEGER NOT NULL,
  size INTEGER NOT NULL, created INTEGER NOT NULL, sha256 TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS captures(
  id INTEGER PRIMARY KEY, url TEXT NOT NULL, date INTEGER NOT NULL, record_id TEXT NOT NULL,
  revisit INTEGER NOT NULL, status INTEGER NOT NULL, mime TEXT NOT NULL, digest BLOB NOT NULL,
  payload_length INTEGER NOT NULL, truncated TEXT NOT NULL, file INTEGER NOT NULL, offset INTEGER NOT NULL,
  length INTEGER NOT NULL, crawl TEXT NOT NULL, pending INTEGER NOT NULL,
  etag TEXT NOT NULL DEFAULT '', last_modified TEXT NOT NULL DEFAULT '', refers_to TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS captures_dedup ON captures(digest) WHERE revisit=0 AND truncated='' AND payload_length>0;
CREATE INDEX IF NOT EXISTS captures_pending ON captures(id) WHERE pending>0;
CREATE UNIQUE INDEX IF NOT EXISTS captures_place ON captures(file, offset);
CREATE INDEX IF NOT EXISTS captures_url ON captures(url, date);
)sql";

constexpr const char* kColumns =
    "c.id,c.url,c.date,c.record_id,c.revisit,c.status,c.mime,c.digest,c.payload_length,c.truncated,f.name,c.offset,c.length,c.crawl,c.pending,c.etag,c.last_modified,c.refers_to"
    " FROM captures c JOIN files f ON f.id=c.file ";

CaptureRow read_row(const Statement& s) {
  CaptureRow r;
  r.id = s.integer(0);
  CaptureSummary& c = r.summary;
  c.url = s.text(1);
  c.date = from_micros(s.integer(2));
  c.record_id = s.text(3);
  c.revisit = s.integer(4) != 0;
  c.status = static_cast<int>(s.integer(5));
  c.mime = s.text(6);
  c.payload_digest = s.text(7);
  c.payload_length = static_cast<std::uint64_t>(s.integer(8));
  c.truncated = s.text(9);
  c.file = s.text(10);
  c.offset = static_cast<std::uint64_t>(s.integer(11));
  c.length = static_cast<std::uint64_t>(s.integer(12));
  r.crawl = s.text(13);
  c.etag = s.text(15);
  c.last_modified = s.text(16);
  c.refers_to = s.text(17);
  return r;
}

FileRow read_file_row(const Statement& s) {
  return {s.integer(0), s.text(1), static_cast<FileState>(s.integer(2)), static_cast<std::uint64_t>(s.integer(3)), from_micros(s.integer(4)), s.text(5)};
}

std::string select(const char* rest) { return std::string("SELECT ") + kColumns + rest; }

}  // namespace

void ArchiveState::migrate(Database& db) {
  std::int64_t version = 0;
  {
    Statement s = db.prepare("PRAGMA user_version");
    if (s.step()) version = s.integer(0);
  }
  if (version > kSchemaVersion) throw DatabaseError(0, "state database: written by a newer offprint");
  db.exec(kSchema);
  if (version == 1)
    for (const char* column : {"etag", "last_modified", "refers_to"}) db.exec(std::string("ALTER TABLE captures ADD COLUMN ") + column + " TEXT NOT NULL DEFAULT ''");
  db.exec("CREATE INDEX IF NOT EXISTS captures_references ON captures(refers_to) WHERE revisit=1");
  db.exec("PRAGMA user_version=" + std::to_string(kSchemaVersion));
}

ArchiveState::ArchiveState(Database& db)
    : db_(db),
      add_capture_(db.prepare("INSERT OR REPLACE INTO captures(url,date,record_id,revisit,status,mime,digest,payload_length,truncated,file,offset,length,crawl,pending,etag,last_modified,refers_to)"
                              " VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")),
      find_duplicate_(db.prepare("SELECT url,date,record_id FROM captures WHERE digest=? AND payload_length=? AND revisit=0 AND truncated='' AND payload_length>0 ORDER BY date,record_id LIMIT 1")),
      set_pending_(db.prepare("UPDATE captures SET pending=? WHERE id=?")),
      set_file_(db.prepare("UPDATE files SET state=?,size=?,sha256=? WHERE id=?")) {}

std::vector<FileRow> ArchiveState::files() {
  std::vector<FileRow> out;
  Statement s = db_.prepare("SELECT id,name,state,size,created,sha256 FROM files ORDER BY id");
  while (s.step()) out.push_back(read_file_row(s));
  return out;
}

std::optional<FileRow> ArchiveState::file(const std::string& name) {
  Statement s = db_.prepare("SELECT id,name,state,size,created,sha256 FROM files WHERE name=?");
  s.bind(1, name);
  if (!s.step()) return std::nullopt;
  return read_file_row(s);
}

std::int64_t ArchiveState::add_file(const std::string& name, TimePoint created) {
  Statement s = db_.prepare("INSERT INTO files(name,state,size,created) VALUES(?,0,0,?)");
  s.bind(1, name).bind(2, to_micros(created)).run();
  return db_.last_insert_rowid();
}

void ArchiveState::set_file(std::int64_t id, FileState state, std::uint64_t size, const std::string& sha256) {
  set_file_.bind(1, static_cast<int>(state)).bind(2, static_cast<std::int64_t>(size)).bind(3, sha256).bind(4, id).run();
}

std::int64_t ArchiveState::add_capture(const CaptureSummary& c, std::int64_t file_id, const std::string& crawl, Pending pending) {
  add_capture_.bind(1, c.url).bind(2, to_micros(c.date)).bind(3, c.record_id).bind(4, c.revisit ? 1 : 0);
  add_capture_.bind(5, c.status).bind(6, c.mime).bind_blob(7, c.payload_digest).bind(8, static_cast<std::int64_t>(c.payload_length));
  add_capture_.bind(9, c.truncated).bind(10, file_id).bind(11, static_cast<std::int64_t>(c.offset));
  add_capture_.bind(12, static_cast<std::int64_t>(c.length)).bind(13, crawl).bind(14, static_cast<int>(pending));
  add_capture_.bind(15, c.etag).bind(16, c.last_modified).bind(17, c.refers_to).run();
  return db_.last_insert_rowid();
}

void ArchiveState::replace_capture(std::int64_t id, const CaptureSummary& c) {
  Statement s = db_.prepare("UPDATE captures SET url=?,date=?,record_id=?,revisit=?,status=?,mime=?,digest=?,payload_length=?,truncated=?,length=?,etag=?,last_modified=?,refers_to=? WHERE id=?");
  s.bind(1, c.url).bind(2, to_micros(c.date)).bind(3, c.record_id).bind(4, c.revisit ? 1 : 0).bind(5, c.status).bind(6, c.mime).bind_blob(7, c.payload_digest);
  s.bind(8, static_cast<std::int64_t>(c.payload_length)).bind(9, c.truncated).bind(10, static_cast<std::int64_t>(c.length));
  s.bind(11, c.etag).bind(12, c.last_modified).bind(13, c.refers_to).bind(14, id).run();
}

void ArchiveState::remove_capture(std::int64_t id) { db_.prepare("DELETE FROM captures WHERE id=?").bind(1, id).run(); }

void ArchiveState::set_pending(std::int64_t capture, Pending pending) { set_pending_.bind(1, static_cast<int>(pending)).bind(2, capture).run(); }

std::vector<std::pair<CaptureRow, Pending>> ArchiveState::pending(const std::string& crawl, std::int64_t after, int limit) {
  Statement s = db_.prepare(select("WHERE c.pending>0 AND c.id>? AND (?2='' OR c.crawl=?2) ORDER BY c.id LIMIT ?3"));
  s.bind(1, after).bind(2, crawl).bind(3, limit);
  std::vector<std::pair<CaptureRow, Pending>> out;
  while (s.step()) out.emplace_back(read_row(s), static_cast<Pending>(s.integer(14)));
  return out;
}

std::optional<CaptureRow> ArchiveState::capture(std::int64_t id) {
  Statement s = db_.prepare(select("WHERE c.id=?"));
  s.bind(1, id);
  if (!s.step()) return std::nullopt;
  return read_row(s);
}

std::optional<CaptureRow> ArchiveState::latest_capture(const std::string& url) {
  Statement s = db_.prepare(select("WHERE c.url=? ORDER BY c.date DESC LIMIT 1"));
  s.bind(1, url);
  if (!s.step()) return std::nullopt;
  return read_row(s);
}

std::optional<CaptureRow> ArchiveState::original(const std::string& digest) {
  Statement s = db_.prepare(select("WHERE c.digest=? AND c.revisit=0 AND c.truncated='' AND c.payload_length>0 ORDER BY c.date,c.record_id LIMIT 1"));
  s.bind_blob(1, digest);
  if (!s.step()) return std::nullopt;
  return read_row(s);
}

std::optional<ArchiveState::Validated> ArchiveState::validated(const std::string& url) {
  Statement s = db_.prepare(select("WHERE c.url=? AND c.status=200 AND c.truncated='' AND (c.etag<>'' OR c.last_modified<>'') ORDER BY c.date DESC LIMIT 1"));
  s.bind(1, url);
  if (!s.step()) return std::nullopt;
  CaptureRow row = read_row(s);
  Validated out{row.summary.etag, row.summary.last_modified, row};
  if (!row.summary.revisit) return row.summary.payload_length > 0 ? std::optional(std::move(out)) : std::nullopt;
  auto full = original(row.summary.payload_digest);
  if (!full) return std::nullopt;
  out.original = std::move(*full);
  return out;
}

std::vector<CaptureRow> ArchiveState::latest_pages(const std::string& series, int limit) {
  Statement s = db_.prepare(select("WHERE c.revisit=0 AND c.truncated='' AND c.payload_length>1000 AND c.status=200 AND substr(f.name,1,?2)=?1 "
                                   "AND (c.mime LIKE '%html%' OR c.mime LIKE '%xml%' OR c.mime LIKE '%json%') ORDER BY c.id DESC LIMIT ?3"));
  std::string prefix = series + "-";
  s.bind(1, prefix).bind(2, static_cast<std::int64_t>(prefix.size())).bind(3, limit);
  std::vector<CaptureRow> out;
  while (s.step()) out.push_back(read_row(s));
  return out;
}

std::vector<CaptureRow> ArchiveState::captures_of_file(const std::string& name) {
  Statement s = db_.prepare(select("WHERE f.name=? ORDER BY c.offset"));
  s.bind(1, name);
  std::vector<CaptureRow> out;
  while (s.step()) out.push_back(read_row(s));
  return out;
}

std::optional<Original> ArchiveState::find_duplicate(const std::string& digest, std::uint64_t length) {
  if (length == 0) return std::nullopt;
  find_duplicate_.bind_blob(1, digest).bind(2, static_cast<std::int64_t>(length));
  std::optional<Original> out;
  if (find_duplicate_.step()) out = Original{find_duplicate_.text(0), from_micros(find_duplicate_.integer(1)), find_duplicate_.text(2), digest, length};
  find_duplicate_.reset();
  return out;
}

ArchiveState::References ArchiveState::references_to(std::int64_t file_id) {
  // Over the captures of the file and captures_references, so the cost follows the file's size.
  Statement s = db_.prepare("SELECT count(*),count(DISTINCT r.file) FROM captures o JOIN captures r ON r.refers_to=o.record_id AND r.revisit=1 WHERE o.file=?1 AND o.revisit=0 AND r.file<>?1");
  s.bind(1, file_id);
  return s.step() ? References{s.integer(0), s.integer(1)} : References{};
}

std::int64_t ArchiveState::count(const std::string& table_and_condition) {
  Statement s = db_.prepare("SELECT count(*) FROM " + table_and_condition);
  return s.step() ? s.integer(0) : 0;
}

}  // namespace offprint
