// CDXJ, the index that replay tools read: "surt timestamp14 {json}" a line, sorted bytewise.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "warc/exclusions.h"
#include "warc/state.h"

namespace offprint {

/// One line without its line end; `file` is the name on disk relative to warc/.
std::string cdxj_line(const CaptureSummary& capture);

/// Sorted CDXJ text of captures, without those that an exclusion covers. The same captures give the same bytes.
std::string cdxj_text(const std::vector<CaptureRow>& captures, const Exclusions& exclusions);

/// Writes index/FILE.cdxj for one WARC file, atomically. Nothing to list: no file.
Result<void> write_cdxj(const ArchiveLayout& layout, const std::string& file, const std::vector<CaptureRow>& captures);

}  // namespace offprint
