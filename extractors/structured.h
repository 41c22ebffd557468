// JSON-LD: what a page says of its article in schema.org terms.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "extractors/page.h"

namespace offprint {

struct StructuredArticle {
  bool found = false;
  std::optional<bool> free;  ///< isAccessibleForFree, where it is given.
  std::string type, url, headline, description, published, modified, body, image, publisher, language;
  std::vector<std::string> authors, section, keywords;
};

/// The article that the page is about, out of all its JSON-LD. `page_url` and `title` pick
/// it where there are several. Broken JSON is skipped.
StructuredArticle read_structured(const Page& page, std::string_view page_url, std::string_view title);

}  // namespace offprint
