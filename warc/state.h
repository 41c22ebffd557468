// The archive's part of state.sqlite: files with their acknowledged sizes, and captures,
// which are the dedup index too. The crawler and the corpus add tables of their own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "warc/capture.h"
#include "warc/database.h"
#include "warc/summary.h"

namespace offprint {

/// How far a WARC file has come.
enum class FileState : int { kOpen = 0, kClosed = 1, kSealed = 2 };

struct FileRow {
  std::int64_t id = 0;
  std::string name;  ///< Without ".open".
  FileState state = FileState::kOpen;
  std::uint64_t size = 0;  ///< Acknowledged bytes.
  TimePoint created;
  std::string sha256;  ///< Of a sealed file.
};

/// Work that a stored capture still waits for.
enum class Pending : int { kNothing = 0, kLinksAndArticle = 1, kArticle = 2, kLinks = 3 };

struct CaptureRow {
  std::int64_t id = 0;
  CaptureSummary summary;
  std::string crawl;
};

/// Uses the connection of the archive; the caller makes transactions.
class ArchiveState {
 public:
  explicit ArchiveState(Database& db);
  /// Creates missing tables. The version is checked: a newer one is refused.
  static void migrate(Database& db);

  std::vector<FileRow> files();
  std::optional<FileRow> file(const std::string& name);
  std::int64_t add_file(const std::string& name, TimePoint created);
  void set_file(std::int64_t id, FileState state, std::uint64_t size, const std::string& sha256 = "");

  /// Number of the capture.
  std::int64_t add_capture(const CaptureSummary& c, std::int64_t file_id, const std::string& crawl, Pending pending);
  /// Another reading of the record at the same place; number, crawl and pending work stay.
  void replace_capture(std::int64_t id, const CaptureSummary& c);
  void remove_capture(std::int64_t id);
  void set_pending(std::int64_t capture, Pending pending);
  /// Captures that wait for work, of one crawl ("" for all), in order, at most `limit`, behind `after`.
  std::vector<std::pair<CaptureRow, Pending>> pending(const std::string& crawl, std::int64_t after, int limit);
  std::optional<CaptureRow> capture(std::int64_t id);
  /// The latest capture of this URL, or nothing.
  std::optional<CaptureRow> latest_capture(const std::string& url);
  /// The latest complete pages (HTML, XML, JSON) in the files of a series, latest first.
  std::vector<CaptureRow> latest_pages(const std::string& series, int limit);
  /// The latest page of this URL that came with ETag or Last-Modified, and the stored response with its payload.
  struct Validated {
    std::string etag, last_modified;
    CaptureRow original;
  };
  std::optional<Validated> validated(const std::string& url);
  /// The full response that a revisit with this payload refers to: the earliest.
  std::optional<CaptureRow> original(const std::string& payload_digest);
  /// All captures of a file, in order of offset.
  std::vector<CaptureRow> captures_of_file(const std::string& name);

  /// A response to refer to: same payload, and neither truncated, empty nor a revisit.
  std::optional<Original> find_duplicate(const std::string& payload_digest, std::uint64_t payload_length);

  /// Revisits in other files whose original stands in this one.
  struct References {
    std::int64_t revisits = 0, files = 0;
  };
  References references_to(std::int64_t file_id);

  std::int64_t count(const std::string& table_and_condition);

 private:
  Database& db_;
  Statement add_capture_, find_duplicate_, set_pending_, set_file_;
};

}  // namespace offprint
