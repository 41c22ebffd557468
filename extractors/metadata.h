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

/// Adds from visible text what was not declared: title, byline, date, section line.
void fill_visible_metadata(const Page& page, const ArticleSpan& span, std::int32_t first_body_block, Article& article);

/// A title without the name of its site: "Headline | The Courier" → "Headline".
std::string strip_site_name(std::string_view title, std::string_view site, std::string_view heading);

}  // namespace offprint
