#include "extractors/byline.h"

#include <re2/re2.h>

#include <algorithm>

#include "base/text.h"
#include "extractors/authors.h"
#include "extractors/dates.h"

namespace offprint {

namespace {

/// Two to eight characters of a script without capitals in which names are written so.
bool east_asian_name(const std::string& name) {
  std::size_t n = 0;
  for (std::size_t i = 0; i < name.size();) {
    char32_t c = next_code_point(name, i);
    if (c != ' ' && (c < 0x3040 || c > 0xD7A3)) return false;
    n += c != ' ';
  }
  return n >= 2 && n <= 8;
}

}  // namespace

bool looks_like_person(const std::string& name) {
  if (east_asian_name(name)) return true;
  auto parts = split(name, ' ');
  if (parts.size() < 2 || parts.size() > 5) return false;
  std::size_t capitals = 0;
  for (std::string_view p : parts) {
    std::size_t i = 0;
    capitals += !p.empty() && is_upper(next_code_point(p, i));
  }
  return capitals >= 2 && capitals + 2 >= parts.size() && name.find_first_of("0123456789?!:") == std::string::npos;
}

std::vector<std::string> link_texts(const Page& page, std::int32_t element) {
  std::vector<std::string> out;
  for (std::size_t e = static_cast<std::size_t>(element) + 1; e < page.elements.size() && page.within(static_cast<std::int32_t>(e), element); ++e)
    if (page.elements[e].tag == GUMBO_TAG_A) out.push_back(element_text(page.elements[e].node, 200));
  return out;
}

namespace {

constexpr std::size_t kMostNames = 12;
constexpr std::int32_t kBehind = 40;  ///< Blocks behind the text where an author's box may stand.

bool all_people(const std::vector<std::string>& names) { return !names.empty() && std::all_of(names.begin(), names.end(), looks_like_person); }

/// One class that says that its element holds an author's name, and nothing wider.
bool author_class(const Element& e) {
  static const RE2 re(R"((?i)author|byline|by-line|writer|auteur|autor|reporter)");
  static const RE2 other(R"((?i)avatar|image|img|photo|pic|bio|box|comment|social|related|icon|desc|follow|job|role|title|about|more|posts|card|info$|date|time|content|authority|authoriz)");
  std::string all = std::string(e.classes);
  for (std::string_view c : split(all, ' '))
    if (std::string one(c); RE2::PartialMatch(one, re) && !RE2::PartialMatch(one, other)) return true;
  return RE2::FullMatch(std::string(e.id), re);
}

bool author_href(std::string_view href) {
  static const RE2 re(R"((?i)/(?:authors?|autor(?:en|es)?|auteurs?|people|profiles?|by|staff|writers?|contributors?|columnists?|reporters?|journalists?|user|members?)/[^/?#]+)");
  return RE2::PartialMatch(std::string(clip(href, 2048)), re);
}

/// "By half a length." is no byline.
bool ends_a_sentence(const std::string& text) { return (text.ends_with('.') || text.ends_with('!') || text.ends_with('?')) && words(text).size() > 2; }

class Finder {
 public:
  Finder(const Page& page, const ArticleSpan& span, std::int32_t first_prose, std::int32_t last_body)
      : page_(page), title_(span.title_block), head_{std::max(0, span.title_block - 3), std::min<std::int32_t>(first_prose + 1, count())}, tail_{last_body + 1, std::min<std::int32_t>(last_body + 1 + kBehind, count())} {}

  Byline run() {
    if (marked(head_, true) || bylines(head_) || classed(head_) || linked(head_)) return result_;
    if (inline_bylines()) return result_;
    if (tail_.from > 0 && (marked(tail_, false) || bylines(tail_) || classed(tail_))) return result_;
    single();
    return result_;
  }

 private:
  struct Range {
    std::int32_t from, to;
  };

  std::int32_t count() const { return static_cast<std::int32_t>(page_.blocks.size()); }
  const Block& block(std::int32_t i) const { return page_.blocks[static_cast<std::size_t>(i)]; }

  bool found(std::vector<std::string> names, const char* source) {
    if (names.size() > kMostNames) names.resize(kMostNames);
    std::erase_if(names, [](const std::string& n) { return words(n).size() > 6; });
    if (names.empty()) return false;
    result_ = {std::move(names), source};
    return true;
  }

