#include "extractors/links.h"

#include <unordered_set>

#include "base/digest.h"
#include "base/text.h"
#include "extractors/markup.h"

namespace offprint {
namespace {

bool has_token(std::string_view list, std::string_view token) {
  for (std::size_t i = 0; i < list.size();) {
    while (i < list.size() && list[i] <= ' ') ++i;
    std::size_t start = i;
    while (i < list.size() && list[i] > ' ') ++i;
    if (iequals(list.substr(start, i - start), token)) return true;
  }
  return false;
}

bool feed_type(std::string_view type) {
  return ifind(type, "rss+xml") != std::string_view::npos || ifind(type, "atom+xml") != std::string_view::npos ||
         ifind(type, "feed+json") != std::string_view::npos || ifind(type, "rdf+xml") != std::string_view::npos;
}

/// "5; url='/x'" → "/x".
std::string_view refresh_url(std::string_view content) {
  std::size_t at = ifind(content, "url");
  if (at == std::string_view::npos) return {};
  std::string_view s = trim(content.substr(at + 3));
  if (!s.starts_with('=')) return {};
  s = trim(s.substr(1));
  if (!s.empty() && (s.front() == '"' || s.front() == '\'')) {
    char quote = s.front();
    s.remove_prefix(1);
    s = s.substr(0, s.find(quote));
  }
  return s;
}

class Collector {
 public:
  Collector(const Url& base, std::size_t limit) : base_(base), limit_(limit) {}

  void tag(const MarkupToken& t) {
    if (iequals(t.name, "a") || iequals(t.name, "area")) {
      if (auto href = attribute(t.attributes, "href")) add(*href, LinkKind::kPage);
    } else if (iequals(t.name, "base")) {
      base_tag(t);
    } else if (iequals(t.name, "link")) {
      link_tag(t);
    } else if (iequals(t.name, "meta")) {
      meta_tag(t);
    }
  }

  PageLinks result;

 private:
  void base_tag(const MarkupToken& t) {
    auto href = attribute(t.attributes, "href");
    if (!href || base_seen_) return;
    base_seen_ = true;
    if (auto url = Url::parse(*href, &base_)) base_ = *url;
  }

  void link_tag(const MarkupToken& t) {
    auto rel = attribute(t.attributes, "rel");
    auto href = attribute(t.attributes, "href");
    if (!rel || !href) return;
    if (has_token(*rel, "canonical")) add(*href, LinkKind::kCanonical);
    else if (has_token(*rel, "next") || has_token(*rel, "prev")) add(*href, LinkKind::kNext);
    else if (has_token(*rel, "amphtml")) add(*href, LinkKind::kAlternate);
    else if (has_token(*rel, "alternate") && feed_type(attribute(t.attributes, "type").value_or(""))) add(*href, LinkKind::kFeed);
  }

  void meta_tag(const MarkupToken& t) {
    auto content = attribute(t.attributes, "content");
    if (!content) return;
    if (iequals(attribute(t.attributes, "http-equiv").value_or(""), "refresh")) {
      if (auto target = refresh_url(*content); !target.empty()) add(target, LinkKind::kRefresh);
    } else if (iequals(attribute(t.attributes, "name").value_or(""), "robots")) {
      result.robots_nofollow |= ifind(*content, "nofollow") != std::string_view::npos || ifind(*content, "none") != std::string_view::npos;
    }
  }

  void add(std::string_view href, LinkKind kind) {
    std::string_view s = trim(href);
    if (s.empty() || s.front() == '#') return;
    auto url = Url::parse(s, &base_);
    if (!url) {
      ++result.unusable;
      return;
    }
    url->fragment.reset();
    url->username.clear();
    url->password.clear();
    if (!seen_.insert(hash64(url->fetch_url(), static_cast<std::uint64_t>(kind))).second) return;
    if (result.links.size() >= limit_) {
      ++result.left_out;
      return;
    }
    result.links.push_back({std::move(*url), kind});
  }

  Url base_;
  std::size_t limit_;
  bool base_seen_ = false;
  std::unordered_set<std::uint64_t> seen_;
};

}  // namespace

PageLinks find_links(std::string_view html, const Url& base, std::size_t limit) {
  Collector collector(base, limit);
  MarkupScanner scanner(html, MarkupScanner::Mode::kHtml);
  for (MarkupToken t; scanner.next(t);)
    if (t.kind == MarkupToken::Kind::kStart) collector.tag(t);
  return std::move(collector.result);
}

Result<Url> redirect_target(std::string_view location, const Url& base) {
  auto url = Url::parse(location, &base);
  if (!url) return url;
  url->fragment.reset();
  url->username.clear();
  url->password.clear();
  return url;
}

}  // namespace offprint
