// Evaluation: runs the extractor over a set with gold and scores it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "extractors/extractor.h"

namespace offprint {

/// One page of a set (the form of ../shared/README.md).
struct GoldPage {
  std::string id, url, html_path, page_type;
  bool has_body = false, has_title = false, has_authors = false, has_published = false;
  std::string body, title, published;
  std::vector<std::string> authors, contains, lacks;
};

struct GoldSet {
  std::string name;  ///< The folder's name, with ":type" where only that page_type is scored.
  std::filesystem::path directory;
  std::vector<GoldPage> pages;
};

/// Metric → value; only what the gold allows to be scored: precision, recall, exact, word, has,
/// not, title, authors, published, and kind (article or not).
using Scores = std::map<std::string, double>;

struct PageResult {
  std::string id;
  Scores scores;
  std::vector<std::string> missed, extra;  ///< Paragraphs of the gold that are not there, and the reverse; clipped.
};

struct SetResult {
  std::string name;
  std::vector<PageResult> pages;
  std::vector<std::string> predictions;  ///< JSON lines, in order of the pages.
  double seconds = 0;                    ///< Of extraction alone.
  std::uint64_t bytes = 0;
  std::size_t unreadable = 0;
  double pages_per_second() const { return seconds > 0 ? static_cast<double>(pages.size()) / seconds : 0; }
};

/// `source` is a folder with manifest.jsonl, or such a manifest; ":type" behind it leaves only
/// pages of that page_type. kInvalid for a manifest with an error, with its line.
Result<GoldSet> load_set(const std::string& source);

/// `only`: these ids alone, or all where it is empty.
SetResult evaluate_set(const GoldSet& set, const std::set<std::string>& only, const ExtractOptions& options);

/// What a set scores: means over pages, and f1 of the two means as score.py has it.
Scores averages(const std::vector<PageResult>& pages);

/// Contents of a file, gunzipped if its name ends in .gz.
Result<std::string> read_maybe_gzip(const std::filesystem::path& path, std::size_t max_bytes);

}  // namespace offprint
