// The demo's publication: an invented newspaper in two editions, so that a second crawl
// finds a changed article, a removed one, a new one, and everything else unchanged.
#pragma once

#include <string>
#include <string_view>

namespace offprint {

struct DemoResponse {
  int status = 200;
  std::string type = "text/html; charset=utf-8";
  std::string body;
  std::string etag = {};  ///< A request that names it in If-None-Match gets a 304.
  std::string location = {};  ///< Of a redirect.
};

/// What the site answers for a path in its edition 1 or 2. `origin` is its own address.
DemoResponse demo_page(std::string_view path, int edition, const std::string& origin);

/// What a crawl of the demo must find; tests pin these.
struct DemoExpectation {
  int articles_first = 6;    ///< In the first crawl.
  int articles_second = 1;   ///< New in the second.
  int versions_second = 1;   ///< Further versions of known articles in the second.
};

}  // namespace offprint
