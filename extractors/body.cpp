#include "extractors/body.h"

#include <algorithm>
#include <unordered_set>

#include "base/text.h"
#include "extractors/authors.h"
#include "extractors/dates.h"
#include "extractors/phrases.h"

namespace offprint {
namespace {

class BodyFinder {
 public:
  BodyFinder(const Page& page, const ArticleSpan& span, const BodyHints& hints) : page_(page), span_(span) {
    title_key_ = word_key(hints.title);
    dek_key_ = word_key(hints.dek);
    for (const std::string& a : hints.authors) author_keys_.insert(word_key(a));
  }

  std::vector<char> allowed(std::int32_t first_prose) {
    first_prose_ = first_prose;
    std::vector<char> out(page_.blocks.size(), 1);
    std::unordered_set<std::string_view> seen;
    for (std::int32_t i = 0; i < static_cast<std::int32_t>(page_.blocks.size()); ++i) {
      const Block& b = block(i);
      const std::string& key = b.key;
      bool title = i == span_.title_block || (!title_key_.empty() && key == title_key_);
      bool hidden = (b.inside & (kInHead | kInButton)) != 0;
      bool phrase = (b.phrases & (kStockPhrase | kCutoffMark | kCreditLine | kCreditTail)) != 0;
      bool row = b.type == BlockType::kTableCell || b.type == BlockType::kListItem;  // Plans and tables repeat themselves.
      bool repeated = b.word_count >= (row ? 25 : 6) && !seen.insert(key).second;
      out[static_cast<std::size_t>(i)] = !(title || hidden || phrase || repeated || (i < first_prose && is_byline(i)));
    }
    return out;
  }

  Body run() {
    find_container();
    const Element& container = page_.elements[static_cast<std::size_t>(body_.container)];
    std::int32_t from = std::max(span_.begin, container.first_block), to = std::min(span_.end, container.end_block);
    if (page_.is_text) from = span_.begin, to = span_.end;
    first_prose_ = to;
    for (std::int32_t i = from; i < to && first_prose_ == to; ++i)
      if (is_prose(block(i)) && !is_dek(i) && !is_caption(block(i))) first_prose_ = i;
    body_.first_prose = first_prose_;
    for (std::int32_t i = span_.begin; i < first_prose_; ++i)
      if (i < from || is_dek(i)) note_dek(i);
    for (std::int32_t i = from; i < to; ++i)
      if (keep(i)) body_.blocks.push_back(i);
    drop_hanging_headings();
    drop_repeats();
    collect_captions();
    judge();
    return std::move(body_);
  }

 private:
  const Block& block(std::int32_t i) const { return page_.blocks[static_cast<std::size_t>(i)]; }

  /// From the root down, as long as one child holds most of the prose of the span.
  void find_container() {
    if (page_.is_text) return;
    std::vector<double> score(page_.elements.size(), 0);
    double marked = 0, all = 0;
    std::int32_t body_element = -1;
    for (std::int32_t i = span_.begin; i < span_.end; ++i) {
      const Block& b = block(i);
      if (!is_prose(b) || is_caption(b)) continue;
      double w = std::min<double>(b.word_count, 120);
      all += w;
      if (b.inside & kInArticleBody) marked += w;
      for (std::int32_t e = b.element; e >= 0; e = page_.elements[static_cast<std::size_t>(e)].parent) score[static_cast<std::size_t>(e)] += w;
    }
    std::vector<std::vector<std::int32_t>> children(page_.elements.size());
    for (std::size_t e = 1; e < page_.elements.size(); ++e)
      if (score[e] > 0 && page_.elements[e].parent >= 0) children[static_cast<std::size_t>(page_.elements[e].parent)].push_back(static_cast<std::int32_t>(e));
    if (marked > 0.5 * all)
      for (std::size_t e = 0; e < page_.elements.size() && body_element < 0; ++e)
        if ((page_.elements[e].own & kInArticleBody) && score[e] > 0.5 * all) body_element = static_cast<std::int32_t>(e);
    std::int32_t at = body_element >= 0 ? body_element : 0;
    while (body_element < 0) {
      std::int32_t next = -1;
      for (std::int32_t c : children[static_cast<std::size_t>(at)])
        if (next < 0 || score[static_cast<std::size_t>(c)] > score[static_cast<std::size_t>(next)]) next = c;
      if (next < 0 || score[static_cast<std::size_t>(next)] < 0.75 * score[static_cast<std::size_t>(at)]) break;
      if (children[static_cast<std::size_t>(next)].empty()) break;
      at = next;
    }
    body_.container = at;
    total_ = all;
    inside_ = score[static_cast<std::size_t>(at)];
  }

  bool is_caption(const Block& b) const {
    if (b.inside & (kInCaption | kInFigure)) return b.type != BlockType::kHeading;
    return (b.phrases & (kCreditLine | kCreditTail)) != 0;
  }

  bool is_dek(std::int32_t i) const {
    const Block& b = block(i);
    if (i == body_.dek_block) return true;
    const std::string& key = b.key;
    if (!dek_key_.empty() && key == dek_key_) return true;
    if (page_.is_text) return i == span_.title_block + 1 && b.word_count <= 60 && i + 1 < span_.end && (is_section_line(block(i + 1)) || b.word_count <= 30);
    return (b.inside & kInDek) && i > span_.title_block && b.word_count <= 80 && span_.title_block >= 0;
  }

