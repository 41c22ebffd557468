// A streaming scan of markup: tags, text, comments, in one pass and without a tree.
// For HTML (links, the pre-scan before the tree) and for XML of feeds and sitemaps, whose
// breakage it survives. It knows no DTD and expands no entities of a document's own.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace offprint {

struct MarkupToken {
  enum class Kind { kText, kStart, kEnd, kComment, kCdata, kDeclaration };
  Kind kind = Kind::kText;
  std::string_view raw;         ///< The token as it stands in the input.
  std::string_view name;        ///< Of a tag, as written, with its prefix.
  std::string_view attributes;  ///< Between name and '>' of a start tag.
  std::string_view content;     ///< Of text (entities not decoded), comment or CDATA.
  bool self_closing = false;
};

/// Views into the input, which must outlive it.
class MarkupScanner {
 public:
  enum class Mode { kHtml, kXml };
  MarkupScanner(std::string_view input, Mode mode) : input_(input), mode_(mode) {}

  /// False at the end. In HTML the content of script, style, textarea, title and the like
  /// comes as one text token.
  bool next(MarkupToken& token);
  std::size_t position() const { return at_; }

 private:
  bool scan_raw_text(MarkupToken& token);
  bool scan_tag(MarkupToken& token);
  std::string_view input_;
  Mode mode_;
  std::size_t at_ = 0;
  std::string_view raw_element_;
};

/// Calls `f(name, value)` for each attribute; views, entities not decoded. Stops when f returns false.
template <class F>
void for_each_attribute(std::string_view s, F&& f) {
  auto space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  for (std::size_t i = 0; i < s.size();) {
    while (i < s.size() && (space(s[i]) || s[i] == '/')) ++i;
    std::size_t start = i;
    while (i < s.size() && !space(s[i]) && s[i] != '=' && s[i] != '/') ++i;
    if (i == start && i < s.size()) ++i;
    std::string_view name = s.substr(start, i - start), value;
    while (i < s.size() && space(s[i])) ++i;
    if (i < s.size() && s[i] == '=') {
      ++i;
      while (i < s.size() && space(s[i])) ++i;
      if (i < s.size() && (s[i] == '"' || s[i] == '\'')) {
        std::size_t end = s.find(s[i], i + 1);
        if (end == std::string_view::npos) end = s.size();
        value = s.substr(i + 1, end - i - 1);
        i = end + 1;
      } else {
        std::size_t from = i;
        while (i < s.size() && !space(s[i])) ++i;
        value = s.substr(from, i - from);
      }
    }
    if (!name.empty() && !f(name, value)) return;
  }
}

/// Value of an attribute with its entities decoded; names without regard to case.
std::optional<std::string> attribute(std::string_view attributes, std::string_view name);

/// Numeric references and the common named ones; others stay as they are.
std::string decode_entities(std::string_view s);

/// "rss:title" → "title".
std::string_view local_name(std::string_view name);

}  // namespace offprint
