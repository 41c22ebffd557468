// The archive's index: a sorted CDXJ file per WARC file, look-ups over all of them, and ZipNum,
// the compressed form with a summary that large archives are served from.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "warc/archive.h"
#include "warc/url_match.h"

namespace offprint {

using LineSink = std::function<Result<void>(std::string_view)>;

/// Lines of several sorted files in one order, each line once. Memory: one block a file.
Result<void> merge_sorted_lines(const std::vector<std::filesystem::path>& files, const LineSink& sink);

/// CDXJ lines of what matches, between two times ("" is open; digits of YYYYMMDDhhmmss), in order of
/// key and time. Files still being written are not in the index yet.
Result<void> look_up(const ArchiveLayout& layout, const UrlMatch& match, const std::string& from, const std::string& to, const LineSink& sink);

/// Brings state and CDXJ files to what the WARC files hold, whatever they were before: captures
/// that are missing, wrong or gone. `progress` gets the file that is being read.
struct RebuildCounts {
  std::uint64_t files = 0, captures = 0, changed = 0, gone = 0;
};
Result<RebuildCounts> rebuild_index(Archive& archive, const std::function<void(const std::string&)>& progress);

/// Writes the CDXJ files anew from the state, without reading WARC files: after a change of the
/// exclusions. Removes those of WARC files that are there no more.
Result<void> rewrite_cdxj(Archive& archive);

/// Paths of the CDXJ files, sorted.
Result<std::vector<std::filesystem::path>> cdxj_files(const ArchiveLayout& layout);

}  // namespace offprint
