#include "crawler/discover.h"

#include <algorithm>

#include "base/charset.h"
#include "base/text.h"
#include "extractors/extractor.h"
#include "extractors/feed.h"
#include "extractors/links.h"
#include "extractors/listing_api.h"
#include "extractors/requisites.h"
#include "extractors/sitemap.h"
#include "warc/http_message.h"

namespace offprint {
namespace {

constexpr std::int64_t kMaxRequisiteDepth = 5;  ///< A style sheet imports one that imports …
constexpr std::int64_t kMaxSitemapDepth = 4;  ///< Indexes that name indexes; the protocol knows one.

class Discoverer {
 public:
  Discoverer(Answer answer, Scope& scope, const Settings& settings) : a_(std::move(answer)), scope_(scope), settings_(settings) {}

  Discovery run() {
    auto base = Url::parse(a_.from.url);
    if (!base) return {};
    base_ = *base;
    if (a_.status >= 300 && a_.status < 400 && !a_.location.empty()) redirect();
    if (a_.status < 200 || a_.status >= 300) return std::move(out_);
    auto unfolded = remove_content_coding(std::move(a_.payload), a_.content_encoding, static_cast<std::size_t>(settings_.discovery.max_parse_bytes));
    std::string_view bytes = unfolded.bytes;
    bool gzip_file = bytes.starts_with("\x1F\x8B");
    if (a_.from.kind != UrlKind::kPage && gzip_file)
      unfolded = remove_content_coding(std::move(unfolded.bytes), "gzip", static_cast<std::size_t>(settings_.discovery.max_parse_bytes));
    if (a_.from.kind == UrlKind::kSitemap) sitemap(unfolded.bytes);
    else if (a_.from.kind == UrlKind::kFeed) feed(unfolded.bytes);
    else if (a_.from.kind == UrlKind::kListing) listing_page(unfolded.bytes);
    else if (a_.mime == "text/css") style_sheet(unfolded.bytes);
    else if (a_.from.kind == UrlKind::kRequisite && !scope_.refusal(base_).empty()) return std::move(out_);
    else page(std::move(unfolded.bytes));
    return std::move(out_);
  }

 private:
  std::string text_of(std::string_view bytes) const { return decode(bytes, sniff_html_encoding(bytes, content_type_parameter(a_.content_type, "charset"))).text; }

  void add(const Url& url, char hop, UrlKind kind, int depth, int priority) {
    if (!scope_.refusal(url).empty()) {
      ++out_.out_of_scope;
      return;
    }
    if (settings_.crawl.depth >= 0 && depth > settings_.crawl.depth) {
      ++out_.too_deep;
      return;
    }
    push(url, hop, kind, depth, priority);
  }

  void push(const Url& url, char hop, UrlKind kind, int depth, int priority) {
    CrawlUrl u;
    u.url = url.fetch_url();
    u.via = a_.from.url;
    u.via_id = a_.from.id;
    u.hop_path = extend_hops(a_.from.hop_path, hop);
    u.kind = kind;
    u.depth = depth;
    u.priority = priority;
    out_.found.push_back(std::move(u));
    urls_.push_back(url);
  }

  static int page_priority(int depth) { return 4 + std::min(depth, 8); }

  /// False, and counted, when so many hops of this kind have led here in a row.
  bool may_hop(char hop, std::int64_t most) {
    std::size_t in_a_row = a_.from.hop_path.size() - (a_.from.hop_path.find_last_not_of(hop) + 1);
    bool may = static_cast<std::int64_t>(in_a_row) < most;
    out_.left_out += !may;
    return may;
  }

  void redirect() {
    auto target = redirect_target(a_.location, base_);
    if (!target || !may_hop('R', settings_.fetch.max_redirects)) return;
    if (a_.from.hop_path.find_first_not_of('R') == std::string::npos) scope_.follow_seed_redirect(base_, *target);
    add(*target, 'R', a_.from.kind, a_.from.depth, a_.from.priority);
  }

  void page(std::string bytes) {
    bool html = a_.mime.find("html") != std::string::npos || (a_.mime.empty() && looks_like_html(bytes));
    if (!html && a_.mime != "text/plain") {
      if (a_.mime.find("xml") != std::string::npos || a_.mime.find("json") != std::string::npos) listing(bytes);
      return;
    }
    if (html) {
      std::string text = text_of(bytes);
      PageLinks links = find_links(text, base_, link_options());
      out_.left_out += links.left_out;
      bool follow = !settings_.politeness.nofollow || !(links.robots_nofollow || a_.nofollow);
      for (const Link& l : links.links)
        if (follow && l.kind != LinkKind::kRequisite) link(l);
      if (!follow) ++out_.nofollow;
      out_.trace = page_trace(base_, text_fingerprint(text), urls_);
      for (const Link& l : links.links)
        if (l.kind == LinkKind::kRequisite) requisite(l.url);
    }
    out_.body = std::make_shared<std::string>(std::move(bytes));
  }

  LinkOptions link_options() const {
    const DiscoverySettings& d = settings_.discovery;
    return {static_cast<std::size_t>(d.max_links_per_page), d.requisites != "none", d.frames, d.json_ld, d.listings};
  }

