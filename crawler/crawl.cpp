#include "crawler/crawl.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <csignal>
#include <cstdio>
#include <map>

#include "base/digest.h"
#include "base/log.h"
#include "base/text.h"
#include "crawler/back_off.h"
#include "crawler/crawl_setup.h"
#include "crawler/discover.h"
#include "crawler/fetcher.h"
#include "crawler/frontier.h"
#include "crawler/reprocess.h"
#include "crawler/site_store.h"
#include "crawler/stored_answer.h"
#include "crawler/robots_cache.h"
#include "crawler/store_thread.h"
#include "crawler/trap_watch.h"

namespace asio = boost::asio;

namespace offprint {
namespace {

std::int64_t micros_now() { return to_micros(now()); }
std::int64_t to_us(double seconds) { return static_cast<std::int64_t>(seconds * 1e6); }

class Crawl {
 public:
  Crawl(const CrawlPlan& plan, CrawlSetup& setup)
      : plan_(plan),
        settings_(plan.settings),
        setup_(setup),
        read_db_(setup.archive->layout().state(), Database::Mode::kRead),
        reader_(read_db_, setup.crawl),
        captures_(read_db_),
        frontier_(static_cast<int>(settings_.politeness.per_host), settings_.politeness.delay,
                  [this](std::int64_t host, std::int64_t t, const auto& busy) { return reader_.heads(host, t, kHeads, busy); },
                  [this](std::int64_t host, std::int64_t t) { return reader_.next_deferred(host, t); }),
        fetcher_(io_, settings_, setup.policy, [this](const DnsAnswer& a) { store_dns(a); }),
        robots_(fetcher_, reader_, settings_, [this](Capture c, std::string via) { store_robots_capture(std::move(c), std::move(via)); },
                [this](std::string origin, FrontierStore::RobotsRow row) { send(StoreRobots{std::move(origin), std::move(row)}); }),
        pool_(static_cast<std::size_t>(settings_.crawl.workers)),
        signals_(io_, SIGINT, SIGTERM),
        wake_(io_),
        tick_(io_),
        started_(now()) {}

  Result<CrawlReport> run() {
    store_ = std::make_unique<StoreThread>(*setup_.archive, writer_options(plan_, setup_), setup_.crawl, static_cast<std::size_t>(settings_.warc.group_records),
                                           [this](StoreEvents e) { asio::post(io_, [this, events = std::move(e)]() mutable { committed(std::move(events)); }); });
    queued_ = static_cast<std::uint64_t>(reader_.count(UrlState::kQueued));
    for (const auto& [host, name] : reader_.waiting_hosts()) frontier_.host_has_urls(host);
    send(StoreUrls{seed_urls(plan_)});
    wait_for_signal();
    watch_disk();
    live_ = settings_.log.live && !plan_.quiet && ::isatty(STDERR_FILENO);
    next_line_ = started_ + std::chrono::microseconds(to_us(settings_.log.interval));
    tick();
    pump();
    io_.run();
    pool_.join();
    store_->join();
    set_status_line("");
    if (!store_error_.empty()) return fail(ErrorKind::kIo, store_error_);
    return report();
  }

 private:
  static constexpr int kHeads = 64;
  static constexpr const char* kTrapReason = "trap: pages of this folder repeat each other (discovery.trap_pages)";
  static constexpr std::size_t kMaxExtracting = 32;
  static constexpr std::size_t kMaxHeldBytes = 32 << 20;  ///< Of bodies that wait for the extractor.

  void send(StoreMessage message) {
    ++sent_;
    store_->send(std::move(message));
  }

  void wait_for_signal() {
    signals_.async_wait([this](boost::system::error_code error, int) {
      if (error) return;
      if (stopping_) ::_exit(130);  // A second signal: at once.
      log_info("stopping: transfers are ended, what came is stored; a second signal stops at once");
      stop("signal");
      wait_for_signal();
    });
  }

  void stop(const std::string& why) {
    if (stopping_) return;
    stopping_ = true;
    ended_by_ = why;
    fetcher_.stop();
    for (auto& [id, timer] : pauses_) timer->cancel();
    asio::post(io_, [this] { pump(); });
  }

