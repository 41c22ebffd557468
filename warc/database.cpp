#include "warc/database.h"

#include <sqlite3.h>

#include <utility>

namespace offprint {
namespace {

void check(sqlite3* db, int code) {
  if (code != SQLITE_OK) throw DatabaseError(sqlite3_extended_errcode(db), std::string("state database: ") + sqlite3_errmsg(db));
}

}  // namespace

bool DatabaseError::corrupt() const { return (code & 0xFF) == SQLITE_CORRUPT || (code & 0xFF) == SQLITE_NOTADB; }

Statement::Statement(sqlite3* db, std::string_view sql) : db_(db) {
  check(db, sqlite3_prepare_v3(db, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement_, nullptr));
}
Statement::~Statement() { sqlite3_finalize(statement_); }
Statement::Statement(Statement&& o) noexcept : db_(o.db_), statement_(std::exchange(o.statement_, nullptr)) {}
Statement& Statement::operator=(Statement&& o) noexcept {
  std::swap(db_, o.db_);
  std::swap(statement_, o.statement_);
  return *this;
}

Statement& Statement::bind(int at, std::int64_t v) {
  check(db_, sqlite3_bind_int64(statement_, at, v));
  return *this;
}
Statement& Statement::bind(int at, std::string_view text) {
  check(db_, sqlite3_bind_text64(statement_, at, text.data() ? text.data() : "", text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}
Statement& Statement::bind_blob(int at, std::string_view bytes) {
  check(db_, sqlite3_bind_blob64(statement_, at, bytes.data() ? bytes.data() : "", bytes.size(), SQLITE_TRANSIENT));
  return *this;
}
Statement& Statement::bind_null(int at) {
  check(db_, sqlite3_bind_null(statement_, at));
  return *this;
}

bool Statement::step() {
  int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) {
    DatabaseError error(sqlite3_extended_errcode(db_), std::string("state database: ") + sqlite3_errmsg(db_));
    sqlite3_reset(statement_);
    throw error;
  }
  return false;
}
void Statement::reset() { sqlite3_reset(statement_); }
void Statement::run() {
  while (step()) {
  }
  reset();
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_, column); }
std::string Statement::text(int column) const {
  const void* p = sqlite3_column_blob(statement_, column);
  int n = sqlite3_column_bytes(statement_, column);
  return p ? std::string(static_cast<const char*>(p), static_cast<std::size_t>(n)) : std::string();
}
bool Statement::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

Database::Database(const std::filesystem::path& path, Mode mode) {
  int flags = mode == Mode::kWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  int code = sqlite3_open_v2(path.c_str(), &db_, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code != SQLITE_OK) {
    DatabaseError error(code, "state database " + path.string() + ": " + sqlite3_errstr(code));
    sqlite3_close(std::exchange(db_, nullptr));
    throw error;
  }
  sqlite3_busy_timeout(db_, 10000);
  try {
    if (mode == Mode::kWrite) exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA journal_size_limit=67108864;");
    // KiB. Small, because the system caches the file as well, for all connections together.
    exec(mode == Mode::kWrite ? "PRAGMA cache_size=-8192" : "PRAGMA cache_size=-2048");
    exec("PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF;");
  } catch (...) {
    sqlite3_close(std::exchange(db_, nullptr));
    throw;
  }
}
Database::~Database() { sqlite3_close_v2(db_); }

void Database::exec(const std::string& sql) { check(db_, sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr)); }
bool Database::has_table(std::string_view name) {
  Statement s = prepare("SELECT 1 FROM sqlite_master WHERE type='table' AND name=?");
  s.bind(1, name);
  return s.step();
}
void Database::copy_to(const std::filesystem::path& file) { prepare("VACUUM INTO ?").bind(1, file.string()).run(); }

std::int64_t Database::last_insert_rowid() const { return sqlite3_last_insert_rowid(db_); }
int Database::changes() const { return sqlite3_changes(db_); }

Transaction::~Transaction() {
  if (!open_) return;
  try {
    db_.exec("ROLLBACK");
  } catch (const DatabaseError&) {  // SQLite has rolled back by itself.
  }
}
void Transaction::commit() {
  db_.exec("COMMIT");
  open_ = false;
}

}  // namespace offprint
