#include "base/charset.h"

#include <uchardet/uchardet.h>
#include <unicode/ucnv.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace offprint {
namespace {

bool space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'; }

/// One attribute of a tag (HTML 13.2.3.2, "get an attribute"). Moves `i`; false at the tag's end.
bool next_attribute(std::string_view s, std::size_t& i, std::string& name, std::string& value) {
  name.clear();
  value.clear();
  while (i < s.size() && (space(s[i]) || s[i] == '/')) ++i;
  if (i >= s.size() || s[i] == '>') return false;
  while (i < s.size() && !(s[i] == '=' && !name.empty()) && !space(s[i]) && s[i] != '/' && s[i] != '>') name += s[i++];
  while (i < s.size() && space(s[i])) ++i;
  name = ascii_lower(name);
  if (i >= s.size() || s[i] != '=') return i < s.size();
  ++i;
  while (i < s.size() && space(s[i])) ++i;
  if (i >= s.size()) return false;
  if (s[i] == '"' || s[i] == '\'') {
    std::size_t end = s.find(s[i], i + 1);
    if (end == std::string_view::npos) return i = s.size(), false;
    value = ascii_lower(s.substr(i + 1, end - i - 1));
    i = end + 1;
    return true;
  }
  while (i < s.size() && !space(s[i]) && s[i] != '>') value += s[i++];
  value = ascii_lower(value);
  return i < s.size();
}

/// "text/html; charset=x" → encoding (HTML 2.5.6).
std::string_view charset_in_content(std::string_view s) {
  for (std::size_t at = 0; (at = ifind(s, "charset", at)) != std::string_view::npos;) {
    at += 7;
    std::size_t i = at;
    while (i < s.size() && space(s[i])) ++i;
    if (i >= s.size() || s[i] != '=') continue;
    ++i;
    while (i < s.size() && space(s[i])) ++i;
    if (i >= s.size()) return {};
    if (s[i] == '"' || s[i] == '\'') {
      std::size_t end = s.find(s[i], i + 1);
      return end == std::string_view::npos ? std::string_view() : encoding_for_label(s.substr(i + 1, end - i - 1));
    }
    std::size_t end = i;
    while (end < s.size() && !space(s[end]) && s[end] != ';') ++end;
    return encoding_for_label(s.substr(i, end - i));
  }
  return {};
}

std::string_view meta_encoding(std::string_view s, std::size_t& i) {
  std::string name, value;
  std::vector<std::string> seen;
  bool got_pragma = false, need_pragma = false, decided = false;
  std::string_view found;
  bool more = true;
  while (more) {
    more = next_attribute(s, i, name, value);
    if (!more && name.empty()) break;
    if (i >= s.size()) return {};
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) continue;
    seen.push_back(name);
    if (name == "http-equiv" && value == "content-type") got_pragma = true;
    if (name == "content" && found.empty() && !decided) {
      found = charset_in_content(value);
      if (!found.empty()) need_pragma = decided = true;
    }
    if (name == "charset") {
      found = encoding_for_label(value);
      need_pragma = false;
      decided = true;
    }
  }
  if (!decided || (need_pragma && !got_pragma)) return {};
  if (found == "UTF-16LE" || found == "UTF-16BE") return "UTF-8";
  return found == "x-user-defined" ? std::string_view("windows-1252") : found;
}

/// ICU's name for an encoding of the standard, where it has another.
std::string icu_name(std::string_view encoding) {
  struct Pair {
    std::string_view standard, icu;
  };
  static constexpr Pair kPairs[] = {
      {"Shift_JIS", "ibm-943_P15A-2003"}, {"EUC-KR", "windows-949-2000"}, {"GBK", "gb18030"},
      {"ISO-8859-8-I", "iso-8859-8"},     {"Big5", "Big5-HKSCS"},         {"IBM866", "ibm-866"},
      {"x-mac-cyrillic", "x-mac-cyrillic"}, {"windows-874", "windows-874-2000"}};
  for (const Pair& p : kPairs)
    if (p.standard == encoding) return std::string(p.icu);
  return std::string(encoding);
}

std::string_view strip_bom(std::string_view bytes, std::string_view encoding) {
  if (encoding == "UTF-8" && bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (encoding == "UTF-16LE" && bytes.starts_with("\xFF\xFE")) bytes.remove_prefix(2);
  if (encoding == "UTF-16BE" && bytes.starts_with("\xFE\xFF")) bytes.remove_prefix(2);
  return bytes;
}

std::string repair_utf8(std::string_view bytes, bool& replaced) {
  if (valid_utf8(bytes)) return std::string(bytes);
  replaced = true;
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size();) append_utf8(out, next_code_point(bytes, i));
  return out;
}

}  // namespace

