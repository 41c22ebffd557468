// The standard's state machine, read as a sequence: scheme, authority, path, query,
// fragment. Only special, non-file schemes reach it, which removes half of its states.
#include "base/url.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace offprint {
namespace {

constexpr bool slash(char c) { return c == '/' || c == '\\'; }

enum class EncodeSet { kFragment, kQuery, kPath, kUserinfo };

bool must_encode(unsigned char c, EncodeSet set) {
  if (c <= 0x1F || c >= 0x7F) return true;
  auto in = [c](std::string_view chars) { return chars.find(static_cast<char>(c)) != std::string_view::npos; };
  switch (set) {
    case EncodeSet::kFragment: return in(" \"<>`");
    case EncodeSet::kQuery: return in(" \"#<>'");
    case EncodeSet::kPath: return in(" \"#<>?^`{}");
    case EncodeSet::kUserinfo: return in(" \"#<>?^`{}/:;=@[\\]|");
  }
  return false;
}

std::string encode(std::string_view s, EncodeSet set) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(s.size());
  for (std::size_t i = 0; i < s.size();) {
    unsigned char c = static_cast<unsigned char>(s[i]);
    std::string piece;
    if (c < 0x80) {
      piece = s[i++];
    } else {
      append_utf8(piece, next_code_point(s, i));
    }
    for (char b : piece) {
      unsigned char u = static_cast<unsigned char>(b);
      if (must_encode(u, set)) {
        out += {'%', kHex[u >> 4], kHex[u & 15]};
      } else {
        out += b;
      }
    }
  }
  return out;
}

std::string strip_controls(std::string_view s) {
  auto edge = [](char c) { return static_cast<unsigned char>(c) <= 0x20; };
  while (!s.empty() && edge(s.front())) s.remove_prefix(1);
  while (!s.empty() && edge(s.back())) s.remove_suffix(1);
  std::string out(s);
  std::erase_if(out, [](char c) { return c == '\t' || c == '\n' || c == '\r'; });
  return out;
}

/// Length of the scheme before ':', or 0.
std::size_t scheme_length(std::string_view s) {
  std::size_t i = 0;
  auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  while (i < s.size() && (letter(s[i]) || (i > 0 && ((s[i] >= '0' && s[i] <= '9') || s[i] == '+' || s[i] == '-' || s[i] == '.'))))
    ++i;
  return i < s.size() && s[i] == ':' ? i : 0;
}

int dots(std::string_view segment) {
  std::string s = ascii_lower(segment);
  s = replace_all(std::move(s), "%2e", ".");
  return s == "." ? 1 : s == ".." ? 2 : 0;
}

void shorten(std::string& path) {
  std::size_t at = path.rfind('/');
  path.resize(at == std::string::npos ? 0 : at);
}

/// Appends the segments of `rest` to `path`, which ends before its next '/'.
void append_path(std::string& path, std::string_view rest) {
  for (;;) {
    auto it = std::find_if(rest.begin(), rest.end(), slash);
    bool last = it == rest.end();
    std::string_view segment = rest.substr(0, static_cast<std::size_t>(it - rest.begin()));
    int d = dots(segment);
    if (d == 2) shorten(path);
    if (d == 0) {
      path += '/';
      path += encode(segment, EncodeSet::kPath);
    } else if (last) {
      path += '/';
    }
    if (last) return;
    rest.remove_prefix(segment.size() + 1);
  }
}

Result<void> parse_port(std::string_view s, Url& url) {
  if (s.empty()) return {};
  unsigned value = 0;
  for (char c : s) {
    if (c < '0' || c > '9') return fail(ErrorKind::kInvalid, "port is not a number");
    value = value * 10 + static_cast<unsigned>(c - '0');
    if (value > 65535) return fail(ErrorKind::kInvalid, "port is over 65535");
  }
  if (value != (url.scheme == "https" ? 443u : 80u)) url.port = static_cast<std::uint16_t>(value);
  return {};
}

