// SQLite behind a few lines of RAII. Failures throw DatabaseError: a broken state
// database ends what is being done, and is not data.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace offprint {

struct DatabaseError : std::runtime_error {
  DatabaseError(int sqlite_code, const std::string& what) : std::runtime_error(what), code(sqlite_code) {}
  int code;
  bool corrupt() const;
};

/// A prepared statement. Parameters are numbered from 1, columns from 0.
class Statement {
 public:
  Statement() = default;
  Statement(sqlite3* db, std::string_view sql);
  ~Statement();
  Statement(Statement&& o) noexcept;
  Statement& operator=(Statement&& o) noexcept;

  Statement& bind(int at, std::int64_t v);
  Statement& bind(int at, std::string_view text);
  Statement& bind_blob(int at, std::string_view bytes);
  Statement& bind_null(int at);
  /// True while there is a row.
  bool step();
  void reset();
  /// Binds nothing more, runs to the end, and resets.
  void run();

  std::int64_t integer(int column) const;
  std::string text(int column) const;
  bool is_null(int column) const;

 private:
  sqlite3* db_ = nullptr;
  sqlite3_stmt* statement_ = nullptr;
};

/// A connection. One thread at a time.
class Database {
 public:
  enum class Mode { kWrite, kRead };
  /// WAL, synchronous=FULL: a commit survives a power cut.
  Database(const std::filesystem::path& path, Mode mode);
  ~Database();
  Database(const Database&) = delete;

  void exec(const std::string& sql);
  bool has_table(std::string_view name);
  Statement prepare(std::string_view sql) { return Statement(db_, sql); }
  /// A consistent copy into a new file, while others go on writing.
  void copy_to(const std::filesystem::path& file);
  std::int64_t last_insert_rowid() const;
  int changes() const;

 private:
  sqlite3* db_ = nullptr;
};

/// BEGIN … COMMIT; rolls back when destroyed before commit().
class Transaction {
 public:
  explicit Transaction(Database& db) : db_(db) { db_.exec("BEGIN IMMEDIATE"); }
  ~Transaction();
  void commit();

 private:
  Database& db_;
  bool open_ = true;
};

}  // namespace offprint
