// The corpus: one JSON line per article version in corpus/*.jsonl.zst, and the tables that
// know which versions there are.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/file.h"
#include "base/result.h"
#include "base/url_identity.h"
#include "extractors/extractor.h"
#include "warc/archive.h"

namespace offprint {

/// Where an article version came from.
struct Provenance {
  std::string url, record_id, file, date, digest;
  std::uint64_t offset = 0;
};

/// One identity for an article over its URL's variants: the canonical URL if it is of the same site, else its own,
/// as url_identity() has it.
std::string article_identity(const Article& article, const IdentityRules& rules);
/// What makes two versions the same: title, dek, authors and text.
std::string version_digest(const Article& article);
/// The line of the corpus.
std::string corpus_line(const Article& article, const Provenance& provenance, int version);

/// Appends versions. The writer thread's, inside its transactions: add() any number of
/// times, then acknowledge(), then commit.
class CorpusWriter {
 public:
  static void migrate(Database& db);
  /// Cuts the current file to what was committed; without a state the corpus is begun anew.
  static Result<CorpusWriter> open(const std::filesystem::path& directory, Database& db, const IdentityRules& identity = {});

  struct Added {
    bool is_new = false;  ///< A version that was not there.
    int version = 0;      ///< 1 for the first of its article.
  };
  Added add(const Article& article, const Provenance& provenance, std::int64_t capture);
  Result<void> acknowledge();

 private:
  CorpusWriter(std::filesystem::path directory, Database& db) : directory_(std::move(directory)), db_(&db) {}
  Result<void> open_file(int number, std::uint64_t size);

  std::filesystem::path directory_;
  Database* db_;
  IdentityRules identity_;
  File file_;
  int number_ = 1;
  std::uint64_t size_ = 0;
  std::string pending_;
};

/// The corpus's lines as they were written, oldest first. A line is one JSON object.
Result<void> for_each_corpus_line(const ArchiveLayout& layout, const std::function<Result<void>(std::string_view)>& sink);

/// Extracts every article version of an archive anew from its WARC files, oldest first, after
/// learning from all of them what recurs on their sites; what is excluded is left out.
/// `sink` gets the article and the further members of its JSON object.
Result<void> for_each_article_version(const ArchiveLayout& layout, const ExtractOptions& options,
                                      const std::function<void(const Article&, const std::string&)>& sink);

}  // namespace offprint
