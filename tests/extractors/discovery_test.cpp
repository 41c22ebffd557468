#include <catch2/catch.hpp>

#include "extractors/feed.h"
#include "extractors/links.h"
#include "extractors/listing_api.h"
#include "extractors/requisites.h"
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

TEST_CASE("srcset lists and style sheets give their URLs") {
  CHECK(srcset_urls("a.jpg 1x, /b,c.jpg 2x,d.jpg 300w , data:image/gif;base64,AA 1x") == std::vector<std::string>{"a.jpg", "/b,c.jpg", "d.jpg"});
  CHECK(css_urls("@import \"a.css\"; @import url(b.css); p{background:URL( 'c d.png' )} q{src:url(data:x)} /* url(no) */ r{content:'url(no2)'} s{b:url(e\\)f.png)}", 10) ==
        std::vector<std::string>{"a.css", "b.css", "c d.png", "e)f.png"});
  CHECK(css_urls("a{b:url(x)}a{b:url(y)}", 1).size() == 1);
}

TEST_CASE("lists count on: by page, or by offset and limit") {
  auto next = [](const char* url, std::int64_t most = 100) {
    auto n = next_listing_page(*Url::parse(url), most);
    return n ? n->href() : "";
  };
  CHECK(next("http://h/wp-json/wp/v2/posts?per_page=100&page=1") == "http://h/wp-json/wp/v2/posts?per_page=100&page=2");
  CHECK(next("http://h/api?from=20&size=20&x=y") == "http://h/api?from=40&size=20&x=y");
  CHECK(next("http://h/api?page=100").empty());
  CHECK(next("http://h/api?q=1").empty());
  CHECK(next("http://h/api").empty());
  auto list = parse_listing(R"({"stories":[{"canonical_url":"/a","image":{"src":"/i.png"}}],"html":"<div><a href='/b'>b</a></div>","more":{"url":"https://h/c"}})", 10);
  CHECK(list.recognised);
  CHECK(list.links.size() == 3);
  CHECK_FALSE(parse_listing("<html>", 10).recognised);
  CHECK_FALSE(parse_listing(std::string(100'000, '['), 10).recognised);
  CHECK(parse_listing(R"([{"url":"/1"},{"url":"/2"}])", 1).left_out == 1);
}
