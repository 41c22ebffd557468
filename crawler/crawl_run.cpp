#include "crawler/crawl_run.h"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <csignal>

#include "base/log.h"

namespace asio = boost::asio;

namespace offprint {

CrawlRun::CrawlRun(const CrawlPlan& plan, CrawlSetup& setup)
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
      pause_signal_(io_, SIGUSR1),
      wake_(io_),
      tick_(io_),
      network_timer_(io_),
      started_(now()) {}

Result<CrawlReport> CrawlRun::run() {
  store_ = std::make_unique<StoreThread>(*setup_.archive, writer_options(plan_, setup_), settings_.identity, setup_.crawl, static_cast<std::size_t>(settings_.warc.group_records),
                                         [this](StoreEvents e) { asio::post(io_, [this, events = std::move(e)]() mutable { committed(std::move(events)); }); });
  queued_ = static_cast<std::uint64_t>(reader_.count(UrlState::kQueued));
  for (const auto& [host, name] : reader_.waiting_hosts()) frontier_.host_has_urls(host);
  send(StoreUrls{seed_urls(plan_)});
  wait_for_signal();
  wait_for_pause_signal();
  control_ = std::make_unique<ControlServer>(io_, setup_.archive->layout().root, [this](const std::string& line) { return control(line); });
  if (!settings_.log.metrics.empty()) metrics_ = std::make_unique<MetricsServer>(io_, settings_.log.metrics, [this] { return metrics_text(counters_, gauges()); });
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

void CrawlRun::send(StoreMessage message) {
  ++sent_;
  if (const auto* c = std::get_if<StoreCapture>(&message)) unsaved_bytes_ += held_in_memory(c->capture);
  store_->send(std::move(message));
}

void CrawlRun::wait_for_signal() {
  signals_.async_wait([this](boost::system::error_code error, int) {
    if (error) return;
    if (stopping_) ::_exit(130);  // A second signal: at once.
    log_info("stopping: transfers are ended, what came is stored; a second signal stops at once");
    stop("signal");
    wait_for_signal();
  });
}

void CrawlRun::stop(const std::string& why) {
  if (stopping_) return;
  stopping_ = true;
  ended_by_ = why;
  fetcher_.stop();
  for (auto& [id, timer] : pauses_) timer->cancel();
  asio::post(io_, [this] { pump(); });
}

bool CrawlRun::may_lease() const {
  return !stopping_ && paused().empty() && limit_reached().empty() && leases_.size() < static_cast<std::size_t>(settings_.crawl.max_in_flight) && !store_->full() && extracting_ < kMaxExtracting && held_bytes_ < kMaxHeldBytes && unsaved_bytes_ < kMaxUnsavedBytes;
}

std::string CrawlRun::limit_reached() const {
  const CrawlSettings& s = settings_.crawl;
  if (s.limit > 0 && begun_ >= s.limit) return "limit";
  if (s.max_bytes > 0 && counters_.body_bytes >= static_cast<std::uint64_t>(s.max_bytes)) return "crawl.max_bytes";
  if (s.max_time > 0 && micros_now() - to_micros(started_) >= to_us(s.max_time)) return "crawl.max_time";
  return "";
}

void CrawlRun::pump() {
  if (ending_) return;
  for (int leased = 0; may_lease(); ++leased) {
    if (leased == kLeasesAtOnce) {  // Answers that have come meanwhile are looked at first: their hosts' delays begin.
      if (!std::exchange(pump_again_, true)) asio::post(io_, [this] {
          pump_again_ = false;
          pump();
        });
      return;
    }
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

void CrawlRun::arm_wake() {
  auto when = frontier_.next_wakeup();
  if (!when || stopping_) return;
  wake_.expires_after(std::chrono::microseconds(std::max<std::int64_t>(1000, *when - micros_now())));
  wake_.async_wait([this](boost::system::error_code error) {
    if (!error) pump();
  });
}

void CrawlRun::check_end() {
  if (!paused().empty() && !stopping_) return;
  bool idle = leases_.empty() && extracting_ == 0 && sent_ == acknowledged_;
  if (!idle || ending_) return;
  if (!stopping_) {
    std::string limit = limit_reached();
    auto when = frontier_.next_wakeup();
    bool too_long = when && *when - micros_now() > to_us(settings_.politeness.max_wait);
    if (limit.empty() && when && !too_long) return;
    ended_by_ = !limit.empty() ? limit : too_long ? "only waits longer than politeness.max_wait are left" : "done";
  }
  ending_ = true;
  bool complete = reader_.count(UrlState::kQueued) == 0 && reader_.count(UrlState::kFailed) == 0 && !stopping_ && hosts_.blocking() == 0;
  complete_ = complete;
  send(StoreEnd{complete, progress_line(counters_, 0, queued_, 0)});
}

void CrawlRun::broken(const std::string& error) {
  store_error_ = error;
  log_error("nothing more can be stored: {}", error);
  stopping_ = ending_ = true;
  fetcher_.stop();
  finish();
}

void CrawlRun::finish() {
  wake_.cancel();
  tick_.cancel();
  network_timer_.cancel();
  pause_signal_.cancel();
  control_.reset();
  metrics_.reset();
  signals_.cancel();
  io_.stop();
}

}  // namespace offprint
