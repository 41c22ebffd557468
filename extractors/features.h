// Features of text blocks for the body model: one list, each with a name. Training reads
// what this computes (`offprint debug features`), so training and use cannot differ.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "extractors/body.h"
#include "extractors/boundaries.h"
#include "extractors/page.h"

namespace offprint {

/// Rows are blocks, columns are features; row-major.
struct FeatureTable {
  std::size_t columns = 0;
  std::vector<float> values;
};

/// What the page says of itself, as far as features look at it.
struct FeatureHints {
  std::string title, description, structured_body;
};

std::span<const std::string_view> feature_names();

/// The block itself, its place, its neighbours, and what the rules (`rules`,
/// `span`) think of it.
FeatureTable block_features(const Page& page, const ArticleSpan& span, const Body& rules, const FeatureHints& hints);

}  // namespace offprint
