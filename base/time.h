// Instants, and the forms that the web, WARC and indexes write them in.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace offprint {

using Clock = std::chrono::system_clock;
using TimePoint = std::chrono::time_point<Clock, std::chrono::microseconds>;

/// The time, as set_clock_offset() has it.
TimePoint now();
/// Shifts now() from here on: for simulated weeks. Call it while no crawl runs.
void set_clock_offset(std::chrono::microseconds offset);

/// Microseconds since 1970-01-01T00:00:00Z.
inline std::int64_t to_micros(TimePoint t) { return t.time_since_epoch().count(); }
inline TimePoint from_micros(std::int64_t us) { return TimePoint(std::chrono::microseconds(us)); }

/// "2026-11-22T16:15:54.123456Z", the form of WARC-Date (WARC 1.1, 5.4).
std::string format_iso8601(TimePoint t);
inline std::string format_iso8601(Clock::time_point t) {
  return format_iso8601(std::chrono::time_point_cast<std::chrono::microseconds>(t));
}
/// "20261122161554", the form of CDXJ.
std::string format_timestamp14(TimePoint t);
/// Reads WARC-Date: ISO 8601 in UTC with or without fractions.
std::optional<TimePoint> parse_iso8601(std::string_view s);
/// The three forms of RFC 9110, 5.6.7.
std::optional<TimePoint> parse_http_date(std::string_view s);

/// Days since 1970-01-01 of a proleptic Gregorian date (no range check).
std::int64_t days_from_civil(int year, unsigned month, unsigned day);
/// Number of days in a month; 0 for a month that does not exist.
unsigned days_in_month(int year, unsigned month);

}  // namespace offprint
