// Runs the extractor over a set with gold and scores it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
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

struct PageResult {
  std::string id;
  std::optional<double> precision, recall, exact, word, has, lacks, title, authors, published;
};

struct SetResult {
  std::vector<PageResult> pages;
  std::vector<std::string> predictions;  ///< JSON lines, in order of the pages.
  double seconds = 0;                    ///< Of extraction alone.
  std::uint64_t bytes = 0;
  std::size_t unreadable = 0;
  /// Averages by score.py's names: precision, recall, f1, exact, word, has, not, title, …
  std::vector<std::pair<std::string, double>> averages() const;
};

Result<std::vector<GoldPage>> load_set(const std::filesystem::path& directory);
/// `type` leaves only pages of that page_type ("" for all).
SetResult evaluate_set(const std::filesystem::path& directory, const std::vector<GoldPage>& pages, const std::string& type, const ExtractOptions& options);

/// Contents of a file, gunzipped if its name ends in .gz.
Result<std::string> read_maybe_gzip(const std::filesystem::path& path, std::size_t max_bytes);

}  // namespace offprint
