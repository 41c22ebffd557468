#include "crawler/scope.h"

#include <libpsl.h>
#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "base/net.h"
#include "base/text.h"

namespace offprint {

struct Scope::Patterns {
  std::unique_ptr<RE2::Set> include, exclude;
  std::vector<std::unique_ptr<RE2::Set>> more;  ///< Excluded since.
};

namespace {

Result<std::unique_ptr<RE2::Set>> compile(const std::vector<std::string>& list, std::string_view key) {
  if (list.empty()) return std::unique_ptr<RE2::Set>();
  RE2::Options options;
  options.set_log_errors(false);
  auto set = std::make_unique<RE2::Set>(options, RE2::UNANCHORED);
  for (const std::string& pattern : list) {
    std::string error;
    if (set->Add(pattern, &error) < 0) return fail(ErrorKind::kInvalid, std::string(key) + ": \"" + printable(pattern) + "\": " + error + "; allowed are regular expressions in RE2 syntax");
  }
  if (!set->Compile()) return fail(ErrorKind::kInvalid, std::string(key) + ": too many patterns");
  return set;
}

bool grows(const Url& url, const ScopeSettings& s) {
  std::map<std::string_view, int> seen;
  std::int64_t segments = 0;
  for (std::string_view part : split(url.path, '/')) {
    if (part.empty()) continue;
    ++segments;
    if (++seen[part] > s.max_repeated_segments) return true;
  }
  return segments > s.max_path_segments;
}

}  // namespace

std::string registered_domain(const std::string& host) {
  if (Address::parse(host)) return host;
  const char* domain = psl_registrable_domain(psl_builtin(), host.c_str());
  return domain ? domain : host;
}

Scope::Scope(const ScopeSettings& settings) : settings_(settings), patterns_(std::make_unique<Patterns>()) {}
Scope::~Scope() = default;

std::string Scope::key_of(const Url& url) const {
  if (settings_.mode == "domain") return registered_domain(url.host);
  if (settings_.mode == "host") return url.host;
  return std::string(site_of_host(url.host));
}

Result<std::unique_ptr<Scope>> Scope::make(const ScopeSettings& settings, const std::vector<Url>& seeds) {
  std::unique_ptr<Scope> out(new Scope(settings));
  auto include = compile(settings.include, "scope.include");
  if (!include) return tl::unexpected(include.error());
  auto exclude = compile(settings.exclude, "scope.exclude");
  if (!exclude) return tl::unexpected(exclude.error());
  out->patterns_->include = std::move(*include);
  out->patterns_->exclude = std::move(*exclude);
  for (const Url& seed : seeds) out->hosts_.insert(out->key_of(seed));
  for (const std::string& h : settings.hosts) {
    Url url;
    url.host = ascii_lower(h);
    out->hosts_.insert(out->key_of(url));
  }
  return out;
}

std::string_view Scope::refusal(const Url& url) const {
  {
    std::shared_lock lock(mutex_);
    if (settings_.mode != "any" && !hosts_.count(key_of(url))) return kOtherHost;
  }
  std::string text = url.fetch_url();
  if (static_cast<std::int64_t>(text.size()) > settings_.max_url_length) return "scope.max_url_length";
  if (grows(url, settings_)) return "growing path";
  if (patterns_->exclude && patterns_->exclude->Match(text, nullptr)) return "scope.exclude";
  {
    std::shared_lock lock(mutex_);
    for (const auto& set : patterns_->more)
      if (set->Match(text, nullptr)) return "scope.exclude";
  }
  if (patterns_->include && !patterns_->include->Match(text, nullptr)) return "scope.include";
  return "";
}

Result<void> Scope::exclude(const std::string& pattern) {
  auto set = compile({pattern}, "exclude");
  if (!set) return tl::unexpected(set.error());
  std::unique_lock lock(mutex_);
  patterns_->more.push_back(std::move(*set));
  return {};
}

Result<void> Scope::include_host(const std::string& host) {
  auto url = Url::parse("http://" + host + "/");
  if (!url) return fail(ErrorKind::kInvalid, "\"" + printable(host) + "\" is no host");
  std::unique_lock lock(mutex_);
  hosts_.insert(key_of(*url));
  return {};
}

void Scope::follow_seed_redirect(const Url& from, const Url& to) {
  std::unique_lock lock(mutex_);
  if (!hosts_.count(key_of(from)) || hosts_.count(key_of(to))) return;
  if (registered_domain(from.host) == registered_domain(to.host)) hosts_.insert(key_of(to));
}

}  // namespace offprint
