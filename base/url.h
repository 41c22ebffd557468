// Url: parse, resolve and serialise http and https URLs as browsers do
// (WHATWG URL Standard, url.spec.whatwg.org, sections 3 and 4).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace offprint {

/// A parsed absolute URL. A value type; every component is ASCII, percent-encoded.
struct Url {
  std::string scheme;    ///< "http" or "https".
  std::string username;
  std::string password;
  std::string host;      ///< ASCII domain, dotted IPv4, or bracketed IPv6.
  std::optional<std::uint16_t> port;  ///< Absent when it is the scheme's default.
  std::string path;      ///< Begins with '/'.
  std::optional<std::string> query;
  std::optional<std::string> fragment;

  /// Parses `input`, against `base` if given. Errors: kInvalid for what the standard
  /// calls failure, kRefused for a scheme other than http and https.
  static Result<Url> parse(std::string_view input, const Url* base = nullptr);

  std::string href() const;
  /// What is fetched and stored: without fragment, and without credentials, which are never sent.
  std::string fetch_url() const;
  /// "scheme://host[:port]": what robots.txt and connections go by.
  std::string origin() const;
  /// Path and query, as in the request line.
  std::string request_target() const;
  std::uint16_t effective_port() const { return port.value_or(scheme == "https" ? 443 : 80); }
  bool operator==(const Url&) const = default;
};

/// Percent-decodes; malformed sequences stay as they are.
std::string percent_decode(std::string_view s);

/// Domain to ASCII (UTS #46, non-transitional, as URL Standard 3.3 asks).
Result<std::string> domain_to_ascii(std::string_view domain);

/// Host parser of the standard (3.5) for special schemes: domain, IPv4 in all
/// its number forms, or bracketed IPv6.
Result<std::string> parse_host(std::string_view input);

/// A canonical form for comparing URLs from elsewhere (crawler-commons' rules:
/// default port off, dot segments, needless escapes, sorted query, no fragment).
/// Not used for fetching: servers may tell these forms apart.
std::string normalize_url(std::string_view url);

/// Host without "www.", for comparing sites. The port is no part of it.
std::string_view site_of_host(std::string_view host);

}  // namespace offprint
