#include "extractors/script_state.h"

#include <re2/re2.h>

#include <charconv>

#include "base/text.h"
#include "extractors/markup.h"

namespace offprint {
namespace {

constexpr std::size_t kLeastBytes = 400;
constexpr std::size_t kMostBytes = 2 << 20;

/// Four hexadecimal digits at `i`, or -1.
int hex4(std::string_view s, std::size_t i) {
  unsigned v = 0;
  if (i + 4 > s.size()) return -1;
  auto [p, ec] = std::from_chars(s.data() + i, s.data() + i + 4, v, 16);
  return ec == std::errc() && p == s.data() + i + 4 ? static_cast<int>(v) : -1;
}

/// Undoes the escapes of a JSON string's inside (RFC 8259, 7).
std::string unescape(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] != '\\' || i + 1 >= s.size()) {
      out += s[i];
      continue;
    }
    char c = s[++i];
    if (c != 'u') {
      out += c == 'n' || c == 'r' || c == 't' || c == 'b' || c == 'f' ? '\n' : c;
      continue;
    }
    int v = hex4(s, i + 1);
    if (v < 0) continue;
    i += 4;
    bool high = v >= 0xD800 && v < 0xDC00 && i + 2 < s.size() && s[i + 1] == '\\' && s[i + 2] == 'u';
    int low = high ? hex4(s, i + 3) : -1;
    if (low >= 0xDC00 && low < 0xE000) {
      append_utf8(out, 0x10000u + ((static_cast<char32_t>(v) - 0xD800u) << 10) + (static_cast<char32_t>(low) - 0xDC00u));
      i += 6;
    } else {
      append_utf8(out, static_cast<char32_t>(v));
    }
  }
  return out;
}

std::size_t count(std::string_view s, std::string_view what) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = s.find(what, at)) != std::string_view::npos; at += what.size()) ++n;
  return n;
}

/// Markup with paragraphs in it, and not a whole page or a script.
bool article_like(std::string_view s) {
  std::size_t breaks = count(s, "<p") + count(s, "<br") + count(s, "</div>");
  return breaks >= 2 && s.find("<script") == std::string_view::npos && s.find("<html") == std::string_view::npos;
}

void look_into(std::string_view script, std::string& best) {
  for (std::size_t i = 0; (i = script.find('"', i)) != std::string_view::npos;) {
    std::size_t end = i + 1;
    while (end < script.size() && script[end] != '"') end += script[end] == '\\' ? 2 : 1;
    if (end >= script.size()) return;
    std::string_view inside = script.substr(i + 1, end - i - 1);
    i = end + 1;
    if (inside.size() < kLeastBytes || inside.size() > kMostBytes) continue;
    std::string text = unescape(inside);
    if (article_like(text) && text.find("\\\"") == std::string::npos) {
      if (text.size() > best.size()) best = std::move(text);
    } else if (text.find('"') != std::string::npos && text.size() < inside.size()) {
      look_into(text, best);  // State within state: a JSON document written as a string.
    }
  }
}

}  // namespace

std::string markup_in_scripts(std::string_view html) {
  std::string best;
  MarkupScanner scanner(html, MarkupScanner::Mode::kHtml);
  bool script = false;
  for (MarkupToken t; scanner.next(t);) {
    if (script && t.kind == MarkupToken::Kind::kText) look_into(t.content, best);
    script = t.kind == MarkupToken::Kind::kStart && iequals(t.name, "script");
  }
  return best;
}

std::string date_in_scripts(std::string_view html) {
  static const RE2 re(R"((?i)(?:\\?"|&quot;|\b)(?:date_?published|published_?(?:at|date|time|on)|publish_?(?:date|time|ed_?date)|first_?published(?:_?(?:at|date))?|pub_?date|publication_?date|datetime_?published|deployDt|release_?date|created_?at|date_?created)(?:\\?"|&quot;)?\s*:\s*(?:\\?"|&quot;|')?((?:19|20)\d{2}[-./]\d{1,2}[-./]\d{1,2}(?:[T ][\d:.]+)?(?:Z|[+-]\d{2}:?\d{2})?|1\d{9}(?:\d{3})?\b))");
  re2::StringPiece date;
  return RE2::PartialMatch(re2::StringPiece(html.data(), html.size()), re, &date) ? std::string(date.data(), date.size()) : "";
}

}  // namespace offprint
