#include "crawler/progress.h"

#include <fmt/format.h>

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

std::string progress_line(const CrawlCounters& c, double seconds, std::uint64_t queued, std::size_t in_flight) {
  double rate = seconds > 0 ? static_cast<double>(c.captures) / seconds : 0;
  std::string out = fmt::format("{} captures ({:.1f}/s) · {} articles · {} queued · {} in flight", with_commas(c.captures), rate, with_commas(c.articles + c.versions),
                                with_commas(queued), in_flight);
  if (c.revisits > 0) out += fmt::format(" · {} unchanged", with_commas(c.revisits));
  if (c.failed > 0) out += fmt::format(" · {} failed", with_commas(c.failed));
  return out + fmt::format(" · {} → {}", human_bytes(c.body_bytes), human_bytes(c.warc_bytes));
}

}  // namespace offprint
