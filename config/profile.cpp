#include "config/profile.h"

#include <charconv>

#include "base/text.h"
#include "base/time.h"
#include "base/url.h"

namespace offprint {

std::optional<std::int64_t> parse_duration(std::string_view text) {
  text = trim(text);
  std::int64_t n = 0;
  auto [p, ec] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (ec != std::errc() || n <= 0 || n > 1'000'000 || p != text.data() + text.size() - 1) return std::nullopt;
  switch (text.back()) {
    case 's': return n;
    case 'm': return n * 60;
    case 'h': return n * 3600;
    case 'd': return n * 86400;
    case 'w': return n * 604800;
    default: return std::nullopt;
  }
}

bool valid_durations(std::string_view text) {
  for (std::string_view part : split(text, ','))
    if (!parse_duration(part)) return false;
  return true;
}

std::vector<std::int64_t> parse_durations(std::string_view text) {
  std::vector<std::int64_t> out;
  for (std::string_view part : split(text, ',')) {
    auto seconds = parse_duration(part);
    if (!seconds) return {};
    out.push_back(*seconds);
  }
  return out;
}

std::vector<std::string> expand_dates(std::string_view pattern, std::string_view from, std::string_view to) {
  constexpr std::size_t kMost = 20000;
  constexpr std::int64_t kDay = 86'400'000'000;
  std::vector<std::string> out;
  auto first = parse_iso8601(std::string(from) + "T00:00:00Z"), last = parse_iso8601(std::string(to) + "T00:00:00Z");
  if (!first || !last) return out;
  for (std::int64_t t = to_micros(*first); t <= to_micros(*last) && out.size() < kMost; t += kDay) {
    std::string day = format_iso8601(from_micros(t));
    std::string url = replace_all(replace_all(replace_all(std::string(pattern), "{yyyy}", day.substr(0, 4)), "{mm}", day.substr(5, 2)), "{dd}", day.substr(8, 2));
    if (out.empty() || out.back() != url) out.push_back(std::move(url));
  }
  return out;
}

Result<void> check_urls(const std::vector<std::string>& urls) {
  for (const std::string& u : urls)
    if (auto parsed = Url::parse(u); !parsed)
      return fail(ErrorKind::kInvalid, "\"" + printable(u) + "\": " + parsed.error().message + "; allowed are http and https URLs");
  return {};
}

}  // namespace offprint
