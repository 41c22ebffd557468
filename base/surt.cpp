// The order matters and is the canonicaliser's of the Internet Archive's `surt`: split, unescape
// repeatedly, escape once, then lower-case, strip sessions, sort the query, reverse the host.
#include "base/surt.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <vector>

#include "base/text.h"
#include "base/url.h"

namespace offprint {
namespace {

bool ascii_alnum(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string unescape_repeatedly(std::string_view s) {
  std::string now(s);
  for (int round = 0; round < 100; ++round) {
    std::string next = percent_decode(now);
    if (next == now) break;
    now = std::move(next);
  }
  return now;
}

std::string escape_once(std::string_view s) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (char c : s) {
    unsigned char u = static_cast<unsigned char>(c);
    if (u <= 0x20 || u >= 0x7F || c == '#' || c == '%') out += {'%', kHex[u >> 4], kHex[u & 15]};
    else out += c;
  }
  return out;
}

std::string minimal_escape(std::string_view s) { return escape_once(unescape_repeatedly(s)); }

std::string normalize_path(std::string_view path) {
  if (path.empty()) return "/";
  std::vector<std::string_view> kept;
  auto parts = split(path, '/');
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (parts[i] == ".") continue;
    if (parts[i] == ".." && !kept.empty()) kept.pop_back();
    else kept.push_back(parts[i]);
  }
  std::string out = "/";
  for (std::size_t i = 0; i + 1 < kept.size(); ++i)
    if (!kept[i].empty()) (out += kept[i]) += '/';
  if (!kept.empty()) out += kept.back();
  return out;
}

std::string strip_path_session(std::string path) {
  if (!path.ends_with(".aspx") && path.find(".aspx") == std::string::npos) return path;
  std::size_t open = path.find("/(");
  if (open == std::string::npos) return path;
  std::size_t close = path.find(")/", open);
  if (close == std::string::npos) return path;
  std::string_view inside = std::string_view(path).substr(open + 2, close - open - 2);
  auto id24 = [](std::string_view s) { return s.size() == 24 && std::all_of(s.begin(), s.end(), ascii_alnum); };
  bool grouped = !inside.empty();
  for (std::string_view rest = inside; grouped && !rest.empty();) {
    grouped = rest.size() >= 27 && ascii_alnum(rest[0]) && rest[1] == '(' && id24(rest.substr(2, 24)) && rest[26] == ')';
    if (grouped) rest.remove_prefix(27);
  }
  if (!grouped && !id24(inside)) return path;
  return path.substr(0, open + 1) + path.substr(close + 2);
}

/// Removes the last `name=<n letters or digits>` that ends the query or stands before '&'.
void strip_session(std::string& query, std::string_view name, std::size_t key_extra, std::size_t n) {
  for (std::size_t at = query.size(); at != std::string::npos && at > 0;) {
    at = query.rfind(name, at - 1);
    if (at == std::string::npos) return;
    std::size_t value = at + name.size() + key_extra;
    if (key_extra > 0) {
      if (value >= query.size() || query[value] != '=') continue;
      ++value;
    }
    std::size_t end = value + n;
    if (end > query.size() || (end < query.size() && query[end] != '&')) continue;
    if (!std::all_of(query.begin() + static_cast<std::ptrdiff_t>(value), query.begin() + static_cast<std::ptrdiff_t>(end), ascii_alnum))
      continue;
    query.erase(at, std::min(end + 1, query.size()) - at);
    return;
  }
}

void strip_coldfusion(std::string& query) {
  std::size_t at = query.rfind("cfid=");
  if (at == std::string::npos) return;
  std::size_t amp = query.find('&', at);
  if (amp == std::string::npos || amp == at + 5 || query.compare(amp + 1, 8, "cftoken=") != 0) return;
  std::size_t end = query.find('&', amp + 9);
  query.erase(at, end == std::string::npos ? std::string::npos : end + 1 - at);
}

std::string canonical_query(std::string_view raw) {
  std::string query = ascii_lower(minimal_escape(raw));
  strip_session(query, "jsessionid=", 0, 32);
  strip_session(query, "phpsessid=", 0, 32);
  strip_session(query, "sid=", 0, 32);
  strip_session(query, "aspsessionid", 8, 24);
  strip_coldfusion(query);
  if (query.size() <= 1) return query;
  auto args = split(query, '&');
  std::stable_sort(args.begin(), args.end(), [](std::string_view a, std::string_view b) {
    std::size_t ea = a.find('='), eb = b.find('=');
    auto ka = a.substr(0, ea), kb = b.substr(0, eb);
    if (ka != kb) return ka < kb;
    if (ea == std::string_view::npos || eb == std::string_view::npos) return ea == std::string_view::npos && eb != std::string_view::npos;
    return a.substr(ea + 1) < b.substr(eb + 1);
  });
  std::string out;
  for (auto a : args) {
    if (!out.empty() || a.data() != args.front().data()) out += '&';
    out += a;
  }
  return out;
}

std::string canonical_host(std::string_view raw) {
  std::string host = unescape_repeatedly(raw);
  if (!is_ascii(host))
    if (auto a = domain_to_ascii(host)) host = *a;
  host = replace_all(host, "..", ".");
  while (host.starts_with('.')) host.erase(0, 1);
  while (host.ends_with('.')) host.pop_back();
  bool numeric = !host.empty() && host.find_first_not_of("0123456789.xXabcdefABCDEF") == std::string::npos;
  auto ip = numeric ? parse_host(host) : Result<std::string>(tl::unexpected(Error{}));
  host = ip ? *ip : ascii_lower(escape_once(host));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.starts_with("www")) {
    std::size_t i = 3;
    while (i < host.size() && host[i] >= '0' && host[i] <= '9') ++i;
    if (i < host.size() && host[i] == '.') host.erase(0, i + 1);
  }
  return host;
}

