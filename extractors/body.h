// The article's body by rules: a span of the page, the element that holds its prose, and
// what of that element is no part of the text.
#pragma once

#include <string>
#include <vector>

#include "extractors/boundaries.h"
#include "extractors/page.h"

namespace offprint {

/// What the metadata know and the body must not repeat.
struct BodyHints {
  std::string title, dek;
  std::vector<std::string> authors;
};

struct Body {
  std::vector<std::int32_t> blocks;    ///< Indexes into the page's blocks, in order.
  std::vector<std::int32_t> captions;
  std::int32_t dek_block = -1;         ///< A standfirst found between title and text, or -1.
  std::int32_t container = 0;          ///< Element that holds the prose.
  std::int32_t first_prose = 0;        ///< First block of running text: bylines and dates stand before it.
  double confidence = 0;
};

/// Which blocks may be body at all, whatever decides: not the title, no caption or credit, no
/// stock phrase, nothing hidden, no byline or date line above the text, no repetition of a
/// block before it.
std::vector<char> allowed_blocks(const Page& page, const ArticleSpan& span, const Body& rules, const BodyHints& hints);

Body find_body(const Page& page, const ArticleSpan& span, const BodyHints& hints);

}  // namespace offprint
