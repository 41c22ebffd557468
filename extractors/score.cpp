#include "extractors/score.h"

#include <re2/re2.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "base/time.h"

namespace offprint {
namespace {

using Counts = std::map<std::string, int>;

int shared(const Counts& a, const Counts& b) {
  int n = 0;
  for (const auto& [k, v] : a)
    if (auto it = b.find(k); it != b.end()) n += std::min(v, it->second);
  return n;
}

Counts shingles(const std::vector<std::string>& t) {
  Counts out;
  if (t.empty()) return out;
  std::size_t n = t.size() > 3 ? t.size() - 3 : 1;
  for (std::size_t i = 0; i < n; ++i) {
    std::string key;
    for (std::size_t k = i; k < std::min(i + 4, t.size()); ++k) (key += t[k]) += '\n';
    ++out[key];
  }
  return out;
}

int total(const Counts& c) {
  int n = 0;
  for (const auto& [k, v] : c) n += v;
  return n;
}

double f1(double p, double r) { return p + r > 0 ? 2 * p * r / (p + r) : 0; }

std::string folded_words(std::string_view s) {
  std::string out;
  for (const std::string& t : score_tokens(casefold(nfkc(s)))) (out += out.empty() ? "" : " ") += t;
  return out;
}

std::string flat(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size();) {
    char32_t c = next_code_point(s, i);
    bool space = is_space(c);
    if (!space) append_utf8(out, c);
    else if (!out.empty() && out.back() != ' ') out += ' ';
  }
  while (out.ends_with(' ')) out.pop_back();
  return casefold(out);
}

std::set<std::string> days(std::string_view text) {
  std::set<std::string> out;
  std::string s(trim(text));
  static const RE2 iso(R"(^((\d{4})-(\d\d)-(\d\d))(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?:(Z)|([+-])(\d\d):?(\d\d))?)?$)");
  static const RE2 day(R"(^(\d{4}-\d\d-\d\d))");
  std::string whole, y, m, d, h, mi, sec, z, sign, oh, om;
  if (RE2::PartialMatch(s, day, &whole)) out.insert(whole);
  if (!RE2::PartialMatch(s, iso, &whole, &y, &m, &d, &h, &mi, &sec, &z, &sign, &oh, &om)) return out;
  if (sign.empty()) return out;
  auto t = parse_iso8601(whole + "T" + h + ":" + mi + ":" + (sec.empty() ? "00" : sec) + "Z");
  if (!t) return out;
  int shift = (std::stoi(oh) * 60 + std::stoi(om)) * (sign == "-" ? 1 : -1);
  out.insert(format_iso8601(*t + std::chrono::minutes(shift)).substr(0, 10));
  return out;
}

}  // namespace

std::vector<std::string> score_tokens(std::string_view s) {
  std::vector<std::string> out;
  std::string run;
  auto end_run = [&] {
    if (!run.empty()) out.push_back(std::move(run));
    run.clear();
  };
  for (std::size_t i = 0; i < s.size();) {
    std::size_t start = i;
    char32_t c = next_code_point(s, i);
    bool alone = (c >= 0x3040 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF);
    if (alone) {
      end_run();
      out.emplace_back(s.substr(start, i - start));
    } else if (is_word_char(c)) {
      run += s.substr(start, i - start);
    } else {
      end_run();
    }
  }
  end_run();
  return out;
}

BodyScore score_body(std::string_view gold, std::string_view predicted) {
  auto g = score_tokens(gold), p = score_tokens(predicted);
  Counts a = shingles(g), b = shingles(p);
  int tp = shared(a, b), na = total(a), nb = total(b);
  BodyScore out;
  if (nb) out.precision = static_cast<double>(tp) / nb;
  if (na) out.recall = static_cast<double>(tp) / na;
  out.exact = g == p;
  Counts wg, wp;
  for (const std::string& x : g) ++wg[casefold(x)];
  for (const std::string& x : p) ++wp[casefold(x)];
  double both = shared(wg, wp);
  out.word = !g.empty() && !p.empty() ? f1(both / static_cast<double>(p.size()), both / static_cast<double>(g.size())) : g.empty() && p.empty();
  return out;
}

bool same_title(std::string_view gold, std::string_view predicted) { return folded_words(gold) == folded_words(predicted); }

double score_authors(const std::vector<std::string>& gold, const std::vector<std::string>& predicted) {
  std::set<std::string> g, p;
  for (const std::string& x : gold) g.insert(folded_words(x));
  for (const std::string& x : predicted)
    if (!x.empty()) p.insert(folded_words(x));
  if (p.empty()) return 0;
  double hit = static_cast<double>(std::count_if(g.begin(), g.end(), [&](const std::string& x) { return p.count(x) > 0; }));
  return f1(hit / static_cast<double>(p.size()), hit / static_cast<double>(g.size()));
}

bool same_day(std::string_view gold, std::string_view predicted) {
  auto g = days(gold), p = days(predicted);
  return std::any_of(g.begin(), g.end(), [&](const std::string& d) { return p.count(d) > 0; });
}

double share_present(const std::vector<std::string>& snippets, std::string_view text) {
  std::string hay = flat(text);
  double n = 0;
  for (const std::string& s : snippets) n += hay.find(flat(s)) != std::string::npos;
  return n / static_cast<double>(snippets.size());
}

}  // namespace offprint
