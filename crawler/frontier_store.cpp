#include "crawler/frontier_store.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>

#include "base/digest.h"
#include "base/url.h"

namespace offprint {
namespace {

// A known URL is told by a 64-bit hash over crawl and URL: among ten million, two share one with a chance of
// 3 in a million. seen_upto.row: rows above it may be missing in `seen`; they are few, and read at the start.
constexpr const char* kSchema = R"sql(
CREATE TABLE IF NOT EXISTS hosts(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS frontier(
  row INTEGER PRIMARY KEY, crawl INTEGER NOT NULL, host INTEGER NOT NULL, state INTEGER NOT NULL, priority INTEGER NOT NULL,
  kind INTEGER NOT NULL, depth INTEGER NOT NULL, tries INTEGER NOT NULL, not_before INTEGER NOT NULL, via INTEGER NOT NULL,
  hops TEXT NOT NULL, url TEXT NOT NULL, reason TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS frontier_queue ON frontier(crawl, host, priority) WHERE state=0;
CREATE INDEX IF NOT EXISTS frontier_left ON frontier(crawl, state) WHERE state>1;
CREATE TABLE IF NOT EXISTS seen(hash INTEGER PRIMARY KEY, row INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS seen_upto(one INTEGER PRIMARY KEY CHECK(one=1), row INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS host_stops(crawl INTEGER NOT NULL, host INTEGER NOT NULL, reason TEXT NOT NULL, PRIMARY KEY(crawl, host)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS robots(origin TEXT PRIMARY KEY, status INTEGER NOT NULL, text TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;
INSERT OR IGNORE INTO seen_upto VALUES(1,0);
)sql";

// Before version 3 a table `urls` had the hash for its key; hashes and URLs stay what they were.
constexpr const char* kFromUrls = R"sql(
INSERT INTO frontier(crawl,host,state,priority,kind,depth,tries,not_before,via,hops,url,reason)
  SELECT crawl,host,state,priority,kind,depth,tries,not_before,via,substr(hops,-24),url,reason FROM urls ORDER BY crawl,seq;
INSERT OR IGNORE INTO seen SELECT u.id,f.row FROM urls u JOIN frontier f ON f.crawl=u.crawl AND f.url=u.url ORDER BY u.id;
UPDATE frontier SET via=coalesce((SELECT row FROM seen WHERE hash=via),0);
UPDATE seen_upto SET row=(SELECT coalesce(max(row),0) FROM frontier);
DROP TABLE urls;
)sql";

constexpr const char* kColumns = "u.row,u.url,u.hops,u.kind,u.priority,u.depth,u.tries,u.not_before,u.host,u.state,u.reason,v.url,u.via,v.host";

constexpr std::size_t kMergeAt = 120'000;  ///< New hashes in memory, about 30 bytes each.
constexpr std::size_t kMergeStep = 50'000; ///< In one transaction, so that the log stays small.
constexpr std::size_t kMaxHosts = 20'000;  ///< Names in memory.

std::string select(const char* rest) { return std::string("SELECT ") + kColumns + " FROM frontier u LEFT JOIN frontier v ON v.row=u.via " + rest; }

std::string host_of(const Url& url) { return url.host + (url.port ? ":" + std::to_string(*url.port) : ""); }

/// The host stands in a table of its own: "/path" is https, "!/path" http, anything else a whole URL.
std::string short_form(const std::string& url, const std::string& host) {
  std::string_view rest = url;
  bool https = rest.starts_with("https://");
  if (!https && !rest.starts_with("http://")) return url;
  rest.remove_prefix(https ? 8 : 7);
  if (!rest.starts_with(host) || rest.substr(host.size()).substr(0, 1) != "/") return url;
  rest.remove_prefix(host.size());
  return (https ? "" : "!") + std::string(rest);
}

std::string long_form(const std::string& text, const std::string& host) {
  if (text.starts_with('/')) return "https://" + host + text;
  if (text.starts_with('!')) return "http://" + host + text.substr(1);
  return text;
}

std::int64_t identity(const std::string& url, std::int64_t crawl) { return static_cast<std::int64_t>(hash64(url, static_cast<std::uint64_t>(crawl)) >> 1) + 1; }

/// As the partial indexes ask for it.
std::string condition(UrlState state) {
  std::string number = std::to_string(static_cast<int>(state));
  return state == UrlState::kFailed || state == UrlState::kExcluded ? "state=" + number + " AND state>1" : "state=" + number;
}

}  // namespace

struct FrontierStore::Unmerged {
  bool loaded = false;
  boost::unordered_flat_map<std::int64_t, std::int64_t> rows;  ///< Hash → row.
  boost::unordered_flat_map<std::string, std::int64_t> hosts;
  boost::unordered_flat_map<std::int64_t, std::string> names;
};

void FrontierStore::migrate(Database& db) {
  db.exec(kSchema);
  if (!db.has_table("urls")) return;
  Transaction transaction(db);
  db.exec("CREATE INDEX frontier_by_url ON frontier(crawl,url)");
  db.exec(kFromUrls);
  db.exec("DROP INDEX frontier_by_url");
  transaction.commit();
}

FrontierStore::FrontierStore(Database& db, std::int64_t crawl)
    : db_(db),
      crawl_(crawl),
      unmerged_(std::make_unique<Unmerged>()),
      insert_(db.prepare("INSERT INTO frontier(crawl,host,state,priority,kind,depth,tries,not_before,via,hops,url,reason) VALUES(?,?,0,?,?,?,0,?,?,?,?,'')")),
      state_(db.prepare("UPDATE frontier SET state=?,reason=?,not_before=0 WHERE row=?")),
      defer_(db.prepare("UPDATE frontier SET state=0,tries=?,not_before=?,reason=? WHERE row=?")),
      heads_(db.prepare(select("WHERE u.state=0 AND u.crawl=? AND u.host=? AND u.not_before<=? ORDER BY u.priority,u.row LIMIT ?"))),
      seen_(db.prepare("SELECT row FROM seen WHERE hash=?")),
      add_seen_(db.prepare("INSERT OR REPLACE INTO seen(hash,row) VALUES(?,?)")),
      host_(db.prepare("SELECT number FROM hosts WHERE name=?")),
      host_text_(db.prepare("SELECT name FROM hosts WHERE number=?")) {
}

FrontierStore::~FrontierStore() = default;

/// What an earlier process added and did not merge. Only who looks URLs up needs it.
FrontierStore::Unmerged& FrontierStore::unmerged() {
  if (unmerged_->loaded) return *unmerged_;
  unmerged_->loaded = true;
  Statement s = db_.prepare("SELECT row,crawl,host,url FROM frontier WHERE row>(SELECT row FROM seen_upto)");
  while (s.step()) unmerged_->rows[identity(long_form(s.text(3), host_name(s.integer(2))), s.integer(1))] = s.integer(0);
  return *unmerged_;
}

FrontierStore::Row FrontierStore::read_row(const Statement& s) {
  Row r;
  CrawlUrl& u = r.url;
  u.id = s.integer(0);
  u.hop_path = s.text(2);
  u.kind = static_cast<UrlKind>(s.integer(3));
  u.priority = static_cast<int>(s.integer(4));
  u.depth = static_cast<int>(s.integer(5));
  u.tries = static_cast<int>(s.integer(6));
  u.not_before = s.integer(7);
  u.host = s.integer(8);
  u.url = long_form(s.text(1), host_name(u.host));
  r.state = static_cast<UrlState>(s.integer(9));
  r.reason = s.text(10);
  u.via_id = s.integer(12);
  if (!s.is_null(11)) u.via = long_form(s.text(11), host_name(s.integer(13)));
  return r;
}

std::int64_t FrontierStore::hash_of(const std::string& url) const { return identity(url, crawl_); }

bool FrontierStore::lately_seen(const std::string& url) const {
  constexpr std::size_t kLately = 1 << 15;
  std::int64_t hash = hash_of(url);
  if (lately_.empty()) lately_.resize(kLately);
  return lately_[static_cast<std::size_t>(hash) % lately_.size()] == hash;
}

std::optional<std::int64_t> FrontierStore::find_hash(std::int64_t hash) {
  auto& rows = unmerged().rows;
  if (auto it = rows.find(hash); it != rows.end()) return it->second;
  seen_.bind(1, hash);
  std::optional<std::int64_t> out;
  if (seen_.step()) out = seen_.integer(0);
  seen_.reset();
  return out;
}

std::optional<std::int64_t> FrontierStore::find_id(const std::string& url) { return find_hash(hash_of(url)); }

std::int64_t FrontierStore::host_number(const std::string& name) {
  auto& known = unmerged_->hosts;
  if (auto it = known.find(name); it != known.end()) return it->second;
  if (known.size() >= kMaxHosts) known.clear();
  host_.bind(1, name);
  std::int64_t number = host_.step() ? host_.integer(0) : 0;
  host_.reset();
  if (number == 0) {
    db_.prepare("INSERT INTO hosts(name) VALUES(?)").bind(1, name).run();
    number = db_.last_insert_rowid();
  }
  known[name] = number;
  return number;
}

std::string FrontierStore::host_name(std::int64_t host) {
  auto& known = unmerged_->names;
  if (auto it = known.find(host); it != known.end()) return it->second;
  if (known.size() >= kMaxHosts) known.clear();
  host_text_.bind(1, host);
  std::string name = host_text_.step() ? host_text_.text(0) : "";
  host_text_.reset();
  if (!name.empty()) known[host] = name;
  return name;
}

std::string FrontierStore::host_stop(std::int64_t host) {
  Statement s = db_.prepare("SELECT reason FROM host_stops WHERE crawl=? AND host=?");
  s.bind(1, crawl_).bind(2, host);
  return s.step() ? s.text(0) : "";
}

void FrontierStore::set_host_stop(std::int64_t host, const std::string& reason) {
  db_.prepare("INSERT OR REPLACE INTO host_stops(crawl,host,reason) VALUES(?,?,?)").bind(1, crawl_).bind(2, host).bind(3, reason).run();
}

bool FrontierStore::enqueue(CrawlUrl& u) {
  std::int64_t hash = hash_of(u.url);
  if (!lately_.empty()) lately_[static_cast<std::size_t>(hash) % lately_.size()] = hash;
  if (auto row = find_hash(hash)) {
    u.id = *row;
    return false;
  }
  auto parsed = Url::parse(u.url);
  std::string host = parsed ? host_of(*parsed) : "";
  u.host = host_number(host);
  if (u.via_id == 0 && !u.via.empty()) u.via_id = find_id(u.via).value_or(0);
  insert_.bind(1, crawl_).bind(2, u.host).bind(3, u.priority).bind(4, static_cast<int>(u.kind)).bind(5, u.depth);
  insert_.bind(6, u.not_before).bind(7, u.via_id).bind(8, u.hop_path).bind(9, short_form(u.url, host)).run();
  u.id = db_.last_insert_rowid();
  unmerged().rows[hash] = u.id;
  return true;
}

void FrontierStore::merge_seen(bool all) {
  auto& rows = unmerged().rows;
  if (rows.empty() || (!all && rows.size() < kMergeAt)) return;
  std::vector<std::pair<std::int64_t, std::int64_t>> sorted(rows.begin(), rows.end());
  std::sort(sorted.begin(), sorted.end());
  std::int64_t last = 0;
  for (std::size_t at = 0; at < sorted.size(); at += kMergeStep) {
    Transaction transaction(db_);
    std::size_t end = std::min(sorted.size(), at + kMergeStep);
    for (std::size_t i = at; i < end; ++i) {
      add_seen_.bind(1, sorted[i].first).bind(2, sorted[i].second).run();
      last = std::max(last, sorted[i].second);
    }
    if (end == sorted.size()) db_.prepare("UPDATE seen_upto SET row=max(row,?)").bind(1, last).run();
    transaction.commit();
  }
  rows = {};
}

void FrontierStore::set_state(std::int64_t id, UrlState state, const std::string& reason) {
  state_.bind(1, static_cast<int>(state)).bind(2, reason).bind(3, id).run();
}

void FrontierStore::defer(std::int64_t id, int tries, std::int64_t not_before, const std::string& reason) {
  defer_.bind(1, tries).bind(2, not_before).bind(3, reason).bind(4, id).run();
}

int FrontierStore::requeue_failed() {
  db_.prepare("DELETE FROM host_stops WHERE crawl=?").bind(1, crawl_).run();
  db_.prepare("UPDATE frontier SET state=0,tries=0,not_before=0 WHERE crawl=? AND state=2").bind(1, crawl_).run();
  return db_.changes();
}

std::vector<std::pair<std::int64_t, std::string>> FrontierStore::waiting_hosts() {
  // From one host to the next by the index: a host costs one look, however many URLs it has.
  Statement next = db_.prepare("SELECT min(host) FROM frontier WHERE state=0 AND crawl=? AND host>?");
  std::vector<std::pair<std::int64_t, std::string>> out;
  for (std::int64_t host = 0;;) {
    next.bind(1, crawl_).bind(2, host);
    if (!next.step() || next.is_null(0)) return out;
    host = next.integer(0);
    next.reset();
    out.emplace_back(host, host_name(host));
  }
}

std::vector<CrawlUrl> FrontierStore::heads(std::int64_t host, std::int64_t now, int limit, const std::unordered_set<std::int64_t>& busy) {
  heads_.bind(1, crawl_).bind(2, host).bind(3, now).bind(4, limit + static_cast<std::int64_t>(busy.size()));
  std::vector<CrawlUrl> out;
  while (static_cast<int>(out.size()) < limit && heads_.step())
    if (!busy.count(heads_.integer(0))) out.push_back(read_row(heads_).url);
  heads_.reset();
  return out;
}

std::optional<std::int64_t> FrontierStore::next_deferred(std::int64_t host, std::int64_t now) {
  Statement s = db_.prepare("SELECT min(not_before) FROM frontier WHERE state=0 AND crawl=? AND host=? AND not_before>?");
  s.bind(1, crawl_).bind(2, host).bind(3, now);
  if (!s.step() || s.is_null(0)) return std::nullopt;
  return s.integer(0);
}

std::optional<FrontierStore::Row> FrontierStore::row(std::int64_t id) {
  Statement s = db_.prepare(select("WHERE u.row=?"));
  s.bind(1, id);
  if (!s.step()) return std::nullopt;
  return read_row(s);
}

std::optional<FrontierStore::Row> FrontierStore::find(const std::string& url) {
  auto id = find_id(url);
  return id ? row(*id) : std::nullopt;
}

std::int64_t FrontierStore::count(UrlState state) {
  // Each form has an index; what is captured is the rest.
  if (state == UrlState::kDone) return count_all() - count(UrlState::kQueued) - count(UrlState::kFailed) - count(UrlState::kExcluded);
  Statement s = db_.prepare("SELECT count(*) FROM frontier WHERE crawl=? AND " + condition(state));
  s.bind(1, crawl_);
  return s.step() ? s.integer(0) : 0;
}

std::int64_t FrontierStore::count_all() {
  Statement s = db_.prepare("SELECT count(*) FROM frontier WHERE crawl=?");
  s.bind(1, crawl_);
  return s.step() ? s.integer(0) : 0;
}

std::vector<FrontierStore::Row> FrontierStore::list(UrlState state, int limit) {
  Statement s = db_.prepare("SELECT row FROM frontier WHERE crawl=? AND " + condition(state) + " ORDER BY row LIMIT ?");
  s.bind(1, crawl_).bind(2, limit);
  std::vector<Row> out;
  while (s.step())
    if (auto r = row(s.integer(0))) out.push_back(std::move(*r));
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