Result<void> parse_authority(std::string_view s, Url& url) {
  std::size_t at = s.rfind('@');
  if (at != std::string_view::npos) {
    std::string_view user = s.substr(0, at);
    std::size_t colon = user.find(':');
    url.username = encode(user.substr(0, colon), EncodeSet::kUserinfo);
    if (colon != std::string_view::npos) url.password = encode(user.substr(colon + 1), EncodeSet::kUserinfo);
    s.remove_prefix(at + 1);
  }
  std::size_t bracket = s.rfind(']');
  std::size_t colon = s.find(':', s.starts_with('[') && bracket != std::string_view::npos ? bracket : 0);
  auto host = parse_host(s.substr(0, colon));
  if (!host) return tl::unexpected(host.error());
  url.host = std::move(*host);
  return colon == std::string_view::npos ? Result<void>{} : parse_port(s.substr(colon + 1), url);
}

void parse_tail(std::string_view path_query, std::optional<std::string_view> fragment, Url& url, bool keep_query) {
  std::size_t q = path_query.find('?');
  if (q != std::string_view::npos) url.query = encode(path_query.substr(q + 1), EncodeSet::kQuery);
  else if (!keep_query) url.query.reset();
  url.fragment.reset();
  if (fragment) url.fragment = encode(*fragment, EncodeSet::kFragment);
}

Result<Url> parse_with_authority(std::string_view s, std::optional<std::string_view> fragment, std::string scheme) {
  Url url;
  url.scheme = std::move(scheme);
  while (!s.empty() && slash(s.front())) s.remove_prefix(1);
  auto end = std::find_if(s.begin(), s.end(), [](char c) { return slash(c) || c == '?'; });
  std::size_t n = static_cast<std::size_t>(end - s.begin());
  if (auto ok = parse_authority(s.substr(0, n), url); !ok) return tl::unexpected(ok.error());
  s.remove_prefix(n);
  std::string_view path = s.substr(0, s.find('?'));
  if (!path.empty()) path.remove_prefix(1);
  append_path(url.path, path);
  parse_tail(s, fragment, url, false);
  return url;
}

Result<Url> parse_relative(std::string_view s, std::optional<std::string_view> fragment, const Url& base) {
  if (s.size() >= 2 && slash(s[0]) && slash(s[1])) return parse_with_authority(s, fragment, base.scheme);
  Url url = base;
  std::string_view path = s.substr(0, s.find('?'));
  if (!path.empty() && slash(path.front())) {
    url.path.clear();
    append_path(url.path, path.substr(1));
  } else if (!path.empty()) {
    shorten(url.path);
    append_path(url.path, path);
  }
  parse_tail(s, fragment, url, s.empty());
  return url;
}

}  // namespace

Result<Url> Url::parse(std::string_view input, const Url* base) {
  std::string clean = strip_controls(input);
  std::string_view s = clean;
  std::optional<std::string_view> fragment;
  if (std::size_t hash = s.find('#'); hash != std::string_view::npos) {
    fragment = s.substr(hash + 1);
    s = s.substr(0, hash);
  }
  std::size_t n = scheme_length(s);
  if (n == 0) {
    if (!base) return fail(ErrorKind::kInvalid, "relative URL without a base");
    return parse_relative(s, fragment, *base);
  }
  std::string scheme = ascii_lower(s.substr(0, n));
  s.remove_prefix(n + 1);
  if (scheme != "http" && scheme != "https")
    return fail(ErrorKind::kRefused, "scheme " + scheme + ": only http and https are fetched");
  bool has_slashes = s.size() >= 2 && s[0] == '/' && s[1] == '/';
  if (base && base->scheme == scheme && !has_slashes) return parse_relative(s, fragment, *base);
  return parse_with_authority(s, fragment, std::move(scheme));
}

std::string Url::origin() const {
  std::string out = scheme + "://" + host;
  if (port) out += ":" + std::to_string(*port);
  return out;
}

std::string Url::request_target() const { return query ? path + "?" + *query : path; }

std::string Url::fetch_url() const { return scheme + "://" + host + (port ? ":" + std::to_string(*port) : "") + request_target(); }

std::string Url::href() const {
  std::string out = scheme + "://";
  if (!username.empty() || !password.empty()) {
    out += username;
    if (!password.empty()) out += ":" + password;
    out += '@';
  }
  out += host;
  if (port) out += ":" + std::to_string(*port);
  out += request_target();
  return fragment ? out + "#" + *fragment : out;
}

std::string_view site_of_host(std::string_view host) {
  if (host.starts_with("www.") && host.find('.', 4) != std::string_view::npos) host.remove_prefix(4);
  return host;
}

}  // namespace offprint
