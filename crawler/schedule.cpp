#include "crawler/schedule.h"

#include <algorithm>

#include "base/time.h"
#include "config/profile.h"
#include "crawler/frontier_store.h"

namespace offprint {
namespace {

constexpr std::int64_t kSecond = 1'000'000, kHour = 3600, kDay = 86400;
constexpr double kSlower = 1.5, kFaster = 0.5;  ///< Factors of an interval after a visit without and with news.

constexpr const char* kSchema = R"sql(
CREATE TABLE IF NOT EXISTS visits(
  publication TEXT NOT NULL, url TEXT NOT NULL, kind INTEGER NOT NULL, due INTEGER NOT NULL, interval INTEGER NOT NULL,
  stage INTEGER NOT NULL, strikes INTEGER NOT NULL, good INTEGER NOT NULL, PRIMARY KEY(publication, url)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS visits_due ON visits(publication, due) WHERE due<9223372036854775807;
CREATE TABLE IF NOT EXISTS events(at INTEGER NOT NULL, publication TEXT NOT NULL, url TEXT NOT NULL, what TEXT NOT NULL, detail TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS events_at ON events(at);
CREATE TABLE IF NOT EXISTS learned(crawl INTEGER PRIMARY KEY);
)sql";

bool adaptive(VisitKind k) { return k != VisitKind::kArticle && k != VisitKind::kOther; }

}  // namespace

UrlKind url_kind(VisitKind k) { return k == VisitKind::kFeed ? UrlKind::kFeed : k == VisitKind::kSitemap ? UrlKind::kSitemap : UrlKind::kPage; }

/// What became of a URL in a crawl.
struct Schedule::Outcome {
  CrawlUrl url;
  UrlState state = UrlState::kQueued;
  std::string reason, mime, crawl_id;
  std::int64_t capture = 0, at = 0, brought = 0;  ///< `brought`: URLs that were found on it and were new.
  int status = 0;
  bool revisit = false;
  std::int64_t version = 0;  ///< Of the article that came with this capture; 0 for no new version,
  bool article = false;      ///< though it may be one.
};

void Schedule::migrate(Database& db) { db.exec(kSchema); }

Schedule::Schedule(Database& db, std::string publication, const ScheduleSettings& s)
    : db_(db),
      publication_(std::move(publication)),
      front_(parse_durations(s.feeds)),
      sitemaps_(parse_durations(s.sitemaps)),
      articles_(parse_durations(s.articles)),
      gone_after_(s.gone_after),
      find_(db.prepare("SELECT kind,due,interval,stage,strikes,good FROM visits WHERE publication=? AND url=?")),
      put_(db.prepare("INSERT OR REPLACE INTO visits(publication,url,kind,due,interval,stage,strikes,good) VALUES(?,?,?,?,?,?,?,?)")),
      knows_(db.prepare("SELECT 1 FROM visits WHERE publication=? AND url=?")) {}

std::optional<Schedule::Row> Schedule::find(const std::string& url) {
  find_.bind(1, publication_).bind(2, url);
  std::optional<Row> out;
  if (find_.step()) out = Row{static_cast<VisitKind>(find_.integer(0)), find_.integer(1), find_.integer(2), static_cast<int>(find_.integer(3)), static_cast<int>(find_.integer(4)), find_.integer(5) != 0};
  find_.reset();
  return out;
}

void Schedule::put(const std::string& url, const Row& r) {
  put_.bind(1, publication_).bind(2, url).bind(3, static_cast<int>(r.kind)).bind(4, r.due).bind(5, r.interval).bind(6, r.stage).bind(7, r.strikes).bind(8, r.good ? 1 : 0).run();
}

bool Schedule::knows(const std::string& url) {
  knows_.bind(1, publication_).bind(2, url);
  bool known = knows_.step();
  knows_.reset();
  return known;
}

void Schedule::add(const std::vector<CrawlUrl>& named, std::int64_t now) {
  Transaction transaction(db_);
  for (const CrawlUrl& u : named) {
    VisitKind kind = u.kind == UrlKind::kFeed ? VisitKind::kFeed : u.kind == UrlKind::kPage ? VisitKind::kFront : VisitKind::kSitemap;
    auto known = find(u.url);
    if (known && known->kind == kind) continue;
    Row row = known.value_or(Row{});  // It may have come as a link before it was named.
    row.kind = kind;
    row.interval = 0;
    row.due = now;
    put(u.url, row);
  }
  transaction.commit();
}

std::vector<CrawlUrl> Schedule::due(std::int64_t now, std::size_t most) {
  Statement s = db_.prepare("SELECT url,kind FROM visits WHERE publication=? AND due<=? AND due<9223372036854775807 ORDER BY due LIMIT ?");
  s.bind(1, publication_).bind(2, now).bind(3, static_cast<std::int64_t>(most));
  std::vector<CrawlUrl> out;
  while (s.step()) {
    auto kind = static_cast<VisitKind>(s.integer(1));
    CrawlUrl u;
    u.url = s.text(0);
    u.kind = url_kind(kind);
    u.priority = kind == VisitKind::kFront ? 0 : kind == VisitKind::kFeed ? 1 : kind == VisitKind::kSitemap ? 2 : kind == VisitKind::kSection ? 4 : 5;
    out.push_back(std::move(u));
  }
  return out;
}

std::optional<std::int64_t> Schedule::next_due() {
  Statement s = db_.prepare("SELECT min(due) FROM visits WHERE publication=? AND due<9223372036854775807");
  s.bind(1, publication_);
  if (!s.step() || s.is_null(0)) return std::nullopt;
  return s.integer(0);
}

void Schedule::event(std::int64_t at, const std::string& url, const char* what, const std::string& detail) {
  db_.prepare("INSERT INTO events(at,publication,url,what,detail) VALUES(?,?,?,?,?)").bind(1, at).bind(2, publication_).bind(3, url).bind(4, std::string_view(what)).bind(5, detail).run();
}

VisitKind Schedule::kind_of(const Outcome& o, const std::optional<Row>& known) const {
  bool named = known && known->kind <= VisitKind::kSitemap;
  if (named) return known->kind;
  if (o.article) return VisitKind::kArticle;
  if (known && known->kind != VisitKind::kOther) return known->kind;
  switch (o.url.kind) {
    case UrlKind::kFeed: return VisitKind::kFeed;
    case UrlKind::kSitemap:
    case UrlKind::kListing: return VisitKind::kSitemap;
    case UrlKind::kRequisite: return VisitKind::kOther;
    case UrlKind::kPage: break;
  }
  if (o.url.hop_path.empty() && !known) return VisitKind::kFront;
  bool html = o.mime.find("html") != std::string::npos;
  return html && o.status == 200 ? VisitKind::kSection : VisitKind::kOther;
}

/// When to come again, after a visit at `t` that went well.
std::int64_t Schedule::next_time(const Row& row, std::int64_t t) const {
  if (row.kind == VisitKind::kOther) return kNever;
  if (adaptive(row.kind)) return t + row.interval * kSecond;
  std::size_t stage = static_cast<std::size_t>(std::max(0, row.stage - 1));
  return t + articles_[std::min(stage, articles_.size() - 1)] * kSecond;
}

void Schedule::answered(const Outcome& o, Row& row, std::int64_t t, Learned& learned) {
  bool gone = o.status == 404 || o.status == 410 || !o.reason.empty();
  bool bad = o.status >= 500 || o.status == 429 || o.status == 403 || o.status == 401;
  if (gone) {
    ++row.strikes;
    if (row.good && row.strikes == 1) {
      event(t, o.url.url, "gone", o.reason.empty() ? "status " + std::to_string(o.status) : o.reason);
      ++learned.gone;
    }
    bool over = row.strikes >= gone_after_ || (o.status == 410 && row.good);
    ++row.stage;
    row.due = over && row.kind > VisitKind::kSitemap ? kNever : t + kDay * kSecond;
    return;
  }
  if (bad) {
    row.due = t + std::min(kDay, kHour << std::min(row.stage, 4)) * kSecond;
    return;
  }
  if (row.good && row.strikes > 0) event(t, o.url.url, "back", "");
  row.strikes = 0;
  if (o.version <= 1) ++row.stage;  // What has changed may change again: its plan decays no further.
  if (adaptive(row.kind)) {
    const auto& range = row.kind == VisitKind::kSitemap ? sitemaps_ : front_;
    std::int64_t least = range.front(), most = range.back();
    bool first = row.interval == 0;
    // A section says less than a front page; it begins in the middle.
    if (first) row.interval = row.kind == VisitKind::kSection ? std::min(most, std::max(least, kHour)) : least;
    else row.interval = static_cast<std::int64_t>(static_cast<double>(row.interval) * (o.brought > 0 ? kFaster : kSlower));
    row.interval = std::clamp(row.interval, std::min(least, most), std::max(least, most));
  }
  row.good = true;
  row.due = next_time(row, t);
}

void Schedule::learn_one(const Outcome& o, std::int64_t now, Learned& learned) {
  auto known = find(o.url.url);
  Row row = known.value_or(Row{});
  row.kind = kind_of(o, known);
  std::int64_t t = o.at > 0 ? o.at : now;
  switch (o.state) {
    case UrlState::kQueued:
      ++learned.left;
      row.due = now;
      break;
    case UrlState::kFailed:
      ++learned.failed;
      ++row.strikes;
      row.due = now + std::min(kDay, kHour << std::min(row.strikes - 1, 5)) * kSecond;
      break;
    case UrlState::kExcluded: row.due = known ? now + 7 * kDay * kSecond : kNever; break;
    case UrlState::kDone:
      ++learned.visited;
      learned.unchanged += o.revisit;
      answered(o, row, t, learned);
      break;
  }
  if (o.version == 1) event(t, o.url.url, "new", ""), ++learned.articles_new;
  if (o.version > 1) event(t, o.url.url, "changed", "version " + std::to_string(o.version)), ++learned.articles_changed;
  put(o.url.url, row);
}

Learned Schedule::learn(std::int64_t crawl, const std::string& crawl_id, std::int64_t now) {
  Learned learned;
  FrontierStore frontier(db_, crawl);
  Statement rows = db_.prepare("SELECT row FROM frontier WHERE crawl=? AND row>? ORDER BY row LIMIT 1000");
  Statement capture = db_.prepare("SELECT id,date,status,revisit,mime FROM captures WHERE url=? AND crawl=? ORDER BY date DESC LIMIT 1");
  Statement version = db_.prepare("SELECT version FROM versions WHERE capture=?");
  Statement sighting = db_.prepare("SELECT 1 FROM sightings WHERE capture=?");
  // Links that were new are counted by the page that led to them, in one pass.
  db_.exec("CREATE TEMP TABLE IF NOT EXISTS brought(via INTEGER PRIMARY KEY, n INTEGER NOT NULL); DELETE FROM brought;");
  db_.prepare("INSERT INTO brought SELECT via,count(*) FROM frontier WHERE crawl=? AND via>0 GROUP BY via").bind(1, crawl).run();
  Statement brought = db_.prepare("SELECT n FROM brought WHERE via=?");
  for (std::int64_t after = 0;;) {
    std::vector<std::int64_t> batch;
    rows.bind(1, crawl).bind(2, after);
    while (rows.step()) batch.push_back(rows.integer(0));
    rows.reset();
    Transaction transaction(db_);
    for (std::int64_t id : batch) {
      after = id;
      auto row = frontier.row(id);
      if (!row) continue;
      Outcome o;
      o.url = row->url;
      o.state = row->state;
      o.reason = row->state == UrlState::kDone ? row->reason : "";
      capture.bind(1, o.url.url).bind(2, crawl_id);
      if (capture.step()) {
        o.capture = capture.integer(0), o.at = capture.integer(1), o.status = static_cast<int>(capture.integer(2));
        o.revisit = capture.integer(3) != 0, o.mime = capture.text(4);
      }
      capture.reset();
      brought.bind(1, id);
      if (brought.step()) o.brought = brought.integer(0);
      brought.reset();
      version.bind(1, o.capture);
      if (o.capture > 0 && version.step()) o.version = version.integer(0);
      version.reset();
      sighting.bind(1, o.capture);
      o.article = o.version > 0 || (o.capture > 0 && sighting.step());
      sighting.reset();
      learn_one(o, now, learned);
    }
    if (batch.empty()) db_.prepare("INSERT OR IGNORE INTO learned(crawl) VALUES(?)").bind(1, crawl).run();
    transaction.commit();
    if (batch.empty()) break;
  }
  // What it left waiting is due in the schedule now, and waits there alone.
  db_.prepare("UPDATE frontier SET state=3,reason='left to a later visit' WHERE crawl=? AND state=0").bind(1, crawl).run();
  return learned;
}

std::vector<std::pair<std::int64_t, std::string>> Schedule::unlearned(const std::string& seed_key) {
  Statement s = db_.prepare("SELECT number,id FROM crawls WHERE seed_key=? AND number NOT IN (SELECT crawl FROM learned) ORDER BY number");
  s.bind(1, seed_key);
  std::vector<std::pair<std::int64_t, std::string>> out;
  while (s.step()) out.emplace_back(s.integer(0), s.text(1));
  return out;
}

std::vector<ScheduleEvent> Schedule::events(Database& db, std::int64_t since, std::size_t most) {
  Statement s = db.prepare("SELECT at,publication,url,what,detail FROM events WHERE at>=? ORDER BY at LIMIT ?");
  s.bind(1, since).bind(2, static_cast<std::int64_t>(most));
  std::vector<ScheduleEvent> out;
  while (s.step()) out.push_back({s.integer(0), s.text(1), s.text(2), s.text(3), s.text(4)});
  return out;
}

}  // namespace offprint
