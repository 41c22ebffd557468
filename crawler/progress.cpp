#include "crawler/progress.h"

#include <fmt/format.h>

#include <algorithm>

namespace offprint {

std::string with_commas(std::uint64_t n) {
  std::string digits = std::to_string(n), out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

std::string human_bytes(std::uint64_t n) {
  double v = static_cast<double>(n);
  for (const char* unit : {"B", "kB", "MB", "GB"}) {
    if (v < 1000) return v < 10 && unit[0] != 'B' ? fmt::format("{:.1f} {}", v, unit) : fmt::format("{:.0f} {}", v, unit);
    v /= 1000;
  }
  return fmt::format("{:.1f} TB", v);
}

namespace {

std::string clock(double seconds) {
  auto s = static_cast<std::int64_t>(seconds);
  return s >= 3600 ? fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60) : fmt::format("{}:{:02}", s / 60, s % 60);
}

/// The most frequent first.
template <class Map>
std::string most_frequent(const Map& counts, std::size_t most) {
  std::vector<std::pair<std::uint64_t, std::string>> sorted;
  sorted.reserve(counts.size());
  for (const auto& [key, n] : counts) sorted.emplace_back(n, fmt::format("{}", key));
  std::sort(sorted.rbegin(), sorted.rend());
  std::string out;
  for (std::size_t i = 0; i < sorted.size() && i < most; ++i) out += fmt::format("{}{} × {}", i ? " · " : "", with_commas(sorted[i].first), sorted[i].second.substr(0, 60));
  return out;
}

}  // namespace

std::string dashboard(const CrawlCounters& c, const CrawlGauges& g) {
  double rate = g.seconds > 0 ? static_cast<double>(c.captures) / g.seconds : 0;
  double dedup = c.captures > 0 ? 100.0 * static_cast<double>(c.revisits) / static_cast<double>(c.captures) : 0;
  std::string out = fmt::format("{}  {}  {}\n", g.crawl, clock(g.seconds), g.paused.empty() ? "running" : "PAUSED: " + g.paused);
  out += fmt::format("  captures {} ({:.1f}/s)  unchanged {} ({:.0f} %)  articles {}  versions {}\n", with_commas(c.captures), rate, with_commas(c.revisits), dedup, with_commas(c.articles), with_commas(c.versions));
  out += fmt::format("  queued {}{}  in flight {}  retries {}  failed {}  left {}\n", with_commas(g.queued), rate > 0.1 && g.queued > 0 ? " (about " + clock(static_cast<double>(g.queued) / rate) + ")" : "", g.in_flight,
                     with_commas(c.retries), with_commas(c.failed), with_commas(c.excluded));
  out += fmt::format("  bodies {} → {} of WARC", human_bytes(c.body_bytes), human_bytes(c.warc_bytes));
  if (!c.statuses.empty()) out += "\n  answers " + most_frequent(c.statuses, 6);
  if (!c.errors.empty()) out += "\n  errors " + most_frequent(c.errors, 2);
  for (const CrawlGauges::Host& h : g.busiest) {
    out += fmt::format("\n  {}: ", h.name.substr(0, 50));
    out += !h.stopped.empty() ? "asked no more: " + h.stopped.substr(0, 60) : fmt::format("{} in flight, every {:.1f} s{}", h.in_flight, h.delay, h.wait > 0.5 ? fmt::format(", next in {:.0f} s", h.wait) : "");
  }
  if (g.hosts > g.busiest.size()) out += fmt::format("\n  and {} hosts more", with_commas(g.hosts - g.busiest.size()));
  return out;
}

std::string progress_line(const CrawlCounters& c, double seconds, std::uint64_t queued, std::size_t in_flight) {
  double rate = seconds > 0 ? static_cast<double>(c.captures) / seconds : 0;
  std::string out = fmt::format("{} captures ({:.1f}/s) · {} articles · {} queued · {} in flight", with_commas(c.captures), rate, with_commas(c.articles + c.versions),
                                with_commas(queued), in_flight);
  if (c.revisits > 0) out += fmt::format(" · {} unchanged", with_commas(c.revisits));
  if (c.failed > 0) out += fmt::format(" · {} failed", with_commas(c.failed));
  return out + fmt::format(" · {} → {}", human_bytes(c.body_bytes), human_bytes(c.warc_bytes));
}

}  // namespace offprint
