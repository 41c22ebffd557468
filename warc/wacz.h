// WACZ 1.1.1: an archive in one ZIP file that replay tools open by itself, from a web server or a disk.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "base/result.h"
#include "warc/archive.h"
#include "warc/wacz_signature.h"

namespace offprint {

/// A line of pages/pages.jsonl.
struct WaczPage {
  std::string url, title, text;
  TimePoint date;  ///< Of a capture in the archive.
};

struct WaczOptions {
  std::string title, software;
  const SigningKey* key = nullptr;  ///< Signs the package; not owned.
  /// Calls its argument for each page; those that the package does not hold are left out.
  std::function<Result<void>(const std::function<void(const WaczPage&)>&)> pages;
  std::function<void(const std::string& file)> progress;
};

struct WaczResult {
  std::uint64_t files = 0, records = 0, captures = 0, pages = 0, bytes = 0;
  std::uint64_t left_out = 0;    ///< Records under an exclusion.
  std::uint64_t unresolved = 0;  ///< Revisits whose original is nowhere in the archive.
};

/// Writes `out`, which must not exist: every WARC file as gzip with a member a record, stored; a compressed
/// index with its summary; pages with their text; hashes of it all. Needs room for the gzip files beside
/// `out` while it works. `out` appears when it is whole. Exclusions are obeyed.
Result<WaczResult> pack_wacz(const ArchiveLayout& layout, const std::filesystem::path& out, const WaczOptions& options);

}  // namespace offprint
