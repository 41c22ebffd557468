// Exclusions (takedowns): what of an archive is not to be shown or given away. The records stay
// as they are in the WARC files; index, export, search and packing leave them out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "warc/archive.h"
#include "warc/url_match.h"

namespace offprint {

/// One takedown, as it stands in ARCHIVE/exclusions.jsonl (see warc_format.md).
struct Exclusion {
  std::int64_t id = 0;
  std::string url;
  UrlMatch::Kind match = UrlMatch::Kind::kExact;
  std::string from, to;  ///< First and last capture time, as many digits of YYYYMMDDhhmmss as matter; "" is open.
  std::string reason, who, added;
};

/// Those in force. Immutable; any thread.
class Exclusions {
 public:
  /// No file: no exclusions. kCorrupt names file and line: then nothing may be given away.
  static Result<Exclusions> load(const ArchiveLayout& layout);
  /// Appends one, durably; its id comes back. kInvalid for times that are none.
  static Result<std::int64_t> add(const ArchiveLayout& layout, Exclusion exclusion);
  /// Ends one. kNotFound if it is not in force.
  static Result<void> lift(const ArchiveLayout& layout, std::int64_t id, const std::string& reason, const std::string& who);

  bool excludes(std::string_view url, TimePoint captured) const;
  const std::vector<Exclusion>& list() const { return list_; }
  bool empty() const { return list_.empty(); }

 private:
  std::vector<Exclusion> list_;
  std::vector<UrlMatch> matches_;
  std::int64_t last_id_ = 0;
};

}  // namespace offprint
