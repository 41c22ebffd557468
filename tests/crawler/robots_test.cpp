#include <catch2/catch.hpp>

#include "crawler/robots.h"

using namespace offprint;

namespace {
bool allows(const char* robots, const char* target, const char* agent = "offprint") { return RobotsTxt::parse(robots).allows(agent, target); }
}  // namespace

TEST_CASE("RFC 9309 2.2.1: groups of the agent count together, '*' only without one") {
  const char* r = "User-agent: offprint\nDisallow: /a\n\nUser-agent: *\nDisallow: /\n\nUser-Agent: OFFPRINT\nDisallow: /b\n";
  CHECK_FALSE(allows(r, "/a"));
  CHECK_FALSE(allows(r, "/b"));
  CHECK(allows(r, "/c"));
  CHECK_FALSE(allows(r, "/c", "other"));
}

TEST_CASE("RFC 9309 2.2.2: the longest match wins, allow on a tie") {
  CHECK(allows("User-agent: *\nDisallow: /\nAllow: /public\n", "/public/x"));
  CHECK(allows("User-agent: *\nDisallow: /x\nAllow: /x\n", "/x"));
  CHECK_FALSE(allows("User-agent: *\nAllow: /a\nDisallow: /a/private\n", "/a/private/1"));
}

TEST_CASE("RFC 9309 2.2.3: wildcards and the end anchor") {
  CHECK_FALSE(allows("User-agent: *\nDisallow: /*.pdf$\n", "/x/y.pdf"));
  CHECK(allows("User-agent: *\nDisallow: /*.pdf$\n", "/x/y.pdf?z"));
  CHECK_FALSE(allows("User-agent: *\nDisallow: /a*b*c\n", "/axxbyyc"));
}

TEST_CASE("RFC 9309 2.2.2: percent-encoded and raw octets are the same") {
  CHECK_FALSE(allows("User-agent: *\nDisallow: /f\xC3\xBC\n", "/f%C3%BC"));
  CHECK_FALSE(allows("User-agent: *\nDisallow: /f\xC3\xBC\n", "/f%c3%bc"));
  CHECK_FALSE(allows("User-agent: *\nDisallow: /f%c3%bc\n", "/f%C3%BC"));
}

TEST_CASE("BOM, CR line ends and empty rules are no trouble") {
  CHECK_FALSE(allows("\xEF\xBB\xBFUser-agent: *\rDisallow: /x\r", "/x"));
  CHECK(allows("User-agent: *\nDisallow:\n", "/x"));
  CHECK(allows("", "/x"));
}

TEST_CASE("crawl delay and sitemaps are read") {
  auto r = RobotsTxt::parse("Sitemap: http://h/s.xml\nUser-agent: *\nCrawl-delay: 2.5\n");
  CHECK(r.crawl_delay("offprint") == 2.5);
  CHECK(r.sitemaps() == std::vector<std::string>{"http://h/s.xml"});
  CHECK_FALSE(RobotsTxt::disallow_all().allows("offprint", "/"));
}
