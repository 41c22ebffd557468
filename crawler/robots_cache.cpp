#include "crawler/robots_cache.h"

#include "base/time.h"
#include "crawler/discover.h"
#include "extractors/links.h"

namespace offprint {
namespace {

constexpr int kMaxRedirects = 5;  // RFC 9309, 2.3.1.2
constexpr double kUnreachableTtl = 30;  // Seconds until it is asked for again.
constexpr std::size_t kMaxKnown = 20000;

}  // namespace

RobotsCache::RobotsCache(Fetcher& fetcher, FrontierStore& store, const Settings& settings, OnCapture on_capture, OnLearned on_learned)
    : fetcher_(fetcher), store_(store), settings_(settings), on_capture_(std::move(on_capture)), on_learned_(std::move(on_learned)) {}

std::shared_ptr<const RobotsEntry> RobotsCache::entry(const FrontierStore::RobotsRow& row) const {
  auto out = std::make_shared<RobotsEntry>();
  out->until = row.until;
  if (row.status >= 200 && row.status < 300) out->rules = RobotsTxt::parse(row.text);
  else if (row.status >= 300 && row.status < 500) out->rules = RobotsTxt::allow_all();
  else out->rules = RobotsTxt::disallow_all(), out->unreachable = true;
  return out;
}

void RobotsCache::get(const Url& url, Answer answer) {
  std::string origin = url.origin();
  std::int64_t t = to_micros(now());
  auto it = known_.find(origin);
  if (it == known_.end()) {
    if (auto row = store_.robots(origin); row && row->until > t && row->status != 0) it = known_.emplace(origin, entry(*row)).first;
  }
  if (it != known_.end() && it->second->until > t) return answer(it->second, false);
  auto& queue = waiting_[origin];
  queue.push_back(std::move(answer));
  if (queue.size() > 1) return;
  Url at = url;
  at.path = "/robots.txt";
  at.query.reset();
  at.fragment.reset();
  fetch(origin, at, 0, "");
}

void RobotsCache::fetch(const std::string& origin, const Url& at, int redirects, const std::string& via) {
  fetcher_.fetch({at, "", ""}, [this, origin, at, redirects, via](FetchResult r) {
    if (!r.captured) return learn(origin, 0, "", r.forbidden ? r.error : "");
    int status = r.capture.status;
    if (r.capture.cut_short()) {  // Half of the rules may allow what the other half forbids: unreachable, RFC 9309, 2.3.1.4.
      on_capture_(std::move(r.capture), via);
      return learn(origin, 0, "");
    }
    std::string text;
    if (status >= 200 && status < 300) text = payload_text(r.capture, r.content_encoding, RobotsTxt::kMaxBytes);
    on_capture_(std::move(r.capture), via);
    bool redirect = status >= 300 && status < 400 && !r.location.empty();
    if (redirect && redirects < kMaxRedirects)
      if (auto target = redirect_target(r.location, at)) return fetch(origin, *target, redirects + 1, at.fetch_url());
    learn(origin, status, std::move(text));
  });
}

void RobotsCache::learn(const std::string& origin, int status, std::string text, const std::string& refused) {
  FrontierStore::RobotsRow row;
  row.status = status;
  row.text = std::move(text);
  bool unreachable = status < 200 || status >= 500;
  row.until = to_micros(now()) + static_cast<std::int64_t>((unreachable ? std::min(kUnreachableTtl, settings_.politeness.robots_ttl) : settings_.politeness.robots_ttl) * 1e6);
  std::shared_ptr<const RobotsEntry> made = entry(row);
  if (!refused.empty()) {
    auto with_reason = std::make_shared<RobotsEntry>(*made);
    with_reason->refused = refused;
    made = std::move(with_reason);
  }
  if (known_.size() >= kMaxKnown) known_.erase(known_.begin());
  known_[origin] = made;
  on_learned_(origin, row);
  auto answers = std::move(waiting_[origin]);
  waiting_.erase(origin);
  for (Answer& a : answers) a(made, true);
}

}  // namespace offprint
