// What classes, ids and stock phrases say about a block, in the languages of the press.
#pragma once

#include <cstdint>
#include <string_view>

namespace offprint {

/// Inside bits (page.h) that an element's class, id and role call for.
std::uint32_t inside_from_names(std::string_view classes, std::string_view id);

/// "Read more", "Follow us", "Subscribe to our newsletter": never part of an article.
/// `text` is one block.
bool is_stock_phrase(std::string_view text);

/// A heading or label behind which no article goes on: "Related stories", "Comments", "More on this".
bool is_end_heading(std::string_view text);

/// "keep reading", "show less": the mark under a cut-off story.
bool is_cutoff_mark(std::string_view text);

/// "Photo: …", "Top photo credit: …", "(Foto: X)": a credit or caption line.
bool is_credit_line(std::string_view text);

}  // namespace offprint
