// What is known of a page before its body is decided: tree, blocks, declared metadata, span,
// and the body that the rules would take.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "extractors/article.h"
#include "extractors/body.h"
#include "extractors/boundaries.h"
#include "extractors/extractor.h"
#include "extractors/features.h"
#include "extractors/page.h"
#include "extractors/structured.h"

namespace offprint {

struct Analysis {
  Document document;
  Page page;
  StructuredArticle structured;
  Article article;   ///< With its declared metadata.
  ArticleSpan span;
  Body rules;
  bool capped = false;

  BodyHints body_hints() const { return {article.title, article.dek, article.authors}; }
  FeatureHints hints() const { return {article.title, article.dek, structured.body}; }
  /// Blocks that may be body at all: not the title, not a caption, not a repetition.
  std::vector<char> allowed() const;
};

/// `html` in UTF-8. kLimit when the page is too large or too odd for a tree.
Result<Analysis> analyse_html(std::string_view html, std::string_view url, const ExtractOptions& options);

/// The body: the blocks that the model takes, within the bounds that the rules set. `model`
/// null: the program's own.
Body decide_body(const Analysis& analysis, const TreeModel* model);

}  // namespace offprint
