#include "extractors/features.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

#include "base/digest.h"
#include "base/text.h"
#include "extractors/authors.h"
#include "extractors/dates.h"
#include "extractors/phrases.h"

namespace offprint {
namespace {

constexpr std::string_view kNames[] = {
    "words_log", "chars_log", "link_density", "links_log", "commas", "sentence_ends", "ends_sentence", "ends_colon", "question", "starts_upper", "upper_share", "digit_share",
    "word_length", "strong", "has_time", "stock_phrase", "end_heading", "cutoff", "credit", "byline", "has_date", "has_quote", "has_bar", "has_at", "has_copyright", "has_ellipsis",
    "type", "heading_level", "in_nav", "in_header", "in_footer", "in_aside", "in_form", "in_figure", "in_button", "in_hidden", "in_template", "in_table", "in_article", "in_article_body",
    "in_main", "in_quote", "in_boilerplate", "in_comments", "in_caption", "in_list", "in_byline", "in_dek", "position", "words_before", "blocks_log", "page_words_log", "after_title",
    "title_distance", "in_span", "span_position", "after_span", "in_container", "container_depth", "rule_keeps", "rule_share", "rule_before", "rule_after", "rule_distance", "title_overlap",
    "title_same", "description_overlap", "in_structured", "structured_known", "repeats", "own_share", "parent_share", "grand_share", "great_share", "parent_links", "siblings_log",
    "parent_prose", "signature_blocks", "signature_prose", "signature_link_density", "depth", "same_parent_prev", "same_parent_next", "prev_words", "next_words", "prev_links", "next_links",
    "prev_heading", "next_heading", "prev2_words", "next2_words", "prev2_links", "next2_links", "prev_prose_distance", "next_prose_distance", "run_prose", "has_article_body", "own_names",
    "parent_names", "biography_tail", "tail_words", "disclaimer", "biography", "reference", "under_end_heading", "under_references", "hidden_prose", "titles_before", "datelines_before",
};
constexpr std::size_t kCount = std::size(kNames);
constexpr std::size_t kTokenBytes = 2000;  ///< Of a block: enough to compare it by.

float log1(double v) { return static_cast<float>(std::log1p(v)); }

std::size_t count_of(std::string_view s, std::string_view chars) {
  return static_cast<std::size_t>(std::count_if(s.begin(), s.end(), [&](char c) { return chars.find(c) != std::string_view::npos; }));
}

bool ends_sentence(std::string_view s) {
  for (std::string_view e : {".", "!", "?", "…", "”", "\"", "。", "»", "’", "؟", "।", ")", "！", "？"})
    if (s.ends_with(e)) return true;
  return false;
}

std::unordered_set<std::string> word_set(std::string_view text) {
  std::unordered_set<std::string> out;
  std::string folded = fold(clip(text, 4096));
  for (std::string_view w : words(folded)) out.emplace(w);
  return out;
}

/// Share of the block's words that stand in the set.
float overlap(const std::vector<std::string_view>& block, const std::unordered_set<std::string>& set) {
  if (block.empty() || set.empty()) return 0;
  std::size_t n = 0;
  for (std::string_view w : block) n += set.count(std::string(w));
  return static_cast<float>(n) / static_cast<float>(block.size());
}

/// The 3-word shingle that begins at `i`, as a hash.
std::uint64_t shingle(const std::vector<std::string_view>& w, std::size_t i) { return hash64(w[i]) * 31 + hash64(w[i + 1]) * 7 + hash64(w[i + 2]); }

std::unordered_set<std::uint64_t> shingle_set(std::string_view text) {
  std::unordered_set<std::uint64_t> out;
  std::string folded = fold(clip(text, 200000));
  auto w = words(folded);
  for (std::size_t i = 0; i + 3 <= w.size(); ++i) out.insert(shingle(w, i));
  return out;
}

struct Aggregate {
  double blocks = 0, prose = 0, words = 0, link_chars = 0, chars = 0;
};

class Builder {
 public:
  Builder(const Page& page, const ArticleSpan& span, const Body& rules, const FeatureHints& hints)
      : page_(page), span_(span), title_(word_set(hints.title)), title_key_(word_key(hints.title)), description_(word_set(hints.description)), structured_(shingle_set(hints.structured_body)) {
    n_ = page.blocks.size();
    kept_.assign(n_, 0);
    for (std::int32_t i : rules.blocks) kept_[static_cast<std::size_t>(i)] = 1;
    container_ = rules.container;
    aggregate();
  }

