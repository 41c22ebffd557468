#include "extractors/boundaries.h"

#include <algorithm>

#include "base/text.h"
#include "extractors/phrases.h"

namespace offprint {
namespace {

constexpr std::uint32_t kOutOfPlace =
    kInNav | kInFooter | kInForm | kInButton | kInHidden | kInTemplate | kInHead | kInComments | kInBoilerplate | kInAside;

const Block& at(const Page& p, std::int32_t i) { return p.blocks[static_cast<std::size_t>(i)]; }

bool same_text(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return false;
  return a == b || (a.size() > 24 && b.size() > 24 && (a.starts_with(b) || b.starts_with(a)));
}

/// The heading that repeats the title; the one of the highest level, then the first.
std::int32_t find_title(const Page& page, std::string_view title) {
  std::string wanted = word_key(title);
  std::int32_t best = -1;
  int best_rank = 99;
  for (std::int32_t i = 0; i < static_cast<std::int32_t>(page.blocks.size()); ++i) {
    const Block& b = at(page, i);
    if (b.chars > 400 || (b.inside & (kInNav | kInHidden | kInHead | kInTemplate | kInComments))) continue;
    bool same = same_text(b.key, wanted);
    int rank = 99;
    if (b.type == BlockType::kHeading && same) rank = b.heading_level;
    else if (same && b.word_count >= 3 && !page.is_text) rank = 10;
    else if (b.type == BlockType::kHeading && b.heading_level == 1 && b.word_count >= 2 && b.link_density() < 0.5) rank = 20;
    if (rank < best_rank) best_rank = rank, best = i;
  }
  return best;
}

/// In plain text the title is the first label-like line that is long enough and is followed by prose.
std::int32_t find_text_title(const Page& page) {
  std::int32_t first_prose = -1;
  for (std::int32_t i = 0; i < static_cast<std::int32_t>(page.blocks.size()) && first_prose < 0; ++i)
    if (at(page, i).type == BlockType::kParagraph && at(page, i).word_count >= 30) first_prose = i;
  std::int32_t best = -1;
  std::uint32_t most = 2;
  for (std::int32_t i = 0; i < first_prose; ++i) {
    const Block& b = at(page, i);
    if (b.type == BlockType::kHeading && b.word_count > most && !is_section_line(b) && !(b.phrases & kStockPhrase)) most = b.word_count, best = i;
  }
  return best;
}

/// True if prose follows within the next few blocks.
bool prose_follows(const Page& page, std::int32_t i) {
  for (std::int32_t k = i + 1; k < static_cast<std::int32_t>(page.blocks.size()) && k <= i + 8; ++k)
    if (is_prose(at(page, k))) return true;
  return false;
}

/// State of the walk from the title to the article's end.
struct Walk {
  const Page& page;
  const ArticleSpan& span;
  std::string section_line;
  std::int32_t body = -1;         ///< Element around the prose so far.
  std::uint32_t prose_words = 0;
  std::int32_t last_prose = -1;

  void take_prose(std::int32_t i) {
    const Block& b = at(page, i);
    std::int32_t parent = page.elements[static_cast<std::size_t>(b.element)].parent;
    if (parent < 0) parent = 0;
    body = body < 0 ? parent : page.common_ancestor(body, parent);
    prose_words += b.word_count;
    last_prose = i;
  }

  /// A heading at which another article begins: it stands outside the body so far, and is a
  /// link to elsewhere or of the title's own rank.
  bool new_article(std::int32_t i) const {
    const Block& b = at(page, i);
    if (b.type != BlockType::kHeading || b.word_count < 3 || prose_words < 40) return false;
    if (page.is_text) return text_article(i);
    if (page.within(b.element, body)) return linked_twin(b);
    bool link = b.link_density() > 0.8;
    bool title_rank = span.title_block >= 0 && at(page, span.title_block).type == BlockType::kHeading && b.heading_level <= at(page, span.title_block).heading_level;
    return (link || (title_rank && twin_of_main(b))) && prose_follows(page, i);
  }

  /// Title and prose stand under one roof, and this heading under the roof beside it. (A page
  /// built of sections has its title in one of them and its prose in the others.)
  bool twin_of_main(const Block& b) const {
    std::int32_t title = at(page, span.title_block).element;
    std::int32_t both = page.common_ancestor(title, b.element);
    std::int32_t roof = title;
    while (roof > 0 && page.elements[static_cast<std::size_t>(roof)].parent != both) roof = page.elements[static_cast<std::size_t>(roof)].parent;
    return roof > 0 && page.within(body, roof);
  }

  /// Inside the body only a heading of the title's rank that is a link begins another article.
  bool linked_twin(const Block& b) const {
    return b.link_density() > 0.8 && b.heading_level <= 2 && span.title_block >= 0 && at(page, span.title_block).heading_level >= b.heading_level && prose_words > 100;
  }

  /// In plain text: a heading right behind a credit line or a repeated section line.
  bool text_article(std::int32_t i) const {
    for (std::int32_t k = i - 1; k > last_prose; --k)
      if ((at(page, k).phrases & kCreditLine) || is_section_line(at(page, k))) return true;
    return false;
  }

  bool ends_at(std::int32_t i) const {
    const Block& b = at(page, i);
    if (prose_words < 40) return false;
    if (b.phrases & kCutoffMark) return page.is_text || !page.within(b.element, body);
    if (b.type == BlockType::kHeading && (b.phrases & kEndHeading) && !page.within(b.element, body)) return true;
    if (!section_line.empty() && b.key == section_line) return true;
    return new_article(i);
  }
};

}  // namespace

bool is_out_of_place(const Block& b) { return (b.inside & kOutOfPlace) != 0; }

bool is_prose(const Block& b) {
  if (is_out_of_place(b) || (b.inside & (kInCaption | kInByline))) return false;
  if (b.type == BlockType::kHeading || b.type == BlockType::kCaption) return false;
  return b.word_count >= 12 && b.link_density() < 0.4 && !(b.phrases & kStockPhrase);
}

bool is_section_line(const Block& b) {
  if (b.word_count > 10 || b.chars > 80) return false;
  std::size_t bar = b.text.find('|');
  return bar != std::string::npos && bar > 0 && bar + 1 < b.text.size();
}

ArticleSpan find_article_span(const Page& page, std::string_view title) {
  ArticleSpan span;
  span.end = static_cast<std::int32_t>(page.blocks.size());
  span.title_block = page.is_text && title.empty() ? find_text_title(page) : find_title(page, title);
  span.begin = std::max(span.title_block, 0);
  // A title below all the prose is a link to the page, not the head of the article.
  std::uint32_t above = 0, below = 0;
  for (std::int32_t i = 0; i < span.end; ++i)
    if (is_prose(at(page, i))) (i < span.begin ? above : below) += at(page, i).word_count;
  if (above > below && !page.is_text) span.begin = 0, span.title_block = -1;
  Walk walk{page, span, "", -1, 0, -1};
  for (std::int32_t i = span.begin; i < span.end; ++i) {
    const Block& b = at(page, i);
    if (i > span.begin && walk.ends_at(i)) {
      span.end = i;
      break;
    }
    if (is_prose(b)) walk.take_prose(i);
    else if (walk.prose_words < 30 && is_section_line(b)) walk.section_line = b.key;
  }
  return span;
}

}  // namespace offprint
