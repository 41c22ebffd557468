// Links of a page by a streaming scan: no tree is built to crawl.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/url.h"

namespace offprint {

enum class LinkKind {
  kPage,       ///< <a>, <area>: hop L
  kFeed,       ///< <link rel=alternate> to RSS, Atom or JSON Feed
  kCanonical,  ///< rel=canonical
  kNext,       ///< rel=next, rel=prev
  kAlternate,  ///< rel=amphtml, other languages
  kRefresh,    ///< <meta http-equiv=refresh>
  kFrame,      ///< <iframe>, <frame>
  kData,       ///< "url" of JSON-LD
  kListing,    ///< A publishing system's own list of everything (WordPress REST)
  kRequisite,  ///< Needed to show the page: images, styles, scripts, fonts, media
};

struct Link {
  Url url;
  LinkKind kind = LinkKind::kPage;
};

/// What to look for beside links.
struct LinkOptions {
  std::size_t limit = 1500;  ///< Of links, and of requisites.
  bool requisites = false, frames = false, json_ld = false, listings = false;
};

struct PageLinks {
  std::vector<Link> links;      ///< Each URL once per kind, in order; fragments removed.
  std::size_t left_out = 0;     ///< Beyond the limit.
  std::size_t unusable = 0;     ///< Not http(s), or no URL.
  bool robots_nofollow = false; ///< <meta name=robots content=nofollow>
};

/// `html` in UTF-8; `base` is the page's own URL, <base href> changes it.
PageLinks find_links(std::string_view html, const Url& base, const LinkOptions& options);

/// Target of a Location or Refresh header against the page's URL.
Result<Url> redirect_target(std::string_view location, const Url& base);

}  // namespace offprint