  // -- leasing

  bool may_lease() const {
    bool limited = settings_.crawl.limit > 0 && begun_ >= settings_.crawl.limit;
    return !stopping_ && !paused_ && !limited && leases_.size() < static_cast<std::size_t>(settings_.crawl.max_in_flight) && !store_->full() && extracting_ < kMaxExtracting && held_bytes_ < kMaxHeldBytes;
  }

  void pump() {
    if (ending_) return;
    while (may_lease()) {
      auto lease = frontier_.next(micros_now());
      if (!lease) break;
      std::int64_t id = next_lease_++;
      ++begun_;
      leases_.emplace(id, std::move(*lease));
      begin(id);
    }
    arm_wake();
    check_end();
  }

  void arm_wake() {
    auto when = frontier_.next_wakeup();
    if (!when || stopping_) return;
    wake_.expires_after(std::chrono::microseconds(std::max<std::int64_t>(1000, *when - micros_now())));
    wake_.async_wait([this](boost::system::error_code error) {
      if (!error) pump();
    });
  }

  void check_end() {
    if (paused_ && !stopping_) return;
    bool idle = leases_.empty() && extracting_ == 0 && sent_ == acknowledged_;
    if (!idle || ending_) return;
    if (!stopping_) {
      bool limited = settings_.crawl.limit > 0 && begun_ >= settings_.crawl.limit;
      auto when = frontier_.next_wakeup();
      bool too_long = when && *when - micros_now() > to_us(settings_.politeness.max_wait);
      if (!limited && when && !too_long) return;
      ended_by_ = limited ? "limit" : too_long ? "only waits longer than politeness.max_wait are left" : "done";
    }
    ending_ = true;
    bool complete = reader_.count(UrlState::kQueued) == 0 && reader_.count(UrlState::kFailed) == 0 && !stopping_;
    complete_ = complete;
    send(StoreEnd{complete, progress_line(counters_, 0, queued_, 0)});
  }

  // -- one URL

  void begin(std::int64_t id) {
    const CrawlUrl& u = leases_.at(id).url;
    auto url = Url::parse(u.url);
    if (!url) return settle(id, UrlState::kFailed, "URL cannot be parsed: " + url.error().message);
    if (traps_.is_trap(*url)) return settle(id, UrlState::kExcluded, kTrapReason);
    if (!settings_.politeness.robots) return fetch(id, *url);
    robots_.get(*url, [this, id, parsed = *url](const std::shared_ptr<const RobotsEntry>& entry, bool fetched_now) { robots_known(id, parsed, *entry, fetched_now); });
  }

