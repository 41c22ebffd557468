// offprint status: what an archive holds, what waits, and why a URL is where it is.
#include <fmt/format.h>

#include <cstdio>
#include <map>

#include "base/log.h"
#include "base/text.h"
#include "base/url.h"
#include "cli/commands.h"
#include "crawler/frontier_store.h"
#include "crawler/completeness.h"
#include "crawler/progress.h"
#include "crawler/schedule.h"
#include "warc/archive.h"

namespace offprint {
namespace {

struct CrawlRow {
  std::int64_t number = 0;
  std::string id;
  bool finished = false;
  std::map<int, std::int64_t> urls;
};

std::vector<CrawlRow> crawls_of(Database& db) {
  std::vector<CrawlRow> out;
  Statement s = db.prepare("SELECT number,id,finished FROM crawls ORDER BY number");
  while (s.step()) out.push_back({s.integer(0), s.text(1), s.integer(2) > 0, {}});
  for (CrawlRow& c : out) {
    Statement n = db.prepare("SELECT state,count(*) FROM frontier WHERE crawl=? GROUP BY state");
    n.bind(1, c.number);
    while (n.step()) c.urls[static_cast<int>(n.integer(0))] = n.integer(1);
  }
  return out;
}

std::int64_t one(Database& db, const char* sql) {
  Statement s = db.prepare(sql);
  return s.step() ? s.integer(0) : 0;
}

int why(Database& db, const std::string& text) {
  auto url = Url::parse(text);
  std::string key = url ? url->fetch_url() : text;
  bool found = false;
  for (const CrawlRow& c : crawls_of(db)) {
    FrontierStore store(db, c.number);
    auto row = store.find(key);
    if (!row) continue;
    found = true;
    static constexpr const char* kNames[] = {"queued", "captured", "failed", "rightly left"};
    fmt::print("{}: {}{}{}\n", c.id, kNames[static_cast<int>(row->state)], row->reason.empty() ? "" : ": ", printable(row->reason));
    if (std::string stop = row->state == UrlState::kQueued ? store.host_stop(row->url.host) : ""; !stop.empty()) fmt::print("  its host was asked no more: {}\n", printable(stop));
    fmt::print("  found on {} (hops {}, depth {}, tries {})\n", row->url.via.empty() ? "the seed list" : printable(row->url.via), row->url.hop_path, row->url.depth, row->url.tries);
  }
  if (!found) fmt::print("unknown: no crawl of this archive has come across {}\n", printable(key));
  return found ? 0 : 1;
}

/// Removing a file that others refer to would leave their revisits without a payload.
int files(ArchiveState& state, bool json) {
  for (const FileRow& f : state.files()) {
    auto captures = state.captures_of_file(f.name).size();
    auto references = state.references_to(f.id);
    static constexpr const char* kNames[] = {"open", "closed", "sealed"};
    const char* how = kNames[static_cast<int>(f.state)];
    if (json) fmt::print(R"({{"file":{},"state":"{}","bytes":{},"captures":{},"referring_revisits":{},"referring_files":{}}})" "\n", json_quote(f.name), how, f.size, captures, references.revisits, references.files);
    else fmt::print("{} {} {} captures {}; {} revisits of {} other files refer to it\n", f.name, how, captures, human_bytes(f.size), references.revisits, references.files);
  }
  return 0;
}

int missing(const ArchiveLayout& layout, Database& db, const StatusOptions& o) {
  auto c = completeness(layout, db, {.from = o.from, .to = o.to});
  if (!c) {
    log_error("{}", c.error().message);
    return 1;
  }
  std::uint64_t absent = c->listed - c->captured;
  if (o.json) {
    std::string days, urls;
    for (const auto& [at, n] : c->days)
      days += fmt::format(R"({}{{"publication":{},"day":"{}","listed":{},"missing":{}}})", days.empty() ? "" : ",", json_quote(at.first), at.second, n.listed, n.missing);
    for (const MissingUrl& m : c->missing)
      urls += fmt::format(R"({}{{"publication":{},"day":"{}","url":{},"listed_by":{},"reason":{}}})", urls.empty() ? "" : ",", json_quote(m.publication), m.day, json_quote(m.url), json_quote(m.listed_by), json_quote(m.reason));
    fmt::print(R"({{"lists":{},"unreadable":{},"listed":{},"captured":{},"missing":{},"missing_not_listed":{},"days":[{}],"urls":[{}]}})" "\n", c->lists, c->unreadable, c->listed, c->captured, absent, c->missing_not_listed, days, urls);
    return absent > 0;
  }
  fmt::print("{} versions of lists; {} URLs listed, {} captured, {} missing\n", c->lists, c->listed, c->captured, absent);
  if (c->unreadable > 0) fmt::print("{} versions of lists cannot be read back; `offprint verify` says why\n", c->unreadable);
  for (const auto& [at, n] : c->days) fmt::print("  {} {}: {} listed, {} missing\n", printable(at.first), at.second, n.listed, n.missing);
  for (const MissingUrl& m : c->missing) fmt::print("{} — {} (listed by {} on {})\n", printable(m.url), printable(m.reason), printable(m.listed_by), m.day);
  if (c->missing_not_listed > 0) fmt::print("… and {} more\n", c->missing_not_listed);
  return absent > 0;
}

int events(Database& db, const StatusOptions& o) {
  if (!db.has_table("events")) return 0;
  auto from = parse_iso8601(o.from.size() == 10 ? o.from + "T00:00:00Z" : o.from);
  constexpr std::size_t kMost = 1'000'000;
  for (const ScheduleEvent& e : Schedule::events(db, from ? to_micros(*from) : 0, kMost)) {
    std::string at = format_iso8601(from_micros(e.at)).substr(0, 19) + "Z";
    if (o.json) fmt::print(R"({{"at":"{}","publication":{},"event":"{}","url":{},"detail":{}}})" "\n", at, json_quote(e.publication), e.what, json_quote(e.url), json_quote(e.detail));
    else fmt::print("{} {} {} {}{}\n", at, printable(e.publication), e.what, printable(e.url), e.detail.empty() ? "" : " (" + printable(e.detail) + ")");
  }
  return 0;
}

}  // namespace

int run_status(const StatusOptions& o) {
  ArchiveLayout layout{o.archive};
  if (!is_archive(o.archive)) {
    log_error("{} is no archive (it has no folder warc/)", o.archive);
    return 1;
  }
  try {
    Database db(layout.state(), Database::Mode::kRead);
    if (!o.why.empty()) return why(db, o.why);
    if (o.missing) return missing(layout, db, o);
    if (o.events) return events(db, o);
    if (o.files) {
      ArchiveState state(db);
      return files(state, o.json);
    }
    auto crawls = crawls_of(db);
    std::int64_t responses = one(db, "SELECT count(*) FROM captures WHERE revisit=0"), revisits = one(db, "SELECT count(*) FROM captures WHERE revisit=1");
    std::int64_t articles = one(db, "SELECT count(DISTINCT article) FROM versions"), versions = one(db, "SELECT count(*) FROM versions");
    std::int64_t files = one(db, "SELECT count(*) FROM files"), bytes = one(db, "SELECT coalesce(sum(size),0) FROM files");
    if (o.json) {
      std::string list;
      for (const CrawlRow& c : crawls)
        list += fmt::format(R"({}{{"id":{},"complete":{},"queued":{},"done":{},"failed":{},"excluded":{}}})", list.empty() ? "" : ",", json_quote(c.id), c.finished,
                            c.urls.count(0) ? c.urls.at(0) : 0, c.urls.count(1) ? c.urls.at(1) : 0, c.urls.count(2) ? c.urls.at(2) : 0, c.urls.count(3) ? c.urls.at(3) : 0);
      fmt::print(R"({{"files":{},"bytes":{},"responses":{},"revisits":{},"articles":{},"versions":{},"crawls":[{}]}})" "\n", files, bytes, responses, revisits, articles, versions, list);
      return 0;
    }
    fmt::print("{} WARC files, {}\n{} responses, {} revisits\n{} articles in {} versions\n", files, human_bytes(static_cast<std::uint64_t>(bytes)), responses, revisits, articles, versions);
    for (CrawlRow& c : crawls)
      fmt::print("{}: {} — {} captured, {} waiting, {} failed, {} rightly left\n", c.id, c.finished ? "complete" : "not complete", c.urls[1], c.urls[0], c.urls[2], c.urls[3]);
  } catch (const DatabaseError& e) {
    log_error("{}; the next `offprint crawl` rebuilds it from the WARC files", e.what());
    return 1;
  }
  return 0;
}

}  // namespace offprint