  /// Names within an element: those that are marked or linked one by one, or its whole text.
  std::vector<std::string> names_in(std::int32_t e) const {
    std::vector<std::string> parts;
    for (std::size_t k = static_cast<std::size_t>(e) + 1; k < page_.elements.size() && page_.within(static_cast<std::int32_t>(k), e); ++k)
      if (const Element& part = page_.elements[k]; part.itemprop == "name" && part.node) parts.push_back(part.tag == GUMBO_TAG_META ? std::string(part.attribute("content")) : element_text(part.node, 200));
    if (parts.empty()) collect_meta_names(page_.elements[static_cast<std::size_t>(e)].node, 0, parts);
    if (auto names = clean_authors(parts); !names.empty()) return names;
    auto links = clean_authors(link_texts(page_, e));
    if (all_people(links)) return links;
    auto whole = clean_authors(element_text(page_.elements[static_cast<std::size_t>(e)].node, 300));
    return whole.empty() || words(whole.front()).size() > 6 ? links : whole;
  }

  /// <meta itemprop="name" content="…"> within an author's element.
  static void collect_meta_names(const GumboElement* e, int depth, std::vector<std::string>& out) {
    if (!e || depth > 3) return;
    for (unsigned i = 0; i < e->children.length && i < 50; ++i) {
      auto* child = static_cast<const GumboNode*>(e->children.data[i]);
      if (child->type != GUMBO_NODE_ELEMENT) continue;
      const GumboAttribute* prop = gumbo_get_attribute(&child->v.element.attributes, "itemprop");
      const GumboAttribute* content = gumbo_get_attribute(&child->v.element.attributes, "content");
      if (!content) content = gumbo_get_attribute(&child->v.element.attributes, "value");
      if (child->v.element.tag == GUMBO_TAG_META && prop && content && std::string_view(prop->value) == "name") out.emplace_back(content->value);
      collect_meta_names(&child->v.element, depth + 1, out);
    }
  }

  /// rel=author and itemprop=author; `anyone`: not only what looks like a person.
  bool marked(Range r, bool anyone) {
    std::vector<std::string> names;
    const char* source = "microdata";
    std::int32_t outer = -1;
    for (std::size_t k = 0; k < page_.elements.size(); ++k) {
      const Element& e = page_.elements[k];
      bool rel = e.tag == GUMBO_TAG_A && e.attribute("rel") == "author", prop = e.itemprop == "author" || e.itemprop == "creator";
      bool elsewhere = (e.inside & (kInComments | kInNav)) || ((e.inside & kInFooter) && !(prop && (e.inside & kInArticle)));
      if (!(rel || prop) || !e.node || elsewhere || e.first_block < r.from || e.first_block > r.to) continue;
      if (outer >= 0 && page_.within(static_cast<std::int32_t>(k), outer)) continue;
      outer = static_cast<std::int32_t>(k);
      auto here = e.tag == GUMBO_TAG_META ? clean_authors(std::string_view(e.attribute("content"))) : names_in(outer);
      if (here.empty() || (!anyone && !all_people(here))) continue;
      if (rel && names.empty()) source = "visible:rel=author";
      for (std::string& n : here)
        if (std::find(names.begin(), names.end(), n) == names.end()) names.push_back(std::move(n));
    }
    return found(std::move(names), source);
  }

  bool skip(std::int32_t i, std::uint32_t most_words) const {
    const Block& b = block(i);
    return i == title_ || b.word_count > most_words || (b.inside & (kInNav | kInFooter | kInComments | kInForm));
  }

  /// "By Ann Lee and Bob Ray", or "Written by" with the name in the next block.
  bool bylines(Range r) {
    static const RE2 label(R"((?i)^\W*((written|posted|published|article|words|reviewed|story|text|reporting)? ?by|author|authors|von|par|por|text|autor|autorin|auteur|autorin/autor|yazar|szerző|skrevet av|автор|作者|著者)\W*$)");
    for (std::int32_t i = r.from; i < r.to; ++i) {
      if (skip(i, 40)) continue;
      const Block& b = block(i);
      if (RE2::FullMatch(b.text, label) && i + 1 < count()) {
        auto names = clean_authors(block(i + 1).text);
        if (!names.empty() && looks_like_person(names.front()) && found(std::move(names), "visible:byline")) return true;
        continue;
      }
      if (!starts_like_byline(b.text)) continue;
      auto names = clean_authors(b.text), links = clean_authors(link_texts(page_, b.element));
      if (!all_people(names) && all_people(links)) names = links;
      if ((b.word_count > 12 && !all_people(names)) || ends_a_sentence(b.text)) continue;
      if (found(std::move(names), "visible:byline")) return true;
    }
    return false;
  }

