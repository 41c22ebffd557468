#include "extractors/page.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "extractors/phrases.h"

namespace offprint {
namespace {

bool block_level(GumboTag tag) {
  switch (tag) {
    case GUMBO_TAG_A: case GUMBO_TAG_ABBR: case GUMBO_TAG_ACRONYM: case GUMBO_TAG_B: case GUMBO_TAG_BDI: case GUMBO_TAG_BDO:
    case GUMBO_TAG_BIG: case GUMBO_TAG_CITE: case GUMBO_TAG_CODE: case GUMBO_TAG_DATA: case GUMBO_TAG_DEL: case GUMBO_TAG_DFN:
    case GUMBO_TAG_EM: case GUMBO_TAG_FONT: case GUMBO_TAG_I: case GUMBO_TAG_IMG: case GUMBO_TAG_INS: case GUMBO_TAG_KBD:
    case GUMBO_TAG_LABEL: case GUMBO_TAG_MARK: case GUMBO_TAG_NOBR: case GUMBO_TAG_Q: case GUMBO_TAG_RUBY: case GUMBO_TAG_RT:
    case GUMBO_TAG_RP: case GUMBO_TAG_S: case GUMBO_TAG_SAMP: case GUMBO_TAG_SMALL: case GUMBO_TAG_SPAN: case GUMBO_TAG_STRIKE:
    case GUMBO_TAG_STRONG: case GUMBO_TAG_SUB: case GUMBO_TAG_SUP: case GUMBO_TAG_TIME: case GUMBO_TAG_TT: case GUMBO_TAG_U:
    case GUMBO_TAG_VAR: case GUMBO_TAG_WBR: case GUMBO_TAG_UNKNOWN: return false;
    default: return true;
  }
}

std::uint32_t inside_from_tag(GumboTag tag) {
  switch (tag) {
    case GUMBO_TAG_NAV: return kInNav;
    case GUMBO_TAG_HEADER: return kInHeader;
    case GUMBO_TAG_FOOTER: return kInFooter;
    case GUMBO_TAG_ASIDE: return kInAside;
    case GUMBO_TAG_FORM: case GUMBO_TAG_SELECT: case GUMBO_TAG_TEXTAREA: return kInForm;
    case GUMBO_TAG_FIGURE: return kInFigure;
    case GUMBO_TAG_FIGCAPTION: case GUMBO_TAG_CAPTION: return kInCaption;
    case GUMBO_TAG_BUTTON: return kInButton;
    case GUMBO_TAG_NOSCRIPT: case GUMBO_TAG_TEMPLATE: return kInTemplate;
    case GUMBO_TAG_TABLE: return kInTable;
    case GUMBO_TAG_ARTICLE: return kInArticle;
    case GUMBO_TAG_MAIN: return kInMain;
    case GUMBO_TAG_BLOCKQUOTE: return kInQuote;
    case GUMBO_TAG_HEAD: return kInHead;
    case GUMBO_TAG_UL: case GUMBO_TAG_OL: return kInList;
    default: return 0;
  }
}

bool no_text(GumboTag tag) {
  switch (tag) {
    case GUMBO_TAG_SCRIPT: case GUMBO_TAG_STYLE: case GUMBO_TAG_IFRAME: case GUMBO_TAG_OBJECT: case GUMBO_TAG_VIDEO:
    case GUMBO_TAG_AUDIO: case GUMBO_TAG_CANVAS: case GUMBO_TAG_SVG: case GUMBO_TAG_MATH: case GUMBO_TAG_TITLE: case GUMBO_TAG_EMBED:
      return true;
    default: return false;
  }
}

std::string_view attr(const GumboElement& e, const char* name) {
  const GumboAttribute* a = gumbo_get_attribute(&e.attributes, name);
  return a ? std::string_view(a->value) : std::string_view();
}

std::uint32_t inside_from_attributes(const GumboElement& e) {
  std::uint32_t out = 0;
  if (gumbo_get_attribute(&e.attributes, "hidden") || attr(e, "aria-hidden") == "true") out |= kInHidden;
  std::string_view style = attr(e, "style");
  if (ifind(style, "display:none") != std::string_view::npos || ifind(style, "display: none") != std::string_view::npos ||
      ifind(style, "visibility:hidden") != std::string_view::npos)
    out |= kInHidden;
  std::string_view itemprop = attr(e, "itemprop");
  if (ifind(itemprop, "articleBody") != std::string_view::npos) out |= kInArticleBody;
  if (itemprop == "author") out |= kInByline;
  std::string_view role = attr(e, "role");
  if (role == "navigation" || role == "menu") out |= kInNav;
  if (role == "complementary") out |= kInAside;
  if (role == "contentinfo") out |= kInFooter;
  if (role == "dialog" || role == "alertdialog") out |= kInForm;
  if (role == "main") out |= kInMain;
  return out;
}

BlockType type_of(GumboTag tag, std::uint32_t inside) {
  if (tag >= GUMBO_TAG_H1 && tag <= GUMBO_TAG_H6) return BlockType::kHeading;
  if (inside & kInCaption) return BlockType::kCaption;
  if (tag == GUMBO_TAG_PRE) return BlockType::kCode;
  if (tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH) return BlockType::kTableCell;
  if (tag == GUMBO_TAG_LI || tag == GUMBO_TAG_DD || tag == GUMBO_TAG_DT) return BlockType::kListItem;
  if (inside & kInQuote) return BlockType::kQuote;
  return BlockType::kParagraph;
}

class PageReader {
 public:
  Page run(const GumboNode* root) {
    find_streamed(root, 0);
    walk(root, -1);
    flush();
    settle_inside();
    return std::move(page_);
  }

