#include "base/time.h"

#include <atomic>

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "base/text.h"

namespace offprint {

static std::atomic<std::int64_t> g_offset{0};

TimePoint now() { return std::chrono::time_point_cast<std::chrono::microseconds>(Clock::now()) + std::chrono::microseconds(g_offset.load(std::memory_order_relaxed)); }

void set_clock_offset(std::chrono::microseconds offset) { g_offset = offset.count(); }

namespace {

struct Civil {
  int year;
  unsigned month, day;
};

Civil civil_from_days(std::int64_t z) {
  std::chrono::year_month_day ymd{std::chrono::sys_days{std::chrono::days{z}}};
  return {static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day())};
}

bool read_digits(std::string_view& s, std::size_t n, int& out) {
  if (s.size() < n) return false;
  auto [p, ec] = std::from_chars(s.data(), s.data() + n, out);
  if (ec != std::errc() || p != s.data() + n) return false;
  s.remove_prefix(n);
  return true;
}

bool skip(std::string_view& s, char c) {
  if (s.empty() || s.front() != c) return false;
  s.remove_prefix(1);
  return true;
}

std::optional<TimePoint> assemble(int y, int mo, int d, int h, int mi, int s) {
  if (mo < 1 || mo > 12 || d < 1 || h > 23 || mi > 59 || s > 60) return std::nullopt;
  if (static_cast<unsigned>(d) > days_in_month(y, static_cast<unsigned>(mo))) return std::nullopt;
  std::int64_t secs = days_from_civil(y, static_cast<unsigned>(mo), static_cast<unsigned>(d)) * 86400 +
                      h * 3600 + mi * 60 + s;
  return TimePoint(std::chrono::seconds(secs));
}

int month_number(std::string_view name) {
  static constexpr std::array<std::string_view, 12> kNames = {"jan", "feb", "mar", "apr", "may", "jun",
                                                              "jul", "aug", "sep", "oct", "nov", "dec"};
  if (name.size() < 3) return 0;
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (iequals(name.substr(0, 3), kNames[i])) return static_cast<int>(i) + 1;
  return 0;
}

}  // namespace

std::int64_t days_from_civil(int year, unsigned month, unsigned day) {
  namespace c = std::chrono;
  return c::sys_days{c::year_month_day{c::year{year}, c::month{month}, c::day{day}}}.time_since_epoch().count();
}

unsigned days_in_month(int year, unsigned month) {
  namespace c = std::chrono;
  if (month < 1 || month > 12) return 0;
  return static_cast<unsigned>(
      c::year_month_day_last{c::year{year}, c::month_day_last{c::month{month}}}.day());
}

std::string format_iso8601(TimePoint t) {
  std::int64_t us = to_micros(t);
  std::int64_t day = us / 86'400'000'000 - (us % 86'400'000'000 < 0 ? 1 : 0);
  std::int64_t rest = us - day * 86'400'000'000;
  Civil c = civil_from_days(day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", c.year, c.month, c.day, rest / 3'600'000'000,
                     rest / 60'000'000 % 60, rest / 1'000'000 % 60, rest % 1'000'000);
}

std::string format_timestamp14(TimePoint t) {
  std::string out;
  for (char c : format_iso8601(t).substr(0, 19))
    if (c >= '0' && c <= '9') out += c;
  return out;
}

std::optional<TimePoint> parse_iso8601(std::string_view s) {
  int y = 0, mo = 1, d = 1, h = 0, mi = 0, sec = 0;
  if (!read_digits(s, 4, y)) return std::nullopt;
  if (skip(s, '-') && (!read_digits(s, 2, mo) || (skip(s, '-') && !read_digits(s, 2, d)))) return std::nullopt;
  if ((skip(s, 'T') || skip(s, ' ')) && (!read_digits(s, 2, h) || !skip(s, ':') || !read_digits(s, 2, mi)))
    return std::nullopt;
  if (skip(s, ':') && !read_digits(s, 2, sec)) return std::nullopt;
  auto t = assemble(y, mo, d, h, mi, sec);
  if (!t) return std::nullopt;
  if (skip(s, '.')) {
    std::int64_t unit = 100'000;
    while (!s.empty() && s.front() >= '0' && s.front() <= '9') {
      *t += std::chrono::microseconds((s.front() - '0') * unit);
      unit /= 10;
      s.remove_prefix(1);
    }
  }
  if (!s.empty() && s != "Z" && s != "z") return std::nullopt;
  return t;
}

std::optional<TimePoint> parse_http_date(std::string_view s) {
  std::array<std::string_view, 8> part{};
  std::size_t n = 0;
  std::size_t start = std::string_view::npos;
  for (std::size_t i = 0; i <= s.size(); ++i) {
    bool sep = i == s.size() || s[i] == ' ' || s[i] == ',' || s[i] == '-' || s[i] == ':';
    if (!sep && start == std::string_view::npos) start = i;
    if (sep && start != std::string_view::npos) {
      if (n == part.size()) return std::nullopt;
      part[n++] = s.substr(start, i - start);
      start = std::string_view::npos;
    }
  }
  if (n < 7) return std::nullopt;
  bool asctime = month_number(part[1]) != 0;  // "Sun Nov  6 08:49:37 1994"
  auto number = [&](std::size_t i) {
    int v = -1;
    std::from_chars(part[i].data(), part[i].data() + part[i].size(), v);
    return v;
  };
  int day = asctime ? number(2) : number(1);
  int month = month_number(asctime ? part[1] : part[2]);
  int year = asctime ? number(6) : number(3);
  std::size_t clock = asctime ? 3 : 4;
  if (year >= 0 && year < 100) year += year < 70 ? 2000 : 1900;
  int h = number(clock), mi = number(clock + 1), sec = number(clock + 2);
  if (day < 1 || year < 0 || h < 0 || mi < 0 || sec < 0) return std::nullopt;
  return assemble(year, month, day, h, mi, sec);
}

}  // namespace offprint
