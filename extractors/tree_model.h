// Gradient-boosted trees: the trained models of blocks (is it body text?) and of pages (is it an
// article?). Their files are made by extractors/training/ and linked into the program; model.md
// beside them is their card.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "extractors/features.h"

namespace offprint {

/// Immutable; any thread.
class TreeModel {
 public:
  /// The form that train.py's export() describes. kCorrupt for anything else.
  static Result<TreeModel> parse(std::string_view bytes);
  /// One score from 0 to 1 a row; none where the table has other columns than the model. `wanted`
  /// (empty, or a value a row) leaves out rows whose score nobody will look at: they get 0. With
  /// it, a row is given up when the trees so far leave it next to no hope of the threshold: its score
  /// is then only known to be below.
  std::vector<float> scores(const FeatureTable& features, const std::vector<char>& wanted = {}) const;
  float threshold() const { return threshold_; }
  std::size_t columns() const { return columns_; }

 private:
  struct Node {
    std::uint16_t feature;
    std::int16_t left, right;  ///< Below 0: leaf ~child.
    float threshold;
  };
  static constexpr std::size_t kAbreast = 4;
  void walk(const Node* nodes, const float* leaves, const float* values, std::span<const std::size_t> rows, std::vector<double>& sum) const;
  struct Tree {
    std::uint32_t nodes, leaves;  ///< Where they begin in the arrays.
    bool single;                  ///< One leaf and no node.
    double rest = 0;              ///< The most that this tree and all behind it can add.
  };
  float threshold_ = 0.5f;
  std::size_t columns_ = 0;
  std::vector<Tree> trees_;
  std::vector<Node> nodes_;
  std::vector<float> leaves_;
};

/// The models that are linked into the program. Null if one was made for other features than
/// these: then it has to be trained anew, and the rules decide alone.
const TreeModel* body_model();
const TreeModel* kind_model();

}  // namespace offprint