 private:
  /// A server that renders React in pieces sends late pieces at the end of the page, as
  /// <div hidden id="S:1">, for a script to put where <template id="B:1"> stands.
  void find_streamed(const GumboNode* node, int depth) {
    if (node->type != GUMBO_NODE_ELEMENT || depth > 4) return;
    const GumboElement& e = node->v.element;
    if (std::string_view id = attr(e, "id"); e.tag == GUMBO_TAG_DIV && id.starts_with("S:") && gumbo_get_attribute(&e.attributes, "hidden")) streamed_.emplace(id.substr(2), node);
    for (unsigned i = 0; i < e.children.length; ++i) find_streamed(static_cast<const GumboNode*>(e.children.data[i]), depth + 1);
  }

  /// Reads a late piece in the place of its template.
  bool streamed(const GumboNode* node, std::int32_t parent) {
    std::string_view id = attr(node->v.element, "id");
    if (streamed_.empty() || !id.starts_with("B:")) return false;
    auto piece = streamed_.find(id.substr(2));
    if (piece == streamed_.end() || placed_.contains(piece->second)) return false;
    const GumboElement& e = piece->second->v.element;
    placed_.insert(piece->second);
    walk_children(e, parent);
    return true;
  }

  /// What stands between a streamed piece's template and the comment "/$" was shown while it was
  /// still to come.
  void walk_children(const GumboElement& e, std::int32_t index) {
    bool replaced = false;
    for (unsigned i = 0; i < e.children.length; ++i) {
      auto* child = static_cast<const GumboNode*>(e.children.data[i]);
      if (child->type == GUMBO_NODE_COMMENT && std::string_view(child->v.text.text) == "/$") replaced = false;
      if (replaced) continue;
      std::size_t before = placed_.size();
      walk(child, index);
      replaced = child->type == GUMBO_NODE_TEMPLATE && placed_.size() > before && has_end_mark(e, i);
    }
  }

  static bool has_end_mark(const GumboElement& e, unsigned from) {
    for (unsigned i = from; i < e.children.length; ++i)
      if (auto* c = static_cast<const GumboNode*>(e.children.data[i]); c->type == GUMBO_NODE_COMMENT && std::string_view(c->v.text.text) == "/$") return true;
    return false;
  }

  void walk(const GumboNode* node, std::int32_t parent) {
    switch (node->type) {
      case GUMBO_NODE_TEMPLATE:
        if (!streamed(node, parent)) element(node, parent);
        break;
      case GUMBO_NODE_ELEMENT:
        if (!placed_.contains(node)) element(node, parent);
        break;
      case GUMBO_NODE_TEXT:
      case GUMBO_NODE_WHITESPACE:
      case GUMBO_NODE_CDATA: text(node->v.text.text); break;
      default: break;
    }
  }

  void element(const GumboNode* node, std::int32_t parent) {
    const GumboElement& e = node->v.element;
    if (e.tag == GUMBO_TAG_SCRIPT) return script(e);
    if (e.tag == GUMBO_TAG_TITLE && page_.title.empty()) page_.title = element_text(&e);
    if (e.tag == GUMBO_TAG_META) return meta(e);
    if (e.tag == GUMBO_TAG_LINK) return link(e);
    if (e.tag == GUMBO_TAG_BR) return line_break();
    if (e.tag == GUMBO_TAG_HR) return flush();
    if (no_text(e.tag)) return;
    bool block = block_level(e.tag);
    if (block) flush();
    std::int32_t index = add_element(e, parent);
    std::int32_t outer = current_;
    if (block) current_ = index;
    bool anchor = e.tag == GUMBO_TAG_A, strong = e.tag == GUMBO_TAG_B || e.tag == GUMBO_TAG_STRONG;
    if (anchor) {
      ++in_link_;
      ++pending_.links;
      if (pending_.href.empty()) pending_.href = std::string(clip(attr(e, "href"), 2048));
    }
    if (strong) ++in_strong_;
    if (e.tag == GUMBO_TAG_TIME) pending_.has_time = true;
    walk_children(e, index);
    if (anchor) --in_link_;
    if (strong) --in_strong_;
    if (block) flush();
    current_ = outer;
    page_.elements[static_cast<std::size_t>(index)].end_block = static_cast<std::int32_t>(page_.blocks.size());
  }

