// Title, authors, dates and the rest, from JSON-LD, OpenGraph, meta tags, microdata and
// visible text, in a stated order of precedence; each value with its source.
#pragma once

#include <string_view>

#include "extractors/article.h"
#include "extractors/boundaries.h"
#include "extractors/page.h"
#include "extractors/structured.h"

namespace offprint {

/// What a page says about itself before the body is known: fills everything but the body,
/// captions and what fill_visible_metadata() adds.
void fill_declared_metadata(const Page& page, const StructuredArticle& structured, std::string_view url, Article& article);

/// Where the text stands, and when the page was captured.
struct TextBounds {
  std::int32_t first_prose = 0;
  std::int32_t last = -1;      ///< Last block of the text; -1 without any.
  std::string_view captured;   ///< "YYYY-MM-DD…", or "" where it is not known.
};

/// Adds from visible text what was not declared: title, byline, date, section line.
void fill_visible_metadata(const Page& page, const StructuredArticle& structured, const ArticleSpan& span, const TextBounds& bounds, Article& article);

/// A title without the name of its site: "Headline | The Courier" → "Headline".
std::string strip_site_name(std::string_view title, std::string_view site, std::string_view heading);

}  // namespace offprint
