// Addresses and the policy on them: private, loopback and link-local networks are
// refused unless the configuration allows them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct sockaddr;

namespace offprint {

/// An IPv6 address, or an IPv4 one mapped into ::ffff:0:0/96.
struct Address {
  std::array<std::uint8_t, 16> bytes{};
  bool is_v4() const;
  std::string text() const;
  static Result<Address> parse(std::string_view text);
  static Result<Address> from_sockaddr(const sockaddr* address);
};

/// "10.0.0.0/8", "::1/128", or a single address.
struct Cidr {
  Address base;
  int prefix = 128;  ///< In bits of the mapped 128-bit address.
  bool contains(const Address& a) const;
  static Result<Cidr> parse(std::string_view text);
};

/// Which addresses may be connected to. Immutable after set-up; any thread.
class AddressPolicy {
 public:
  explicit AddressPolicy(std::vector<Cidr> allowed = {}) : allowed_(std::move(allowed)) {}
  /// "" when `a` may be connected to, otherwise the reason against it. Special-purpose
  /// networks are those of RFC 6890; an IPv4 address inside 6to4, NAT64 or a mapped
  /// form is judged as itself.
  std::string refusal(const Address& a) const;

 private:
  std::vector<Cidr> allowed_;
};

}  // namespace offprint
