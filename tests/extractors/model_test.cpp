#include <catch2/catch.hpp>

#include <set>
#include <sstream>
#include <tuple>

#include "extractors/analysis.h"
#include "extractors/page_features.h"
#include "extractors/tree_model.h"
#include "tests/support/support.h"

using namespace offprint;

TEST_CASE("the shipped models were made for these features") {
  REQUIRE(body_model() != nullptr);
  REQUIRE(kind_model() != nullptr);
  CHECK(kind_model()->columns() == page_feature_names().size());
  CHECK(body_model()->columns() == feature_names().size());
  std::set<std::string_view> names(feature_names().begin(), feature_names().end());
  CHECK(names.size() == feature_names().size());
}

TEST_CASE("the models give the scores that their training library gives") {
  const std::tuple<const char*, const TreeModel*, std::size_t> models[] = {{"check.txt", body_model(), feature_names().size()}, {"kind-check.txt", kind_model(), page_feature_names().size()}};
  for (const auto& [file, model, columns] : models) {
    CAPTURE(file);
    REQUIRE(model);
    std::istringstream in(test::read_text(std::string(OFFPRINT_SOURCE_DIR) + "/extractors/training/" + file));
    int rows = 0;
    for (std::string line; std::getline(in, line); ++rows) {
      std::istringstream fields(line);
      FeatureTable t;
      t.columns = columns;
      for (double v = 0; fields >> v;) t.values.push_back(static_cast<float>(v));
      REQUIRE(t.values.size() == t.columns + 1);
      double expected = static_cast<double>(t.values.back());
      t.values.pop_back();
      CHECK(static_cast<double>(model->scores(t).at(0)) == Approx(expected).margin(1e-5));
    }
    CHECK(rows >= 50);
  }
}

TEST_CASE("every block has a value for every feature") {
  auto a = analyse_html("<title>The pier</title><nav><a href=/>Home</a></nav><h1>The pier is mended</h1><div><p>One two three four five six seven eight nine ten eleven twelve thirteen.<ul><li>item</ul></div>", "http://x/", {});
  REQUIRE(a);
  REQUIRE(a->page.blocks.size() == 4);
  CHECK(block_features(a->page, a->span, a->rules, a->hints()).values.size() == 4 * feature_names().size());
}

TEST_CASE("a damaged model file is refused") {
  CHECK_FALSE(TreeModel::parse(""));
  CHECK_FALSE(TreeModel::parse("OPBM1"));
  std::string bytes = test::read_text(std::string(OFFPRINT_SOURCE_DIR) + "/extractors/training/body.model");
  REQUIRE(TreeModel::parse(bytes));
  CHECK_FALSE(TreeModel::parse(bytes.substr(0, bytes.size() - 1)));
  CHECK_FALSE(TreeModel::parse(bytes + "x"));
  std::string astray = bytes;
  astray[24] = static_cast<char>(0xFF);  // The first node's feature number.
  astray[25] = static_cast<char>(0x7F);
  CHECK_FALSE(TreeModel::parse(astray));
}
