// UrlMatch: a URL, prefix, host or domain as a range of SURT keys. Look-ups and exclusions use it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace offprint {

/// Matches in SURT space, so scheme, "www.", letter case of the host and order of the query don't count.
class UrlMatch {
 public:
  enum class Kind { kExact, kPrefix, kHost, kDomain };
  /// "exact", "prefix", "host" or "domain".
  static std::optional<Kind> kind_from_name(std::string_view name);
  static std::string_view name_of(Kind kind);

  /// For host and domain `url` may be a bare host name.
  UrlMatch(Kind kind, std::string_view url);

  bool matches(std::string_view surt) const;
  /// All matching keys begin with this.
  const std::string& range() const { return range_; }

 private:
  Kind kind_;
  std::string range_;
  std::string_view next_;  ///< What may stand behind the range, where not everything may.
};

}  // namespace offprint
