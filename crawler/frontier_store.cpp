#include "crawler/frontier_store.h"

#include "base/digest.h"
#include "base/url.h"

namespace offprint {
namespace {

// Identity is a 64-bit hash over crawl and URL, so that no second index is needed; among
// ten million URLs two share one with a chance of 3 in a million.
constexpr const char* kSchema = R"sql(
CREATE TABLE IF NOT EXISTS hosts(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS urls(
  id INTEGER PRIMARY KEY, crawl INTEGER NOT NULL, host INTEGER NOT NULL, state INTEGER NOT NULL,
  priority INTEGER NOT NULL, seq INTEGER NOT NULL, kind INTEGER NOT NULL, depth INTEGER NOT NULL, tries INTEGER NOT NULL,
  not_before INTEGER NOT NULL, via INTEGER NOT NULL, hops TEXT NOT NULL, url TEXT NOT NULL, reason TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS urls_queue ON urls(crawl, host, priority, seq) WHERE state=0;
CREATE INDEX IF NOT EXISTS urls_left ON urls(crawl, state) WHERE state>1;
CREATE TABLE IF NOT EXISTS robots(origin TEXT PRIMARY KEY, status INTEGER NOT NULL, text TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;
)sql";

constexpr const char* kColumns = "u.id,u.url,u.hops,u.kind,u.priority,u.depth,u.tries,u.not_before,u.host,u.state,u.reason,coalesce(v.url,'')";

FrontierStore::Row read_row(const Statement& s) {
  FrontierStore::Row r;
  CrawlUrl& u = r.url;
  u.id = s.integer(0);
  u.url = s.text(1);
  u.hop_path = s.text(2);
  u.kind = static_cast<UrlKind>(s.integer(3));
  u.priority = static_cast<int>(s.integer(4));
  u.depth = static_cast<int>(s.integer(5));
  u.tries = static_cast<int>(s.integer(6));
  u.not_before = s.integer(7);
  u.host = s.integer(8);
  r.state = static_cast<UrlState>(s.integer(9));
  r.reason = s.text(10);
  u.via = s.text(11);
  return r;
}

std::string select(const char* rest) { return std::string("SELECT ") + kColumns + " FROM urls u LEFT JOIN urls v ON v.id=u.via " + rest; }

}  // namespace

void FrontierStore::migrate(Database& db) { db.exec(kSchema); }

FrontierStore::FrontierStore(Database& db, std::int64_t crawl)
    : db_(db),
      crawl_(crawl),
      insert_(db.prepare("INSERT OR IGNORE INTO urls(id,crawl,host,state,priority,seq,kind,depth,tries,not_before,via,hops,url,reason) VALUES(?,?,?,0,?,?,?,?,0,?,?,?,?,'')")),
      state_(db.prepare("UPDATE urls SET state=?,reason=?,not_before=0 WHERE id=?")),
      defer_(db.prepare("UPDATE urls SET state=0,tries=?,not_before=?,reason=? WHERE id=?")),
      heads_(db.prepare(select("WHERE u.state=0 AND u.crawl=? AND u.host=? AND u.not_before<=? ORDER BY u.priority,u.seq LIMIT ?"))) {
  Statement s = db.prepare("SELECT coalesce(max(seq),0) FROM urls WHERE crawl=? AND state=0");
  s.bind(1, crawl);
  if (s.step()) sequence_ = s.integer(0);
}

std::int64_t FrontierStore::id_of(const std::string& url) const { return static_cast<std::int64_t>(hash64(url, static_cast<std::uint64_t>(crawl_)) >> 1) + 1; }

std::int64_t FrontierStore::host_number(const std::string& url) {
  auto parsed = Url::parse(url);
  std::string name = parsed ? parsed->host + (parsed->port ? ":" + std::to_string(*parsed->port) : "") : "";
  Statement find = db_.prepare("SELECT number FROM hosts WHERE name=?");
  find.bind(1, name);
  if (find.step()) return find.integer(0);
  db_.prepare("INSERT INTO hosts(name) VALUES(?)").bind(1, name).run();
  return db_.last_insert_rowid();
}

bool FrontierStore::enqueue(CrawlUrl& u) {
  u.id = id_of(u.url);
  u.host = host_number(u.url);
  std::int64_t via = u.via.empty() ? 0 : id_of(u.via);
  insert_.bind(1, u.id).bind(2, crawl_).bind(3, u.host).bind(4, u.priority).bind(5, ++sequence_).bind(6, static_cast<int>(u.kind));
  insert_.bind(7, u.depth).bind(8, u.not_before).bind(9, via).bind(10, u.hop_path).bind(11, u.url).run();
  return db_.changes() > 0;
}

void FrontierStore::set_state(std::int64_t id, UrlState state, const std::string& reason) {
  state_.bind(1, static_cast<int>(state)).bind(2, reason).bind(3, id).run();
}

void FrontierStore::defer(std::int64_t id, int tries, std::int64_t not_before, const std::string& reason) {
  defer_.bind(1, tries).bind(2, not_before).bind(3, reason).bind(4, id).run();
}

int FrontierStore::requeue_failed() {
  db_.prepare("UPDATE urls SET state=0,tries=0,not_before=0 WHERE crawl=? AND state=2").bind(1, crawl_).run();
  return db_.changes();
}

std::vector<std::pair<std::int64_t, std::string>> FrontierStore::waiting_hosts() {
  Statement s = db_.prepare("SELECT DISTINCT u.host,h.name FROM urls u JOIN hosts h ON h.number=u.host WHERE u.crawl=? AND u.state=0");
  s.bind(1, crawl_);
  std::vector<std::pair<std::int64_t, std::string>> out;
  while (s.step()) out.emplace_back(s.integer(0), s.text(1));
  return out;
}

std::string FrontierStore::host_name(std::int64_t host) {
  Statement s = db_.prepare("SELECT name FROM hosts WHERE number=?");
  s.bind(1, host);
  return s.step() ? s.text(0) : "";
}

std::vector<CrawlUrl> FrontierStore::heads(std::int64_t host, std::int64_t now, int limit, const std::unordered_set<std::int64_t>& busy) {
  heads_.bind(1, crawl_).bind(2, host).bind(3, now).bind(4, limit + static_cast<std::int64_t>(busy.size()));
  std::vector<CrawlUrl> out;
  while (heads_.step()) {
    Row r = read_row(heads_);
    if (!busy.count(r.url.id) && static_cast<int>(out.size()) < limit) out.push_back(std::move(r.url));
  }
  heads_.reset();
  return out;
}

std::optional<std::int64_t> FrontierStore::next_deferred(std::int64_t host, std::int64_t now) {
  Statement s = db_.prepare("SELECT min(not_before) FROM urls WHERE state=0 AND crawl=? AND host=? AND not_before>?");
  s.bind(1, crawl_).bind(2, host).bind(3, now);
  if (!s.step() || s.is_null(0)) return std::nullopt;
  return s.integer(0);
}

std::optional<FrontierStore::Row> FrontierStore::find(std::int64_t id) {
  Statement s = db_.prepare(select("WHERE u.id=?"));
  s.bind(1, id);
  if (!s.step()) return std::nullopt;
  return read_row(s);
}

std::int64_t FrontierStore::count(UrlState state) {
  Statement s = db_.prepare("SELECT count(*) FROM urls WHERE crawl=? AND state=?");
  s.bind(1, crawl_).bind(2, static_cast<int>(state));
  return s.step() ? s.integer(0) : 0;
}

std::int64_t FrontierStore::count_all() {
  Statement s = db_.prepare("SELECT count(*) FROM urls WHERE crawl=?");
  s.bind(1, crawl_);
  return s.step() ? s.integer(0) : 0;
}

std::vector<FrontierStore::Row> FrontierStore::list(UrlState state, int limit) {
  Statement s = db_.prepare(select("WHERE u.crawl=? AND u.state=? ORDER BY u.seq LIMIT ?"));
  s.bind(1, crawl_).bind(2, static_cast<int>(state)).bind(3, limit);
  std::vector<Row> out;
  while (s.step()) out.push_back(read_row(s));
  return out;
}

std::optional<FrontierStore::RobotsRow> FrontierStore::robots(const std::string& origin) {
  Statement s = db_.prepare("SELECT status,text,until FROM robots WHERE origin=?");
  s.bind(1, origin);
  if (!s.step()) return std::nullopt;
  return RobotsRow{static_cast<int>(s.integer(0)), s.text(1), s.integer(2)};
}

void FrontierStore::set_robots(const std::string& origin, const RobotsRow& row) {
  db_.prepare("INSERT OR REPLACE INTO robots(origin,status,text,until) VALUES(?,?,?,?)").bind(1, origin).bind(2, row.status).bind(3, row.text).bind(4, row.until).run();
}

}  // namespace offprint
