#include "crawler/completeness.h"

#include <fmt/format.h>

#include <unordered_set>

#include "base/digest.h"
#include "base/text.h"
#include "crawler/discover.h"
#include "crawler/frontier_store.h"
#include "crawler/schedule.h"
#include "crawler/stored_answer.h"

namespace offprint {
namespace {

class Comparison {
 public:
  Comparison(const ArchiveLayout& layout, Database& db, const CompletenessOptions& options) : db_(db), options_(options), reader_(layout, 1), state_(db), frontier_(db, 0), crawls_(crawls()) {
    settings_.discovery.max_links_per_page = 100'000;
    settings_.discovery.max_sitemap_urls = 1'000'000;
    settings_.discovery.requisites = "none";
  }

  Result<Completeness> run() {
    std::unordered_set<std::uint64_t> done;
    auto look = [&](const std::string& url, UrlKind kind) -> Result<void> { return done.insert(hash64(url)).second ? lists_at(url, kind) : Result<void>{}; };
    for (const auto& [number, id] : crawls_) {
      Statement rows = db_.prepare("SELECT row FROM frontier WHERE crawl=? AND (kind IN (1,2,4) OR (kind=0 AND hops=''))");
      rows.bind(1, number);
      while (rows.step()) {
        auto row = frontier_.row(rows.integer(0));
        if (!row) continue;
        if (auto ok = look(row->url.url, row->url.kind); !ok) return tl::unexpected(ok.error());
      }
    }
    if (db_.has_table("visits")) {
      Statement rows = db_.prepare("SELECT url,kind FROM visits WHERE kind<=?");
      rows.bind(1, static_cast<int>(VisitKind::kSection));
      while (rows.step())
        if (auto ok = look(rows.text(0), url_kind(static_cast<VisitKind>(rows.integer(1)))); !ok) return tl::unexpected(ok.error());
    }
    return std::move(out_);
  }

 private:
  std::vector<std::pair<std::int64_t, std::string>> crawls() {
    std::vector<std::pair<std::int64_t, std::string>> out;
    Statement s = db_.prepare("SELECT number,id FROM crawls ORDER BY number");
    while (s.step()) out.emplace_back(s.integer(0), s.text(1));
    return out;
  }

  /// Every version of one list, oldest first.
  Result<void> lists_at(const std::string& url, UrlKind kind) {
    auto parsed = Url::parse(url);
    if (!parsed) return {};
    auto scope = Scope::make(ScopeSettings{}, {*parsed});
    if (!scope) return tl::unexpected(scope.error());
    std::unordered_set<std::uint64_t> versions;
    Statement s = db_.prepare("SELECT id FROM captures WHERE url=? AND status=200 ORDER BY date");
    s.bind(1, url);
    while (s.step()) {
      auto capture = state_.capture(s.integer(0));
      if (!capture || !versions.insert(hash64(capture->summary.payload_digest)).second) continue;
      std::string date = format_iso8601(capture->summary.date);
      bool before = !options_.from.empty() && date < options_.from, after = !options_.to.empty() && date.substr(0, options_.to.size()) > options_.to;
      if (before || after) continue;
      read_list(*capture, kind, **scope);
    }
    return {};
  }

  void read_list(const CaptureRow& capture, UrlKind kind, Scope& scope) {
    ++out_.lists;
    auto original = capture.summary.revisit ? state_.original(capture.summary.payload_digest) : std::optional(capture);
    auto answer = stored_answer(reader_, capture.summary, original ? original->summary : capture.summary, static_cast<std::size_t>(settings_.discovery.max_parse_bytes));
    if (!answer) {
      ++out_.unreadable;
      return;
    }
    answer->from.url = capture.summary.url;
    answer->from.kind = kind;
    answer->status = 200;  // A revisit by 304 lists what its original did.
    std::string day = format_iso8601(capture.summary.date).substr(0, 10);
    for (const CrawlUrl& u : discover(std::move(*answer), scope, settings_).found)
      if (u.kind == UrlKind::kPage && u.url != capture.summary.url) listed(u.url, capture.summary.url, day);
  }

  void listed(const std::string& url, const std::string& by, const std::string& day) {
    if (!seen_.insert(hash64(url)).second) return;
    auto parsed = Url::parse(url);
    std::string publication(parsed ? site_of_host(parsed->host) : "");
    auto& counts = out_.days[{publication, day}];
    ++counts.listed;
    ++out_.listed;
    std::string reason = why_missing(url);
    if (reason.empty()) {
      ++out_.captured;
      return;
    }
    ++counts.missing;
    if (out_.missing.size() < options_.most) out_.missing.push_back({publication, day, url, by, std::move(reason)});
    else ++out_.missing_not_listed;
  }

  /// "" when the server has said what is there, be it that nothing is.
  std::string why_missing(const std::string& url) {
    Statement s = db_.prepare("SELECT status FROM captures WHERE url=? ORDER BY date");
    s.bind(1, url);
    int refused = 0;
    while (s.step()) {
      auto status = static_cast<int>(s.integer(0));
      bool answer = status < 400 || status == 404 || status == 410;
      if (answer) return "";
      refused = status;
    }
    if (refused > 0) return fmt::format("the server answers {}", refused);
    for (auto it = crawls_.rbegin(); it != crawls_.rend(); ++it) {
      frontier_.look_at(it->first);
      auto row = frontier_.find(url);
      if (!row) continue;
      std::string why = row->reason.empty() ? frontier_.host_stop(row->url.host) : row->reason;
      switch (row->state) {
        case UrlState::kQueued: return "waits" + (why.empty() ? "" : ": " + why);
        case UrlState::kFailed: return "failed: " + why;
        case UrlState::kExcluded: return "rightly left: " + why;
        case UrlState::kDone: return "captured, but not in the archive's index any more";
      }
    }
    return "never asked for: outside of the crawl's scope, depth or limits";
  }

  Database& db_;
  const CompletenessOptions& options_;
  RecordReader reader_;
  ArchiveState state_;
  Settings settings_;
  FrontierStore frontier_;
  std::vector<std::pair<std::int64_t, std::string>> crawls_;
  std::unordered_set<std::uint64_t> seen_;
  Completeness out_;
};

}  // namespace

Result<Completeness> completeness(const ArchiveLayout& layout, Database& db, const CompletenessOptions& options) { return Comparison(layout, db, options).run(); }

}  // namespace offprint
