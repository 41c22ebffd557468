#include "crawler/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/file.h"
#include "base/text.h"

namespace offprint {
namespace {

std::string_view state_name(UrlState s) {
  switch (s) {
    case UrlState::kQueued: return "queued";
    case UrlState::kDone: return "done";
    case UrlState::kFailed: return "failed";
    case UrlState::kExcluded: return "excluded";
  }
  return "";
}

/// Fetched URLs go into Markdown as code, with nothing that could end it.
std::string code(std::string_view s) { return "`" + replace_all(printable(s), "`", "%60") + "`"; }

}  // namespace

void count_urls(FrontierStore& store, CrawlReport& r) {
  constexpr int kListed = 1000;
  auto count = [&](UrlState state) { return static_cast<std::uint64_t>(store.count(state)); };
  r.urls = static_cast<std::uint64_t>(store.count_all());
  r.queued = count(UrlState::kQueued);
  r.done = count(UrlState::kDone);
  r.failed = count(UrlState::kFailed);
  r.excluded = count(UrlState::kExcluded);
  r.unfetched = store.list(UrlState::kFailed, kListed);
  for (auto& row : store.list(UrlState::kQueued, kListed)) r.unfetched.push_back(std::move(row));
  r.unfetched_not_listed = r.queued + r.failed - std::min<std::uint64_t>(r.queued + r.failed, r.unfetched.size());
}

std::string report_json(const CrawlReport& r) {
  const CrawlCounters& c = r.counters;
  std::string out = fmt::format(R"({{"crawl":{},"started":"{}","ended":"{}","complete":{},"ended_by":{})", json_quote(r.crawl), format_iso8601(r.started), format_iso8601(r.ended),
                                r.complete, json_quote(r.ended_by));
  out += ",\"seeds\":[";
  for (std::size_t i = 0; i < r.seeds.size(); ++i) out += (i ? "," : "") + json_quote(r.seeds[i]);
  out += fmt::format(R"(],"urls":{},"done":{},"queued":{},"failed":{},"excluded":{},"captures":{},"responses":{},"revisits":{},"truncated":{},"articles":{},"versions":{})", r.urls,
                     r.done, r.queued, r.failed, r.excluded, c.captures, c.responses, c.revisits, c.truncated, c.articles, c.versions);
  out += fmt::format(R"(,"out_of_scope":{},"too_deep":{},"left_out":{},"retries":{},"body_bytes":{},"warc_bytes":{},"statuses":{{)", c.out_of_scope, c.too_deep, c.left_out, c.retries,
                     c.body_bytes, c.warc_bytes);
  std::string sep;
  for (const auto& [status, n] : c.statuses) out += fmt::format("{}\"{}\":{}", std::exchange(sep, ","), status, n);
  out += "},\"errors\":{";
  sep.clear();
  for (const auto& [error, n] : c.errors) out += fmt::format("{}{}:{}", std::exchange(sep, ","), json_quote(error), n);
  out += "},\"stopped_hosts\":[";
  sep.clear();
  for (const auto& h : r.stopped_hosts) out += fmt::format(R"({}{{"host":{},"reason":{},"alarm":{}}})", std::exchange(sep, ","), json_quote(h.name), json_quote(h.reason), h.alarm);
  out += "],\"unfetched\":[";
  sep.clear();
  for (const auto& row : r.unfetched)
    out += fmt::format(R"({}{{"url":{},"state":"{}","reason":{}}})", std::exchange(sep, ","), json_quote(row.url.url), state_name(row.state), json_quote(row.reason));
  return out + fmt::format("],\"unfetched_not_listed\":{}}}", r.unfetched_not_listed);
}

std::string report_markdown(const CrawlReport& r) {
  const CrawlCounters& c = r.counters;
  double seconds = static_cast<double>(to_micros(r.ended) - to_micros(r.started)) / 1e6;
  std::string out = fmt::format("# Crawl {}\n\n{} in {:.1f} s: **{}**\n\n", r.crawl, format_iso8601(r.started).substr(0, 19), seconds, r.complete ? "complete" : "incomplete (" + printable(r.ended_by) + ")");
  out += "Seeds: ";
  for (const std::string& s : r.seeds) out += code(s) + " ";
  out += fmt::format("\n\n| | |\n|---|---:|\n| captures in this run | {} |\n| – new responses | {} |\n| – unchanged (revisit records) | {} |\n| – truncated | {} |\n| articles | {} |\n| further versions | {} |\n",
                     c.captures, c.responses, c.revisits, c.truncated, c.articles, c.versions);
  out += fmt::format("| URLs known | {} |\n| – captured | {} |\n| – waiting | {} |\n| – failed | {} |\n| – rightly left (robots.txt, policy) | {} |\n| links out of scope | {} |\n| links too deep | {} |\n| bodies | {} |\n| WARC | {} |\n",
                     r.urls, r.done, r.queued, r.failed, r.excluded, c.out_of_scope, c.too_deep, human_bytes(c.body_bytes), human_bytes(c.warc_bytes));
  if (!r.stopped_hosts.empty()) {
    out += "\n## Hosts asked no more\n\n";
    for (const auto& h : r.stopped_hosts) out += fmt::format("- {}{}: {}\n", h.alarm ? "**ALARM** " : "", code(h.name), printable(h.reason));
  }
  if (!c.statuses.empty()) {
    out += "\n## Answers\n\n";
    for (const auto& [status, n] : c.statuses) out += fmt::format("- {}: {}\n", status, n);
  }
  if (!c.errors.empty()) {
    out += "\n## Errors\n\n";
    for (const auto& [error, n] : c.errors) out += fmt::format("- {}: {}\n", printable(error), n);
  }
  if (!r.unfetched.empty()) {
    out += "\n## Not fetched\n\n";
    for (const auto& row : r.unfetched) out += fmt::format("- {} — {}: {}\n", code(row.url.url), state_name(row.state), row.reason.empty() ? "not tried yet" : printable(row.reason));
    if (r.unfetched_not_listed > 0) out += fmt::format("- … and {} more (`offprint status --why URL` tells of each)\n", r.unfetched_not_listed);
  }
  return out;
}

Result<std::filesystem::path> write_report(const ArchiveLayout& layout, const CrawlReport& r) {
  std::string stem = r.crawl + "-" + format_timestamp14(r.ended);
  auto json = write_file_durably(layout.reports() / (stem + ".json"), report_json(r) + "\n");
  if (!json) return tl::unexpected(json.error());
  std::filesystem::path path = layout.reports() / (stem + ".md");
  auto markdown = write_file_durably(path, report_markdown(r));
  if (!markdown) return tl::unexpected(markdown.error());
  return path;
}

}  // namespace offprint
