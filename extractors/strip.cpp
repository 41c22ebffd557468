#include "extractors/strip.h"

#include <unordered_set>

#include "base/text.h"
#include "extractors/markup.h"

namespace offprint {
namespace {

using Kind = MarkupToken::Kind;

using Names = std::unordered_set<std::string_view>;

/// Tag names are compared without regard to case; the longest that is listed has 10 letters.
bool in_list(std::string_view name, const Names& list) {
  char lower[12];
  if (name.empty() || name.size() > sizeof lower) return false;
  for (std::size_t i = 0; i < name.size(); ++i) lower[i] = static_cast<char>(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + 32 : name[i]);
  return list.contains(std::string_view(lower, name.size()));
}

const Names kVoid{"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"};
const Names kAutoClosed{"p", "li", "td", "tr", "th", "dt", "dd", "option", "optgroup", "thead", "tbody", "tfoot", "colgroup", "html", "head", "body"};
const Names kFormatting{"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"};
/// What the tree is read for (page.cpp, metadata.cpp, byline.cpp, dateline.cpp).
const Names kTelling{"id", "class", "href", "rel", "itemprop", "content", "name", "property", "value", "datetime", "lang", "type", "hidden", "aria-hidden", "role", "alt", "charset"};
const Names kBlocks{"p", "div", "li", "td", "th", "tr", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "header", "footer", "nav", "aside", "main", "ul", "ol", "table", "blockquote", "pre", "figure", "figcaption", "br", "hr", "form", "title", "option"};

class Stripper {
 public:
  Stripper(std::string_view html, const StripLimits& limits) : limits_(limits), scanner_(html, MarkupScanner::Mode::kHtml) { out_.html.reserve(html.size() / 2); }

  Stripped run() {
    for (MarkupToken t; scanner_.next(t);) {
      if (out_.html.size() > limits_.max_bytes) {
        out_.truncated = true;
        break;
      }
      if (t.kind == Kind::kText) text(t);
      else if (t.kind == Kind::kStart) start(t);
      else if (t.kind == Kind::kEnd) end(t);
      else if (t.kind == Kind::kComment && t.content == "/$") out_.html += t.raw;  // The end of what a streamed piece replaces.
      else if (t.kind == Kind::kDeclaration && istarts_with(t.raw, "<!doctype")) out_.html += t.raw.substr(0, 200);
    }
    return std::move(out_);
  }

 private:
  void text(const MarkupToken& t) {
    if (drop_next_text_) {
      drop_next_text_ = false;
      return;
    }
    if (svg_depth_ == 0) out_.html += t.content;
  }

  void start(const MarkupToken& t) {
    drop_next_text_ = false;
    ++out_.tags;
    if (iequals(t.name, "svg")) {
      if (!t.self_closing) ++svg_depth_;
      return;
    }
    if (svg_depth_ > 0) return;
    if (iequals(t.name, "script") || iequals(t.name, "style")) {
      bool keep = ifind(t.attributes, "ld+json") != std::string_view::npos;
      drop_next_text_ = !keep;
      skip_end_ = !keep;
      if (keep) out_.html += t.raw;
      return;
    }
    if (iequals(t.name, "iframe")) drop_next_text_ = true;
    if (!in_list(t.name, kVoid) && !in_list(t.name, kAutoClosed)) {
      if (in_list(t.name, kFormatting)) {
        if (formatting_ >= limits_.max_open_formatting) return cap();
        ++formatting_;
      } else if (!t.self_closing) {
        if (depth_ >= limits_.max_depth) {
          ++skipped_depth_;
          return cap();
        }
        ++depth_;
      }
    }
    put_tag(t);
  }

  /// Attributes are most of a page's bytes, and few of them say anything of its text.
  void put_tag(const MarkupToken& t) {
    if (limits_.all_attributes && t.attributes.size() <= limits_.max_attribute_bytes) {
      out_.html += t.raw;
      return;
    }
    (out_.html += '<') += t.name;
    std::size_t used = 0;
    for_each_attribute(t.attributes, [&](std::string_view name, std::string_view value) {
      if (!limits_.all_attributes && !telling(name, value)) return true;
      bool quotes = value.find('"') != std::string_view::npos;
      if (quotes && value.find('\'') != std::string_view::npos) return true;
      if (used + name.size() + value.size() > limits_.max_attribute_bytes) {
        cap();
        return true;
      }
      used += name.size() + value.size() + 4;
      (out_.html += ' ') += name;
      (((out_.html += '=') += quotes ? '\'' : '"') += value) += quotes ? '\'' : '"';
      return true;
    });
    out_.html += '>';
  }

  static bool telling(std::string_view name, std::string_view value) {
    if (iequals(name, "style")) return ifind(value, "display") != std::string_view::npos || ifind(value, "visibility") != std::string_view::npos;
    if (iequals(name, "src") || iequals(name, "data-src")) return !istarts_with(value, "data:");
    return in_list(name, kTelling);
  }

  void end(const MarkupToken& t) {
    drop_next_text_ = false;
    if (iequals(t.name, "svg")) {
      if (svg_depth_ > 0) --svg_depth_;
      return;
    }
    if (svg_depth_ > 0) return;
    if (skip_end_ && (iequals(t.name, "script") || iequals(t.name, "style"))) {
      skip_end_ = false;
      return;
    }
    if (in_list(t.name, kFormatting)) {
      if (formatting_ > 0) --formatting_;
    } else if (!in_list(t.name, kVoid) && !in_list(t.name, kAutoClosed)) {
      if (skipped_depth_ > 0) {
        --skipped_depth_;
        return;
      }
      if (depth_ > 0) --depth_;
    }
    out_.html += t.raw;
  }

  void cap() { out_.capped = true; }

  const StripLimits& limits_;
  MarkupScanner scanner_;
  Stripped out_;
  bool drop_next_text_ = false, skip_end_ = false;
  int svg_depth_ = 0, depth_ = 0, skipped_depth_ = 0, formatting_ = 0;
};

}  // namespace

Stripped strip_markup(std::string_view html, const StripLimits& limits) { return Stripper(html, limits).run(); }

std::string text_of_markup(std::string_view html, std::size_t max_bytes) {
  std::string out;
  MarkupScanner scanner(html, MarkupScanner::Mode::kHtml);
  bool raw = false;
  for (MarkupToken t; out.size() < max_bytes && scanner.next(t);) {
    if (t.kind == Kind::kText && !raw) out += decode_entities(t.content);
    raw = t.kind == Kind::kStart && (iequals(t.name, "script") || iequals(t.name, "style") || iequals(t.name, "iframe"));
    bool tag = t.kind == Kind::kStart || t.kind == Kind::kEnd;
    if (tag && in_list(t.name, kBlocks)) out += "\n\n";
  }
  return std::string(clip(out, max_bytes));
}

}  // namespace offprint
