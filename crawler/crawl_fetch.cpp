#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>

#include "base/log.h"
#include "base/text.h"
#include "crawler/crawl_run.h"
#include "crawler/stored_answer.h"
#include "extractors/links.h"
#include "warc/http_message.h"

namespace asio = boost::asio;

namespace offprint {
namespace {

constexpr int kUnreachable = 3;         ///< Answers in a row that make it the network's fault.
constexpr double kNetworkPause = 15;    ///< Seconds.

/// What a publication does with addresses of articles that it has taken down.
bool sent_to_front_page(const FetchResult& r) {
  auto from = Url::parse(r.capture.url);
  auto to = from ? redirect_target(r.location, *from) : Result<Url>(fail(ErrorKind::kInvalid, ""));
  return to && to->path == "/" && !to->query && from->path.size() > 1 && site_of_host(to->host) == site_of_host(from->host);
}

}  // namespace

void CrawlRun::begin(std::int64_t id) {
  const CrawlUrl& u = leases_.at(id).url;
  auto url = Url::parse(u.url);
  if (!url) return settle(id, UrlState::kFailed, "URL cannot be parsed: " + url.error().message);
  if (rescoped_ && u.kind != UrlKind::kRequisite)
    if (std::string_view rule = setup_.scope->refusal(*url); !rule.empty()) return settle(id, UrlState::kExcluded, std::string(rule));
  if (traps_.is_trap(*url)) return settle(id, UrlState::kExcluded, kTrapReason);
  if (!settings_.politeness.robots) return fetch(id, *url);
  robots_.get(*url, [this, id, parsed = *url](const std::shared_ptr<const RobotsEntry>& entry, bool fetched_now) { robots_known(id, parsed, *entry, fetched_now); });
}

void CrawlRun::robots_known(std::int64_t id, const Url& url, const RobotsEntry& entry, bool fetched_now) {
  const CrawlUrl u = leases_.at(id).url;
  if (stopping_) return release(id);
  if (auto delay = entry.rules.crawl_delay(settings_.crawl.robots_agent)) frontier_.set_delay(u.host, std::min(*delay, settings_.politeness.crawl_delay_max));
  announce_sitemaps(url, entry);
  if (!entry.refused.empty()) return refuse(id, entry.refused);
  if (entry.unreachable) {
    if (u.tries >= settings_.fetch.retries) return settle(id, UrlState::kFailed, "robots.txt is unreachable, so nothing may be fetched");
    return retry(id, "robots.txt is unreachable", static_cast<double>(entry.until - micros_now()) / 1e6);
  }
  if (!entry.rules.allows(settings_.crawl.robots_agent, url.request_target())) return settle(id, UrlState::kExcluded, "robots.txt");
  double pause = settings_.politeness.delay;
  if (!fetched_now || pause <= 0) return fetch(id, url);
  auto timer = std::make_shared<asio::steady_timer>(io_, std::chrono::microseconds(to_us(pause)));
  pauses_[id] = timer;
  timer->async_wait([this, id, url, timer](boost::system::error_code) {
    pauses_.erase(id);
    if (stopping_) return release(id);
    fetch(id, url);
  });
}

void CrawlRun::announce_sitemaps(const Url& url, const RobotsEntry& entry) {
  if (!settings_.discovery.sitemaps || !announced_.insert(url.origin()).second) return;
  StoreUrls m;
  for (const std::string& s : entry.rules.sitemaps()) {
    auto map = Url::parse(s, &url);
    if (!map || !setup_.scope->refusal(*map).empty()) continue;
    map->fragment.reset();
    if (plan_.known && plan_.known(map->fetch_url())) continue;
    CrawlUrl u;
    u.url = map->fetch_url();
    u.via = url.origin() + "/robots.txt";
    u.hop_path = "A";
    u.kind = UrlKind::kSitemap;
    u.priority = 2;
    m.urls.push_back(std::move(u));
  }
  if (!m.urls.empty()) send(std::move(m));
}

void CrawlRun::fetch(std::int64_t id, const Url& url) {
  FetchRequest request{url, "", ""};
  auto known = settings_.fetch.conditional ? captures_.validated(url.fetch_url()) : std::nullopt;
  if (known) {
    request.etag = known->etag;
    request.last_modified = known->last_modified;
  }
  for (const Credential& c : setup_.credentials)
    if (c.origin == url.origin()) request.authorization = c.header;
  fetcher_.fetch(std::move(request), [this, id, known = std::move(known)](FetchResult r) {
    if (known && r.captured && r.capture.status == 304) {
      const CaptureSummary& o = known->original.summary;
      r.capture.confirmed = Original{o.url, o.date, o.record_id, o.payload_digest, o.payload_length};
      r.original = o;
    }
    fetched(id, std::move(r));
  });
}

void CrawlRun::fetched(std::int64_t id, FetchResult r) {
  Lease& lease = leases_.at(id);
  const CrawlUrl& u = lease.url;
  frontier_.request_done(lease, micros_now());
  requested_.insert(id);
  bool more_tries = u.tries < settings_.fetch.retries;
  if (!r.captured) return not_captured(id, r);
  if (unreachable_ > 0) {
    if (unreachable_ >= kUnreachable) log_info("the network is back");
    unreachable_ = 0;
    network_lost_at_ = 0;
  }
  watch_host(u, r.capture);
  UrlOutcome outcome{u.id, UrlState::kDone, "", u.tries, 0};
  int status = r.capture.status;
  bool overloaded = status == 429 || status == 503;
  if (!overloaded) back_off_.forgive(u.host);
  if (overloaded && more_tries) {
    double wait = back_off_.asked(r.retry_after, u.tries);
    std::int64_t t = micros_now();
    if (double pause = back_off_.for_host(u.host, wait, to_micros(r.capture.date), t); pause > 0) frontier_.hold(u.host, t + to_us(pause));
    outcome = {u.id, UrlState::kQueued, fmt::format("status {}", status), u.tries + 1, micros_now() + to_us(wait)};
  } else if (r.capture.cut_short() && more_tries) {
    outcome = {u.id, UrlState::kQueued, r.capture.note, u.tries + 1, micros_now() + to_us(back_off_.for_url(u.tries))};
  }
  if (outcome.state == UrlState::kQueued) ++counters_.retries;
  else if (status / 100 == 3 && sent_to_front_page(r)) outcome.reason = "sent to the front page";
  store_capture(id, std::move(r), std::move(outcome));
}

void CrawlRun::not_captured(std::int64_t id, const FetchResult& r) {
  const CrawlUrl& u = leases_.at(id).url;
  if (stopping_ && r.error == "stopped") return release(id);
  if (r.forbidden) return refuse(id, r.error);
  if (r.no_network) return network_lost(id, r.error);
  if (r.transient && u.tries < settings_.fetch.retries) return retry(id, r.error, back_off_.for_url(u.tries));
  settle(id, UrlState::kFailed, r.error);
}

void CrawlRun::watch_host(const CrawlUrl& u, const Capture& capture) {
  const HostWatch::Stop* stop = hosts_.answered(u.host, capture);
  if (!stop) return;
  frontier_.stop(u.host);
  std::string name = reader_.host_name(u.host);
  if (stop->alarm) log_error("ALARM: {} is asked no more: {}", name, stop->reason);
  else log_info("{} is asked no more in this run: {}", name, stop->reason);
  send(StoreHostStop{u.host, stop->reason});
}

void CrawlRun::network_lost(std::int64_t id, const std::string& error) {
  std::int64_t t = micros_now();
  ++unreachable_;
  if (network_lost_at_ == 0) network_lost_at_ = t;
  retry(id, error, kNetworkPause, false);
  if (unreachable_ < kUnreachable || no_network_ || stopping_) return;
  if (static_cast<double>(t - network_lost_at_) / 1e6 > settings_.politeness.max_wait) return stop("no network for longer than politeness.max_wait");
  if (unreachable_ == kUnreachable) log_warning("paused: there is no network ({}); it is tried again every {:.0f} s", error, kNetworkPause);
  no_network_ = true;
  network_timer_.expires_after(std::chrono::microseconds(to_us(kNetworkPause)));
  network_timer_.async_wait([this](boost::system::error_code failed) {
    if (failed) return;
    no_network_ = false;
    pump();
  });
}

void CrawlRun::refuse(std::int64_t id, const std::string& reason) {
  bool seed = leases_.at(id).url.hop_path.empty();
  settle(id, seed ? UrlState::kFailed : UrlState::kExcluded, "refused: " + reason + (seed ? " (--allow-net allows it)" : ""));
}

void CrawlRun::store_capture(std::int64_t id, FetchResult r, UrlOutcome outcome) {
  const CrawlUrl& u = leases_.at(id).url;
  r.capture.via = u.via;
  r.capture.hop_path = u.hop_path;
  auto shared = std::make_shared<FetchResult>(std::move(r));
  asio::post(pool_, [this, id, shared, outcome = std::move(outcome), from = u]() mutable {
    Answer a;
    a.from = std::move(from);
    a.status = shared->capture.status;
    a.mime = shared->capture.mime;
    a.content_type = shared->content_type;
    a.content_encoding = shared->content_encoding;
    a.location = shared->location;
    a.nofollow = ifind(shared->robots_tag, "nofollow") != std::string_view::npos || ifind(shared->robots_tag, "none") != std::string_view::npos;
    std::size_t max = static_cast<std::size_t>(settings_.discovery.max_parse_bytes);
    if (shared->original) a = unchanged_answer(std::move(a), *shared->original, max);
    else a.payload = raw_payload(shared->capture, max);
    auto found = std::make_shared<Discovery>(outcome.state == UrlState::kDone ? discover(std::move(a), *setup_.scope, settings_) : Discovery{});
    asio::post(io_, [this, id, shared, found, outcome = std::move(outcome)]() mutable { scanned(id, *shared, *found, std::move(outcome)); });
  });
}

Answer CrawlRun::unchanged_answer(Answer a, const CaptureSummary& original, std::size_t max) const {
  RecordReader reader(setup_.archive->layout(), 1);
  auto stored = stored_answer(reader, original, original, max);
  if (!stored) {
    log_warning("{} is unchanged, but cannot be read back from {}: {}", printable(a.from.url), original.file, stored.error().message);
    return a;
  }
  stored->from = std::move(a.from);
  return std::move(*stored);
}

void CrawlRun::scanned(std::int64_t id, FetchResult& r, Discovery& d, UrlOutcome outcome) {
  counters_.out_of_scope += d.out_of_scope;
  counters_.left_out += d.left_out;
  counters_.too_deep += d.too_deep;
  counters_.nofollow += d.nofollow;
  if (d.trace) watch_for_traps(r.capture.url, d);
  if (plan_.known) std::erase_if(d.found, [&](const CrawlUrl& u) { return plan_.known(u.url); });
  StoreCapture m;
  m.capture = std::move(r.capture);
  m.outcome = std::move(outcome);
  m.found = std::move(d.found);
  m.content_type = r.content_type;
  m.lease = id;
  if (d.body && settings_.extract.enabled && !m.capture.confirmed) {
    m.body = std::move(d.body);
    held_bytes_ += m.body->size();
    m.pending = Pending::kArticle;
  }
  send(std::move(m));
}

void CrawlRun::watch_for_traps(const std::string& page, Discovery& d) {
  if (traps_.seen(*d.trace)) log_warning("{} and what is like it are a trap: {} pages repeat each other; the rest is left", page, settings_.discovery.trap_pages);
  if (!traps_.is_trap(d.trace->family)) return;
  std::size_t at = 0;
  counters_.left_out += std::erase_if(d.found, [&](const CrawlUrl&) { return at < d.trace->links.size() && traps_.is_trap(d.trace->links[at++].family); });
}

void CrawlRun::store_robots_capture(Capture c, std::string via) {
  StoreCapture m;
  c.via = std::move(via);
  m.capture = std::move(c);
  ++counters_.robots;
  send(std::move(m));
}

void CrawlRun::store_dns(const DnsAnswer& a) {
  if (!settings_.warc.dns || !a.error.empty() || ending_) return;
  send(StoreResource{"dns:" + a.host, "text/dns", dns_record_text(a), a.server, a.date});
}

void CrawlRun::retry(std::int64_t id, const std::string& reason, double seconds, bool counts) {
  const CrawlUrl& u = leases_.at(id).url;
  if (counts) ++counters_.retries;
  StoreOutcome m;
  m.outcome = {u.id, UrlState::kQueued, reason, u.tries + (counts ? 1 : 0), micros_now() + to_us(std::max(0.0, seconds))};
  m.lease = id;
  send(std::move(m));
}

void CrawlRun::settle(std::int64_t id, UrlState state, const std::string& reason) {
  const CrawlUrl& u = leases_.at(id).url;
  ++(state == UrlState::kFailed ? counters_.failed : counters_.excluded);
  ++counters_.errors[reason];
  if (state == UrlState::kFailed) log_warning("{}: {}", u.url, reason);
  StoreOutcome m;
  m.outcome = {u.id, state, reason, u.tries, 0};
  m.url = u.url;
  m.via = u.via;
  m.record = state == UrlState::kFailed;
  m.lease = id;
  send(std::move(m));
}

void CrawlRun::release(std::int64_t id) {
  auto it = leases_.find(id);
  if (it == leases_.end()) return;
  if (!requested_.count(id)) frontier_.not_requested(it->second);
  requested_.erase(id);
  frontier_.finish(it->second);
  leases_.erase(it);
  asio::post(io_, [this] { pump(); });
}

}  // namespace offprint
