#include "extractors/selector.h"

#include <algorithm>

#include "base/text.h"

namespace offprint {
namespace {

bool name_char(char c) { return (c | 32) >= 'a' ? (c | 32) <= 'z' || static_cast<unsigned char>(c) >= 0x80 || c == '_' : (c >= '0' && c <= '9') || c == '-'; }

std::string take_name(std::string_view& s) {
  std::size_t n = 0;
  while (n < s.size() && name_char(s[n])) ++n;
  std::string out(s.substr(0, n));
  s.remove_prefix(n);
  return out;
}

/// Splits at `sep`, but not within brackets.
std::vector<std::string_view> split_outside(std::string_view s, char sep) {
  std::vector<std::string_view> out;
  std::size_t start = 0;
  int depth = 0;
  for (std::size_t i = 0; i <= s.size(); ++i) {
    if (i < s.size() && s[i] == '[') ++depth;
    if (i < s.size() && s[i] == ']') --depth;
    if (i < s.size() && (s[i] != sep || depth > 0)) continue;
    if (!trim(s.substr(start, i - start)).empty()) out.push_back(trim(s.substr(start, i - start)));
    start = i + 1;
  }
  return out;
}

}  // namespace

Result<Selector::Compound> Selector::parse_compound(std::string_view s) {
  auto bad = [&] { return fail(ErrorKind::kInvalid, "selector part \"" + printable(s) + "\" is not understood"); };
  Compound c;
  if (!s.empty() && s.front() == '*') s.remove_prefix(1);
  else c.tag = ascii_lower(take_name(s));
  while (!s.empty()) {
    char kind = s.front();
    s.remove_prefix(1);
    if (kind == '.') {
      c.classes.push_back(take_name(s));
      if (c.classes.back().empty()) return bad();
    } else if (kind == '#') {
      c.id = take_name(s);
      if (c.id.empty()) return bad();
    } else if (kind == '[') {
      std::size_t end = s.find(']');
      if (end == std::string_view::npos) return bad();
      std::string_view inside = s.substr(0, end);
      s.remove_prefix(end + 1);
      Attribute a;
      a.name = take_name(inside);
      if (inside.starts_with("*=")) a.how = '*', inside.remove_prefix(2);
      else if (inside.starts_with("=")) a.how = '=', inside.remove_prefix(1);
      else if (!inside.empty()) return bad();
      if (inside.size() >= 2 && (inside.front() == '"' || inside.front() == '\'')) inside = inside.substr(1, inside.size() - 2);
      a.value = inside;
      if (a.name.empty()) return bad();
      c.attributes.push_back(a);
    } else {
      return bad();
    }
  }
  return c;
}

Result<Selector> Selector::parse(std::string_view text) {
  Selector out;
  for (std::string_view alternative : split_outside(text, ',')) {
    std::vector<Compound> chain;
    for (std::string_view part : split_outside(alternative, ' ')) {
      auto c = parse_compound(part);
      if (!c) return tl::unexpected(c.error());
      chain.push_back(std::move(*c));
    }
    out.alternatives_.push_back(std::move(chain));
  }
  if (out.alternatives_.empty()) return fail(ErrorKind::kInvalid, "empty selector");
  return out;
}

bool Selector::matches_compound(const Element& e, const Compound& c) {
  if (!c.tag.empty() && c.tag != gumbo_normalized_tagname(e.tag)) return false;
  if (!c.id.empty() && c.id != e.id) return false;
  for (const std::string& wanted : c.classes) {
    auto list = split(e.classes, ' ');
    if (std::find(list.begin(), list.end(), wanted) == list.end()) return false;
  }
  return std::all_of(c.attributes.begin(), c.attributes.end(), [&](const Attribute& a) {
    if (!e.node || !gumbo_get_attribute(&e.node->attributes, a.name.c_str())) return false;
    std::string_view value = e.attribute(a.name.c_str());
    return a.how == 0 || (a.how == '=' ? value == a.value : value.find(a.value) != std::string_view::npos);
  });
}

bool Selector::matches(const Page& page, std::int32_t element) const {
  auto get = [&](std::int32_t i) -> const Element& { return page.elements[static_cast<std::size_t>(i)]; };
  return std::any_of(alternatives_.begin(), alternatives_.end(), [&](const std::vector<Compound>& chain) {
    if (!matches_compound(get(element), chain.back())) return false;
    std::int32_t e = get(element).parent;
    for (auto it = chain.rbegin() + 1; it != chain.rend(); ++it) {
      while (e >= 0 && !matches_compound(get(e), *it)) e = get(e).parent;
      if (e < 0) return false;
      e = get(e).parent;
    }
    return true;
  });
}

std::vector<std::int32_t> Selector::find(const Page& page) const {
  std::vector<std::int32_t> out;
  for (std::int32_t e = 0; e < static_cast<std::int32_t>(page.elements.size()); ++e) {
    if (!out.empty() && page.within(e, out.back())) continue;
    if (matches(page, e)) out.push_back(e);
  }
  return out;
}

}  // namespace offprint
