// Where the main article begins on a page and where the next one, appended by endless
// scroll or teased, takes over.
#pragma once

#include <cstdint>
#include <string_view>

#include "extractors/page.h"

namespace offprint {

struct ArticleSpan {
  std::int32_t title_block = -1;  ///< The heading that is the title, or -1.
  std::int32_t begin = 0;         ///< First block that may belong to the article.
  std::int32_t end = 0;           ///< First block that no longer may.
};

/// `title` as the metadata give it; "" if unknown.
ArticleSpan find_article_span(const Page& page, std::string_view title);

/// A block of running text: what articles consist of.
bool is_prose(const Block& block);
/// A block in a place where no article text stands (navigation, forms, comments, …).
bool is_out_of_place(const Block& block);
/// The tag line of a story: "Analysis | Europe".
bool is_section_line(const Block& block);

}  // namespace offprint
