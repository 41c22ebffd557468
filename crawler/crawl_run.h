// CrawlRun: one run of a crawl. The io thread's object that leases URLs, asks politeness, fetches, hands
// answers to workers and to the writer, and goes on after each commit. Private to the crawler library.
//   crawl_run.cpp     its life: start, leasing, limits, end
//   crawl_fetch.cpp   a URL on its way: robots.txt, request, answer, discovery
//   crawl_commit.cpp  what follows a commit: acknowledgement, extraction
//   crawl_view.cpp    what people see and say: disk, dashboard, metrics, control, report
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "crawler/back_off.h"
#include "crawler/control.h"
#include "crawler/crawl_setup.h"
#include "crawler/discover.h"
#include "crawler/fetcher.h"
#include "crawler/frontier.h"
#include "crawler/host_watch.h"
#include "crawler/metrics.h"
#include "crawler/robots_cache.h"
#include "crawler/store_thread.h"
#include "crawler/trap_watch.h"

namespace offprint {

inline std::int64_t micros_now() { return to_micros(now()); }
inline std::int64_t to_us(double seconds) { return static_cast<std::int64_t>(seconds * 1e6); }

/// Leases are known by numbers of their own.
class CrawlRun {
 public:
  CrawlRun(const CrawlPlan& plan, CrawlSetup& setup);
  Result<CrawlReport> run();

 private:
  static constexpr int kHeads = 64;
  static constexpr int kLeasesAtOnce = 16;
  static constexpr const char* kTrapReason = "trap: pages of this folder repeat each other (discovery.trap_pages)";
  static constexpr std::size_t kMaxExtracting = 32;
  static constexpr std::size_t kMaxHeldBytes = 32 << 20;  ///< Of bodies that wait for the extractor,
  static constexpr std::size_t kMaxUnsavedBytes = 32 << 20;  ///< and for the writer.

  void send(StoreMessage message);
  void wait_for_signal();
  void stop(const std::string& why);
  bool may_lease() const;
  /// The limit of this run that is reached, or "".
  std::string limit_reached() const;
  void pump();
  void arm_wake();
  void check_end();
  void broken(const std::string& error);
  void finish();

  void begin(std::int64_t id);
  void robots_known(std::int64_t id, const Url& url, const RobotsEntry& entry, bool fetched_now);
  void announce_sitemaps(const Url& url, const RobotsEntry& entry);
  void fetch(std::int64_t id, const Url& url);
  void fetched(std::int64_t id, FetchResult r);
  void not_captured(std::int64_t id, const FetchResult& r);
  /// Blocks and budgets of hosts.
  void watch_host(const CrawlUrl& u, const Capture& capture);
  /// No network at all: nothing is asked for a while, and nothing counted as a try.
  void network_lost(std::int64_t id, const std::string& error);
  /// Policy forbids the address. For a seed that is a failure, for what pages link to it is right.
  void refuse(std::int64_t id, const std::string& reason);
  /// Scans the answer on a worker, then hands everything to the writer together.
  void store_capture(std::int64_t id, FetchResult r, UrlOutcome outcome);
  /// What a 304 confirms, as the archive has it: its links are the new crawl's too.
  Answer unchanged_answer(Answer a, const CaptureSummary& original, std::size_t max) const;
  void scanned(std::int64_t id, FetchResult& r, Discovery& d, UrlOutcome outcome);
  /// What a trap leads to within itself is not even taken up.
  void watch_for_traps(const std::string& page, Discovery& d);
  void store_robots_capture(Capture c, std::string via);
  void store_dns(const DnsAnswer& a);
  void retry(std::int64_t id, const std::string& reason, double seconds, bool counts = true);
  void settle(std::int64_t id, UrlState state, const std::string& reason);
  /// Gives a lease back without an outcome: the URL stays queued.
  void release(std::int64_t id);

  void committed(StoreEvents e);
  void print_acks(const StoreEvents& e);
  void stored(StoreEvents::Stored& s);
  void extract(StoreEvents::Stored& s);

  /// Stops asking before the disk is full, and goes on when there is room again.
  void watch_disk();
  void tick();
  void wait_for_pause_signal();
  void hold(bool on, const std::string& by);
  /// Why nothing is leased at the moment, or "".
  std::string paused() const;
  CrawlGauges gauges();
  std::string control(const std::string& line);
  CrawlReport report();

  const CrawlPlan& plan_;
  const Settings& settings_;
  CrawlSetup& setup_;
  boost::asio::io_context io_{1};
  Database read_db_;
  FrontierStore reader_;
  ArchiveState captures_;
  Frontier frontier_;
  Fetcher fetcher_;
  RobotsCache robots_;
  boost::asio::thread_pool pool_;
  boost::asio::signal_set signals_, pause_signal_;
  boost::asio::steady_timer wake_, tick_, network_timer_;
  std::unique_ptr<StoreThread> store_;
  std::unique_ptr<ControlServer> control_;
  std::unique_ptr<MetricsServer> metrics_;
  std::map<std::int64_t, Lease> leases_;
  std::set<std::int64_t> requested_;
  std::map<std::int64_t, std::shared_ptr<boost::asio::steady_timer>> pauses_;
  std::set<std::string> announced_;
  BackOff back_off_{settings_};
  TrapWatch traps_{settings_.discovery};
  HostWatch hosts_{settings_};
  std::int64_t next_lease_ = 0, begun_ = 0;
  std::size_t extracting_ = 0, held_bytes_ = 0, unsaved_bytes_ = 0, sent_ = 0, acknowledged_ = 0;
  std::uint64_t queued_ = 0;
  CrawlCounters counters_;
  TimePoint started_, next_line_;
  bool disk_full_ = false, held_ = false, no_network_ = false;
  int unreachable_ = 0;         ///< Answers in a row that say that there is no network.
  std::int64_t network_lost_at_ = 0;
  bool pump_again_ = false;
  bool rescoped_ = false;       ///< By a control command: URLs that wait are judged again.
  bool stopping_ = false, ending_ = false, complete_ = false, live_ = false;
  std::string ended_by_, store_error_;
};

}  // namespace offprint
