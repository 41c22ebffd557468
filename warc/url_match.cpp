#include "warc/url_match.h"

#include <iterator>

#include "base/surt.h"

namespace offprint {
namespace {

constexpr std::string_view kNames[] = {"exact", "prefix", "host", "domain"};

}  // namespace

std::optional<UrlMatch::Kind> UrlMatch::kind_from_name(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kNames); ++i)
    if (kNames[i] == name) return static_cast<Kind>(i);
  return std::nullopt;
}

std::string_view UrlMatch::name_of(Kind kind) { return kNames[static_cast<int>(kind)]; }

UrlMatch::UrlMatch(Kind kind, std::string_view url) : kind_(kind) {
  bool bare = url.find("://") == std::string_view::npos;
  range_ = surt_key(bare && kind != Kind::kExact ? "http://" + std::string(url) : std::string(url));
  if (kind == Kind::kPrefix && url.ends_with('/') && !range_.ends_with('/')) next_ = "/?";  // The key has lost its slash.
  if (kind == Kind::kHost || kind == Kind::kDomain) range_.resize(std::min(range_.find(')'), range_.size()));
  if (kind == Kind::kHost) next_ = ")";
  if (kind == Kind::kDomain) next_ = "),:";
}

bool UrlMatch::matches(std::string_view surt) const {
  if (!surt.starts_with(range_)) return false;
  if (surt.size() == range_.size()) return true;
  if (kind_ == Kind::kExact) return false;
  return next_.empty() || next_.find(surt[range_.size()]) != std::string_view::npos;
}

}  // namespace offprint
