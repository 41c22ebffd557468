// Scope: which URLs belong to the crawl. Every refusal has a named reason.
#pragma once

#include <memory>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/url.h"
#include "config/settings.h"

namespace offprint {

/// Thread-safe: workers ask while the crawl may add a host.
class Scope {
 public:
  /// Errors: kInvalid for a regular expression that RE2 refuses.
  static Result<std::unique_ptr<Scope>> make(const ScopeSettings& settings, const std::vector<Url>& seeds);
  ~Scope();

  static constexpr std::string_view kOtherHost = "other host";
  /// "" when `url` is in scope, else the name of the rule against it.
  std::string_view refusal(const Url& url) const;
  /// Changes while a crawl runs: another pattern that excludes, another host. Errors: kInvalid.
  Result<void> exclude(const std::string& pattern);
  Result<void> include_host(const std::string& host);
  /// A seed that redirects within its registered domain takes its new host along.
  void follow_seed_redirect(const Url& from, const Url& to);

 private:
  explicit Scope(const ScopeSettings& settings);
  struct Patterns;
  std::string key_of(const Url& url) const;

  ScopeSettings settings_;
  std::unique_ptr<Patterns> patterns_;
  mutable std::shared_mutex mutex_;
  std::set<std::string, std::less<>> hosts_;
};

/// Registered domain by the Public Suffix List ("news.example.co.uk" → "example.co.uk"); the
/// host itself where there is none (addresses, single labels).
std::string registered_domain(const std::string& host);

}  // namespace offprint
