// Back-off: how long a URL or a whole host is left alone after a failure or an answer that asks for it.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>

#include "config/settings.h"

namespace offprint {

/// Used by the io thread.
class BackOff {
 public:
  explicit BackOff(const Settings& settings) : settings_(settings) {}

  /// Seconds before another try of a URL that has failed `tries` times already; doubles each time.
  double for_url(int tries) const;
  /// Seconds that a 429 or 503 asks for (Retry-After in seconds or as a date), capped; the URL's own
  /// back-off where it says nothing.
  double asked(std::string_view retry_after, int tries) const;
  /// A host answered 429 or 503, and `asked` seconds go for the URL: seconds for the whole host, or 0.
  /// One such page is asked again later; a host that keeps answering so is left alone twice as long
  /// each time, up to what it asks. Answers to requests that were under way when it was left alone
  /// say nothing new. Times in microseconds since 1970.
  double for_host(std::int64_t host, double asked, std::int64_t requested, std::int64_t now);
  /// It answered otherwise.
  void forgive(std::int64_t host) { strikes_.erase(host); }

 private:
  const Settings& settings_;
  struct Strikes {
    int count = 0;          ///< 429 and 503 answers in a row.
    std::int64_t last = 0;  ///< When the last one counted.
  };
  std::map<std::int64_t, Strikes> strikes_;  ///< By host.
};

}  // namespace offprint