  FeatureTable run() {
    FeatureTable t;
    t.columns = kCount;
    t.values.reserve(n_ * kCount);
    row_ = &t.values;
    for (std::size_t i = 0; i < n_; ++i) {
      text_features(i);
      place_features(i);
      rule_features(i);
      context_features(i);
      course_features(i);
      words_before_ += page_.blocks[i].word_count;
    }
    return t;
  }

 private:
  void put(double v) { row_->push_back(static_cast<float>(v)); }
  void put(bool v) { row_->push_back(v ? 1.0f : 0.0f); }

  const Element& element(std::int32_t e) const { return page_.elements[static_cast<std::size_t>(e)]; }
  static std::uint64_t signature(const Element& e) { return hash64(e.classes, static_cast<std::uint64_t>(e.tag)); }
  std::int32_t parent_of(std::int32_t e) const { return e < 0 ? -1 : element(e).parent; }

  void aggregate() {
    by_element_.resize(page_.elements.size());
    for (std::size_t i = 0; i < n_; ++i) {
      const Block& b = page_.blocks[i];
      bool prose = is_prose(b);
      total_words_ += b.word_count;
      if (prose) total_prose_ += b.word_count;
      if (prose && (b.inside & kInHidden)) hidden_prose_ += b.word_count;
      prose_.push_back(prose);
      auto add = [&](Aggregate& a) {
        ++a.blocks;
        a.words += b.word_count;
        a.prose += prose ? b.word_count : 0;
        a.link_chars += b.link_chars;
        a.chars += b.chars;
      };
      for (std::int32_t e = b.element; e >= 0; e = element(e).parent) add(by_element_[static_cast<std::size_t>(e)]);
      add(by_signature_[signature(element(b.element))]);
      ++repeats_[hash64(b.text)];
      has_body_ = has_body_ || (b.inside & kInArticleBody);
      rule_total_ += kept_[i];
    }
  }

  void text_features(std::size_t i) {
    const Block& b = page_.blocks[i];
    std::string_view s = b.text;
    tokens_.clear();
    for (std::string_view key = clip(b.key, kTokenBytes); !key.empty();) {
      std::size_t space = std::min(key.find(' '), key.size());
      if (space > 0) tokens_.push_back(key.substr(0, space));
      key.remove_prefix(std::min(space + 1, key.size()));
    }
    std::size_t at = 0;
    char32_t first = next_code_point(s, at);
    std::size_t upper = static_cast<std::size_t>(std::count_if(s.begin(), s.end(), [](char c) { return c >= 'A' && c <= 'Z'; }));
    put(static_cast<double>(log1(b.word_count)));
    put(static_cast<double>(log1(b.chars)));
    put(b.link_density());
    put(static_cast<double>(log1(b.links)));
    put(static_cast<double>(count_of(s, ",;")) / (b.word_count + 1.0));
    put(static_cast<double>(count_of(s, ".!?")) / (b.word_count + 1.0));
    put(ends_sentence(s));
    put(s.ends_with(':'));
    put(s.ends_with('?'));
    put(is_upper(first));
    put(static_cast<double>(upper) / (b.chars + 1.0));
    put(static_cast<double>(count_of(s, "0123456789")) / (b.chars + 1.0));
    put(static_cast<double>(b.chars) / (b.word_count + 1.0));
    put(b.strong);
    put(b.has_time);
    put((b.phrases & kStockPhrase) != 0);
    put((b.phrases & kEndHeading) != 0);
    put((b.phrases & kCutoffMark) != 0);
    put((b.phrases & kCreditLine) != 0);
    put(starts_like_byline(s));
    dated_ = b.word_count < 30 && find_visible_date(s, true).has_value();
    put(dated_);
    put(s.find("“") != std::string_view::npos || s.find('"') != std::string_view::npos || s.find("«") != std::string_view::npos);
    put(s.find('|') != std::string_view::npos);
    put(s.find('@') != std::string_view::npos);
    put(s.find("©") != std::string_view::npos);
    put(s.ends_with("…") || s.ends_with("..."));
  }