std::string_view encoding_from_bom(std::string_view b) {
  if (b.starts_with("\xEF\xBB\xBF")) return "UTF-8";
  if (b.starts_with("\xFF\xFE")) return "UTF-16LE";
  if (b.starts_with("\xFE\xFF")) return "UTF-16BE";
  return {};
}

std::string_view encoding_from_meta(std::string_view html, std::size_t limit) {
  std::string_view s = html.substr(0, limit);
  std::string name, value;
  for (std::size_t i = 0; i < s.size();) {
    if (s[i] != '<') {
      ++i;
    } else if (s.substr(i, 4) == "<!--") {
      std::size_t end = s.find("-->", i + 2);
      if (end == std::string_view::npos) return {};
      i = end + 3;
    } else if (istarts_with(s.substr(i), "<meta") && i + 5 < s.size() && (space(s[i + 5]) || s[i + 5] == '/')) {
      i += 5;
      std::string_view found = meta_encoding(s, i);
      if (!found.empty()) return found;
    } else if (i + 1 < s.size() && (((s[i + 1] | 32) >= 'a' && (s[i + 1] | 32) <= 'z') || s[i + 1] == '/')) {
      i += s[i + 1] == '/' ? 2 : 1;
      while (i < s.size() && !space(s[i]) && s[i] != '>') ++i;
      while (next_attribute(s, i, name, value)) {
      }
    } else if (i + 1 < s.size() && (s[i + 1] == '!' || s[i + 1] == '?')) {
      std::size_t end = s.find('>', i);
      if (end == std::string_view::npos) return {};
      i = end + 1;
    } else {
      ++i;
    }
  }
  return {};
}

std::string detect_encoding(std::string_view bytes) {
  if (auto bom = encoding_from_bom(bytes); !bom.empty()) return std::string(bom);
  std::string_view sample = bytes.substr(0, 262144);
  bool ascii = is_ascii(sample);
  if (!ascii && valid_utf8(sample.size() == bytes.size() ? sample : clip(bytes, 262144))) return "UTF-8";
  uchardet_t detector = uchardet_new();
  uchardet_handle_data(detector, sample.data(), sample.size());
  uchardet_data_end(detector);
  std::string name = uchardet_get_charset(detector);
  uchardet_delete(detector);
  if (ascii && name.find("2022") == std::string::npos) return sample.empty() ? "" : "UTF-8";
  return name;
}

std::string sniff_html_encoding(std::string_view html, std::string_view header_charset) {
  if (auto bom = encoding_from_bom(html); !bom.empty()) return std::string(bom);
  if (auto e = encoding_for_label(header_charset); !e.empty()) return std::string(e);
  if (auto e = encoding_from_meta(html); !e.empty()) return std::string(e);
  std::string_view known = encoding_for_label(detect_encoding(html));
  return known.empty() ? "windows-1252" : std::string(known);
}

Decoded decode(std::string_view bytes, std::string_view encoding) {
  Decoded out;
  out.encoding = encoding;
  if (auto bom = encoding_from_bom(bytes); !bom.empty()) out.encoding = bom;
  bytes = strip_bom(bytes, out.encoding);
  if (out.encoding == "UTF-8" || out.encoding == "replacement" || out.encoding.empty()) {
    out.text = repair_utf8(bytes, out.replaced);
    return out;
  }
  UErrorCode status = U_ZERO_ERROR;
  UConverter* converter = ucnv_open(icu_name(out.encoding).c_str(), &status);
  if (U_FAILURE(status)) {
    status = U_ZERO_ERROR;
    out.encoding = "windows-1252";
    converter = ucnv_open("windows-1252", &status);
    if (U_FAILURE(status)) {
      out.text = repair_utf8(bytes, out.replaced);
      return out;
    }
  }
  icu::UnicodeString text(bytes.data(), static_cast<int32_t>(std::min<std::size_t>(bytes.size(), 1u << 30)), converter, status);
  ucnv_close(converter);
  out.replaced = U_FAILURE(status) || text.indexOf(static_cast<UChar>(0xFFFD)) >= 0;
  text.toUTF8String(out.text);
  out.text = repair_utf8(out.text, out.replaced);
  return out;
}

std::string content_type_parameter(std::string_view content_type, std::string_view name) {
  auto parts = split(content_type, ';');
  for (std::size_t i = 1; i < parts.size(); ++i) {
    std::size_t eq = parts[i].find('=');
    if (eq == std::string_view::npos || !iequals(trim(parts[i].substr(0, eq)), name)) continue;
    std::string_view v = trim(parts[i].substr(eq + 1));
    if (v.size() >= 2 && (v.front() == '"' || v.front() == '\'') && v.back() == v.front()) v = v.substr(1, v.size() - 2);
    return std::string(v);
  }
  return "";
}

}  // namespace offprint