  std::int32_t add_element(const GumboElement& e, std::int32_t parent) {
    Element out;
    out.parent = parent;
    out.tag = e.tag;
    out.depth = parent < 0 ? 0 : static_cast<std::uint16_t>(page_.elements[static_cast<std::size_t>(parent)].depth + 1);
    out.id = attr(e, "id");
    out.classes = attr(e, "class");
    out.itemprop = attr(e, "itemprop");
    out.node = &e;
    out.own = inside_from_tag(e.tag) | inside_from_attributes(e);
    out.first_block = static_cast<std::int32_t>(page_.blocks.size());
    if (e.tag == GUMBO_TAG_HTML) page_.language = std::string(clip(attr(e, "lang"), 35));
    page_.elements.push_back(out);
    return static_cast<std::int32_t>(page_.elements.size()) - 1;
  }

  void text(const char* s) {
    std::string_view piece(s);
    std::size_t dark = 0;
    for (char c : piece) dark += static_cast<unsigned char>(c) > ' ';
    raw_ += piece;
    if (dark == 0) return;
    breaks_ = 0;
    dark_ += dark;
    if (in_link_ > 0) link_dark_ += dark;
    if (in_strong_ > 0) strong_dark_ += dark;
  }

  void line_break() {
    raw_ += ' ';
    if (++breaks_ >= 2) flush();
  }

  void flush() {
    std::string clean = dark_ > 0 ? collapse_space(raw_) : std::string();
    if (!clean.empty() && current_ >= 0) {
      Block& b = pending_;
      b.text = std::move(clean);
      b.element = current_;
      b.describe();
      b.link_chars = static_cast<std::uint32_t>(static_cast<double>(b.chars) * static_cast<double>(link_dark_) / static_cast<double>(dark_));
      b.strong = strong_dark_ * 10 >= dark_ * 9;
      page_.blocks.push_back(std::move(b));
    }
    std::string open_href = in_link_ > 0 ? pending_.href : std::string();
    pending_ = Block();
    pending_.href = std::move(open_href);
    pending_.links = in_link_ > 0 ? 1 : 0;
    raw_.clear();
    dark_ = link_dark_ = strong_dark_ = 0;
    breaks_ = 0;
  }

  void script(const GumboElement& e) {
    if (ifind(attr(e, "type"), "ld+json") == std::string_view::npos || page_.json_ld.size() >= 32) return;
    std::string body;
    for (unsigned i = 0; i < e.children.length; ++i) {
      auto* child = static_cast<const GumboNode*>(e.children.data[i]);
      if (child->type == GUMBO_NODE_TEXT || child->type == GUMBO_NODE_WHITESPACE || child->type == GUMBO_NODE_CDATA) body += child->v.text.text;
    }
    page_.json_ld.push_back(std::move(body));
  }

  void meta(const GumboElement& e) {
    std::string_view content = attr(e, "content");
    if (content.empty()) content = attr(e, "value");  // A common slip, and how some savers of pages write it.
    if (content.empty() || page_.metas.size() >= 500) return;
    std::string value = collapse_space(clip(content, 8192));
    for (const char* kind : {"property", "name"})
      if (std::string_view key = attr(e, kind); !key.empty()) page_.metas.push_back({ascii_lower(clip(key, 100)), value});
    if (std::string_view key = attr(e, "itemprop"); !key.empty()) page_.metas.push_back({"itemprop:" + ascii_lower(clip(key, 100)), value});
  }

  void link(const GumboElement& e) {
    if (page_.head_links.size() < 200) page_.head_links.emplace_back(ascii_lower(attr(e, "rel")), std::string(clip(attr(e, "href"), 2048)));
  }

  /// inside_from_names(), which costs more than to remember the names that a page repeats.
  std::uint32_t named(const Element& e) {
    if (!e.id.empty()) return inside_from_names(e.classes, e.id);
    auto [known, fresh] = names_.try_emplace(e.classes, 0);
    if (fresh) known->second = inside_from_names(e.classes, e.id);
    return known->second;
  }

