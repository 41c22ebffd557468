#include <catch2/catch.hpp>

#include <set>
#include <sstream>

#include "extractors/analysis.h"
#include "extractors/body_model.h"
#include "tests/support/support.h"

using namespace offprint;

TEST_CASE("the shipped model was made for these features") {
  REQUIRE(BodyModel::shipped() != nullptr);
  CHECK(BodyModel::shipped()->columns() == feature_names().size());
  std::set<std::string_view> names(feature_names().begin(), feature_names().end());
  CHECK(names.size() == feature_names().size());
}

TEST_CASE("the model gives the scores that its training library gives") {
  std::istringstream in(test::read_text(std::string(OFFPRINT_SOURCE_DIR) + "/extractors/training/check.txt"));
  int rows = 0;
  for (std::string line; std::getline(in, line); ++rows) {
    std::istringstream fields(line);
    FeatureTable t;
    t.columns = feature_names().size();
    for (double v = 0; fields >> v;) t.values.push_back(static_cast<float>(v));
    REQUIRE(t.values.size() == t.columns + 1);
    double expected = static_cast<double>(t.values.back());
    t.values.pop_back();
    CHECK(static_cast<double>(BodyModel::shipped()->scores(t).at(0)) == Approx(expected).margin(1e-5));
  }
  CHECK(rows >= 50);
}

TEST_CASE("every block has a value for every feature") {
  auto a = analyse_html("<title>The pier</title><nav><a href=/>Home</a></nav><h1>The pier is mended</h1><div><p>One two three four five six seven eight nine ten eleven twelve thirteen.<ul><li>item</ul></div>", "http://x/", {});
  REQUIRE(a);
  REQUIRE(a->page.blocks.size() == 4);
  CHECK(block_features(a->page, a->span, a->rules, a->hints()).values.size() == 4 * feature_names().size());
}

TEST_CASE("a damaged model file is refused") {
  CHECK_FALSE(BodyModel::parse(""));
  CHECK_FALSE(BodyModel::parse("OPBM1"));
  std::string bytes = test::read_text(std::string(OFFPRINT_SOURCE_DIR) + "/extractors/training/body.model");
  REQUIRE(BodyModel::parse(bytes));
  CHECK_FALSE(BodyModel::parse(bytes.substr(0, bytes.size() - 1)));
  CHECK_FALSE(BodyModel::parse(bytes + "x"));
  std::string astray = bytes;
  astray[24] = static_cast<char>(0xFF);  // The first node's feature number.
  astray[25] = static_cast<char>(0x7F);
  CHECK_FALSE(BodyModel::parse(astray));
}