  void place_features(std::size_t i) {
    const Block& b = page_.blocks[i];
    put(static_cast<double>(b.type));
    put(static_cast<double>(b.heading_level));
    for (std::uint32_t bit : {kInNav, kInHeader, kInFooter, kInAside, kInForm, kInFigure, kInButton, kInHidden, kInTemplate, kInTable, kInArticle, kInArticleBody, kInMain, kInQuote, kInBoilerplate, kInComments, kInCaption,
                              kInList, kInByline, kInDek})
      put((b.inside & bit) != 0);
    double n = static_cast<double>(n_), at = static_cast<double>(i);
    put(at / n);
    put(static_cast<double>(words_before_) / (static_cast<double>(total_words_) + 1.0));
    put(static_cast<double>(log1(n)));
    put(static_cast<double>(log1(static_cast<double>(total_prose_))));
    put(span_.title_block >= 0 && static_cast<std::int32_t>(i) > span_.title_block);
    put(span_.title_block >= 0 ? std::clamp(at - span_.title_block, -50.0, 200.0) : -99.0);
  }

  void rule_features(std::size_t i) {
    const Block& b = page_.blocks[i];
    auto at = static_cast<std::int32_t>(i);
    put(at >= span_.begin && at < span_.end);
    put(static_cast<double>(at - span_.begin) / std::max(1, span_.end - span_.begin));
    put(at >= span_.end);
    put(page_.within(b.element, container_));
    std::int32_t lca = page_.common_ancestor(b.element, container_);
    put(static_cast<double>(element(container_).depth - element(lca).depth));
    put(kept_[i] != 0);
    put(static_cast<double>(rule_total_) / static_cast<double>(n_));
    put(static_cast<double>(rule_before_) / std::max(1, rule_total_));
    put(static_cast<double>(rule_total_ - rule_before_) / std::max(1, rule_total_));
    std::size_t distance = 0;
    while (distance < 30 && !kept_at(i, distance) && !kept_at(i, -static_cast<std::ptrdiff_t>(distance))) ++distance;
    put(static_cast<double>(distance));
    rule_before_ += kept_[i];
    put(static_cast<double>(overlap(tokens_, title_)));
    put(!title_key_.empty() && b.key == title_key_);
    put(static_cast<double>(overlap(tokens_, description_)));
    put(structured_share());
    put(!structured_.empty());
    put(static_cast<double>(repeats_[hash64(b.text)]));
  }

  bool kept_at(std::size_t i, std::ptrdiff_t offset) const {
    std::ptrdiff_t k = static_cast<std::ptrdiff_t>(i) + offset;
    return k >= 0 && k < static_cast<std::ptrdiff_t>(n_) && kept_[static_cast<std::size_t>(k)];
  }

  double structured_share() const {
    if (structured_.empty() || tokens_.size() < 3) return -1;
    std::size_t hit = 0;
    for (std::size_t k = 0; k + 3 <= tokens_.size(); ++k) hit += structured_.count(shingle(tokens_, k));
    return static_cast<double>(hit) / static_cast<double>(tokens_.size() - 2);
  }

