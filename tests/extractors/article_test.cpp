#include <catch2/catch.hpp>

#include <chrono>

#include "base/text.h"
#include "extractors/authors.h"
#include "extractors/dates.h"
#include "extractors/extractor.h"
#include "extractors/metadata.h"
#include "extractors/score.h"
#include "tests/support/support.h"

using namespace offprint;

namespace {

Article extract(const std::string& html, const std::string& url = "https://courier.example/a") { return extract_article(html, "text/html", url, {}); }

const std::string kParagraph =
    "The council of the small harbour town decided on Monday evening to mend the long wooden pier before the winter storms arrive, after two years of talk about its cost and its use.";

std::string paragraphs(int n, const std::string& word) {
  std::string out;
  for (int i = 0; i < n; ++i) out += "<p>" + word + " paragraph " + std::to_string(i) + ": " + kParagraph + "</p>\n";
  return out;
}

bool holds(const Article& a, const std::string& s) {
  std::string all = a.text();
  for (const auto& c : a.captions) all += "\n" + c;
  for (const auto& t : a.tags) all += "\n" + t;
  return all.find(s) != std::string::npos;
}

}  // namespace

TEST_CASE("endless-scroll neighbours stay out, whatever their markup") {
  const std::string main = "<h1>The pier will be mended</h1><div class=copy>" + paragraphs(5, "Main") + "</div>";
  const std::string next = "<h2><a href=/next>A completely different story begins here</a></h2><div class=copy>" + paragraphs(2, "Other") + "</div><span>keep reading</span>";
  const std::string next_h1 = "<h1>A completely different story begins here</h1><div class=copy>" + paragraphs(2, "Other") + "</div>";
  for (const std::string& html : {
           "<title>The pier will be mended</title><main><div class=post>" + main + "</div><div class=post>" + next + "</div></main>",
           "<title>The pier will be mended</title><article>" + main + "</article><article>" + next + "</article>",
           "<title>The pier will be mended</title><section>" + main + "</section><section>" + next_h1 + "</section>",
           "<title>The pier will be mended</title><div>" + main + next + "</div>",
       }) {
    Article a = extract(html);
    CAPTURE(html.substr(0, 90));
    CHECK(a.title == "The pier will be mended");
    CHECK(a.blocks.size() == 5);
    CHECK_FALSE(holds(a, "Other"));
    CHECK_FALSE(holds(a, "different story"));
    CHECK(a.kind == "article");
  }
}

TEST_CASE("boxes inside the text are left out") {
  Article a = extract("<h1>The pier will be mended</h1><article>" + paragraphs(2, "One") +
                      "<div class=newsletter-box><p>Get our newsletter every morning and never miss what happens in the harbour again, dear reader of ours.</p></div>"
                      "<div class='related-stories'><h3>Related stories</h3><ul><li><a href=/x>Another story that is related to this one</a></li></ul></div>"
                      "<p>Read more: <a href=/y>the history of the pier in ten pictures</a></p><figure><img src=x><figcaption>The pier in 1911. Photo: City archive</figcaption></figure>" +
                      paragraphs(2, "Two") + "<div class=share-bar>Follow us on social</div><section id=comments><p>" + kParagraph + " says a reader</p></section></article>");
  CHECK(a.blocks.size() == 4);
  for (const char* lacks : {"newsletter", "related", "Read more", "Follow us", "says a reader", "history of the pier"}) CHECK_FALSE(a.text().find(lacks) != std::string::npos);
  REQUIRE(a.captions.size() == 1);
  CHECK(a.captions[0] == "The pier in 1911. Photo: City archive");
}

TEST_CASE("a line break splits nothing, two split a paragraph") {
  Article a = extract("<h1>The pier will be mended</h1><div>" + kParagraph + "<br>" + kParagraph + "<br><br>" + kParagraph + " Last.</div>");
  REQUIRE(a.blocks.size() == 2);
  CHECK(a.blocks[1].text.ends_with("Last."));
}

