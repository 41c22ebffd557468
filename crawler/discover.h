// From a captured answer to the URLs that it leads to: links, feeds, sitemaps, redirects.
// Pure functions, run by the worker pool.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"
#include "crawler/crawl_url.h"
#include "crawler/scope.h"
#include "crawler/trap_watch.h"
#include "warc/capture.h"

namespace offprint {

/// The answer as the scan needs it, whether it comes fresh or out of the archive.
struct Answer {
  CrawlUrl from;
  int status = 0;
  std::string mime, content_type, content_encoding, location;
  bool nofollow = false;  ///< X-Robots-Tag says so.
  std::string payload;  ///< Transfer coding off, content coding still on.
};

struct Discovery {
  std::vector<CrawlUrl> found;             ///< In scope, not yet checked against what is known.
  std::optional<PageTrace> trace;            ///< Of an HTML page; its links are the first of `found`, in order.
  std::shared_ptr<std::string> body;       ///< Decoded payload, for the extractor; null if it is no page.
  std::size_t out_of_scope = 0, left_out = 0, too_deep = 0;
  std::size_t nofollow = 0;                ///< 1 if the page forbids to follow its links, and that is obeyed.
};

/// A body that may hold an article.
bool is_page_type(std::string_view mime);

Discovery discover(Answer answer, Scope& scope, const Settings& settings);

/// First `max` bytes of a capture's payload, transfer and content coding removed.
std::string payload_text(const Capture& capture, std::string_view content_encoding, std::size_t max);
/// As payload_text(), but with the content coding still on.
std::string raw_payload(const Capture& capture, std::size_t max);

}  // namespace offprint
