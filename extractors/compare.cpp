#include "extractors/compare.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>

#include "base/file.h"

namespace offprint {
namespace {

using Json = nlohmann::json;

constexpr int kResamples = 2000;
constexpr double kTail = 0.025;

/// Pages that both evaluations have, in one order.
struct Pairs {
  std::vector<const Scores*> before, after;
};

double value_of(const Scores& s, const std::string& metric) {
  auto it = s.find(metric);
  return it == s.end() ? 0 : it->second;
}

double mean(const std::vector<const Scores*>& pages, const std::vector<std::size_t>& pick, const std::string& metric) {
  double sum = 0, n = 0;
  for (std::size_t i : pick)
    if (auto it = pages[i]->find(metric); it != pages[i]->end()) sum += it->second, ++n;
  return n > 0 ? sum / n : 0;
}

double figure(const std::vector<const Scores*>& pages, const std::vector<std::size_t>& pick, const std::string& metric) {
  if (metric != "f1") return mean(pages, pick, metric);
  double p = mean(pages, pick, "precision"), r = mean(pages, pick, "recall");
  return p + r > 0 ? 2 * p * r / (p + r) : 0;
}

MetricChange change_of(const Pairs& pairs, const std::string& metric) {
  MetricChange out;
  out.metric = metric;
  std::vector<std::size_t> pick(pairs.after.size());
  for (std::size_t i = 0; i < pick.size(); ++i) pick[i] = i;
  out.before = figure(pairs.before, pick, metric);
  out.after = figure(pairs.after, pick, metric);
  std::mt19937_64 random(20261122);
  std::vector<double> differences;
  for (int k = 0; k < kResamples; ++k) {
    for (std::size_t& i : pick) i = random() % pick.size();
    differences.push_back(figure(pairs.after, pick, metric) - figure(pairs.before, pick, metric));
  }
  std::sort(differences.begin(), differences.end());
  out.low = differences[static_cast<std::size_t>(kTail * kResamples)];
  out.high = differences[static_cast<std::size_t>((1 - kTail) * kResamples)];
  out.verdict = out.low > 0 ? Verdict::kBetter : out.high < 0 ? Verdict::kWorse : Verdict::kNoise;
  return out;
}

/// The page's score that moves the eye: its text, or else whatever fell.
void note_change(const std::string& id, const Scores& before, const Scores& after, std::vector<PageChange>& out) {
  PageChange worst{id, "", 0, 0};
  for (const auto& [metric, b] : before) {
    if (metric == "precision" || metric == "recall" || !after.contains(metric)) continue;
    double a = value_of(after, metric);
    if (b - a > worst.before - worst.after && (metric != "exact" || b - a >= 1)) worst = {id, metric, b, a};
  }
  if (worst.before - worst.after > 0.005) out.push_back(worst);
}

}  // namespace

std::string_view verdict_name(Verdict v) { return v == Verdict::kBetter ? "better" : v == Verdict::kWorse ? "worse" : "noise"; }

Result<Baseline> read_baseline(const std::filesystem::path& file) {
  auto text = read_file(file, std::uint64_t{1} << 28);
  if (!text) return tl::unexpected(text.error());
  Json j = Json::parse(*text, nullptr, false);
  if (!j.is_object() || j.value("format", "") != "offprint-baseline-1" || !j["sets"].is_object()) return fail(ErrorKind::kInvalid, file.string() + ": no baseline of `offprint evaluate --save-baseline`");
  Baseline out;
  for (const auto& [set, pages] : j["sets"].items())
    for (const auto& [id, scores] : pages.items())
      for (const auto& [metric, value] : scores.items())
        if (value.is_number()) out[set][id][metric] = value.get<double>();
  return out;
}

Result<void> write_baseline(const std::filesystem::path& file, const std::vector<SetResult>& sets) {
  Json j{{"format", "offprint-baseline-1"}, {"sets", Json::object()}};
  for (const SetResult& s : sets)
    for (const PageResult& p : s.pages) j["sets"][s.name][p.id] = p.scores;
  return write_file_durably(file, j.dump(1) + "\n");
}

SetChange compare(const SetResult& after, const std::map<std::string, Scores>& before) {
  SetChange out;
  out.name = after.name;
  Pairs pairs;
  std::set<std::string> metrics, ids;
  for (const PageResult& p : after.pages) {
    ids.insert(p.id);
    auto it = before.find(p.id);
    if (it == before.end()) continue;
    pairs.after.push_back(&p.scores);
    pairs.before.push_back(&it->second);
    for (const auto& [metric, value] : p.scores)
      if (it->second.contains(metric)) metrics.insert(metric);
    note_change(p.id, it->second, p.scores, out.worse);
  }
  for (const auto& [id, scores] : before) out.missing += !ids.contains(id);
  out.pages = pairs.after.size();
  if (metrics.contains("precision") && metrics.contains("recall")) metrics.insert("f1");
  for (const std::string& m : metrics) out.metrics.push_back(change_of(pairs, m));
  std::sort(out.worse.begin(), out.worse.end(), [](const PageChange& a, const PageChange& b) { return a.before - a.after > b.before - b.after; });
  return out;
}

}  // namespace offprint