std::string reversed(std::string_view host) {
  auto parts = split(host, '.');
  std::string out;
  for (auto it = parts.rbegin(); it != parts.rend(); ++it) {
    if (it != parts.rbegin()) out += ',';
    out += *it;
  }
  return out;
}

struct Split {
  std::string_view scheme, authority, path, query;
};

Split split_url(std::string_view s) {
  Split out;
  s = s.substr(0, s.find('#'));
  std::size_t colon = s.find(':');
  out.scheme = s.substr(0, colon);
  s.remove_prefix(colon + 1);
  if (std::size_t q = s.find('?'); q != std::string_view::npos) {
    out.query = s.substr(q + 1);
    s = s.substr(0, q);
  }
  if (s.starts_with("//")) {
    s.remove_prefix(2);
    out.authority = s.substr(0, s.find('/'));
    s.remove_prefix(out.authority.size());
  }
  if (out.authority.empty() && istarts_with(out.scheme, "http")) {  // "http:////host/path"
    while (s.starts_with('/')) s.remove_prefix(1);
    out.authority = s.substr(0, s.find('/'));
    s.remove_prefix(out.authority.size());
  }
  out.path = s;
  return out;
}

bool has_scheme(std::string_view s) {
  std::size_t colon = s.find(':');
  if (colon == 0 || colon == std::string_view::npos || !((s[0] | 32) >= 'a' && (s[0] | 32) <= 'z')) return false;
  return std::all_of(s.begin(), s.begin() + static_cast<std::ptrdiff_t>(colon),
                     [](char c) { return ascii_alnum(c) || c == '+' || c == '-' || c == '.'; });
}

}  // namespace

std::string surt_key(std::string_view input) {
  std::string url(trim(input));
  std::erase_if(url, [](char c) { return c == '\r' || c == '\n' || c == '\t'; });
  if (url.empty()) return "-";
  if (!has_scheme(url)) url.insert(0, "http://");
  for (std::string_view twice : {"http://http://", "http://https://", "https://http://", "https://https://"})
    while (url.starts_with(twice)) url.erase(0, twice.find("//") + 2);
  Split part = split_url(url);
  std::string_view host = part.authority;
  if (std::size_t at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
  std::string port;
  if (std::size_t colon = host.rfind(':'); colon != std::string_view::npos && host.find(']', colon) == std::string_view::npos) {
    port = host.substr(colon + 1);
    host = host.substr(0, colon);
  }
  bool standard = port.empty() || (iequals(part.scheme, "http") && port == "80") || (iequals(part.scheme, "https") && port == "443");
  if (host.empty() || iequals(part.scheme, "dns")) return ascii_lower(url);
  std::string path = escape_once(normalize_path(unescape_repeatedly(part.path)));
  path = strip_path_session(ascii_lower(path));
  if (path.size() > 1 && path.ends_with('/')) path.pop_back();
  std::string query = canonical_query(part.query);
  std::string key = reversed(canonical_host(host));
  if (!standard) key += ":" + port;
  key += ")" + path;
  return query.empty() ? key : key + "?" + query;
}

}  // namespace offprint