TEST_CASE("metadata come from JSON-LD, then meta tags, each with its source") {
  Article a = extract(
      R"(<html lang="de"><head><title>Die Brücke | Kurier</title><meta property="og:site_name" content="Kurier"><link rel=canonical href="/bruecke">
<meta property="article:section" content="Stadt"><meta property="article:tag" content="Hafen"><meta property="og:image" content="/b.jpg">
<script type="application/ld+json">{"@graph":[{"@type":"WebSite","name":"Kurier"},{"@type":"NewsArticle","headline":"Die Brücke","description":"Kurz &amp; gut","datePublished":"2026-03-01T08:00:00+0100","dateModified":"2026-03-02","author":[{"@type":"Person","name":"Ada Holm"},{"name":"Bo Lund"}]}]}</script></head><body><h1>Die Brücke</h1>)" +
      paragraphs(3, "Ein") + "</body></html>");
  CHECK(a.title == "Die Brücke");
  CHECK(a.dek == "Kurz & gut");
  CHECK(a.authors == std::vector<std::string>{"Ada Holm", "Bo Lund"});
  CHECK(a.published == "2026-03-01T08:00:00+01:00");
  CHECK(a.modified == "2026-03-02");
  CHECK(a.section == std::vector<std::string>{"Stadt"});
  CHECK(a.tags == std::vector<std::string>{"Hafen"});
  CHECK(a.site == "Kurier");
  CHECK(a.canonical == "https://courier.example/bruecke");
  CHECK(a.image == "https://courier.example/b.jpg");
  CHECK(a.sources.at("authors") == "json-ld");
}

TEST_CASE("visible bylines and dates are used where nothing is declared") {
  Article a = extract("<h1>The pier will be mended</h1><p class=byline>By Ann Lee and Bo Chen, Staff Writers</p><p class=date>3 May 2024</p>" + paragraphs(4, "P"));
  CHECK(a.authors == std::vector<std::string>{"Ann Lee", "Bo Chen"});
  CHECK(a.published == "2024-05-03");
  CHECK(a.blocks.size() == 4);
}

TEST_CASE("a page saved as plain text is extracted") {
  std::string text = "Follow us on social\n\nPier-scaled\n\nThe pier will be mended before the winter storms\n\nIt took two years of talk.\n\nHarbour | City\n\n";
  for (int i = 0; i < 5; ++i) text += kParagraph + " Number " + std::to_string(i) + ".\n\n";
  text += "A view of the pier in the autumn light, seen from the old lighthouse. REUTERS/Jens Ruud\nHarbour | City\nSomebody Else\nTop photo credit: Lea Storm/Agency\n\nWhat the neighbours have to say about it\n\nOther\n\n" + kParagraph +
          " Other.\n\nkeep readingShow less\n\nLATEST\n";
  Article a = extract_article(text, "text/plain", "", {});
  CHECK(a.title == "The pier will be mended before the winter storms");
  CHECK(a.dek == "It took two years of talk.");
  CHECK(a.section == std::vector<std::string>{"Harbour", "City"});
  CHECK(a.blocks.size() == 5);
  REQUIRE(a.captions.size() == 1);
  CHECK(a.captions[0].starts_with("A view of the pier"));
  for (const char* lacks : {"Somebody", "Top photo", "neighbours", "Other", "keep reading", "LATEST", "Follow us"}) CHECK_FALSE(holds(a, lacks));
}

TEST_CASE("an article that a script draws is found in the script's state") {
  std::string inner;
  for (int i = 0; i < 4; ++i) inner += "\\u003cp\\u003e" + kParagraph + " Part " + std::to_string(i) + ".\\u003c/p\\u003e";
  Article a = extract("<title>The pier</title><div id=root></div><script>window.state = {\"body\":\"" + inner + "\",\"n\":1}</script>");
  CHECK(a.blocks.size() == 4);
  CHECK(a.sources.at("body") == "script state");
}

TEST_CASE("hostile pages give an article object in bounded time") {
  auto start = std::chrono::steady_clock::now();
  std::string deep, format, attributes = "<div ";
  for (int i = 0; i < 100000; ++i) deep += "<div>", format += "<p><b id=1></p>", attributes += "a" + std::to_string(i) + "=1 ";
  for (const std::string& html : {deep + "text", format + paragraphs(3, "x"), attributes + ">text", std::string(3000000, '<'), std::string("\0\1\2binary", 9), std::string(), std::string("<p>\xff\xfe broken")}) {
    Article a = extract(html);
    CHECK(valid_utf8(a.text()));
    CHECK(valid_utf8(article_json(a)));
  }
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(60));
}

TEST_CASE("profile selectors take precedence, and removals count") {
  SelectorRules rules;
  rules.body.push_back(*Selector::parse("div.copy"));
  rules.remove.push_back(*Selector::parse(".copy p.note"));
  rules.title.push_back(*Selector::parse("#head"));
  ExtractOptions options;
  options.rules = &rules;
  Article a = extract_article("<h1>Wrong</h1><h2 id=head>Right</h2><div class='x copy'>" + paragraphs(2, "In") + "<p class=note>" + kParagraph + "</p></div>" + paragraphs(6, "Out"), "text/html", "", options);
  CHECK(a.title == "Right");
  CHECK(a.blocks.size() == 2);
  CHECK_FALSE(Selector::parse("div > p:first"));
}

