#include "extractors/dates.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <charconv>

#include "base/text.h"
#include "base/time.h"
#include "extractors/month_names.h"

namespace offprint {
namespace {

std::optional<std::string> civil(int y, int m, int d) {
  if (y < 1800 || y > 2200 || m < 1 || m > 12 || d < 1 || d > static_cast<int>(days_in_month(y, static_cast<unsigned>(m)))) return std::nullopt;
  return fmt::format("{:04}-{:02}-{:02}", y, m, d);
}

/// ICU reads digits of other scripts; here ASCII is what dates use, after folding.
int to_int(const std::string& s) {
  int v = -1;
  std::from_chars(s.data(), s.data() + s.size(), v);
  return v;
}

std::optional<std::string> from_epoch(const std::string& digits) {
  std::int64_t v = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), v);
  if (digits.size() == 13) v /= 1000;
  if (v < 100'000'000 || v > 4'000'000'000) return std::nullopt;
  return format_iso8601(from_micros(v * 1'000'000)).substr(0, 19) + "Z";
}

std::optional<std::string> named_month(const std::string& s) {
  static const RE2 day_month(R"((\d{1,2})(?:st|nd|rd|th|er|\.|ª|º|e)?\s*(?:de |of |d')?\s*([\p{L}\p{M}]{3,})\.?,?\s*(?:de |del |,)?\s*(\d{4}))");
  static const RE2 month_day(R"(([\p{L}\p{M}]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4}))");
  static const RE2 year_first(R"((\d{4})\.?\s+([\p{L}\p{M}]{3,})\.?\s+(\d{1,2}))");
  std::string a, b, c;
  re2::StringPiece in(s);
  while (RE2::FindAndConsume(&in, day_month, &a, &b, &c))
    if (int m = month_from_name(b)) return civil(to_int(c), m, to_int(a));
  in = re2::StringPiece(s);
  while (RE2::FindAndConsume(&in, month_day, &a, &b, &c))
    if (int m = month_from_name(a)) return civil(to_int(c), m, to_int(b));
  in = re2::StringPiece(s);
  while (RE2::FindAndConsume(&in, year_first, &a, &b, &c))
    if (int m = month_from_name(b)) return civil(to_int(a), m, to_int(c));
  return std::nullopt;
}

/// "Ann LeeNov 11, 2022": elements that only style sets apart.
std::string part_humps(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool hump = i > 0 && text[i] >= 'A' && text[i] <= 'Z' && text[i - 1] >= 'a' && text[i - 1] <= 'z';
    if (hump) out += ' ';
    out += text[i];
  }
  return out;
}

}  // namespace

std::optional<std::string> normalize_date(std::string_view text) {
  std::string s = collapse_space(clip(text, 100));
  static const RE2 iso(R"(^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)");
  static const RE2 compact(R"(^(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{4})?)?$)");
  static const RE2 rfc(R"((?i)^(?:\w{3,9},?\s+)?(\d{1,2}) ([a-z]{3,9})\.? (\d{4}),?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)");
  static const RE2 epoch(R"(^\d{10}(?:\d{3})?$)");
  std::string y, mo, d, h, mi, sec, zone;
  bool matched = RE2::PartialMatch(s, iso, &y, &mo, &d, &h, &mi, &sec, &zone) || RE2::PartialMatch(s, compact, &y, &mo, &d, &h, &mi, &sec, &zone);
  if (!matched && RE2::FullMatch(s, epoch)) return from_epoch(s);
  int month = to_int(mo);
  if (!matched && RE2::PartialMatch(s, rfc, &d, &mo, &y, &h, &mi, &sec, &zone)) {
    matched = true;
    month = month_from_name(fold(mo));
  }
  if (!matched) return std::nullopt;
  auto date = civil(to_int(y), month, to_int(d));
  if (!date) return std::nullopt;
  if (h.empty() || to_int(h) > 23) return date;
  std::string out = fmt::format("{}T{:02}:{}:{}", *date, to_int(h), mi, sec.empty() ? "00" : sec);
  if (zone == "UTC" || zone == "GMT" || zone == "Z") return out + (zone.empty() ? "" : "Z");
  if (zone.size() == 5) zone.insert(3, ":");
  if (zone.size() == 3) zone += ":00";
  return out + zone;
}

std::optional<std::string> find_visible_date(std::string_view text, bool day_first) {
  std::string s = fold(part_humps(clip(text, 400)));
  if (auto named = named_month(s)) return named;
  static const RE2 iso(R"((?:^|[^\d])(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[^\d]|$))");
  static const RE2 cjk(R"((\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일])");
  static const RE2 numeric(R"((?:^|[^\d])(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[^\d]|$))");
  std::string a, b, c;
  if (RE2::PartialMatch(s, iso, &a, &b, &c) || RE2::PartialMatch(s, cjk, &a, &b, &c)) return civil(to_int(a), to_int(b), to_int(c));
  if (!RE2::PartialMatch(s, numeric, &a, &b, &c)) return std::nullopt;
  int x = to_int(a), y = to_int(b);
  bool swap = x <= 12 && (y > 12 || !day_first);
  return swap ? civil(to_int(c), x, y) : civil(to_int(c), y, x);
}

std::optional<std::string> date_in_url(std::string_view url) {
  static const RE2 parts(R"([/_-](20\d{2}|19\d{2})[/_-](\d{1,2})[/_-](\d{1,2})(?:[/_.-]|$))");
  static const RE2 run(R"([/_-](20\d{2})(\d{2})(\d{2})(?:[/_.-]|$))");
  std::string y, m, d, s(clip(url, 2048));
  if (RE2::PartialMatch(s, parts, &y, &m, &d) || RE2::PartialMatch(s, run, &y, &m, &d)) return civil(to_int(y), to_int(m), to_int(d));
  return std::nullopt;
}

}  // namespace offprint
