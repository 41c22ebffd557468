// Captures that are in the archive, but whose links or article are not yet in the state
// (after a crash, or with a rebuilt state), are read back and worked through on start.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "config/settings.h"
#include "crawler/scope.h"
#include "extractors/extractor.h"
#include "warc/archive.h"

namespace offprint {

struct ReprocessCounts {
  std::uint64_t captures = 0, urls_added = 0, articles = 0;
};

/// Works through what waits for the crawl (links and articles) and the articles of others.
/// Before the writer thread starts; makes its own transactions.
Result<ReprocessCounts> reprocess_pending(Archive& archive, const std::string& crawl_id, std::int64_t crawl, Scope& scope, const Settings& settings,
                                          const ExtractOptions& options);

}  // namespace offprint
