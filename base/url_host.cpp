// Hosts: domains, IPv4 in its many number forms, IPv6 (URL Standard 3.5).
#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "base/url.h"

namespace offprint {
namespace {

int hex(char c) {
  return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// Value of an IPv4 number; nullopt when it is not one. Saturates above 2^32.
std::optional<std::uint64_t> ipv4_number(std::string_view s) {
  if (s.empty()) return std::nullopt;
  unsigned radix = 10;
  if (s.size() >= 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
    s.remove_prefix(2);
    radix = 16;
  } else if (s.size() >= 2 && s[0] == '0') {
    s.remove_prefix(1);
    radix = 8;
  }
  std::uint64_t v = 0;
  for (char c : s) {
    int d = hex(c);
    if (d < 0 || static_cast<unsigned>(d) >= radix) return std::nullopt;
    v = std::min<std::uint64_t>(v * radix + static_cast<unsigned>(d), 1ull << 40);
  }
  return v;
}

bool ends_in_number(std::string_view host) {
  auto parts = split(host, '.');
  if (parts.back().empty()) {
    if (parts.size() == 1) return false;
    parts.pop_back();
  }
  std::string_view last = parts.back();
  bool digits = !last.empty() && last.find_first_not_of("0123456789") == std::string_view::npos;
  return digits || (last.size() >= 2 && last[0] == '0' && (last[1] == 'x' || last[1] == 'X') && ipv4_number(last));
}

Result<std::string> parse_ipv4(std::string_view host) {
  auto parts = split(host, '.');
  if (parts.back().empty() && parts.size() > 1) parts.pop_back();
  if (parts.size() > 4) return fail(ErrorKind::kInvalid, "IPv4 address has too many parts");
  std::uint64_t address = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto n = ipv4_number(parts[i]);
    bool last = i + 1 == parts.size();
    std::uint64_t limit = last ? 1ull << (8 * (5 - parts.size())) : 256;
    if (!n || *n >= limit) return fail(ErrorKind::kInvalid, "not an IPv4 address");
    address |= last ? *n : *n << (8 * (3 - i));
  }
  return fmt::format("{}.{}.{}.{}", address >> 24, address >> 16 & 255, address >> 8 & 255, address & 255);
}

/// The dotted tail of an IPv6 address, into two pieces.
bool ipv6_tail(std::string_view s, std::array<std::uint16_t, 8>& piece, int& at) {
  auto parts = split(s, '.');
  if (parts.size() != 4 || at > 6) return false;
  std::array<unsigned, 4> v{};
  for (std::size_t i = 0; i < 4; ++i) {
    if (parts[i].empty() || parts[i].size() > 3 || (parts[i].size() > 1 && parts[i][0] == '0')) return false;
    for (char c : parts[i]) {
      if (c < '0' || c > '9') return false;
      v[i] = v[i] * 10 + static_cast<unsigned>(c - '0');
    }
    if (v[i] > 255) return false;
  }
  piece[static_cast<std::size_t>(at++)] = static_cast<std::uint16_t>(v[0] << 8 | v[1]);
  piece[static_cast<std::size_t>(at++)] = static_cast<std::uint16_t>(v[2] << 8 | v[3]);
  return true;
}

std::string serialize_ipv6(const std::array<std::uint16_t, 8>& piece) {
  int best = -1, best_len = 1;
  for (int i = 0; i < 8; ++i) {
    int n = 0;
    while (i + n < 8 && piece[static_cast<std::size_t>(i) + static_cast<std::size_t>(n)] == 0) ++n;
    if (n > best_len) best = i, best_len = n;
  }
  std::string out = "[";
  for (int i = 0; i < 8; ++i) {
    if (i == best) {
      out += i == 0 ? "::" : ":";
      i += best_len - 1;
      continue;
    }
    out += fmt::format("{:x}", piece[static_cast<std::size_t>(i)]);
    if (i < 7) out += ':';
  }
  return out + "]";
}

Result<std::string> parse_ipv6(std::string_view s) {
  auto bad = [] { return fail(ErrorKind::kInvalid, "not an IPv6 address"); };
  std::array<std::uint16_t, 8> piece{};
  int at = 0, compress = -1;
  if (s.starts_with(':')) {
    if (!s.starts_with("::")) return bad();
    s.remove_prefix(2);
    compress = 0;
  }
  while (!s.empty()) {
    if (at == 8) return bad();
    if (s.front() == ':') {
      if (compress >= 0) return bad();
      s.remove_prefix(1);
      compress = at;
      continue;
    }
    unsigned value = 0;
    std::size_t n = 0;
    while (n < 4 && n < s.size() && hex(s[n]) >= 0) value = value * 16 + static_cast<unsigned>(hex(s[n++]));
    if (n < s.size() && s[n] == '.') {
      if (n == 0 || !ipv6_tail(s, piece, at)) return bad();
      break;
    }
    if (n == 0) return bad();
    s.remove_prefix(n);
    if (!s.empty()) {
      if (s.front() != ':' || s.size() == 1) return bad();
      s.remove_prefix(1);
    }
    piece[static_cast<std::size_t>(at++)] = static_cast<std::uint16_t>(value);
  }
  if (compress >= 0) {
    for (int to = 7, from = at - 1; from >= compress && to != from; --to, --from)
      std::swap(piece[static_cast<std::size_t>(to)], piece[static_cast<std::size_t>(from)]);
  } else if (at != 8) {
    return bad();
  }
  return serialize_ipv6(piece);
}

}  // namespace

std::string percent_decode(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '%' && i + 2 < s.size() && hex(s[i + 1]) >= 0 && hex(s[i + 2]) >= 0) {
      out += static_cast<char>(hex(s[i + 1]) * 16 + hex(s[i + 2]));
      i += 2;
    } else {
      out += s[i];
    }
  }
  return out;
}

Result<std::string> parse_host(std::string_view input) {
  if (input.starts_with('[')) {
    if (!input.ends_with(']')) return fail(ErrorKind::kInvalid, "IPv6 address without ']'");
    return parse_ipv6(input.substr(1, input.size() - 2));
  }
  auto ascii = domain_to_ascii(percent_decode(input));
  if (!ascii) return ascii;
  if (ascii->empty()) return fail(ErrorKind::kInvalid, "URL without a host");
  for (char c : *ascii) {
    unsigned char u = static_cast<unsigned char>(c);
    if (u <= 0x20 || u == 0x7F || std::string_view("#%/:<>?@[\\]^|").find(c) != std::string_view::npos)
      return fail(ErrorKind::kInvalid, "host holds a forbidden character");
  }
  if (ends_in_number(*ascii)) return parse_ipv4(*ascii);
  return ascii;
}

}  // namespace offprint
