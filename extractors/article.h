// Article: what is taken out of a page. One JSON line of the corpus holds one.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "extractors/page.h"

namespace offprint {

struct ArticleBlock {
  BlockType type = BlockType::kParagraph;
  std::string text;
};

/// Every string is valid UTF-8 without control characters.
struct Article {
  std::string url, canonical;
  std::string title, dek;
  std::vector<std::string> authors;
  std::string published, modified;  ///< ISO 8601, with an offset where the page tells it.
  std::vector<std::string> section, tags;
  std::string language, site, image, image_alt;
  std::vector<std::string> captions;
  std::vector<ArticleBlock> blocks;
  std::optional<bool> paywall;      ///< Whether the page says that its text is for payers; unset where it says nothing.
  std::string kind = "other";       ///< "article", "index" or "other".
  double kind_confidence = 0;       ///< 0.5–1: the chance that article-or-not is right.
  double confidence = 0;            ///< 0–1, of the body.
  std::string note;                 ///< Why confidence is low, or what was cut.
  std::map<std::string, std::string> sources;  ///< Field → where it came from.

  /// The body alone: blocks joined by an empty line.
  std::string text() const;
};

/// The object of `offprint extract` as JSON text on one line. `extra` is further
/// members, already JSON ("\"warc\":{…}"), or "".
std::string article_json(const Article& article, const std::string& extra = "");

/// Title, byline and body for people: plain text or Markdown.
std::string article_text(const Article& article);
std::string article_markdown(const Article& article);

}  // namespace offprint
