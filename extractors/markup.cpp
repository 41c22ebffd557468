#include "extractors/markup.h"

#include <charconv>

#include "base/text.h"

namespace offprint {
namespace {

bool letter(char c) { return ((c | 32) >= 'a' && (c | 32) <= 'z'); }

bool raw_text_element(std::string_view name) {
  for (std::string_view n : {"script", "style", "textarea", "title", "noframes", "xmp", "iframe"})
    if (iequals(n, name)) return true;
  return false;
}

struct Named {
  std::string_view name;
  char32_t value;
};

constexpr Named kNamed[] = {{"amp", '&'},      {"lt", '<'},        {"gt", '>'},        {"quot", '"'},      {"apos", '\''},
                            {"nbsp", 0xA0},    {"ndash", 0x2013},  {"mdash", 0x2014},  {"lsquo", 0x2018},  {"rsquo", 0x2019},
                            {"ldquo", 0x201C}, {"rdquo", 0x201D},  {"hellip", 0x2026}, {"copy", 0xA9},     {"reg", 0xAE},
                            {"laquo", 0xAB},   {"raquo", 0xBB},    {"eacute", 0xE9},   {"egrave", 0xE8},   {"agrave", 0xE0},
                            {"auml", 0xE4},    {"ouml", 0xF6},     {"uuml", 0xFC},     {"Auml", 0xC4},     {"Ouml", 0xD6},
                            {"Uuml", 0xDC},    {"szlig", 0xDF},    {"ccedil", 0xE7},   {"euro", 0x20AC},   {"middot", 0xB7},
                            {"bull", 0x2022},  {"shy", 0xAD},      {"aacute", 0xE1},   {"iacute", 0xED},   {"oacute", 0xF3},
                            {"uacute", 0xFA},  {"ntilde", 0xF1},   {"oslash", 0xF8},   {"aring", 0xE5},    {"aelig", 0xE6}};

/// Decodes one reference at s[i] == '&'; returns its length, or 0.
std::size_t reference(std::string_view s, std::size_t i, std::string& out) {
  std::size_t end = s.find(';', i);
  if (end == std::string_view::npos || end - i > 12) return 0;
  std::string_view name = s.substr(i + 1, end - i - 1);
  if (name.starts_with('#')) {
    bool hexadecimal = name.size() > 1 && (name[1] | 32) == 'x';
    std::string_view digits = name.substr(hexadecimal ? 2 : 1);
    unsigned value = 0;
    auto [p, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), value, hexadecimal ? 16 : 10);
    if (digits.empty() || ec != std::errc() || p != digits.data() + digits.size()) return 0;
    append_utf8(out, value == 0 ? 0xFFFD : value);
    return end - i + 1;
  }
  for (const Named& n : kNamed) {
    if (n.name != name) continue;
    append_utf8(out, n.value);
    return end - i + 1;
  }
  return 0;
}

}  // namespace

bool MarkupScanner::scan_raw_text(MarkupToken& token) {
  std::string_view element = raw_element_;
  raw_element_ = {};
  std::size_t end = at_;
  for (;; ++end) {
    end = input_.find("</", end);
    if (end == std::string_view::npos) {
      end = input_.size();
      break;
    }
    if (istarts_with(input_.substr(end + 2), element) && (end + 2 + element.size() >= input_.size() || !letter(input_[end + 2 + element.size()]))) break;
  }
  if (end == at_) return false;
  token.kind = MarkupToken::Kind::kText;
  token.raw = token.content = input_.substr(at_, end - at_);
  at_ = end;
  return true;
}

/// At '<' followed by a letter or '/'.
bool MarkupScanner::scan_tag(MarkupToken& token) {
  bool closing = input_[at_ + 1] == '/';
  std::size_t i = at_ + (closing ? 2 : 1), name_start = i;
  auto stop = [](char c) { return c == '>' || c == '/' || c == ' ' || (c >= '\t' && c <= '\r'); };
  while (i < input_.size() && !stop(input_[i])) ++i;
  token.name = input_.substr(name_start, i - name_start);
  std::size_t attributes_start = i;
  while (i < input_.size() && input_[i] != '>') {
    if (input_[i] == '=') {  // Quotes count only behind '='.
      ++i;
      while (i < input_.size() && (input_[i] == ' ' || (input_[i] >= '\t' && input_[i] <= '\r'))) ++i;
      if (i < input_.size() && (input_[i] == '"' || input_[i] == '\'')) {
        std::size_t end = input_.find(input_[i], i + 1);
        i = end == std::string_view::npos ? input_.size() : end + 1;
      }
    } else {
      ++i;
    }
  }
  token.attributes = input_.substr(attributes_start, i - attributes_start);
  token.self_closing = token.attributes.ends_with('/');
  token.kind = closing ? MarkupToken::Kind::kEnd : MarkupToken::Kind::kStart;
  std::size_t end = i < input_.size() ? i + 1 : i;
  token.raw = input_.substr(at_, end - at_);
  at_ = end;
  if (!closing && mode_ == Mode::kHtml && raw_text_element(token.name)) raw_element_ = token.name;
  return true;
}

bool MarkupScanner::next(MarkupToken& token) {
  token = {};
  if (!raw_element_.empty() && scan_raw_text(token)) return true;
  if (at_ >= input_.size()) return false;
  std::string_view rest = input_.substr(at_);
  auto take = [&](MarkupToken::Kind kind, std::size_t skip, std::string_view closer) {
    std::size_t end = rest.find(closer, skip);
    token.kind = kind;
    token.content = rest.substr(std::min(skip, rest.size()), end == std::string_view::npos ? std::string_view::npos : end - skip);
    token.raw = rest.substr(0, end == std::string_view::npos ? rest.size() : end + closer.size());
    at_ += token.raw.size();
    return true;
  };
  if (rest.starts_with("<!--")) return take(MarkupToken::Kind::kComment, 4, "-->");
  if (rest.starts_with("<![CDATA[")) return take(mode_ == Mode::kXml ? MarkupToken::Kind::kCdata : MarkupToken::Kind::kComment, 9, "]]>");
  if (rest.starts_with("<!") || rest.starts_with("<?")) return take(MarkupToken::Kind::kDeclaration, 2, ">");
  if (rest.size() > 1 && rest[0] == '<' && (letter(rest[1]) || (rest[1] == '/' && rest.size() > 2 && letter(rest[2])))) return scan_tag(token);
  std::size_t end = rest.find('<', 1);
  token.kind = MarkupToken::Kind::kText;
  token.raw = token.content = rest.substr(0, end);
  at_ += token.raw.size();
  return true;
}

std::optional<std::string> attribute(std::string_view attributes, std::string_view name) {
  std::optional<std::string> out;
  for_each_attribute(attributes, [&](std::string_view n, std::string_view v) {
    if (!iequals(n, name)) return true;
    out = decode_entities(v);
    return false;
  });
  return out;
}

std::string decode_entities(std::string_view s) {
  std::size_t amp = s.find('&');
  if (amp == std::string_view::npos) return std::string(s);
  std::string out(s.substr(0, amp));
  for (std::size_t i = amp; i < s.size();) {
    std::size_t n = s[i] == '&' ? reference(s, i, out) : 0;
    if (n == 0) out += s[i++];
    else i += n;
  }
  return out;
}

std::string_view local_name(std::string_view name) {
  std::size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

}  // namespace offprint
