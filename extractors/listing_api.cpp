#include "extractors/listing_api.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "extractors/links.h"

namespace offprint {
namespace {

using Json = nlohmann::json;

constexpr int kMaxDepth = 64;  ///< Of JSON that is looked into; more is left out.

bool address_key(std::string_view key) {
  for (std::string_view k : {"link", "url", "canonical_url", "website_url", "permalink", "href", "post_url"})
    if (key == k) return true;
  return false;
}

class Collector {
 public:
  explicit Collector(std::size_t limit) : limit_(limit) {}

  void value(const Json& j, std::string_view key, int depth) {
    if (depth > kMaxDepth) return;
    if (j.is_object()) {
      for (const auto& [k, v] : j.items()) value(v, k, depth + 1);
    } else if (j.is_array()) {
      for (const Json& v : j) value(v, key, depth + 1);
    } else if (j.is_string()) {
      text(j.get_ref<const std::string&>(), key);
    }
  }

  ListingPage result;

 private:
  void text(const std::string& s, std::string_view key) {
    if (s.find("<a ") != std::string::npos) {
      static const Url kNowhere = *Url::parse("http://listing.invalid/");
      for (const Link& l : find_links(s, kNowhere, {.limit = limit_}).links) {
        std::string href = l.url.href();
        add(l.url.host == kNowhere.host ? href.substr(kNowhere.origin().size()) : href);
      }
    } else if (address_key(key) && (s.starts_with("http") || s.starts_with('/'))) {
      add(s);
    }
  }

  void add(std::string link) {
    if (result.links.size() < limit_) result.links.push_back(std::move(link));
    else ++result.left_out;
  }

  std::size_t limit_;
};

std::optional<std::int64_t> number(std::string_view s) {
  std::int64_t n = 0;
  auto [p, ec] = std::from_chars(s.data(), s.data() + s.size(), n);
  return ec == std::errc() && p == s.data() + s.size() && !s.empty() && n >= 0 ? std::optional(n) : std::nullopt;
}

}  // namespace

ListingPage parse_listing(std::string_view body, std::size_t limit) {
  std::string_view start = trim(body);
  if (!start.starts_with('{') && !start.starts_with('[')) return {};
  // Depth is counted before, because the parser's own stack is not bounded.
  int depth = 0;
  for (char c : start) {
    depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
    if (depth > 1000) return {};
  }
  Json j = Json::parse(start, nullptr, false);
  if (j.is_discarded()) return {};
  Collector c(limit);
  c.result.recognised = true;
  c.value(j, "", 0);
  return std::move(c.result);
}

std::optional<Url> next_listing_page(const Url& url, std::int64_t most) {
  if (!url.query) return std::nullopt;
  std::vector<std::string> args;
  std::int64_t step = 0;
  for (std::string_view arg : split(*url.query, '&')) {
    args.emplace_back(arg);
    std::string_view name = arg.substr(0, arg.find('=')), value = arg.substr(std::min(arg.size(), name.size() + 1));
    for (std::string_view size : {"limit", "size", "per_page", "count", "num"})
      if (iequals(name, size)) step = number(value).value_or(0);
  }
  for (std::string& arg : args) {
    std::string name = arg.substr(0, arg.find('='));
    auto value = number(std::string_view(arg).substr(std::min(arg.size(), name.size() + 1)));
    if (!value) continue;
    bool page = false, offset = false;
    for (std::string_view k : {"page", "paged", "pageNumber", "pn", "p"}) page |= iequals(name, k);
    for (std::string_view k : {"offset", "from", "start", "skip"}) offset |= iequals(name, k) && step > 0;
    if (!page && !offset) continue;
    std::int64_t next = *value + (page ? 1 : step);
    if (next > (page ? most : most * step)) return std::nullopt;
    arg = name + "=" + std::to_string(next);
    Url out = url;
    std::string query;
    for (const std::string& a : args) (query += query.empty() ? "" : "&") += a;
    out.query = query;
    return out;
  }
  return std::nullopt;
}

Url wordpress_posts(const Url& api) {
  Url out = api;
  std::string route = "wp/v2/posts";
  bool plain = out.query && out.query->find("rest_route=") != std::string::npos;  // Without pretty permalinks.
  if (plain) out.query = *out.query + route + "&per_page=100&page=1";
  else out.path += (out.path.ends_with('/') ? "" : "/") + route, out.query = "per_page=100&page=1";
  return out;
}

}  // namespace offprint
