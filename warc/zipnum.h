// ZipNum: sorted CDXJ lines in gzip members of some thousand lines, and a summary with the first
// key of each. pywb and WACZ (index.cdx.gz with index.idx) read it, each with its own summary.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace offprint {

/// Writes blocks; lines come sorted. One thread.
class ZipNumWriter {
 public:
  enum class Summary { kPywb, kWacz };
  /// `name` is that of the blocks' file as the summary mentions it.
  static Result<ZipNumWriter> create(const std::filesystem::path& blocks, const std::string& name, Summary summary);

  Result<void> add(std::string_view line);
  /// Ends the blocks; the summary's text comes back.
  Result<std::string> finish();
  std::uint64_t lines() const { return total_; }

 private:
  ZipNumWriter(File file, std::string name, Summary summary);
  Result<void> end_block();

  File file_;
  std::string name_, block_, first_, text_;
  Summary summary_;
  std::uint64_t offset_ = 0, lines_ = 0, total_ = 0;
};

/// index/zipnum/: all CDXJ files of an archive as pywb serves large ones (cdx-00000.gz, cluster.idx,
/// cluster.loc). Replaces what was there.
struct ArchiveLayout;
Result<std::uint64_t> write_zipnum(const ArchiveLayout& layout);
/// An earlier one is there, which has to follow the CDXJ files.
bool has_zipnum(const ArchiveLayout& layout);

/// One gzip member.
std::string gzip_member(std::string_view bytes);

}  // namespace offprint
