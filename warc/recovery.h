// What a start does after a crash: cut each open file after its last whole record, and
// take into the state whatever records it does not know yet. The WARC is the truth.
#pragma once

#include "base/result.h"
#include "warc/archive.h"

namespace offprint {

/// Tables that recovery keeps: crawls and the warcinfo records that name them.
void migrate_recovery(Database& db);

/// Remembers that records pointing to this warcinfo belong to this crawl.
void note_warcinfo(Database& db, const std::string& warcinfo_id, const std::string& crawl, const std::string& seed_key);

/// Recovers all files. Captures found get Pending::kLinksAndArticle. May throw DatabaseError.
Result<void> recover(const ArchiveLayout& layout, Database& db, ArchiveState& state);

/// Hash of a closed file, for the list of sealed files.
Result<std::string> file_sha256(const std::filesystem::path& path);

}  // namespace offprint
