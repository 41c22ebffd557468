#include "base/net.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace offprint {
namespace {

struct Special {
  const char* cidr;
  const char* name;
};

constexpr Special kSpecial[] = {
    {"0.0.0.0/8", "this-network"},       {"10.0.0.0/8", "private"},        {"100.64.0.0/10", "shared (carrier)"},
    {"127.0.0.0/8", "loopback"},         {"169.254.0.0/16", "link-local"}, {"172.16.0.0/12", "private"},
    {"192.0.0.0/24", "protocol"},        {"192.0.2.0/24", "documentation"}, {"192.168.0.0/16", "private"},
    {"198.18.0.0/15", "benchmark"},      {"198.51.100.0/24", "documentation"}, {"203.0.113.0/24", "documentation"},
    {"224.0.0.0/4", "multicast"},        {"240.0.0.0/4", "reserved"},      {"::/128", "unspecified"},
    {"::1/128", "loopback"},             {"fe80::/10", "link-local"},      {"fc00::/7", "private"},
    {"fec0::/10", "site-local"},         {"ff00::/8", "multicast"},        {"2001:db8::/32", "documentation"},
    {"100::/64", "discard"},             {"2001::/32", "Teredo"},
};

const std::vector<std::pair<Cidr, const char*>>& special() {
  static const auto list = [] {
    std::vector<std::pair<Cidr, const char*>> out;
    for (const Special& s : kSpecial) out.emplace_back(*Cidr::parse(s.cidr), s.name);
    return out;
  }();
  return list;
}

Address from_v4(const std::uint8_t* b) {
  Address a;
  a.bytes[10] = a.bytes[11] = 0xFF;
  std::copy(b, b + 4, a.bytes.begin() + 12);
  return a;
}

/// The IPv4 address that an IPv6 one carries (6to4, NAT64, IPv4-compatible), or `a` itself.
Address embedded_v4(const Address& a) {
  const auto& b = a.bytes;
  if (b[0] == 0x20 && b[1] == 0x02) return from_v4(&b[2]);
  static constexpr std::array<std::uint8_t, 12> kNat64 = {0, 0x64, 0xFF, 0x9B};
  if (std::equal(kNat64.begin(), kNat64.end(), b.begin())) return from_v4(&b[12]);
  bool compatible = std::all_of(b.begin(), b.begin() + 12, [](auto x) { return x == 0; });
  if (compatible && (b[12] || b[13] || b[14])) return from_v4(&b[12]);
  return a;
}

}  // namespace

bool Address::is_v4() const {
  return std::all_of(bytes.begin(), bytes.begin() + 10, [](auto x) { return x == 0; }) && bytes[10] == 0xFF && bytes[11] == 0xFF;
}

std::string Address::text() const {
  char out[INET6_ADDRSTRLEN] = "";
  if (is_v4()) inet_ntop(AF_INET, bytes.data() + 12, out, sizeof out);
  else inet_ntop(AF_INET6, bytes.data(), out, sizeof out);
  return out;
}

Result<Address> Address::parse(std::string_view text) {
  std::string s(text);
  if (s.size() > 2 && s.front() == '[' && s.back() == ']') s = s.substr(1, s.size() - 2);
  std::uint8_t v4[4];
  if (inet_pton(AF_INET, s.c_str(), v4) == 1) return from_v4(v4);
  Address a;
  if (inet_pton(AF_INET6, s.c_str(), a.bytes.data()) == 1) return a;
  return fail(ErrorKind::kInvalid, "not an IP address: " + s);
}

Result<Address> Address::from_sockaddr(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, address, sizeof in);
    return from_v4(reinterpret_cast<const std::uint8_t*>(&in.sin_addr));
  }
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 in{};
    std::memcpy(&in, address, sizeof in);
    Address a;
    std::memcpy(a.bytes.data(), &in.sin6_addr, 16);
    return a;
  }
  return fail(ErrorKind::kInvalid, "not an internet address");
}

bool Cidr::contains(const Address& a) const {
  for (int i = 0; i < prefix; ++i) {
    auto byte = static_cast<std::size_t>(i / 8);
    if (((a.bytes[byte] ^ base.bytes[byte]) >> (7 - i % 8)) & 1) return false;
  }
  return true;
}

Result<Cidr> Cidr::parse(std::string_view text) {
  std::size_t slash = text.find('/');
  auto base = Address::parse(text.substr(0, slash));
  if (!base) return tl::unexpected(base.error());
  int widest = base->is_v4() ? 32 : 128;
  int prefix = widest;
  if (slash != std::string_view::npos) {
    std::string_view n = text.substr(slash + 1);
    auto [p, ec] = std::from_chars(n.data(), n.data() + n.size(), prefix);
    if (ec != std::errc() || p != n.data() + n.size() || prefix < 0 || prefix > widest)
      return fail(ErrorKind::kInvalid, "bad network prefix in " + std::string(text));
  }
  return Cidr{*base, prefix + (128 - widest)};
}

std::string AddressPolicy::refusal(const Address& given) const {
  Address a = embedded_v4(given);
  for (const Address& x : {given, a})
    for (const Cidr& c : allowed_)
      if (c.contains(x)) return "";
  for (const auto& [cidr, name] : special())
    if (cidr.contains(a)) return std::string(name) + " address " + given.text();
  return "";
}

}  // namespace offprint
