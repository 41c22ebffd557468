// Completeness: what feeds, sitemaps, front and section pages have listed, against what was captured.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "warc/archive.h"

namespace offprint {

struct CompletenessOptions {
  std::string from, to;        ///< Lists captured at these times ("2026-03-01" or longer), or "".
  std::size_t most = 10'000;   ///< Missing URLs that are kept; more are counted.
};

struct MissingUrl {
  std::string publication, day;  ///< Site; day (UTC) on which it was first seen in a list.
  std::string url, listed_by, reason;
};

struct Completeness {
  struct Counts {
    std::uint64_t listed = 0, missing = 0;
  };
  std::map<std::pair<std::string, std::string>, Counts> days;  ///< By publication and day.
  std::uint64_t lists = 0, unreadable = 0;                     ///< Captures of lists that were looked at; of these without a payload.
  std::uint64_t listed = 0, captured = 0, missing_not_listed = 0;
  std::vector<MissingUrl> missing;
};

/// Reads each version of each list in the archive once. `db` may be a reading connection. Memory: 8 bytes a
/// listed URL, and the missing ones. May throw DatabaseError.
Result<Completeness> completeness(const ArchiveLayout& layout, Database& db, const CompletenessOptions& options);

}  // namespace offprint
