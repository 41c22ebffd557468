// Authors that a page shows rather than declares: bylines, author links, microdata, boxes.
#pragma once

#include <string>
#include <vector>

#include "extractors/article.h"
#include "extractors/boundaries.h"
#include "extractors/page.h"

namespace offprint {

struct Byline {
  std::vector<std::string> names;
  std::string source;
};

/// Looks above the text first (from the title to block `first_prose`), then behind its last
/// block, then wherever one single name is marked as the author. Empty where nothing is sure.
Byline find_byline(const Page& page, const ArticleSpan& span, std::int32_t first_prose, std::int32_t last_body);

/// Two to five words that begin with capitals: a person's name in scripts that have them.
bool looks_like_person(const std::string& name);

/// Texts of the links within an element.
std::vector<std::string> link_texts(const Page& page, std::int32_t element);

}  // namespace offprint
