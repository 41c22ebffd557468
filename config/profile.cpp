#include "config/profile.h"

#include <charconv>

#include "base/text.h"
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

Result<void> check_urls(const std::vector<std::string>& urls) {
  for (const std::string& u : urls)
    if (auto parsed = Url::parse(u); !parsed)
      return fail(ErrorKind::kInvalid, "\"" + printable(u) + "\": " + parsed.error().message + "; allowed are http and https URLs");
  return {};
}

}  // namespace offprint
