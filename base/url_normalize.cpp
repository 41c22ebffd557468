// crawler-commons' basic URL normaliser, for `debug url-normalize` and for comparing foreign URL lists.
#include <algorithm>
#include <vector>

#include "base/text.h"
#include "base/url.h"

namespace offprint {
namespace {

bool is_hex(char c) { return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'f'); }

bool unreserved(unsigned char c) {
  return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '-' || c == '.' || c == '_' || c == '~';
}

/// Needless escapes off, hex in capitals, what must be escaped escaped.
std::string normalize_escapes(std::string_view s) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  auto put_escaped = [&](unsigned char u) { out += {'%', kHex[u >> 4], kHex[u & 15]}; };
  for (std::size_t i = 0; i < s.size(); ++i) {
    unsigned char u = static_cast<unsigned char>(s[i]);
    if (s[i] == '%') {
      if (i + 2 < s.size() && is_hex(s[i + 1]) && is_hex(s[i + 2])) {
        unsigned char v = static_cast<unsigned char>(percent_decode(s.substr(i, 3))[0]);
        if (unreserved(v)) out += static_cast<char>(v);
        else put_escaped(v);
        i += 2;
      } else {
        out += "%25";
      }
    } else if (u <= 0x20 || u >= 0x7F || std::string_view("\"<>\\^`{|}").find(s[i]) != std::string_view::npos) {
      put_escaped(u);
    } else {
      out += s[i];
    }
  }
  return out;
}

/// Dot segments resolved and empty segments removed.
std::string normalize_path(std::string_view path) {
  std::vector<std::string_view> kept;
  auto parts = split(path, '/');
  bool slash_end = false;
  for (std::string_view p : parts) {
    slash_end = p.empty() || p == "." || p == "..";
    if (p.empty() || p == ".") continue;
    if (p == "..") {
      if (!kept.empty()) kept.pop_back();
    } else {
      kept.push_back(p);
    }
  }
  std::string out;
  for (std::string_view p : kept) (out += '/') += p;
  if (slash_end || out.empty()) out += '/';
  return out;
}

std::string normalize_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> args;
  for (std::string_view arg : split(query, '&')) {
    std::size_t eq = arg.find('=');
    if (arg.empty() || eq == 0) {
      if (eq == 0 && arg.size() > 1) args.emplace_back(std::string(arg.substr(1)), "");
      continue;
    }
    std::string value(eq == std::string_view::npos ? "" : arg.substr(eq + 1));
    args.emplace_back(arg.substr(0, eq), value);
  }
  std::stable_sort(args.begin(), args.end());
  std::string out;
  for (auto& [k, v] : args) {
    if (!out.empty()) out += '&';
    out += k;
    if (!v.empty()) (out += '=') += v;
  }
  return out;
}

}  // namespace

std::string normalize_url(std::string_view input) {
  std::string url(trim(input));
  url = url.substr(0, url.find('#'));
  if (istarts_with(url, "file:")) {
    std::string_view rest = std::string_view(url).substr(5);
    bool authority = rest.starts_with("///");
    return (authority ? "file://" : "file:") + normalize_path(rest);
  }
  if (url.find("://") == std::string::npos) url.insert(0, "http://");
  auto parsed = Url::parse(url);
  if (!parsed) return url;
  std::string out = parsed->origin() + normalize_path(normalize_escapes(parsed->path));
  std::size_t q = url.find('?');
  std::string query = q == std::string::npos ? "" : normalize_query(normalize_escapes(url.substr(q + 1)));
  return query.empty() ? out : out + "?" + query;
}

}  // namespace offprint
