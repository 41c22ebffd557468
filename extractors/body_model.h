// The trained model that tells a block's chance of being body text. Its file is made by
// extractors/training/ and linked into the program; model.md beside it is its card.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "extractors/features.h"

namespace offprint {

/// Immutable; any thread.
class BodyModel {
 public:
  /// The form that train.py's export() describes. kCorrupt for anything else.
  static Result<BodyModel> parse(std::string_view bytes);
  /// The one that is linked into the program; null if it was made for other features than
  /// these (then it has to be trained anew, and the rules decide alone).
  static const BodyModel* shipped();

  /// One score from 0 to 1 a block.
  std::vector<float> scores(const FeatureTable& features) const;
  float threshold() const { return threshold_; }
  std::size_t columns() const { return columns_; }

 private:
  struct Node {
    std::uint16_t feature;
    std::int16_t left, right;  ///< Below 0: leaf ~child.
    float threshold;
  };
  struct Tree {
    std::uint32_t nodes, leaves;  ///< Where they begin in the arrays.
    bool single;                  ///< One leaf and no node.
  };
  float threshold_ = 0.5f;
  std::size_t columns_ = 0;
  std::vector<Tree> trees_;
  std::vector<Node> nodes_;
  std::vector<float> leaves_;
};

}  // namespace offprint
