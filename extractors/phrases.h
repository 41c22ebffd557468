// What classes, ids and stock phrases say about a block, in the languages of the press.
#pragma once

#include <cstdint>
#include <string_view>

namespace offprint {

/// Inside bits (page.h) that an element's class, id and role call for.
std::uint32_t inside_from_names(std::string_view classes, std::string_view id);

/// What a block's text is, by its wording alone. Bits.
enum Phrase : std::uint8_t {
  kStockPhrase = 1u << 0,  ///< "Read more", "Follow us", "Subscribe to our newsletter": never part of an article.
  kEndHeading = 1u << 1,   ///< Behind it no article goes on: "Related stories", "Comments", "More on this".
  kCutoffMark = 1u << 2,   ///< "keep reading", "show less": the mark under a cut-off story.
  kCreditLine = 1u << 3,   ///< "Photo: …", "Top photo credit: …", "(Foto: X)".
  kCreditTail = 1u << 4,   ///< A caption in a plain paragraph: "… October 31, 2022. REUTERS/Name".
  kDisclaimer = 1u << 5,   ///< "This article is for information only", "we may earn a commission".
  kBiography = 1u << 6,    ///< "Ann Lee is a reporter who covers …".
  kReference = 1u << 7,    ///< A source in a list of sources, or that list's heading.
};

/// All bits that hold for one block's text.
std::uint8_t phrases_of(std::string_view text);

}  // namespace offprint