  /// Names decide only for elements that hold a small part of the page's text: a wrapper
  /// called "has-sidebar" or "ads-enabled" is none of what its name says.
  void settle_inside() {
    std::vector<std::uint64_t> before(page_.blocks.size() + 1, 0);
    for (std::size_t i = 0; i < page_.blocks.size(); ++i) {
      const Block& b = page_.blocks[i];
      bool prose = b.chars > 80 && b.link_density() < 0.4;
      before[i + 1] = before[i] + (prose ? b.chars : 0);
    }
    double all = static_cast<double>(before.back()) + 1;
    for (Element& e : page_.elements) {
      bool outermost = e.tag == GUMBO_TAG_HTML || e.tag == GUMBO_TAG_BODY || e.tag == GUMBO_TAG_MAIN || e.tag == GUMBO_TAG_ARTICLE;
      double share = static_cast<double>(before[static_cast<std::size_t>(e.end_block)] - before[static_cast<std::size_t>(e.first_block)]) / all;
      if (!outermost && share < 0.4) {
        if (e.end_block > e.first_block) e.own |= named(e);
      } else if (share > 0.4) {
        e.own &= ~(kInForm | kInAside | kInHeader | kInFooter | kInNav | kInHidden);
      }
      e.inside = e.own | (e.parent >= 0 ? page_.elements[static_cast<std::size_t>(e.parent)].inside : 0);
    }
    for (Block& b : page_.blocks) {
      const Element& e = page_.elements[static_cast<std::size_t>(b.element)];
      b.inside = e.inside;
      b.type = type_of(e.tag, e.inside);
      if (b.type == BlockType::kHeading) b.heading_level = static_cast<std::uint8_t>(e.tag - GUMBO_TAG_H1 + 1);
    }
  }

  Page page_;
  std::unordered_map<std::string_view, const GumboNode*> streamed_;
  std::unordered_set<const GumboNode*> placed_;
  std::unordered_map<std::string_view, std::uint32_t> names_;
  Block pending_;
  std::string raw_;
  std::size_t dark_ = 0, link_dark_ = 0, strong_dark_ = 0;
  int in_link_ = 0, in_strong_ = 0, breaks_ = 0;
  std::int32_t current_ = -1;
};

void collect_text(const GumboElement* e, std::string& out, std::size_t max) {
  for (unsigned i = 0; i < e->children.length && out.size() < max; ++i) {
    auto* child = static_cast<const GumboNode*>(e->children.data[i]);
    if (child->type == GUMBO_NODE_TEXT || child->type == GUMBO_NODE_WHITESPACE || child->type == GUMBO_NODE_CDATA) {
      out += child->v.text.text;
    } else if (child->type == GUMBO_NODE_ELEMENT && child->v.element.tag != GUMBO_TAG_SCRIPT && child->v.element.tag != GUMBO_TAG_STYLE) {
      bool block = block_level(child->v.element.tag);
      if (block) out += ' ';
      collect_text(&child->v.element, out, max);
      if (block) out += ' ';
    }
  }
}

}  // namespace

std::string_view block_type_name(BlockType t) {
  static constexpr std::string_view kNames[] = {"paragraph", "heading", "list_item", "quote", "code", "table_cell", "caption"};
  return kNames[static_cast<std::size_t>(t)];
}

void Block::describe() {
  chars = static_cast<std::uint32_t>(length_utf8(text));
  key = word_key(clip(text, kKeyBytes));
  bool whole = text.size() <= kKeyBytes;
  word_count = static_cast<std::uint32_t>(whole ? static_cast<std::size_t>(std::count(key.begin(), key.end(), ' ')) : words(text).size());
  phrases = phrases_of(text);
}

std::string_view Element::attribute(const char* name) const { return node ? attr(*node, name) : std::string_view(); }

std::string_view Page::meta(std::string_view key) const {
  for (const MetaTag& m : metas)
    if (m.key == key) return m.value;
  return {};
}

bool Page::within(std::int32_t element, std::int32_t ancestor) const {
  while (element > ancestor) element = elements[static_cast<std::size_t>(element)].parent;
  return element == ancestor;
}

std::int32_t Page::common_ancestor(std::int32_t a, std::int32_t b) const {
  while (a != b) {
    if (a > b) a = elements[static_cast<std::size_t>(a)].parent;
    else b = elements[static_cast<std::size_t>(b)].parent;
    if (a < 0 || b < 0) return 0;
  }
  return a;
}

Page read_page(const Document& document) { return PageReader().run(document.root()); }

std::string element_text(const GumboElement* element, std::size_t max_bytes) {
  std::string out;
  collect_text(element, out, max_bytes);
  return collapse_space(clip(out, max_bytes));
}

}  // namespace offprint