  /// "September 1st, 2023 <span>By Emily Lee</span>": a byline that is part of a line.
  bool inline_bylines() {
    for (std::size_t k = 0; k < page_.elements.size(); ++k) {
      const Element& e = page_.elements[k];
      if (!e.node || e.first_block < head_.from || e.first_block >= head_.to || e.end_block - e.first_block > 1 || (e.inside & (kInComments | kInFooter | kInNav))) continue;
      std::string text = element_text(e.node, 200);
      if (!starts_like_byline(text)) continue;
      auto names = clean_authors(text);
      if (all_people(names) && found(std::move(names), "visible:byline")) return true;
    }
    static const RE2 by(R"(\b(?:[Bb]y|von|par) (\p{Lu}[\p{L}.'’-]+(?: \p{Lu}[\p{L}.'’-]+){1,3})\s*(?:$|[|·•,]))");
    for (std::int32_t i = head_.from; i < head_.to; ++i) {
      std::string name;
      if (skip(i, 16) || !RE2::PartialMatch(block(i).text, by, &name)) continue;
      if (auto names = clean_authors(name); all_people(names) && found(std::move(names), "visible:byline")) return true;
    }
    return false;
  }

  bool classed(Range r) {
    for (std::size_t k = 0; k < page_.elements.size(); ++k) {
      const Element& e = page_.elements[k];
      if (!e.node || e.first_block < r.from || e.first_block > r.to || e.end_block - e.first_block > 3 || (e.inside & (kInComments | kInFooter | kInNav | kInHidden))) continue;
      if (!author_class(e)) continue;
      auto names = names_in(static_cast<std::int32_t>(k));
      if (all_people(names) && found(std::move(names), "visible:byline")) return true;
    }
    for (std::int32_t i = r.from; i < r.to; ++i) {
      if (skip(i, 12) || !(block(i).inside & kInByline)) continue;
      auto names = clean_authors(block(i).text);
      if (all_people(names) && found(std::move(names), "visible:byline")) return true;
    }
    return false;
  }

  /// A link to an author's page.
  bool linked(Range r) {
    for (std::size_t k = 0; k < page_.elements.size(); ++k) {
      const Element& e = page_.elements[k];
      if (e.tag != GUMBO_TAG_A || !e.node || e.first_block < title_ || e.first_block > r.to || (e.inside & (kInNav | kInFooter | kInComments)) || !author_href(e.attribute("href"))) continue;
      auto names = clean_authors(element_text(e.node, 200));
      if (names.empty() || words(names.front()).size() > 5) continue;
      if (found(std::move(names), "visible:author-link")) return true;
    }
    return false;
  }

  /// The one person whom elements anywhere name as an author.
  void single() {
    std::vector<std::string> names;
    for (std::size_t k = 0; k < page_.elements.size(); ++k) {
      const Element& e = page_.elements[k];
      bool marked = e.itemprop == "author" || (e.tag == GUMBO_TAG_A && (e.attribute("rel") == "author" || author_href(e.attribute("href")))) || author_class(e);
      if (!marked || !e.node || e.end_block - e.first_block > 3 || (e.inside & (kInComments | kInNav))) continue;
      auto here = names_in(static_cast<std::int32_t>(k));
      if (!all_people(here)) continue;
      for (std::string& n : here)
        if (std::find(names.begin(), names.end(), n) == names.end()) names.push_back(std::move(n));
      if (names.size() > 1) return;
    }
    if (names.size() == 1) found(std::move(names), "visible:author");
  }

  const Page& page_;
  std::int32_t title_;
  Range head_, tail_;
  Byline result_;
};

}  // namespace

Byline find_byline(const Page& page, const ArticleSpan& span, std::int32_t first_prose, std::int32_t last_body) { return Finder(page, span, first_prose, last_body).run(); }

}  // namespace offprint
