#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

#include "extractors/evaluation_report.h"
#include "tests/support/support.h"

using namespace offprint;

namespace {

SetResult set_of(double word, std::size_t pages = 40) {
  SetResult s;
  s.name = "gold";
  for (std::size_t i = 0; i < pages; ++i) s.pages.push_back({"p" + std::to_string(i), {{"precision", word}, {"recall", word}, {"exact", 0}, {"word", word}}, {"what was missed"}, {"<script>extra</script> | bar"}});
  return s;
}

std::map<std::string, Scores> scores_of(const SetResult& s) {
  std::map<std::string, Scores> out;
  for (const PageResult& p : s.pages) out[p.id] = p.scores;
  return out;
}

Verdict verdict(const SetChange& c, const std::string& metric) {
  for (const MetricChange& m : c.metrics)
    if (m.metric == metric) return m.verdict;
  throw std::runtime_error("no such metric");
}

}  // namespace

TEST_CASE("a change on every page is better or worse, one on a single page is noise") {
  CHECK(verdict(compare(set_of(0.9), scores_of(set_of(0.8))), "f1") == Verdict::kBetter);
  CHECK(verdict(compare(set_of(0.8), scores_of(set_of(0.9))), "word") == Verdict::kWorse);
  SetResult one = set_of(0.9);
  one.pages[3].scores["word"] = 0.5;
  SetChange change = compare(one, scores_of(set_of(0.9)));
  CHECK(verdict(change, "word") == Verdict::kNoise);
  REQUIRE(change.worse.size() == 1);
  CHECK(change.worse[0].id == "p3");
}

TEST_CASE("pages that only one of two evaluations has are left out of the comparison and counted") {
  SetResult half = set_of(0.9, 20);
  SetChange change = compare(half, scores_of(set_of(0.9, 40)));
  CHECK(change.pages == 20);
  CHECK(change.missing == 20);
}

TEST_CASE("an evaluation fails below a floor and where it is worse than the baseline") {
  Evaluation e;
  e.sets = {set_of(0.8)};
  CHECK(e.passes());
  e.floors = {{"gold", {{"word", 0.85}}}, {"another", {{"word", 1}}}};
  e.breaches = find_breaches(e.sets, e.floors);
  REQUIRE(e.breaches.size() == 1);
  CHECK(e.breaches[0].metric == "word");
  CHECK_FALSE(e.passes());
  e.breaches.clear();
  e.changes = {compare(e.sets[0], scores_of(set_of(0.9)))};
  CHECK(e.worse());
  CHECK_FALSE(e.passes());
}

TEST_CASE("a baseline is read as it was written, and nothing else is") {
  test::TempDir dir;
  REQUIRE(write_baseline(dir / "b.json", {set_of(0.75)}));
  auto back = read_baseline(dir / "b.json");
  REQUIRE(back);
  CHECK(back->at("gold").at("p7").at("word") == 0.75);
  test::write_text(dir / "c.json", "{\"sets\": {}}");
  CHECK_FALSE(read_baseline(dir / "c.json"));
  test::write_text(dir / "f.json", "{\"gold\": {\"wrod\": 0.9}}");
  auto floors = read_floors(dir / "f.json");
  REQUIRE_FALSE(floors);
  CHECK(floors.error().message.find("wrod") != std::string::npos);
}

TEST_CASE("reports name what fell and let no markup of a page through") {
  Evaluation e;
  e.sets = {set_of(0.8, 3)};
  e.floors = {{"gold", {{"word", 0.85}}}};
  e.breaches = find_breaches(e.sets, e.floors);
  std::string junit = junit_report(e), markdown = markdown_report(e, 3), text = text_report(e, 3);
  CHECK(junit.find("<testcase classname=\"offprint.evaluate\" name=\"word is at least 0.85\"><failure") != std::string::npos);
  CHECK(junit.find("tests=\"1\" failures=\"1\"") != std::string::npos);
  CHECK(markdown.find("<script>") == std::string::npos);
  CHECK(markdown.find("&#124; bar") != std::string::npos);
  CHECK(text.find("missed: what was missed") != std::string::npos);
  auto j = nlohmann::json::parse(json_report(e));
  CHECK(j["passes"] == false);
  CHECK(j["sets"]["gold"]["by_page"].size() == 3);
}
