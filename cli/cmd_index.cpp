// offprint index: rebuilds state and CDXJ from the WARC files, and looks captures up.
// offprint exclude: takedowns.
#include <fmt/format.h>

#include <cstdio>

#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/command_support.h"
#include "cli/commands.h"
#include "crawler/corpus.h"
#include "warc/exclusions.h"
#include "warc/index.h"
#include "warc/zipnum.h"

namespace offprint {
namespace {

constexpr std::uint64_t kLarge = 1'000'000;  ///< Captures from which on ZipNum is written unasked.

int find(const IndexOptions& o) {
  UrlMatch match(UrlMatch::kind_from_name(o.match).value_or(UrlMatch::Kind::kExact), o.find);
  std::uint64_t found = 0;
  auto ok = look_up(ArchiveLayout{o.archive}, match, o.from, o.to, [&](std::string_view line) -> Result<void> {
    ++found;
    fmt::print("{}\n", line);
    return {};
  });
  if (!ok) return status_of(ok.error());
  return found > 0 ? 0 : 1;
}

int rebuild(const IndexOptions& o) {
  auto archive = Archive::open_for_writing(o.archive);
  if (!archive) return status_of(archive.error());
  CorpusWriter::migrate((*archive)->database());
  auto counts = rebuild_index(**archive, [&](const std::string& file) {
    if (!o.quiet) log_info("reading {}", file);
  });
  if (!counts) return status_of(counts.error());
  std::uint64_t lines = 0;
  if (o.zipnum || counts->captures >= kLarge || has_zipnum((*archive)->layout())) {
    auto written = write_zipnum((*archive)->layout());
    if (!written) return status_of(written.error());
    lines = *written;
  }
  if (o.json) {
    fmt::print(R"({{"files":{},"captures":{},"changed":{},"gone":{},"zipnum_lines":{}}})" "\n", counts->files, counts->captures, counts->changed, counts->gone, lines);
  } else if (!o.quiet) {
    fmt::print("{} files, {} captures indexed; in the state {} were missing or wrong, {} were of records that are not there\n", counts->files, counts->captures, counts->changed, counts->gone);
    if (lines > 0) fmt::print("ZipNum of {} lines in {}\n", lines, ((*archive)->layout().index() / "zipnum").string());
  }
  return 0;
}

/// The index is what others read.
int apply_exclusions(const std::string& folder) {
  auto archive = Archive::open_for_writing(folder);
  if (!archive) return status_of(archive.error());
  try {
    if (auto ok = rewrite_cdxj(**archive); !ok) return status_of(ok.error());
  } catch (const DatabaseError& e) {
    return status_of({ErrorKind::kIo, e.what()});
  }
  if (!has_zipnum((*archive)->layout())) return 0;
  auto lines = write_zipnum((*archive)->layout());
  return lines ? 0 : status_of(lines.error());
}

}  // namespace

int run_index(const IndexOptions& o) {
  keep_freed_memory();
  if (auto layout = existing_archive(o.archive); !layout) return status_of(layout.error());
  try {
    return o.find.empty() ? rebuild(o) : find(o);
  } catch (const DatabaseError& e) {
    return status_of({ErrorKind::kIo, e.what()});
  }
}

int run_exclude(const ExcludeOptions& o) {
  auto layout = existing_archive(o.archive);
  if (!layout) return status_of(layout.error());
  if (o.url.empty() && o.lift == 0) {
    auto list = Exclusions::load(*layout);
    if (!list) return status_of(list.error());
    for (const Exclusion& e : list->list()) {
      if (o.json) fmt::print(R"({{"id":{},"url":{},"match":"{}","from":"{}","to":"{}","reason":{},"who":{},"added":{}}})" "\n", e.id, json_quote(e.url), UrlMatch::name_of(e.match), e.from, e.to, json_quote(e.reason), json_quote(e.who), json_quote(e.added));
      else fmt::print("{}: {} {} {}{}{} ({}, {})\n", e.id, UrlMatch::name_of(e.match), printable(e.url), e.from, e.from.empty() && e.to.empty() ? "at all times" : " to ", e.to, printable(e.reason), printable(e.who));
    }
    return 0;
  }
  if (o.reason.empty() || o.who.empty()) return status_of({ErrorKind::kInvalid, "--reason and --who are needed: the archive keeps why it was done and by whom"});
  Result<void> done;
  if (o.lift > 0) {
    done = Exclusions::lift(*layout, o.lift, o.reason, o.who);
  } else {
    auto id = Exclusions::add(*layout, {0, o.url, UrlMatch::kind_from_name(o.match).value_or(UrlMatch::Kind::kExact), o.from, o.to, o.reason, o.who, ""});
    if (id) fmt::print("exclusion {}\n", *id);
    else done = tl::unexpected(id.error());
  }
  if (!done) return status_of(done.error());
  return apply_exclusions(o.archive);
}

}  // namespace offprint
