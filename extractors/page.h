// Page: what a reader sees, as a flat list of text blocks with the elements they stand in.
// Everything behind it (body, metadata, features) reads this, and not the tree.
#pragma once

#include <gumbo.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "extractors/dom.h"

namespace offprint {

enum class BlockType : std::uint8_t { kParagraph, kHeading, kListItem, kQuote, kCode, kTableCell, kCaption };
std::string_view block_type_name(BlockType t);

/// What kinds of element a node stands in, itself included. Bits.
enum Inside : std::uint32_t {
  kInNav = 1u << 0,
  kInHeader = 1u << 1,
  kInFooter = 1u << 2,
  kInAside = 1u << 3,
  kInForm = 1u << 4,
  kInFigure = 1u << 5,
  kInButton = 1u << 6,
  kInHidden = 1u << 7,     ///< hidden, aria-hidden, display:none
  kInTemplate = 1u << 8,   ///< <template>, <noscript>
  kInTable = 1u << 9,
  kInArticle = 1u << 10,
  kInArticleBody = 1u << 11,  ///< itemprop=articleBody
  kInMain = 1u << 12,
  kInQuote = 1u << 13,
  kInBoilerplate = 1u << 14,  ///< class or id of a share bar, newsletter, related box, …
  kInComments = 1u << 15,
  kInCaption = 1u << 16,
  kInHead = 1u << 17,
  kInList = 1u << 18,
  kInByline = 1u << 19,
  kInDek = 1u << 20,
};

struct Element {
  std::int32_t parent = -1;
  GumboTag tag = GUMBO_TAG_UNKNOWN;
  std::uint16_t depth = 0;
  std::uint32_t own = 0;     ///< Inside bits that this element itself adds.
  std::uint32_t inside = 0;  ///< With those of its ancestors.
  std::string_view id, classes, itemprop;  ///< Views into the document.
  const GumboElement* node = nullptr;
  std::int32_t first_block = 0, end_block = 0;  ///< Blocks in its subtree: [first, end).
  std::string_view attribute(const char* name) const;
};

struct Block {
  std::string text;                ///< Whitespace collapsed, never empty.
  std::string key;                 ///< word_key() of the text's first kKeyBytes: what blocks are compared by.
  BlockType type = BlockType::kParagraph;
  std::uint8_t heading_level = 0;  ///< 1–6
  std::uint32_t inside = 0;
  std::int32_t element = 0;        ///< The block-level element it stands in.
  std::uint32_t chars = 0;         ///< Code points of the text.
  std::uint32_t link_chars = 0;
  std::uint16_t links = 0;
  std::uint32_t word_count = 0;
  std::string href;                ///< Of the first link.
  bool strong = false;             ///< Wholly bold.
  bool has_time = false;           ///< Holds a <time>.
  std::uint8_t phrases = 0;        ///< What its wording says (phrases.h).
  static constexpr std::size_t kKeyBytes = 4096;
  /// Fills in what follows from the text alone: key, chars, word_count, phrases.
  void describe();
  double link_density() const { return chars ? static_cast<double>(link_chars) / chars : 0; }
};

struct MetaTag {
  std::string key;  ///< name, property or itemprop, in lower case
  std::string value;
};

struct Page {
  std::vector<Element> elements;   ///< In document order; [0] is the root.
  std::vector<Block> blocks;
  std::vector<MetaTag> metas;
  std::vector<std::pair<std::string, std::string>> head_links;  ///< rel, href
  std::vector<std::string> json_ld;
  std::string title;               ///< Of <title>.
  std::string language;            ///< lang of <html>.
  bool is_text = false;            ///< Made from plain text.

  std::string_view meta(std::string_view key) const;
  bool within(std::int32_t element, std::int32_t ancestor) const;
  std::int32_t common_ancestor(std::int32_t a, std::int32_t b) const;
};

/// Reads the tree in one pass. The document must outlive the page.
Page read_page(const Document& document);
/// A page saved as plain text: its lines are the blocks.
Page read_text_page(std::string_view text);

/// Text of an element's subtree, collapsed.
std::string element_text(const GumboElement* element, std::size_t max_bytes = 4096);

}  // namespace offprint