  /// What shows the page is fetched soon after it, and from other hosts too if the setting says so.
  void requisite(const Url& url) {
    if (settings_.discovery.requisites == "none" || !may_hop('E', kMaxRequisiteDepth)) return;
    bool elsewhere = scope_.refusal(url) == Scope::kOtherHost && settings_.discovery.requisites == "all";
    if (elsewhere) push(url, 'E', UrlKind::kRequisite, a_.from.depth, a_.from.priority + 1);
    else add(url, 'E', UrlKind::kRequisite, a_.from.depth, a_.from.priority + 1);
  }

  void style_sheet(const std::string& bytes) {
    std::size_t limit = static_cast<std::size_t>(settings_.discovery.max_links_per_page);
    for (const std::string& target : css_urls(text_of(bytes), limit))
      if (auto url = redirect_target(target, base_)) requisite(*url);
  }

  /// An entry of a feed or of a publishing system's list.
  void listed_page(const std::string& target) {
    if (auto url = redirect_target(target, base_)) add(*url, 'F', UrlKind::kPage, a_.from.depth + 1, page_priority(a_.from.depth + 1));
  }

  /// A page of a publishing system's list leads to the next as long as it has entries.
  void listing_page(const std::string& bytes) {
    ListingPage list = parse_listing(text_of(bytes), static_cast<std::size_t>(settings_.discovery.max_sitemap_urls));
    out_.left_out += list.left_out;
    if (!list.recognised) return page(bytes);
    for (const std::string& target : list.links) listed_page(target);
    auto next = next_listing_page(base_, settings_.discovery.max_listing_pages);
    if (next && !list.links.empty()) add(*next, 'P', UrlKind::kListing, a_.from.depth, a_.from.priority);
  }

  /// A seed or link that turns out to be a feed or a sitemap.
  void listing(const std::string& bytes) {
    if (parse_sitemap(bytes, 1).recognised) sitemap(bytes);
    else feed(bytes);
  }

  void link(const Link& l) {
    switch (l.kind) {
      case LinkKind::kFeed:
        if (settings_.discovery.feeds) add(l.url, 'A', UrlKind::kFeed, a_.from.depth, 2);
        break;
      case LinkKind::kRefresh:
        if (may_hop('R', settings_.fetch.max_redirects)) add(l.url, 'R', UrlKind::kPage, a_.from.depth, a_.from.priority);
        break;
      case LinkKind::kListing: add(wordpress_posts(l.url), 'A', UrlKind::kListing, a_.from.depth, 2); break;
      case LinkKind::kRequisite: break;
      case LinkKind::kFrame:
      case LinkKind::kData:
      case LinkKind::kCanonical:
      case LinkKind::kNext:
      case LinkKind::kAlternate:
      case LinkKind::kPage: add(l.url, 'L', UrlKind::kPage, a_.from.depth + 1, page_priority(a_.from.depth + 1)); break;
    }
  }

  void sitemap(const std::string& bytes) {
    Sitemap map = parse_sitemap(text_of(bytes), static_cast<std::size_t>(settings_.discovery.max_sitemap_urls));
    out_.left_out += map.left_out;
    for (const SitemapEntry& e : map.entries) {
      auto url = redirect_target(e.loc, base_);
      if (!url) continue;
      if (map.index) {
        if (may_hop('S', kMaxSitemapDepth)) add(*url, 'S', UrlKind::kSitemap, a_.from.depth, 3);
      } else add(*url, 'S', UrlKind::kPage, a_.from.depth + 1, page_priority(a_.from.depth + 1));
    }
  }

  void feed(const std::string& bytes) {
    Feed f = parse_feed(text_of(bytes), static_cast<std::size_t>(settings_.discovery.max_sitemap_urls));
    out_.left_out += f.left_out;
    for (const FeedEntry& e : f.entries) {
      if (!e.link.empty()) listed_page(e.link);
    }
  }

  Answer a_;
  Scope& scope_;
  const Settings& settings_;
  Url base_;
  Discovery out_;
  std::vector<Url> urls_;  ///< Of out_.found.
};

}  // namespace

bool is_page_type(std::string_view mime) { return mime.find("html") != std::string_view::npos || mime == "text/plain" || mime.empty(); }

Discovery discover(Answer answer, Scope& scope, const Settings& settings) { return Discoverer(std::move(answer), scope, settings).run(); }

std::string raw_payload(const Capture& capture, std::size_t max) {
  std::string out;
  HttpHead head = parse_http_head(capture.response_head);
  auto collect = [&](std::string_view piece) -> Result<void> {
    out += piece.substr(0, max - std::min(max, out.size()));
    return out.size() >= max ? Result<void>(fail(ErrorKind::kLimit, "enough")) : Result<void>{};
  };
  (void)read_payload(capture.body, head, 0, collect);
  return out;
}

std::string payload_text(const Capture& capture, std::string_view content_encoding, std::size_t max) {
  return remove_content_coding(raw_payload(capture, max), content_encoding, max).bytes;
}

}  // namespace offprint
