// What a crawl settles before its first request: seeds, scope, address policy, selectors,
// the archive, and which crawl it goes on with.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/net.h"
#include "base/url.h"
#include "crawler/crawl.h"
#include "crawler/crawl_url.h"
#include "crawler/scope.h"
#include "crawler/transfer.h"
#include "extractors/extractor.h"
#include "extractors/site_knowledge.h"
#include "warc/archive_writer.h"

namespace offprint {

/// What is settled before the first request.
struct CrawlSetup {
  std::vector<Url> seeds;
  std::unique_ptr<Scope> scope;
  AddressPolicy policy;
  std::vector<Credential> credentials;
  SelectorRules rules;
  ExtractOptions extract;
  std::unique_ptr<SiteKnowledge> sites = std::make_unique<SiteKnowledge>();
  std::unique_ptr<Archive> archive;
  std::string crawl_id, seed_key;
  std::int64_t crawl = 0;
  bool complete = false;
};

/// Errors: kInvalid for seeds and settings, kBusy and kIo for the archive.
Result<CrawlSetup> prepare_crawl(const CrawlPlan& plan);

/// Finds the crawl to go on with, or begins one. May throw DatabaseError.
void choose_crawl(const CrawlPlan& plan, CrawlSetup& setup);

/// What tells crawls of the same seeds from others.
std::string seed_key_of(const CrawlPlan& plan);

/// Seeds, feeds and sitemaps of the plan as the frontier takes them.
std::vector<CrawlUrl> seed_urls(const CrawlPlan& plan);

/// How the crawl's files are written.
ArchiveWriterOptions writer_options(const CrawlPlan& plan, const CrawlSetup& setup);

/// Letters, digits and '-' of a name that goes into file names and ids.
std::string safe_name(std::string_view name);

}  // namespace offprint
