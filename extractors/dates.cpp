#include "extractors/dates.h"

#include <fmt/format.h>
#include <re2/re2.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "base/time.h"
#include "extractors/month_names.h"

namespace offprint {
namespace {

std::optional<std::string> civil(int y, int m, int d) {
  if (y > 2400 && y < 2700) y -= 543;  // The Thai calendar.
  if (y < 1800 || y > 2200 || m < 1 || m > 12 || d < 1 || d > static_cast<int>(days_in_month(y, static_cast<unsigned>(m)))) return std::nullopt;
  return fmt::format("{:04}-{:02}-{:02}", y, m, d);
}

/// ICU reads digits of other scripts; here ASCII is what dates use, after folding.
int to_int(const std::string& s) {
  int v = -1;
  std::from_chars(s.data(), s.data() + s.size(), v);
  return v;
}

/// Offsets of the abbreviations that pages use; "" for others, as then the offset is not known.
std::string offset_of_zone(const std::string& zone) {
  static constexpr std::pair<std::string_view, std::string_view> kZones[] = {{"UTC", "Z"},      {"GMT", "Z"},      {"EST", "-05:00"}, {"EDT", "-04:00"}, {"CST", "-06:00"}, {"CDT", "-05:00"},  {"MST", "-07:00"}, {"MDT", "-06:00"},
                                                                             {"PST", "-08:00"}, {"PDT", "-07:00"}, {"CET", "+01:00"}, {"CEST", "+02:00"}, {"BST", "+01:00"}, {"JST", "+09:00"}, {"KST", "+09:00"}};
  for (const auto& [name, offset] : kZones)
    if (zone == name) return std::string(offset);
  return "";
}

std::optional<std::string> from_epoch(const std::string& digits) {
  std::int64_t v = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), v);
  if (digits.size() == 13) v /= 1000;
  if (v < 100'000'000 || v > 4'000'000'000) return std::nullopt;
  return format_iso8601(from_micros(v * 1'000'000)).substr(0, 19) + "Z";
}

std::optional<std::string> named_month(const std::string& s) {
  static const RE2 day_month(R"((\d{1,2})(?:st|nd|rd|th|er|\.|ª|º|e)?[\s-]*(?:de |of |d')?\s*([\p{L}\p{M}]{3,})\.?,?[\s-]*(?:de |del |,)?\s*(\d{4}))");
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

/// Digits of other scripts (Arabic-Indic, Devanagari, Thai, …) as ASCII.
std::string ascii_digits(std::string s) {
  if (is_ascii(s)) return s;
  std::string out;
  for (std::size_t i = 0; i < s.size();) {
    std::size_t from = i;
    int digit = u_charDigitValue(static_cast<UChar32>(next_code_point(s, i)));
    if (digit >= 0) out += static_cast<char>('0' + digit);
    else out.append(s, from, i - from);
  }
  return out;
}

/// The day so many days before a day.
std::string days_before(std::string_view day, int days) {
  int y = to_int(std::string(day.substr(0, 4))), m = to_int(std::string(day.substr(5, 2))), d = to_int(std::string(day.substr(8, 2)));
  std::int64_t n = days_from_civil(y, static_cast<unsigned>(m), static_cast<unsigned>(d)) - days;
  return format_iso8601(from_micros(n * 86'400'000'000)).substr(0, 10);
}

/// Days that a unit of time stands for, rounded down; -1 where the word is none.
int days_of_unit(std::string_view unit) {
  static constexpr std::pair<std::string_view, int> kUnits[] = {
      {"sec", 0}, {"sek", 0}, {"min", 0}, {"hour", 0}, {"hr", 0}, {"stunde", 0}, {"std", 0}, {"heure", 0}, {"hora", 0}, {"ora", 0}, {"ore", 0}, {"uur", 0}, {"uren", 0}, {"tim", 0}, {"час", 0}, {"минут", 0}, {"godzin", 0}, {"saat", 0}, {"dakika", 0}, {"jam", 0}, {"menit", 0}, {"day", 1}, {"tag", 1}, {"jour", 1}, {"dia", 1}, {"día", 1}, {"giorn", 1}, {"dag", 1}, {"дн", 1}, {"день", 1}, {"dni", 1}, {"gün", 1}, {"hari", 1}, {"week", 7}, {"woche", 7}, {"semaine", 7}, {"semana", 7}, {"settiman", 7}, {"weken", 7}, {"недел", 7}, {"hafta", 7}, {"minggu", 7}};
  for (const auto& [name, days] : kUnits)
    if (unit.starts_with(name)) return days;
  return -1;
}

}  // namespace

std::optional<std::string> relative_date(std::string_view text, std::string_view captured) {
  if (captured.size() < 10 || text.size() > 120) return std::nullopt;
  std::string s = ascii_digits(fold(text));
  static const RE2 after(R"((\d{1,3})\s*([\p{L}\p{M}]{2,})\.?\s+(?:ago|fa|geleden|siden|sedan|назад|temu|önce|yang lalu|lalu|atrás|sitten|тому))");
  static const RE2 before(R"((?:^|\s)(?:vor|il y a|hace|há|før|för|πριν(?: από)?)\s+(\d{1,3})\s+([\p{L}\p{M}]{2,}))");
  static const RE2 cjk(R"((\d{1,3})\s*(秒|分|分钟|分鐘|時間|小时|小時|日|天|週間|周|초|분|시간|일|주)\s*(?:前|전))");
  static const RE2 today(R"((?:^|\s)(?:today|just now|heute|aujourd'hui|aujourd’hui|hoy|hoje|oggi|vandaag|i dag|idag|сегодня|сьогодні|dzisiaj|dziś|bugün|hari ini)(?:$|[\s,:])|今日|今天|오늘|اليوم|आज)");
  static const RE2 yesterday(R"((?:^|\s)(?:yesterday|gestern|hier|ayer|ontem|ieri|gisteren|i går|igår|вчера|вчора|wczoraj|dün|kemarin)(?:$|[\s,:])|昨日|昨天|어제|أمس)");
  std::string n, unit;
  if (RE2::PartialMatch(s, after, &n, &unit) || RE2::PartialMatch(s, before, &n, &unit))
    if (int days = days_of_unit(unit); days >= 0) return days_before(captured, days * to_int(n));
  if (RE2::PartialMatch(s, cjk, &n, &unit)) return days_before(captured, (unit == "日" || unit == "天" || unit == "일" ? 1 : unit == "週間" || unit == "周" || unit == "주" ? 7 : 0) * to_int(n));
  if (RE2::PartialMatch(s, yesterday)) return days_before(captured, 1);
  if (RE2::PartialMatch(s, today)) return days_before(captured, 0);
  return std::nullopt;
}

std::optional<std::string> normalize_date(std::string_view text) {
  std::string s = collapse_space(clip(text, 100));
  static const RE2 iso(R"(^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)");
  static const RE2 compact(R"(^(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{4})?)?$)");
  static const RE2 rfc(R"((?i)^(?:\w{3,9},?\s+)?(\d{1,2}) ([a-z]{3,9})\.? (\d{4}),?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)");
  static const RE2 ctime(R"((?i)^[a-z]{3} ([a-z]{3}) (\d{1,2}) (\d{2}):(\d{2}):(\d{2}) ([A-Z]{3,4}) (\d{4})$)");
  static const RE2 epoch(R"(^\d{10}(?:\d{3})?$)");
  std::string y, mo, d, h, mi, sec, zone;
  bool matched = RE2::PartialMatch(s, iso, &y, &mo, &d, &h, &mi, &sec, &zone) || RE2::PartialMatch(s, compact, &y, &mo, &d, &h, &mi, &sec, &zone);
  if (!matched && RE2::FullMatch(s, epoch)) return from_epoch(s);
  int month = to_int(mo);
  if (!matched && RE2::PartialMatch(s, rfc, &d, &mo, &y, &h, &mi, &sec, &zone)) {
    matched = true;
    month = month_from_name(fold(mo));
  }
  if (!matched && RE2::FullMatch(s, ctime, &mo, &d, &h, &mi, &sec, &zone, &y)) {
    matched = true;
    month = month_from_name(fold(mo));
    zone = offset_of_zone(zone);
  }
  if (!matched) return std::nullopt;
  auto date = civil(to_int(y), month, to_int(d));
  if (!date) return std::nullopt;
  if (h.empty() || to_int(h) > 23 || to_int(mi) > 59 || to_int(sec) > 60) return date;
  std::transform(zone.begin(), zone.end(), zone.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  std::string out = fmt::format("{}T{:02}:{}:{}", *date, to_int(h), mi, sec.empty() ? "00" : sec);
  if (zone == "UTC" || zone == "GMT" || zone == "Z") return out + (zone.empty() ? "" : "Z");
  if (zone.size() == 5) zone.insert(3, ":");
  if (zone.size() == 3) zone += ":00";
  return out + zone;
}

std::optional<std::string> find_visible_date(std::string_view text, bool day_first) {
  if (std::none_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0xD9; })) return std::nullopt;
  std::string s = ascii_digits(fold(part_humps(clip(text, 400))));
  if (auto named = named_month(s)) return named;
  static const RE2 iso(R"((?:^|[^\d])(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[^\d]|$))");
  static const RE2 cjk(R"((\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일])");
  static const RE2 vietnamese(R"((\d{1,2})\s+tháng\s+(\d{1,2}),?\s+(?:năm\s+)?(\d{4}))");
  static const RE2 numeric(R"((?:^|[^\d])(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[^\d]|$))");
  std::string a, b, c;
  if (RE2::PartialMatch(s, iso, &a, &b, &c) || RE2::PartialMatch(s, cjk, &a, &b, &c)) return civil(to_int(a), to_int(b), to_int(c));
  if (RE2::PartialMatch(s, vietnamese, &a, &b, &c)) return civil(to_int(c), to_int(b), to_int(a));
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
