// offprint import: takes WARC and ARC files of other programs into an archive.
// offprint backup: what the WARC files can't give back.
#include <fmt/format.h>

#include <filesystem>

#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/command_support.h"
#include "cli/commands.h"
#include "crawler/corpus.h"
#include "crawler/frontier_store.h"
#include "crawler/reprocess.h"
#include "crawler/site_store.h"
#include "warc/import.h"

namespace fs = std::filesystem;

namespace offprint {
namespace {

/// Articles of what has been taken in.
Result<ReprocessCounts> extract_pending(Archive& archive) {
  Settings settings;
  auto scope = Scope::make(settings.scope, {});
  if (!scope) return tl::unexpected(scope.error());
  FrontierStore::migrate(archive.database());
  CorpusWriter::migrate(archive.database());
  migrate_site_models(archive.database());
  SiteKnowledge sites;
  load_site_models(archive.database(), sites);
  ExtractOptions options;
  options.sites = &sites;
  auto counts = reprocess_pending(archive, "", 0, **scope, settings, options);
  if (counts) save_site_models(archive.database(), sites);
  return counts;
}

}  // namespace

int run_import(const ImportOptions& o) {
  keep_freed_memory();
  auto archive = Archive::open_for_writing(o.archive);
  if (!archive) return status_of(archive.error());
  int status = 0;
  try {
    for (const std::string& file : o.files) {
      auto taken = import_file(**archive, file);
      if (!taken) {
        status = status_of(taken.error());
        continue;
      }
      for (const Damage& d : taken->damage) log_error("{}: {} bytes at {} give no record: {}", printable(file), d.length, d.offset, d.reason);
      if (!taken->damage.empty()) status = 1;
      if (!o.quiet) fmt::print("{}: {} captures as {}{}\n", printable(file), taken->captures, taken->name, taken->rewritten ? " (rewritten record by record)" : "");
    }
    if (!o.extract) return status;
    auto counts = extract_pending(**archive);
    if (!counts) return status_of(counts.error());
    if (!o.quiet) fmt::print("{} articles extracted\n", counts->articles);
  } catch (const DatabaseError& e) {
    return status_of({ErrorKind::kIo, e.what()});
  }
  return status;
}

int run_backup(const BackupOptions& o) {
  auto layout = existing_archive(o.archive);
  if (!layout) return status_of(layout.error());
  fs::path out = o.out;
  std::error_code ec;
  if (fs::exists(out, ec) && !fs::is_empty(out, ec)) return status_of({ErrorKind::kInvalid, o.out + " is there already: a backup goes into a new folder"});
  fs::create_directories(out, ec);
  if (ec) return status_of({ErrorKind::kIo, "cannot create " + o.out + ": " + ec.message()});
  try {
    Database db(layout->state(), Database::Mode::kRead);
    db.copy_to(out / "state.sqlite");
  } catch (const DatabaseError& e) {
    return status_of({ErrorKind::kIo, e.what()});
  }
  for (const fs::path& file : {layout->exclusions(), layout->root / "offprint.toml", layout->warc() / "SHA256SUMS"}) {
    if (!fs::exists(file, ec)) continue;
    fs::copy_file(file, out / file.filename(), ec);
    if (ec) return status_of({ErrorKind::kIo, "cannot copy " + file.string() + ": " + ec.message()});
  }
  for (const auto& e : fs::directory_iterator(out, ec)) {
    auto file = File::open_append(e.path());
    if (!file) return status_of(file.error());
    if (auto ok = file->sync(); !ok) return status_of(ok.error());
  }
  if (auto ok = sync_directory(out); !ok) return status_of(ok.error());
  fmt::print("{}: queue, schedule, back-off, dedup, versions, exclusions and settings. The WARC files are not in it.\n", o.out);
  return 0;
}

}  // namespace offprint
