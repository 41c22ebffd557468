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

class SiteKnowledge;
class TreeModel;

struct ExtractOptions {
  std::size_t max_input = std::size_t{24} << 20;  ///< Bytes of a page that are looked at; the article says if there were more.
  StripLimits strip;
  DomLimits dom;
  const SelectorRules* rules = nullptr;  ///< Not owned.
  const TreeModel* model = nullptr;      ///< Not owned; null for the program's own.
  SiteKnowledge* sites = nullptr;        ///< Not owned; null where pages are taken one by one.
  bool learn_sites = true;               ///< Pages are added to `sites`.
  bool use_sites = true;                 ///< What recurs on `sites` is left out.
  std::string captured;                  ///< When the page was fetched ("YYYY-MM-DD…"), or "": what relative dates count from.
};

/// Any thread; pure but for `options.sites`. Never fails: what cannot be read gives an Article with
/// low confidence and a note. `content_type` is the HTTP header's value, or "".
Article extract_article(std::string_view bytes, std::string_view content_type, std::string_view url, const ExtractOptions& options);

/// True when the bytes look like markup rather than text.
bool looks_like_html(std::string_view bytes);

}  // namespace offprint
