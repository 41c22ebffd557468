#include "crawler/back_off.h"

#include <algorithm>
#include <string>

#include "base/text.h"
#include "base/time.h"

namespace offprint {

double BackOff::for_url(int tries) const {
  constexpr int kMostDoublings = 16;
  return settings_.fetch.retry_delay * static_cast<double>(1 << std::min(tries, kMostDoublings));
}

double BackOff::asked(std::string_view retry_after, int tries) const {
  std::string_view value = trim(retry_after);
  double seconds = for_url(tries);
  if (!value.empty() && value.find_first_not_of("0123456789") == std::string_view::npos) seconds = value.size() > 9 ? 1e9 : std::stod(std::string(value));
  else if (auto date = parse_http_date(value)) seconds = std::max(0.0, static_cast<double>(to_micros(*date) - to_micros(now())) / 1e6);
  return std::min(seconds, settings_.politeness.retry_after_max);
}

double BackOff::for_host(std::int64_t host, double asked, std::int64_t requested, std::int64_t now) {
  Strikes& s = strikes_[host];
  if (s.count > 0 && requested <= s.last) return 0;
  ++s.count;
  s.last = now;
  return std::min(asked, for_url(s.count - 1));
}

}  // namespace offprint
