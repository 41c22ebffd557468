// Small archives for tests: captures made up, stored through the writer itself.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "warc/archive_writer.h"

namespace offprint::test {

/// A 200 with this body, caught now.
Capture capture(const std::string& url, const std::string& body);
ArchiveWriterOptions writer_options(Compression compression = Compression::kZstd);
/// Stores these bodies as http://x/0, http://x/1, … in one acknowledged group each.
void store_all(const std::filesystem::path& archive, const std::vector<std::string>& bodies, ArchiveWriterOptions options = writer_options(), bool close = true);
/// Stores these captures in one group.
void store(const std::filesystem::path& archive, std::vector<Capture> captures, ArchiveWriterOptions options = writer_options());

std::vector<StoredRecord> read_all(const std::filesystem::path& file, std::vector<Damage>* damage = nullptr);
/// The one WARC file of an archive.
std::filesystem::path only_warc(const std::filesystem::path& archive);

}  // namespace offprint::test