  void context_features(std::size_t i) {
    const Block& b = page_.blocks[i];
    double prose = static_cast<double>(total_prose_) + 1;
    std::int32_t e = b.element;
    for (int up = 0; up < 4; ++up) {
      put(e >= 0 ? by_element_[static_cast<std::size_t>(e)].prose / prose : 1.0);
      e = parent_of(e);
    }
    std::int32_t parent = std::max(0, parent_of(b.element));
    const Aggregate& p = by_element_[static_cast<std::size_t>(parent)];
    put(p.link_chars / (p.chars + 1));
    put(static_cast<double>(log1(p.blocks)));
    put(p.prose / (p.words + 1));
    const Aggregate& s = by_signature_[signature(element(b.element))];
    put(static_cast<double>(log1(s.blocks)));
    put(s.prose / prose);
    put(s.link_chars / (s.chars + 1));
    put(static_cast<double>(element(b.element).depth));
    put(i > 0 && parent_of(page_.blocks[i - 1].element) == parent_of(b.element));
    put(i + 1 < n_ && parent_of(page_.blocks[i + 1].element) == parent_of(b.element));
    auto neighbour = [&](std::ptrdiff_t offset) -> const Block* {
      std::ptrdiff_t k = static_cast<std::ptrdiff_t>(i) + offset;
      return k >= 0 && k < static_cast<std::ptrdiff_t>(n_) ? &page_.blocks[static_cast<std::size_t>(k)] : nullptr;
    };
    const Block *p1 = neighbour(-1), *n1 = neighbour(1), *p2 = neighbour(-2), *n2 = neighbour(2);
    auto words_of = [](const Block* x) { return x ? static_cast<double>(log1(x->word_count)) : -1.0; };
    auto links_of = [](const Block* x) { return x ? x->link_density() : -1.0; };
    put(words_of(p1));
    put(words_of(n1));
    put(links_of(p1));
    put(links_of(n1));
    put(p1 && p1->type == BlockType::kHeading);
    put(n1 && n1->type == BlockType::kHeading);
    put(words_of(p2));
    put(words_of(n2));
    put(links_of(p2));
    put(links_of(n2));
    put(prose_distance(i, -1));
    put(prose_distance(i, 1));
    double run = 0;
    for (std::ptrdiff_t k = -5; k <= 5; ++k) {
      std::ptrdiff_t at = static_cast<std::ptrdiff_t>(i) + k;
      if (at >= 0 && at < static_cast<std::ptrdiff_t>(n_)) run += prose_[static_cast<std::size_t>(at)];
    }
    put(run);
    put(has_body_);
    put(static_cast<double>(element(b.element).own & 0xFFFFF));
    put(static_cast<double>(element(parent).own & 0xFFFFF));
    put(b.text.find(" is a ") != std::string::npos && words_before_ * 2 > total_words_);
    put(static_cast<double>(log1(static_cast<double>(total_words_ - words_before_))));
  }

  /// What the page has come to: sections that end articles, further titles and datelines.
  void course_features(std::size_t i) {
    const Block& b = page_.blocks[i];
    bool heading = b.type == BlockType::kHeading;
    if (heading) {
      under_end_ = (b.phrases & kEndHeading) != 0;
      under_references_ = (b.phrases & kReference) != 0;
    }
    put((b.phrases & kDisclaimer) != 0);
    put((b.phrases & kBiography) != 0);
    put((b.phrases & kReference) != 0);
    put(under_end_);
    put(under_references_);
    put(static_cast<double>(hidden_prose_) / (static_cast<double>(total_prose_) + 1));
    put(static_cast<double>(std::min(titles_before_, 20)));
    put(static_cast<double>(std::min(datelines_before_, 20)));
    bool behind = span_.title_block >= 0 && static_cast<std::int32_t>(i) > span_.title_block;
    if (behind && heading && (b.heading_level == 1 || (b.links > 0 && b.link_density() > 0.8))) ++titles_before_;
    if (behind && words_before_ > 0 && b.word_count < 20 && (b.has_time || dated_)) ++datelines_before_;
  }

  double prose_distance(std::size_t i, std::ptrdiff_t step) const {
    std::ptrdiff_t k = static_cast<std::ptrdiff_t>(i) + step;
    for (int d = 1; d <= 20; ++d, k += step) {
      if (k < 0 || k >= static_cast<std::ptrdiff_t>(n_)) break;
      if (prose_[static_cast<std::size_t>(k)]) return d;
    }
    return 21;
  }

  const Page& page_;
  const ArticleSpan& span_;
  std::unordered_set<std::string> title_;
  std::string title_key_;
  std::unordered_set<std::string> description_;
  std::unordered_set<std::uint64_t> structured_;
  std::vector<float>* row_ = nullptr;
  std::size_t n_ = 0;
  std::vector<char> kept_, prose_;
  std::int32_t container_ = 0;
  std::vector<Aggregate> by_element_;
  std::unordered_map<std::uint64_t, Aggregate> by_signature_;
  std::unordered_map<std::uint64_t, int> repeats_;
  std::uint64_t total_words_ = 0, total_prose_ = 0, words_before_ = 0;
  int rule_total_ = 0, rule_before_ = 0;
  bool has_body_ = false, dated_ = false, under_end_ = false, under_references_ = false;
  std::uint64_t hidden_prose_ = 0;
  int titles_before_ = 0, datelines_before_ = 0;
  std::vector<std::string_view> tokens_;
};

}  // namespace

std::span<const std::string_view> feature_names() { return kNames; }

FeatureTable block_features(const Page& page, const ArticleSpan& span, const Body& rules, const FeatureHints& hints) { return Builder(page, span, rules, hints).run(); }

}  // namespace offprint
