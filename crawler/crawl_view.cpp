#include <fmt/format.h>

#include "base/log.h"
#include "base/text.h"
#include "crawler/crawl_run.h"

namespace offprint {

void CrawlRun::watch_disk() {
  std::error_code error;
  auto space = std::filesystem::space(setup_.archive->layout().root, error);
  bool full = !error && settings_.warc.min_free > 0 && space.available < static_cast<std::uintmax_t>(settings_.warc.min_free);
  if (full == disk_full_) return;
  disk_full_ = full;
  if (full) log_warning("paused: {} of room are left for {}, less than warc.min_free; the crawl goes on by itself when there is more", human_bytes(space.available), setup_.archive->layout().root.string());
  else log_info("there is room again: the crawl goes on");
  if (!full) pump();
}

void CrawlRun::tick() {
  watch_disk();
  double seconds = static_cast<double>(micros_now() - to_micros(started_)) / 1e6;
  if (live_) set_status_line(dashboard(counters_, gauges()));
  if (!live_ && !plan_.quiet && now() >= next_line_) {
    log_info("{}", progress_line(counters_, seconds, queued_, fetcher_.in_flight()));
    next_line_ = now() + std::chrono::microseconds(to_us(settings_.log.interval));
  }
  tick_.expires_after(std::chrono::milliseconds(500));
  tick_.async_wait([this](boost::system::error_code error) {
    if (!error) tick();
  });
}

void CrawlRun::wait_for_pause_signal() {
  pause_signal_.async_wait([this](boost::system::error_code error, int) {
    if (error) return;
    hold(!held_, "SIGUSR1");
    wait_for_pause_signal();
  });
}

void CrawlRun::hold(bool on, const std::string& by) {
  if (on == held_) return;
  held_ = on;
  log_info("{} ({})", on ? "paused: transfers under way end, nothing new is asked for" : "the crawl goes on", by);
  if (!on) pump();
}

std::string CrawlRun::paused() const { return held_ ? "by command" : disk_full_ ? "the disk is full" : no_network_ ? "no network" : ""; }

CrawlGauges CrawlRun::gauges() {
  constexpr std::size_t kShown = 4;
  CrawlGauges g;
  g.crawl = setup_.crawl_id;
  g.paused = paused();
  std::int64_t t = micros_now();
  g.seconds = static_cast<double>(t - to_micros(started_)) / 1e6;
  g.queued = queued_;
  g.in_flight = fetcher_.in_flight();
  g.hosts = frontier_.hosts();
  g.stopped = hosts_.stopped().size();
  g.blocking = hosts_.blocking();
  for (const Frontier::HostState& h : frontier_.busiest(kShown)) {
    auto stop = hosts_.stopped().find(h.host);
    g.busiest.push_back({reader_.host_name(h.host), h.in_flight, h.delay, static_cast<double>(std::max<std::int64_t>(0, h.next_time - t)) / 1e6, stop == hosts_.stopped().end() ? "" : stop->second.reason});
  }
  return g;
}

/// pause, resume, stop, status, exclude REGEX, include-host HOST.
std::string CrawlRun::control(const std::string& line) {
  std::size_t space = line.find(' ');
  std::string command = line.substr(0, space), argument(space == std::string::npos ? "" : trim(std::string_view(line).substr(space)));
  if (command == "pause" || command == "resume") {
    hold(command == "pause", "offprint control");
    return "ok: " + std::string(held_ ? "paused" : "running");
  }
  if (command == "stop") {
    stop("offprint control");
    return "ok: stopping";
  }
  if (command == "status") return progress_line(counters_, gauges().seconds, queued_, fetcher_.in_flight()) + (paused().empty() ? "" : " · paused: " + paused());
  bool exclude = command == "exclude";
  if ((exclude || command == "include-host") && !argument.empty()) {
    auto done = exclude ? setup_.scope->exclude(argument) : setup_.scope->include_host(argument);
    if (!done) return "error: " + done.error().message;
    rescoped_ = true;
    log_info("scope changed by offprint control: {} {}", command, argument);
    return "ok: holds for this run; write it into the profile's [scope] to keep it";
  }
  return "error: unknown command; allowed: pause, resume, stop, status, exclude REGEX, include-host HOST";
}

CrawlReport CrawlRun::report() {
  CrawlReport r;
  r.crawl = setup_.crawl_id;
  r.seeds = plan_.seeds;
  r.started = started_;
  r.ended = now();
  r.complete = complete_;
  r.ended_by = ended_by_;
  r.counters = counters_;
  for (const auto& [host, stop] : hosts_.stopped()) r.stopped_hosts.push_back({reader_.host_name(host), stop.reason, stop.alarm});
  count_urls(reader_, r);
  return r;
}

}  // namespace offprint
