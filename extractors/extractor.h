// The way from bytes to an Article: decode, strip, tree, page, structured data, span, body.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "extractors/article.h"
#include "extractors/dom.h"
#include "extractors/selector.h"
#include "extractors/strip.h"

namespace offprint {

/// A profile's selectors, parsed. Empty lists leave the field to the generic extractor.
struct SelectorRules {
  std::vector<Selector> body, title, authors, date, section, remove;
};

class TreeModel;

struct ExtractOptions {
  StripLimits strip;
  DomLimits dom;
  const SelectorRules* rules = nullptr;  ///< Not owned.
  const TreeModel* model = nullptr;      ///< Not owned; null for the program's own.
  std::string captured;                  ///< When the page was fetched ("YYYY-MM-DD…"), or "": what relative dates count from.
};

/// Pure: no state, any thread. Never fails: what cannot be read gives an Article with
/// low confidence and a note. `content_type` is the HTTP header's value, or "".
Article extract_article(std::string_view bytes, std::string_view content_type, std::string_view url, const ExtractOptions& options);

/// True when the bytes look like markup rather than text.
bool looks_like_html(std::string_view bytes);

}  // namespace offprint