TEST_CASE("dates of many languages are read") {
  CHECK(find_visible_date("Veröffentlicht am 3. März 2024, 14:05 Uhr", true) == "2024-03-03");
  CHECK(find_visible_date("Publié le 14 août 2023 à 10h", true) == "2023-08-14");
  CHECK(find_visible_date("5 de septiembre de 2022", true) == "2022-09-05");
  CHECK(find_visible_date("Updated: December 31, 2025", true) == "2025-12-31");
  CHECK(find_visible_date("2024年5月2日 20時", true) == "2024-05-02");
  CHECK(find_visible_date("12 января 2021", true) == "2021-01-12");
  CHECK(find_visible_date("03/04/2024", true) == "2024-04-03");
  CHECK(find_visible_date("03/04/2024", false) == "2024-03-04");
  CHECK_FALSE(find_visible_date("31 February 2024", true));
  CHECK(normalize_date("2024-01-07 01:20:00+0000") == "2024-01-07T01:20:00+00:00");
  CHECK(normalize_date("Tue, 05 Mar 2024 10:00:00 GMT") == "2024-03-05T10:00:00Z");
  CHECK(normalize_date("1700000000") == "2023-11-14T22:13:20Z");
  CHECK(date_in_url("https://x/2024/05/02/story") == "2024-05-02");
}

TEST_CASE("author lines are split and cleaned") {
  CHECK(clean_authors("By ANN LEE, BO CHEN and Cy Dee (ann@x.example)") == std::vector<std::string>{"ANN LEE", "BO CHEN", "Cy Dee"});
  CHECK(clean_authors("Von Jörg Maß und Eva Öst") == std::vector<std::string>{"Jörg Maß", "Eva Öst"});
  CHECK(clean_authors("Ann Lee, senior reporter") == std::vector<std::string>{"Ann Lee"});
  CHECK(clean_authors("https://x.example/ann").empty());
}

TEST_CASE("the site's name is taken off a title, and only that") {
  CHECK(strip_site_name("The pier | The Courier", "The Courier", "") == "The pier");
  CHECK(strip_site_name("Ask the expert - why piers rot - The Courier", "The Courier", "") == "Ask the expert - why piers rot");
  CHECK(strip_site_name("A pier - and what it costs the whole town", "The Courier", "") == "A pier - and what it costs the whole town");
}

TEST_CASE("scores are those of score.py") {
  BodyScore s = score_body("a b c d e f", "a b c d e x");
  CHECK(*s.precision == Approx(2.0 / 3));
  CHECK(*s.recall == Approx(2.0 / 3));
  CHECK(s.exact == 0);
  CHECK(s.word == Approx(5.0 / 6));
  CHECK(score_tokens("It's 日本 x_1").size() == 5);
  CHECK(same_title("Café – now", "CAFÉ now"));
  CHECK(same_day("2024-01-07 01:20:00+00:00", "2024-01-06T20:20:00-05:00"));
  CHECK(score_authors({"Ann", "Bo"}, {"ann"}) == Approx(2.0 / 3));
}

TEST_CASE("a page whose label disagrees with its sound UTF-8 is read as UTF-8") {
  Article a = extract("<meta charset=iso-8859-1><title>Brücke</title><h1>Die Brücke wird gebaut</h1>" + paragraphs(3, "Über"));
  CHECK(a.title == "Die Brücke wird gebaut");
}

TEST_CASE("a standfirst apart from the text, sections in a list and a date glued to the byline are understood") {
  Article a = extract("<meta property=og:description content='It took two years of talk and a storm.'><meta property=article:section content=Harbour><h1>The pier will be mended</h1><h2 class=standfirst>It took two years of talk and a storm.</h2>"
                      "<ul class=labels><li><a href=/h>Harbour</a></li><li><a href=/c>City</a></li></ul><div class=who><a href=/author/ann>Ann Lee</a><span>Nov 11, 2022</span></div><div class=copy>" +
                      paragraphs(5, "P") + "</div>");
  CHECK(a.dek == "It took two years of talk and a storm.");
  CHECK(a.section == std::vector<std::string>{"Harbour", "City"});
  CHECK(a.published == "2022-11-11");
  CHECK(a.blocks.size() == 5);
}

