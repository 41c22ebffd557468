// The crawl: seeds → frontier → politeness → fetch → archive → discover → extract → corpus.
// One io thread runs it all; workers get values to compute with; one thread writes.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/loader.h"
#include "config/settings.h"
#include "crawler/crawl_url.h"
#include "crawler/report.h"

namespace offprint {

struct CrawlPlan {
  std::filesystem::path archive;
  std::string name;                 ///< First part of the crawl's id and of its WARC files.
  std::vector<std::string> seeds, feeds, sitemaps;
  std::vector<std::string> listings;  ///< First pages of publishing systems' own lists.
  std::vector<CrawlUrl> due;          ///< Further URLs that a schedule wants visited; they widen no scope.
  std::vector<SelectorSet> selectors;
  Settings settings;
  bool again = false;               ///< Begin a new crawl although one with these seeds is complete.
  bool acks = false;                ///< Print "STORED <url>" when a capture is durable.
  bool quiet = false;
  bool only_due = false;            ///< Begin with `due` alone, not with the seeds.
  bool report_if_incomplete = false;  ///< No report of a run that went well.
  /// URLs that are left when a page leads to them, because a schedule has them. The io thread's; may be empty.
  std::function<bool(const std::string&)> known;
};

struct CrawlResult {
  CrawlReport report;
  bool nothing_to_do = false;       ///< A complete crawl with these seeds is there already.
  std::filesystem::path report_path;
};

/// Runs until everything is fetched, a limit is reached or a signal comes. Errors are those
/// that keep a crawl from starting or from storing: kInvalid (seeds, settings), kBusy, kIo.
Result<CrawlResult> run_crawl(const CrawlPlan& plan);

}  // namespace offprint
