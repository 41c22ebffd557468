// The report after a run: reports/CRAWL-TIME.json for programs, .md for people.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "crawler/frontier_store.h"
#include "crawler/progress.h"
#include "warc/archive.h"

namespace offprint {

struct CrawlReport {
  std::string crawl;
  std::vector<std::string> seeds;
  TimePoint started, ended;
  bool complete = false;
  std::string ended_by;           ///< "complete", "signal", "limit", "waits too long", "error: …"
  CrawlCounters counters;
  struct StoppedHost {
    std::string name, reason;
    bool alarm = false;  ///< It blocks us.
  };
  std::vector<StoppedHost> stopped_hosts;  ///< Asked no more before the run's end.
  std::uint64_t urls = 0, queued = 0, done = 0, failed = 0, excluded = 0;
  std::vector<FrontierStore::Row> unfetched;  ///< Failed and still queued ones with reasons.
  std::uint64_t unfetched_not_listed = 0;
};

/// Fills in the crawl's URLs by state, and the first of those that are missing.
void count_urls(FrontierStore& store, CrawlReport& report);

std::string report_json(const CrawlReport& report);
std::string report_markdown(const CrawlReport& report);
/// Writes both into reports/; returns the Markdown file's path.
Result<std::filesystem::path> write_report(const ArchiveLayout& layout, const CrawlReport& report);

}  // namespace offprint
