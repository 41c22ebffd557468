// CDXJ, the index that replay tools read: "surt timestamp14 {json}" a line, sorted bytewise.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "warc/state.h"

namespace offprint {

/// One line without its line end; `file` is the name on disk relative to warc/.
std::string cdxj_line(const CaptureSummary& capture);

/// Writes index/FILE.cdxj for one WARC file, sorted, atomically. No captures: no file.
Result<void> write_cdxj(const std::filesystem::path& index_directory, const std::string& file, const std::vector<CaptureRow>& captures);

}  // namespace offprint