  void note_dek(std::int32_t i) {
    const Block& b = block(i);
    if (body_.dek_block < 0 && i > span_.title_block && b.word_count >= 4 && is_dek(i) && !is_out_of_place(b)) body_.dek_block = i;
  }

  bool is_byline(std::int32_t i) const {
    const Block& b = block(i);
    if (b.word_count > 30) return false;
    if (author_keys_.count(b.key)) return true;
    bool before = i < first_prose_;
    if ((b.inside & kInByline) && b.word_count <= 25) return true;
    if (!before) return starts_like_byline(b.text) && b.word_count <= 8 && b.links > 0;
    return (b.has_time && b.word_count <= 14) || (starts_like_byline(b.text) && b.word_count <= 14) || (b.word_count <= 12 && find_visible_date(b.text, true).has_value());
  }

  bool keep(std::int32_t i) const {
    const Block& b = block(i);
    if (i == span_.title_block || is_out_of_place(b) || (b.phrases & (kStockPhrase | kCutoffMark))) return false;
    if (is_caption(b) || is_byline(i) || is_dek(i)) return false;
    if (page_.is_text && is_section_line(b)) return false;
    if (i < first_prose_ && (b.type != BlockType::kHeading || b.heading_level == 1) && b.word_count < 12) return false;
    if (i < first_prose_ && (b.inside & kInHeader)) return false;
    if (!title_key_.empty() && b.key == title_key_) return false;
    if (b.type == BlockType::kHeading) return b.link_density() < 0.5 && !(b.phrases & kEndHeading);
    if (b.type == BlockType::kListItem || b.type == BlockType::kTableCell) return b.link_density() < 0.6;
    return b.link_density() <= 0.7 || b.word_count >= 40;
  }

  /// A heading with nothing of the text behind it belongs to what was left out.
  void drop_hanging_headings() {
    std::vector<std::int32_t> kept;
    for (std::size_t k = 0; k < body_.blocks.size(); ++k) {
      if (block(body_.blocks[k]).type == BlockType::kHeading) {
        std::size_t next = k + 1;
        while (next < body_.blocks.size() && block(body_.blocks[next]).type == BlockType::kHeading) ++next;
        if (next == body_.blocks.size()) break;
      }
      kept.push_back(body_.blocks[k]);
    }
    body_.blocks = std::move(kept);
  }

  /// Pull quotes and ledes that stand twice, and lines that recur on the page.
  void drop_repeats() {
    std::unordered_set<std::string_view> seen;
    std::erase_if(body_.blocks, [&](std::int32_t i) {
      return block(i).word_count >= 6 && !seen.insert(block(i).key).second;
    });
  }

  /// Behind the body, a caption under the same roof as the next article's head is that one's.
  bool belongs_to_next(std::int32_t i) const {
    std::int32_t head = span_.end;
    while (head < static_cast<std::int32_t>(page_.blocks.size()) && block(head).type != BlockType::kHeading) ++head;
    if (head >= static_cast<std::int32_t>(page_.blocks.size()) || body_.blocks.empty() || i < body_.blocks.back()) return false;
    return page_.is_text ? (block(i).phrases & kCreditLine) != 0 : page_.within(block(head).element, page_.common_ancestor(block(i).element, body_.container));
  }

  void collect_captions() {
    std::unordered_set<std::string_view> seen;
    std::int32_t last = body_.blocks.empty() ? span_.end : body_.blocks.back();
    for (std::int32_t i = span_.begin; i < span_.end; ++i) {
      const Block& b = block(i);
      bool far = i > last + 6 || belongs_to_next(i);
      if (far || !is_caption(b) || (b.inside & (kInNav | kInFooter | kInForm | kInComments | kInHidden | kInTemplate)) || b.word_count < 3) continue;
      if (b.link_density() < 0.5 && seen.insert(b.key).second) body_.captions.push_back(i);
    }
  }

  void judge() {
    std::uint32_t words_kept = 0;
    for (std::int32_t i : body_.blocks) words_kept += block(i).word_count;
    double size = std::min(1.0, words_kept / 150.0);
    double unity = page_.is_text ? 0.8 : total_ > 0 ? inside_ / total_ : 0;
    body_.confidence = size * (0.4 + 0.6 * unity) * (span_.title_block >= 0 ? 1.0 : 0.8);
  }

  const Page& page_;
  const ArticleSpan& span_;
  Body body_;
  std::string title_key_, dek_key_;
  std::unordered_set<std::string> author_keys_;
  std::int32_t first_prose_ = 0;
  double total_ = 0, inside_ = 0;
};

}  // namespace

std::vector<char> allowed_blocks(const Page& page, const ArticleSpan& span, const Body& rules, const BodyHints& hints) {
  return BodyFinder(page, span, hints).allowed(rules.first_prose);
}

Body find_body(const Page& page, const ArticleSpan& span, const BodyHints& hints) { return BodyFinder(page, span, hints).run(); }

}  // namespace offprint