  void robots_known(std::int64_t id, const Url& url, const RobotsEntry& entry, bool fetched_now) {
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

  void announce_sitemaps(const Url& url, const RobotsEntry& entry) {
    if (!settings_.discovery.sitemaps || !announced_.insert(url.origin()).second) return;
    StoreUrls m;
    for (const std::string& s : entry.rules.sitemaps()) {
      auto map = Url::parse(s, &url);
      if (!map || !setup_.scope->refusal(*map).empty()) continue;
      map->fragment.reset();
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

  void fetch(std::int64_t id, const Url& url) {
    FetchRequest request{url, "", ""};
    auto known = settings_.fetch.conditional ? captures_.validated(url.fetch_url()) : std::nullopt;
    if (known) {
      request.etag = known->etag;
      request.last_modified = known->last_modified;
    }
    fetcher_.fetch(std::move(request), [this, id, known = std::move(known)](FetchResult r) {
      if (known && r.captured && r.capture.status == 304) {
        const CaptureSummary& o = known->original.summary;
        r.capture.confirmed = Original{o.url, o.date, o.record_id, o.payload_digest, o.payload_length};
        r.original = o;
      }
      fetched(id, std::move(r));
    });
  }

  void fetched(std::int64_t id, FetchResult r) {
    Lease& lease = leases_.at(id);
    const CrawlUrl& u = lease.url;
    frontier_.request_done(lease, micros_now());
    requested_.insert(id);
    bool more_tries = u.tries < settings_.fetch.retries;
    if (!r.captured) {
      if (stopping_ && r.error == "stopped") return release(id);
      if (r.forbidden) return refuse(id, r.error);
      if (r.transient && more_tries) return retry(id, r.error, back_off_.for_url(u.tries));
      return settle(id, UrlState::kFailed, r.error);
    }
    UrlOutcome outcome{u.id, UrlState::kDone, "", u.tries, 0};
    int status = r.capture.status;
    bool overloaded = status == 429 || status == 503;
    if (!overloaded) back_off_.forgive(u.host);
    bool cut = r.capture.truncated == "time" || r.capture.truncated == "disconnect";
    if (overloaded && more_tries) {
      double wait = back_off_.asked(r.retry_after, u.tries);
      std::int64_t t = micros_now();
      if (double pause = back_off_.for_host(u.host, wait, to_micros(r.capture.date), t); pause > 0) frontier_.hold(u.host, t + to_us(pause));
      outcome = {u.id, UrlState::kQueued, fmt::format("status {}", status), u.tries + 1, micros_now() + to_us(wait)};
    } else if (cut && more_tries) {
      outcome = {u.id, UrlState::kQueued, r.capture.note, u.tries + 1, micros_now() + to_us(back_off_.for_url(u.tries))};
    }
    if (outcome.state == UrlState::kQueued) ++counters_.retries;
    store_capture(id, std::move(r), std::move(outcome));
  }

  /// Policy forbids the address. For a seed that is a failure, for what pages link to it is right.
  void refuse(std::int64_t id, const std::string& reason) {
    bool seed = leases_.at(id).url.hop_path.empty();
    settle(id, seed ? UrlState::kFailed : UrlState::kExcluded, "refused: " + reason + (seed ? " (--allow-net allows it)" : ""));
  }

  /// Scans the answer on a worker, then hands everything to the writer together.
  void store_capture(std::int64_t id, FetchResult r, UrlOutcome outcome) {
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
      std::size_t max = static_cast<std::size_t>(settings_.discovery.max_parse_bytes);
      if (shared->original) a = unchanged_answer(std::move(a), *shared->original, max);
      else a.payload = raw_payload(shared->capture, max);
      auto found = std::make_shared<Discovery>(outcome.state == UrlState::kDone ? discover(std::move(a), *setup_.scope, settings_) : Discovery{});
      asio::post(io_, [this, id, shared, found, outcome = std::move(outcome)]() mutable { scanned(id, *shared, *found, std::move(outcome)); });
    });
  }

  /// What a 304 confirms, as the archive has it: its links are the new crawl's too.
  Answer unchanged_answer(Answer a, const CaptureSummary& original, std::size_t max) const {
    RecordReader reader(setup_.archive->layout(), 1);
    auto stored = stored_answer(reader, original, original, max);
    if (!stored) {
      log_warning("{} is unchanged, but cannot be read back from {}: {}", printable(a.from.url), original.file, stored.error().message);
      return a;
    }
    stored->from = std::move(a.from);
    return std::move(*stored);
  }

  void scanned(std::int64_t id, FetchResult& r, Discovery& d, UrlOutcome outcome) {
    counters_.out_of_scope += d.out_of_scope;
    counters_.left_out += d.left_out;
    counters_.too_deep += d.too_deep;
    if (d.trace) watch_for_traps(r.capture.url, d);
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

  /// What a trap leads to within itself is not even taken up.
  void watch_for_traps(const std::string& page, Discovery& d) {
    if (traps_.seen(*d.trace)) log_warning("{} and what is like it are a trap: {} pages repeat each other; the rest is left", page, settings_.discovery.trap_pages);
    if (!traps_.is_trap(d.trace->family)) return;
    std::size_t at = 0;
    counters_.left_out += std::erase_if(d.found, [&](const CrawlUrl&) { return traps_.is_trap(d.trace->links[at++].family); });
  }

  void store_robots_capture(Capture c, std::string via) {
    StoreCapture m;
    c.via = std::move(via);
    m.capture = std::move(c);
    ++counters_.robots;
    send(std::move(m));
  }

  void store_dns(const DnsAnswer& a) {
    if (!settings_.warc.dns || !a.error.empty() || ending_) return;
    send(StoreResource{"dns:" + a.host, "text/dns", dns_record_text(a), a.server, a.date});
  }

  void retry(std::int64_t id, const std::string& reason, double seconds) {
    const CrawlUrl& u = leases_.at(id).url;
    ++counters_.retries;
    StoreOutcome m;
    m.outcome = {u.id, UrlState::kQueued, reason, u.tries + 1, micros_now() + to_us(std::max(0.0, seconds))};
    m.lease = id;
    send(std::move(m));
  }

  void settle(std::int64_t id, UrlState state, const std::string& reason) {
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

  /// Gives a lease back without an outcome: the URL stays queued.
  void release(std::int64_t id) {
    auto it = leases_.find(id);
    if (it == leases_.end()) return;
    if (!requested_.count(id)) frontier_.not_requested(it->second);
    requested_.erase(id);
    frontier_.finish(it->second);
    leases_.erase(it);
    asio::post(io_, [this] { pump(); });
  }

  // -- after a commit

  void committed(StoreEvents e) {
    if (!e.error.empty()) return broken(e.error);
    acknowledged_ += e.messages;
    counters_.warc_bytes = e.warc_bytes;
    counters_.urls_added += e.urls_added;
    counters_.articles += e.articles_new;
    counters_.versions += e.versions_new;
    extracting_ -= e.articles_done;
    queued_ += e.urls_added;
    if (plan_.acks) print_acks(e);
    for (auto& s : e.stored) stored(s);
    for (std::int64_t id : e.leases_done) release(id);
    for (std::int64_t host : e.hosts) frontier_.host_has_urls(host);
    if (e.ended) return finish();
    pump();
  }

  void print_acks(const StoreEvents& e) {
    for (const auto& s : e.stored) std::fprintf(stdout, "STORED %s\n", s.capture.summary.url.c_str());
    std::fflush(stdout);
  }

  void stored(StoreEvents::Stored& s) {
    const CaptureSummary& c = s.capture.summary;
    ++counters_.captures;
    ++(c.revisit ? counters_.revisits : counters_.responses);
    if (!c.truncated.empty()) ++counters_.truncated;
    ++counters_.statuses[c.status];
    counters_.body_bytes += c.payload_length;
    if (s.lease >= 0) {
      if (queued_ > 0) --queued_;
      release(s.lease);
    }
    if (s.pending == Pending::kArticle && s.body) extract(s);
    else if (s.body) held_bytes_ -= s.body->size();
  }

  void extract(StoreEvents::Stored& s) {
    ++extracting_;
    asio::post(pool_, [this, capture = s.capture, body = s.body, type = s.content_type] {
      const CaptureSummary& c = capture.summary;
      ExtractOptions options = setup_.extract;
      options.captured = format_iso8601(c.date);
      auto article = std::make_shared<Article>(extract_article(*body, type, c.url, options));
      auto m = std::make_shared<StoreArticle>();
      m->capture = capture.id;
      if (article->kind == "article") m->article = std::move(article);
      m->provenance = {c.url, c.record_id, c.file, format_iso8601(c.date), "sha1:" + base32(c.payload_digest), c.offset};
      asio::post(io_, [this, m, size = body->size()] {
        held_bytes_ -= size;
        send(std::move(*m));
      });
    });
  }

  void broken(const std::string& error) {
    store_error_ = error;
    log_error("nothing more can be stored: {}", error);
    stopping_ = ending_ = true;
    fetcher_.stop();
    finish();
  }

  void finish() {
    wake_.cancel();
    tick_.cancel();
    signals_.cancel();
    io_.stop();
  }

  // -- what a person sees

  /// Stops asking before the disk is full, and goes on when there is room again.
  void watch_disk() {
    std::error_code error;
    auto space = std::filesystem::space(setup_.archive->layout().root, error);
    bool full = !error && settings_.warc.min_free > 0 && space.available < static_cast<std::uintmax_t>(settings_.warc.min_free);
    if (full == paused_) return;
    paused_ = full;
    if (full) log_warning("paused: {} of room are left for {}, less than warc.min_free; the crawl goes on by itself when there is more", human_bytes(space.available), setup_.archive->layout().root.string());
    else log_info("there is room again: the crawl goes on");
    if (!full) pump();
  }

  void tick() {
    watch_disk();
    double seconds = static_cast<double>(micros_now() - to_micros(started_)) / 1e6;
    if (live_) set_status_line(progress_line(counters_, seconds, queued_, fetcher_.in_flight()));
    if (!live_ && !plan_.quiet && now() >= next_line_) {
      log_info("{}", progress_line(counters_, seconds, queued_, fetcher_.in_flight()));
      next_line_ = now() + std::chrono::microseconds(to_us(settings_.log.interval));
    }
    tick_.expires_after(std::chrono::milliseconds(500));
    tick_.async_wait([this](boost::system::error_code error) {
      if (!error) tick();
    });
  }

  CrawlReport report() {
    CrawlReport r;
    r.crawl = setup_.crawl_id;
    r.seeds = plan_.seeds;
    r.started = started_;
    r.ended = now();
    r.complete = complete_;
    r.ended_by = ended_by_;
    r.counters = counters_;
    count_urls(reader_, r);
    return r;
  }

  const CrawlPlan& plan_;
  const Settings& settings_;
  CrawlSetup& setup_;
  asio::io_context io_{1};
  Database read_db_;
  FrontierStore reader_;
  ArchiveState captures_;
  Frontier frontier_;
  Fetcher fetcher_;
  RobotsCache robots_;
  asio::thread_pool pool_;
  asio::signal_set signals_;
  asio::steady_timer wake_, tick_;
  std::unique_ptr<StoreThread> store_;
  std::map<std::int64_t, Lease> leases_;
  std::set<std::int64_t> requested_;
  std::map<std::int64_t, std::shared_ptr<asio::steady_timer>> pauses_;
  std::set<std::string> announced_;
  BackOff back_off_{settings_};
  TrapWatch traps_{settings_.discovery};
  std::int64_t next_lease_ = 0, begun_ = 0;
  std::size_t extracting_ = 0, held_bytes_ = 0, sent_ = 0, acknowledged_ = 0;
  std::uint64_t queued_ = 0;
  CrawlCounters counters_;
  TimePoint started_, next_line_;
  bool paused_ = false;
  bool stopping_ = false, ending_ = false, complete_ = false, live_ = false;
  std::string ended_by_, store_error_;
};

}  // namespace

Result<CrawlResult> run_crawl(const CrawlPlan& plan) {
  std::signal(SIGPIPE, SIG_IGN);  // A server that hangs up is an outcome.
  auto prepared = prepare_crawl(plan);
  if (!prepared) return tl::unexpected(prepared.error());
  CrawlSetup& setup = *prepared;
  if (!plan.selectors.empty()) setup.extract.rules = &setup.rules;
  CrawlResult result;
  try {
    FrontierStore::migrate(setup.archive->database());
    CorpusWriter::migrate(setup.archive->database());
    migrate_site_models(setup.archive->database());
    load_site_models(setup.archive->database(), *setup.sites);
    setup.extract.sites = setup.sites.get();
    choose_crawl(plan, setup);
    result.report.crawl = setup.crawl_id;
    if (setup.complete) {
      result.nothing_to_do = true;
      result.report.complete = true;
      return result;
    }
    auto again = reprocess_pending(*setup.archive, setup.crawl_id, setup.crawl, *setup.scope, plan.settings, setup.extract);
    if (!again) return tl::unexpected(again.error());
    if (again->captures > 0) log_info("{} captures of an earlier run worked through: {} URLs, {} articles", again->captures, again->urls_added, again->articles);
    FrontierStore(setup.archive->database(), setup.crawl).requeue_failed();
    Crawl crawl(plan, setup);
    auto report = crawl.run();
    if (!report) return tl::unexpected(report.error());
    save_site_models(setup.archive->database(), *setup.sites);
    result.report = std::move(*report);
  } catch (const DatabaseError& e) {
    return fail(ErrorKind::kIo, e.what());
  }
  auto path = write_report(setup.archive->layout(), result.report);
  if (!path) return tl::unexpected(path.error());
  result.report_path = *path;
  return result;
}

}  // namespace offprint
