// The date that a page shows rather than declares: microdata, <time>, visible text, its URL.
#pragma once

#include <string>
#include <string_view>

#include "extractors/boundaries.h"
#include "extractors/page.h"

namespace offprint {

struct Dateline {
  std::string published, modified;  ///< As normalize_date() gives them; empty where none is shown.
  std::string published_source, modified_source;
};

/// `first_prose` and `last_body` bound the text. `captured` (YYYY-MM-DD…, or "") is what
/// "3 hours ago" counts from.
Dateline find_dateline(const Page& page, const ArticleSpan& span, std::int32_t first_prose, std::int32_t last_body, std::string_view url, bool day_first, std::string_view captured);

}  // namespace offprint