TEST_CASE("dates in other scripts, calendars and words are read") {
  CHECK(find_visible_date("28 tháng 4, 2023", true) == "2023-04-28");
  CHECK(find_visible_date("3 กุมภาพันธ์ 2567", true) == "2024-02-03");
  CHECK(find_visible_date("१५ अगस्त २०२३", true) == "2023-08-15");
  CHECK(find_visible_date("١٢ مارس ٢٠٢٤", true) == "2024-03-12");
  CHECK(find_visible_date("04-ago-2021 5:11", true) == "2021-08-04");
  CHECK(normalize_date("Mon Aug 03 12:45:00 EDT 2015") == "2015-08-03T12:45:00-04:00");
  CHECK(relative_date("3 hours ago", "2025-03-01T02:00:00Z") == "2025-03-01");
  CHECK(relative_date("vor 2 Tagen", "2025-03-01") == "2025-02-27");
  CHECK(relative_date("hace 1 semana", "2025-03-01") == "2025-02-22");
  CHECK(relative_date("Yesterday, 14:20", "2025-01-01") == "2024-12-31");
  CHECK(relative_date("2日前", "2025-03-01") == "2025-02-27");
  CHECK_FALSE(relative_date("The bridge opened again", "2025-03-01"));
  CHECK_FALSE(relative_date("3 hours ago", ""));
}

TEST_CASE("the date of a change is not the date of publication") {
  Article a = extract("<h1>The pier will be mended</h1><p class=meta>Published 3 March 2024, updated 5 March 2024</p><article>" + paragraphs(4, "One") + "</article>");
  CHECK(a.published == "2024-03-03");
  CHECK(a.modified == "2024-03-05");
  a = extract("<h1>The pier will be mended</h1><p>Updated <time datetime=2024-05-01>1 May</time></p><p>First seen <time datetime=2024-04-01>1 April</time></p><article>" + paragraphs(4, "One") + "</article>");
  CHECK(a.published == "2024-04-01");
  CHECK(a.modified == "2024-05-01");
}

TEST_CASE("names are cleaned of roles, handles, reading times and dates") {
  using Names = std::vector<std::string>;
  CHECK(clean_authors("By Sam Stein Senior Politics Editor") == Names{"Sam Stein"});
  CHECK(clean_authors("By Gina TrapaniCEO") == Names{"Gina Trapani"});
  CHECK(clean_authors("By April Glaser@aprilglaser") == Names{"April Glaser"});
  CHECK(clean_authors("Zach Hanlon 5 minute Read") == Names{"Zach Hanlon"});
  CHECK(clean_authors("Marta Ellingsen on 4 March 2025") == Names{"Marta Ellingsen"});
  CHECK(clean_authors("Holm, Ida") == Names{"Ida Holm"});
  CHECK(clean_authors("EcoPost Staff") == Names{"EcoPost Staff"});
  CHECK(clean_authors("Shelby Loos, DVM. Reviewed by Molly Price, DVM") == Names{"Shelby Loos"});
  CHECK(clean_authors("Von Jutta Kehrwald Veröffentlicht am 12. Februar 2025") == Names{"Jutta Kehrwald"});
}

TEST_CASE("a paywall is told by the page's data or by its notice, and is unknown otherwise") {
  CHECK(extract("<h1>The pier</h1>" + paragraphs(4, "One") + "<script type=application/ld+json>{\"@type\":\"NewsArticle\",\"isAccessibleForFree\":\"False\"}</script>").paywall == true);
  CHECK(extract("<h1>The pier</h1>" + paragraphs(4, "One") + "<p>Subscribe now to continue reading this story.</p>").paywall == true);
  CHECK(extract("<meta property=article:content_tier content=free><h1>The pier</h1>" + paragraphs(4, "One")).paywall == false);
  CHECK_FALSE(extract("<h1>The pier</h1>" + paragraphs(4, "One")).paywall.has_value());
}

TEST_CASE("where a profile and the extractor disagree, the article says so") {
  SelectorRules rules;
  rules.body.push_back(*Selector::parse("div.teaser"));
  rules.authors.push_back(*Selector::parse("p.by"));
  ExtractOptions options;
  options.rules = &rules;
  std::string html = "<h1>The pier will be mended</h1><meta name=author content='Ann Lee'><p class=by>Bob Ray</p><div class=teaser>" + paragraphs(1, "Teaser") + "</div><article>" + paragraphs(6, "Main") + "</article>";
  Article a = extract_article(html, "text/html", "https://courier.example/a", options);
  CHECK(a.blocks.size() == 1);
  CHECK(a.authors == std::vector<std::string>{"Bob Ray"});
  CHECK(a.note.find("disagree on the body") != std::string::npos);
  CHECK(a.note.find("disagree on the authors") != std::string::npos);
}

TEST_CASE("a page that is larger than what is looked at says so") {
  ExtractOptions options;
  options.max_input = 3000;
  Article a = extract_article("<h1>The pier</h1>" + paragraphs(40, "Main"), "text/html", "https://courier.example/a", options);
  CHECK(a.note.find("only the first 3000 bytes") != std::string::npos);
}
