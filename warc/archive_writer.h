// ArchiveWriter: turns captures into records of the archive's current WARC file, stores
// identical payloads once, and keeps index and bytes in step.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "warc/archive.h"
#include "warc/capture.h"
#include "warc/record_builder.h"
#include "warc/writer.h"

namespace offprint {

/// How files are written, and what their warcinfo says.
struct ArchiveWriterOptions {
  Compression compression = Compression::kZstd;
  int zstd_level = 3;
  std::uint64_t dictionary = 0;      ///< Bytes of the publication's pages to make a file's dictionary from; 0 for none.
  int dictionary_level = 9;          ///< Compression level of files that have one, unless in a hurry.
  std::uint64_t max_size = std::uint64_t{1} << 30;
  double max_age_seconds = 30 * 86400.0;
  std::string series;      ///< First part of file names: letters, digits, '-', '_', '.'.
  std::string software;
  std::string user_agent;
  std::string operator_name;
  std::string robots;      ///< "obey" or "ignore".
  std::string crawl;       ///< Id of the crawl, isPartOf in warcinfo.
  std::string seed_key;
};

struct StoredCapture {
  std::int64_t id = 0;
  CaptureSummary summary;
};

/// Used by the one writer thread, inside a Transaction of the archive's database:
/// store() any number of times, then acknowledge(), then commit the transaction.
class ArchiveWriter {
 public:
  ArchiveWriter(Archive& archive, ArchiveWriterOptions options);

  /// While captures wait, zstd_level is used in files with a dictionary too.
  void hurry(bool on);
  /// Writes response or revisit, request and metadata records. After an error the file
  /// holds unacknowledged bytes: end the crawl, the next start cuts them.
  Result<StoredCapture> store(const Capture& capture, Pending pending);
  /// A resource record of something that is no HTTP answer.
  Result<void> store_resource(const std::string& uri, TimePoint date, std::string_view content_type, const std::string& ip, const std::string& block);
  /// A metadata record for a URL from which no response came.
  Result<void> store_failure(const std::string& url, const std::string& via, const std::string& reason);
  /// Makes everything stored durable and notes the file's size in the transaction.
  Result<void> acknowledge();
  /// After a commit: seals the file if it is full or old, so that the next store begins another.
  Result<void> rotate_if_due();
  /// Gives the open file its closed name and writes its index. Makes its own transactions.
  Result<void> close();
  std::uint64_t bytes_written() const { return bytes_written_; }

 private:
  Result<void> ensure_open();
  Result<void> reopen(const FileRow& row);
  Result<void> create();
  /// Of the series' latest pages; nothing while there are too few.
  std::optional<ZstdDictionary> make_dictionary();
  /// Dictionaries are wanted, and the open file has none.
  bool lacks_dictionary() const { return wants_dictionary() && !writer_->has_dictionary(); }
  bool wants_dictionary() const { return options_.dictionary > 0 && options_.compression == Compression::kZstd; }
  Result<void> write_warcinfo();
  Result<Position> put(const std::string& header, const std::string& head, const Spool* body = nullptr);
  /// A record with this block, whose header needs only its digest and length yet.
  Result<void> put_block(RecordBuilder& header, const std::string& block);
  Result<Position> put_main(const Capture& c, const std::string& record_id, const std::optional<Original>& original);
  Result<void> put_metadata(const Capture& c, const std::string& main_id, std::string_view content_type, const std::string& block);
  Result<void> put_companions(const Capture& c, const std::string& main_id);
  bool due() const;

  Archive& archive_;
  ArchiveWriterOptions options_;
  std::optional<WarcWriter> writer_;
  FileRow file_;
  std::string warcinfo_id_;
  std::uint64_t bytes_written_ = 0;
  std::uint64_t page_bytes_ = 0;  ///< Of pages stored by this writer.
  bool dictionary_due_ = false;
  bool hurry_ = false;
};

}  // namespace offprint
