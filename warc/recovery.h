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

/// A file left open with a hole in it and no state that says how much of it was acknowledged keeps all
/// its intact records, copied into a new file of its name; the file itself goes into damaged/.
///
/// Recovers all files. Captures found get Pending::kLinksAndArticle. `state_lost`: it does not know
/// what was acknowledged, so nothing intact may be cut. May throw DatabaseError.
Result<void> recover(const ArchiveLayout& layout, Database& db, ArchiveState& state, bool state_lost);

/// Reads a whole file again and brings its captures in the state to what it holds; those that were
/// right keep their numbers and the work that they wait for. May throw DatabaseError.
struct Reread {
  std::uint64_t captures = 0, changed = 0, gone = 0;
};
Result<Reread> reread_file(const ArchiveLayout& layout, Database& db, ArchiveState& state, const std::string& name);

/// Lists the sealed files' hashes in warc/SHA256SUMS.
Result<void> write_sums(const ArchiveLayout& layout, ArchiveState& state);

/// Hash of a closed file, for the list of sealed files.
Result<std::string> file_sha256(const std::filesystem::path& path);

}  // namespace offprint
