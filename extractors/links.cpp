#include "extractors/links.h"

#include <unordered_set>

#include "base/digest.h"
#include "base/text.h"
#include "extractors/markup.h"
#include "extractors/requisites.h"

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
  Collector(const Url& base, const LinkOptions& options) : base_(base), options_(options) {}

  void tag(const MarkupToken& t) {
    if (iequals(t.name, "a") || iequals(t.name, "area")) {
      if (auto href = attribute(t.attributes, "href")) add(*href, LinkKind::kPage);
    } else if (iequals(t.name, "base")) {
      base_tag(t);
    } else if (iequals(t.name, "link")) {
      link_tag(t);
    } else if (iequals(t.name, "meta")) {
      meta_tag(t);
    } else if (options_.frames && (iequals(t.name, "iframe") || iequals(t.name, "frame"))) {
      if (auto src = attribute(t.attributes, "src")) add(*src, LinkKind::kFrame);
    }
    if (options_.requisites) requisites(t);
    in_style_ = iequals(t.name, "style");
    in_json_ld_ = options_.json_ld && iequals(t.name, "script") && ifind(t.attributes, "ld+json") != std::string_view::npos;
  }

  /// What stands between the tags of a style or script element.
  void text(const MarkupToken& t) {
    if (in_style_ && options_.requisites) style(t.content);
    if (in_json_ld_) json_ld(t.content);
    in_style_ = in_json_ld_ = false;
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
    else if (options_.listings && has_token(*rel, "https://api.w.org/")) add(*href, LinkKind::kListing);
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

  void requisites(const MarkupToken& t) {
    static constexpr std::string_view kWith[] = {"img", "source", "script", "video", "audio", "track", "input", "embed", "object", "link", "image", "amp-img"};
    bool any = false;
    for (std::string_view name : kWith) any |= iequals(t.name, name);
    bool link = iequals(t.name, "link");
    if (any && (!link || needed_link(t))) {
      for_each_attribute(t.attributes, [&](std::string_view name, std::string_view value) {
        bool one = iequals(name, "src") || iequals(name, "poster") || iequals(name, "data-src") || iequals(name, "data-lazy-src") || iequals(name, "data-original") ||
                   iequals(name, "data-hi-res-src") || (link && iequals(name, "href")) || (iequals(t.name, "object") && iequals(name, "data")) || iequals(name, "xlink:href");
        bool set = iequals(name, "srcset") || iequals(name, "data-srcset") || iequals(name, "data-lazy-srcset") || iequals(name, "imagesrcset");
        if (one) add(decode_entities(value), LinkKind::kRequisite);
        if (set)
          for (const std::string& url : srcset_urls(decode_entities(value))) add(url, LinkKind::kRequisite);
        return true;
      });
    }
    if (ifind(t.attributes, "url(") != std::string_view::npos)
      if (auto css = attribute(t.attributes, "style")) style(*css);
  }

  static bool needed_link(const MarkupToken& t) {
    auto rel = attribute(t.attributes, "rel").value_or("");
    for (std::string_view kind : {"stylesheet", "icon", "apple-touch-icon", "preload", "modulepreload", "manifest", "mask-icon"})
      if (has_token(rel, kind)) return true;
    return false;
  }

  void style(std::string_view css) {
    for (const std::string& url : css_urls(css, options_.limit)) add(url, LinkKind::kRequisite);
  }

  /// Values of "url" members; a parser is not needed to find them, and broken JSON gives them too.
  void json_ld(std::string_view json) {
    for (std::size_t at = 0; (at = json.find("\"url\"", at)) != std::string_view::npos;) {
      at = json.find_first_not_of(" \t\r\n", at + 5);
      if (at == std::string_view::npos || json[at] != ':') continue;
      at = json.find_first_not_of(" \t\r\n", at + 1);
      if (at == std::string_view::npos || json[at] != '"') continue;
      std::size_t end = json.find('"', at + 1);
      if (end == std::string_view::npos) return;
      add(replace_all(std::string(json.substr(at + 1, end - at - 1)), "\\/", "/"), LinkKind::kData);
      at = end;
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
    std::size_t& count = kind == LinkKind::kRequisite ? requisites_ : links_;
    if (count >= options_.limit) {
      ++result.left_out;
      return;
    }
    ++count;
    result.links.push_back({std::move(*url), kind});
  }

  Url base_;
  LinkOptions options_;
  std::size_t links_ = 0, requisites_ = 0;
  bool base_seen_ = false, in_style_ = false, in_json_ld_ = false;
  std::unordered_set<std::uint64_t> seen_;
};

}  // namespace

PageLinks find_links(std::string_view html, const Url& base, const LinkOptions& options) {
  Collector collector(base, options);
  MarkupScanner scanner(html, MarkupScanner::Mode::kHtml);
  for (MarkupToken t; scanner.next(t);) {
    if (t.kind == MarkupToken::Kind::kStart) collector.tag(t);
    else if (t.kind == MarkupToken::Kind::kText) collector.text(t);
  }
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
