#include "extractors/evaluation_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/text.h"

namespace offprint {
namespace {

/// In the order in which people read them; others follow by name.
constexpr const char* kOrder[] = {"precision", "recall", "f1", "exact", "word", "has", "not", "title", "authors", "published", "kind"};

std::vector<std::pair<std::string, double>> ordered(const Scores& scores) {
  std::vector<std::pair<std::string, double>> out;
  for (const char* m : kOrder)
    if (auto it = scores.find(m); it != scores.end()) out.emplace_back(*it);
  return out;
}

/// What a page is sorted by: its text where it has one, or the mean of what is scored.
double worth(const PageResult& p) {
  if (auto it = p.scores.find("word"); it != p.scores.end()) return it->second;
  double sum = 0;
  for (const auto& [metric, value] : p.scores) sum += value;
  return p.scores.empty() ? 1 : sum / static_cast<double>(p.scores.size());
}

std::vector<const PageResult*> worst_first(const SetResult& s, std::size_t n) {
  std::vector<const PageResult*> rows;
  for (const PageResult& p : s.pages)
    if (worth(p) < 1) rows.push_back(&p);
  std::stable_sort(rows.begin(), rows.end(), [](auto* a, auto* b) { return worth(*a) < worth(*b); });
  if (rows.size() > n) rows.resize(n);
  return rows;
}

std::string cell(const PageResult& p, const char* metric) {
  auto it = p.scores.find(metric);
  return it == p.scores.end() ? "-" : fmt::format("{:.3f}", it->second);
}

std::string change_line(const MetricChange& m) { return fmt::format("{} {:.3f} → {:.3f} ({:+.4f}, 95 % {:+.4f} to {:+.4f}): {}", m.metric, m.before, m.after, m.after - m.before, m.low, m.high, verdict_name(m.verdict)); }

}  // namespace

std::string breach_line(const FloorBreach& b) { return fmt::format("{}: {} {:.4f} is below its floor {:.4f}", printable(b.set), b.metric, b.value, b.floor); }

Result<Floors> read_floors(const std::filesystem::path& file) {
  auto text = read_file(file, std::uint64_t{1} << 20);
  if (!text) return tl::unexpected(text.error());
  auto j = nlohmann::json::parse(*text, nullptr, false);
  auto wrong = [&](const std::string& why) { return fail(ErrorKind::kInvalid, file.string() + ": " + why + "; allowed: {\"set\": {\"metric\": number}}"); };
  if (!j.is_object()) return wrong("not a JSON object");
  Floors out;
  for (const auto& [set, metrics] : j.items()) {
    if (!metrics.is_object()) return wrong("\"" + set + "\" is no object");
    for (const auto& [metric, value] : metrics.items()) {
      if (!value.is_number() || std::find(std::begin(kOrder), std::end(kOrder), metric) == std::end(kOrder)) return wrong(fmt::format("\"{}\": \"{}\" is no metric with a number", set, metric));
      out[set][metric] = value.get<double>();
    }
  }
  return out;
}

std::vector<FloorBreach> find_breaches(const std::vector<SetResult>& sets, const Floors& floors) {
  std::vector<FloorBreach> out;
  for (const SetResult& s : sets) {
    auto wanted = floors.find(s.name);
    if (wanted == floors.end()) continue;
    Scores have = averages(s.pages);
    for (const auto& [metric, floor] : wanted->second)
      if (double value = have.contains(metric) ? have[metric] : 0; value < floor) out.push_back({s.name, metric, value, floor});
  }
  return out;
}

bool Evaluation::worse() const {
  return std::any_of(changes.begin(), changes.end(), [](const SetChange& c) { return std::any_of(c.metrics.begin(), c.metrics.end(), [](const MetricChange& m) { return m.verdict == Verdict::kWorse; }); });
}

std::string text_report(const Evaluation& e, std::size_t worst_pages) {
  std::string out;
  for (const SetResult& s : e.sets) {
    if (worst_pages > 0) {
      out += fmt::format("{:<40} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6}\n", "page", "prec", "recall", "word", "title", "author", "date");
      for (const PageResult* p : worst_first(s, worst_pages)) {
        out += fmt::format("{:<40} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6}\n", printable(p->id), cell(*p, "precision"), cell(*p, "recall"), cell(*p, "word"), cell(*p, "title"), cell(*p, "authors"), cell(*p, "published"));
        for (const std::string& m : p->missed) out += "    missed: " + printable(m) + "\n";
        for (const std::string& x : p->extra) out += "    extra:  " + printable(x) + "\n";
      }
    }
    out += e.sets.size() > 1 ? printable(s.name) + ": pages " : "pages ";
    out += std::to_string(s.pages.size());
    for (const auto& [metric, value] : ordered(averages(s.pages))) out += fmt::format("  {} {:.3f}", metric, value);
    out += fmt::format("  pages/s {:.1f}\n", s.pages_per_second());
  }
  for (const SetChange& c : e.changes) {
    out += fmt::format("{} against the baseline, {} pages in both{}:\n", printable(c.name), c.pages, c.missing ? fmt::format(", {} of the baseline not run", c.missing) : "");
    for (const MetricChange& m : c.metrics) out += "  " + change_line(m) + "\n";
    for (std::size_t i = 0; i < std::min<std::size_t>(c.worse.size(), 10); ++i) out += fmt::format("  got worse: {} {} {:.3f} → {:.3f}\n", printable(c.worse[i].id), c.worse[i].metric, c.worse[i].before, c.worse[i].after);
  }
  for (const FloorBreach& b : e.breaches) out += breach_line(b) + "\n";
  return out;
}

std::string markdown_report(const Evaluation& e, std::size_t worst_pages) {
  std::string out = "# Extraction\n";
  for (const SetResult& s : e.sets) {
    Scores a = averages(s.pages);
    out += fmt::format("\n## {}\n\n{} pages, {:.1f} pages/s\n\n|", html_escape(printable(s.name)), s.pages.size(), s.pages_per_second());
    for (const auto& [metric, value] : ordered(a)) out += " " + metric + " |";
    out += "\n|";
    for (std::size_t i = 0; i < a.size(); ++i) out += "---|";
    out += "\n|";
    for (const auto& [metric, value] : ordered(a)) out += fmt::format(" {:.3f} |", value);
    out += "\n";
    auto rows = worst_first(s, worst_pages);
    if (!rows.empty()) out += "\n| page | word | missed | extra |\n|---|---|---|---|\n";
    auto joined = [](const std::vector<std::string>& texts) {
      std::string all;
      for (const std::string& t : texts) {
        std::string safe = html_escape(printable(t));
        for (char c : safe) all += c == '|' ? std::string("&#124;") : std::string(1, c);
        all += "<br>";
      }
      return all;
    };
    for (const PageResult* p : rows) out += fmt::format("| {} | {} | {} | {} |\n", html_escape(printable(p->id)), cell(*p, "word"), joined(p->missed), joined(p->extra));
  }
  for (const SetChange& c : e.changes) {
    out += fmt::format("\n## {} against the baseline\n\n| metric | before | after | 95 % of the difference | |\n|---|---|---|---|---|\n", html_escape(printable(c.name)));
    for (const MetricChange& m : c.metrics) out += fmt::format("| {} | {:.3f} | {:.3f} | {:+.4f} to {:+.4f} | {} |\n", m.metric, m.before, m.after, m.low, m.high, verdict_name(m.verdict));
  }
  if (!e.breaches.empty()) out += "\n## Below the floor\n\n";
  for (const FloorBreach& b : e.breaches) out += "- " + breach_line(b) + "\n";
  return out;
}

std::string json_report(const Evaluation& e) {
  nlohmann::ordered_json j;
  j["passes"] = e.passes();
  for (const SetResult& s : e.sets) {
    auto& set = j["sets"][s.name];
    set["pages"] = s.pages.size();
    for (const auto& [metric, value] : ordered(averages(s.pages))) set[metric] = value;
    set["pages_per_second"] = s.pages_per_second();
    for (const PageResult& p : s.pages) set["by_page"].push_back({{"id", p.id}, {"scores", p.scores}, {"missed", p.missed}, {"extra", p.extra}});
  }
  for (const SetChange& c : e.changes)
    for (const MetricChange& m : c.metrics) j["changes"][c.name][m.metric] = {{"before", m.before}, {"after", m.after}, {"low", m.low}, {"high", m.high}, {"verdict", verdict_name(m.verdict)}};
  for (const FloorBreach& b : e.breaches) j["breaches"].push_back({{"set", b.set}, {"metric", b.metric}, {"value", b.value}, {"floor", b.floor}});
  return j.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string junit_report(const Evaluation& e) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  auto test = [](const std::string& name, const std::string& failure) { return "    <testcase classname=\"offprint.evaluate\" name=\"" + html_escape(name) + "\"" + (failure.empty() ? "/>\n" : "><failure message=\"" + html_escape(failure) + "\"/></testcase>\n"); };
  for (const SetResult& s : e.sets) {
    std::string cases;
    std::size_t tests = 0, failures = 0;
    if (auto floors = e.floors.find(s.name); floors != e.floors.end())
      for (const auto& [metric, floor] : floors->second) {
        auto breach = std::find_if(e.breaches.begin(), e.breaches.end(), [&, &m = metric](const FloorBreach& b) { return b.set == s.name && b.metric == m; });
        failures += breach != e.breaches.end();
        ++tests;
        cases += test(fmt::format("{} is at least {}", metric, floor), breach == e.breaches.end() ? "" : breach_line(*breach));
      }
    for (const SetChange& c : e.changes)
      for (const MetricChange& m : c.metrics) {
        if (c.name != s.name) continue;
        failures += m.verdict == Verdict::kWorse;
        ++tests;
        cases += test(m.metric + " is no worse than the baseline", m.verdict == Verdict::kWorse ? change_line(m) : "");
      }
    out += fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" time=\"{:.3f}\">\n{}  </testsuite>\n", html_escape(printable(s.name)), tests, failures, s.seconds, cases);
  }
  return out + "</testsuites>\n";
}

}  // namespace offprint
