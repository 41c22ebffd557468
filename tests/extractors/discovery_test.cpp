#include <catch2/catch.hpp>

#include "extractors/feed.h"
#include "extractors/links.h"
#include "extractors/markup.h"
#include "extractors/sitemap.h"

using namespace offprint;

TEST_CASE("links are found by a scan, against the page's base") {
  auto base = *Url::parse("http://h/dir/page");
  auto l = find_links("<base href='/other/'><a href=a>x</a><!-- <a href=no> --><script>'<a href=no2>'</script><A HREF=\"b?x=1&amp;y=2#f\">"
                      "<link rel=alternate type=application/rss+xml href=/feed><a href='mailto:x@y'><a href=a>again</a>",
                      base, {.limit = 100});
  REQUIRE(l.links.size() == 3);
  CHECK(l.links[0].url.href() == "http://h/other/a");
  CHECK(l.links[1].url.href() == "http://h/other/b?x=1&y=2");
  CHECK(l.links[2].kind == LinkKind::kFeed);
  CHECK(l.unusable == 1);
}

TEST_CASE("links over the limit are counted, not lost silently") {
  std::string html;
  for (int i = 0; i < 50; ++i) html += "<a href=/" + std::to_string(i) + ">";
  auto l = find_links(html, *Url::parse("http://h/"), {.limit = 20});
  CHECK(l.links.size() == 20);
  CHECK(l.left_out == 30);
}

TEST_CASE("sitemaps are read, broken ones too, and no entity is expanded") {
  auto s = parse_sitemap("<urlset><url><loc> http://h/a </loc><lastmod>2026-01-01</lastmod><image:image><image:loc>http://h/i.jpg</image:loc></image:image></url><url><loc><![CDATA[http://h/b]]></loc>", 10);
  REQUIRE(s.entries.size() == 2);
  CHECK(s.entries[0].loc == "http://h/a");
  CHECK(s.entries[0].lastmod == "2026-01-01");
  CHECK(parse_sitemap("<sitemapindex><sitemap><loc>http://h/s.xml</loc></sitemap></sitemapindex>", 10).index);
  CHECK(parse_sitemap("http://h/1\nhttp://h/2\n", 10).entries.size() == 2);
  CHECK_FALSE(parse_sitemap("<html><body>not found</body></html>", 10).recognised);
  auto bomb = parse_sitemap("<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><urlset><url><loc>http://h/&b;</loc></url></urlset>", 10);
  for (const auto& e : bomb.entries) CHECK(e.loc.find("aaaa") == std::string::npos);
}

TEST_CASE("feeds of all kinds give their entries") {
  CHECK(parse_feed("<rss><channel><item><title>T</title><link>http://h/1</link></item></channel></rss>", 9).entries.at(0).link == "http://h/1");
  CHECK(parse_feed("<feed xmlns='http://www.w3.org/2005/Atom'><entry><link rel='alternate' href='http://h/2'/></entry></feed>", 9).entries.at(0).link == "http://h/2");
  CHECK(parse_feed("<rdf:RDF><item rdf:about='x'><link>http://h/3</link></item></rdf:RDF>", 9).entries.at(0).link == "http://h/3");
  CHECK(parse_feed(R"({"version":"https://jsonfeed.org/version/1","items":[{"url":"http://h/4","title":"x"}]})", 9).entries.at(0).link == "http://h/4");
  CHECK(parse_feed("<rss><channel><item><guid>http://h/5</guid></item></channel></rss>", 9).entries.at(0).link == "http://h/5");
  CHECK_FALSE(parse_feed("<html></html>", 9).recognised);
}

TEST_CASE("entities are decoded once, unknown ones stay") { CHECK(decode_entities("a&amp;lt;&#65;&#x42;&unknown;&") == "a&lt;AB&unknown;&"); }
