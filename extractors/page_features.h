// Features of a whole page for the model that tells articles from other pages: one list, each
// with a name. Training reads what this computes (`offprint debug features`).
#pragma once

#include <span>
#include <string_view>

#include "extractors/analysis.h"
#include "extractors/features.h"

namespace offprint {

std::span<const std::string_view> page_feature_names();

/// True where JSON-LD calls the page a news article, a blog posting or the like.
bool declares_posting(const Page& page);

/// One row. `body` is the body that was decided; `article` has its declared and visible metadata.
FeatureTable page_features(const Page& page, const StructuredArticle& structured, const Body& body, const Article& article);

}  // namespace offprint
