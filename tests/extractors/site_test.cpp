#include <catch2/catch.hpp>

#include "extractors/extractor.h"
#include "extractors/site_knowledge.h"

using namespace offprint;

namespace {

const std::string kPlea = "This newspaper belongs to its readers, and only with their help can it go on telling what happens in the harbour every day.";

std::string own(const std::string& what, int n) {
  return what + " paragraph " + std::to_string(n) + " tells at some length what the people of the small town have decided to do about " + what + " before the coming winter, and why it took them two years.";
}

std::string page(const std::string& what, const std::string& tail = "") {
  std::string out = "<title>All about " + what + "</title><article><h1>All about " + what + "</h1>";
  for (int i = 0; i < 4; ++i) out += "<p>" + own(what, i) + "</p>";
  return out + "<p>" + kPlea + "</p>" + tail + "</article>";
}

Article take(SiteKnowledge& sites, const std::string& what, const std::string& html) {
  ExtractOptions options;
  options.sites = &sites;
  return extract_article(html, "text/html", "https://courier.example/" + what, options);
}

bool holds(const Article& a, const std::string& text) { return a.text().find(text) != std::string::npos; }

}  // namespace

TEST_CASE("what recurs over a publication's articles is no article's text") {
  SiteKnowledge sites;
  CHECK(holds(take(sites, "pier", page("pier")), kPlea));  // One page alone cannot tell.
  take(sites, "ferry", page("ferry"));
  Article a = take(sites, "crane", page("crane"));
  CHECK_FALSE(holds(a, kPlea));
  CHECK(holds(a, own("crane", 3)));
  CHECK(a.note.find("recur on the site") != std::string::npos);
}

TEST_CASE("captures of one article are no witnesses against its text") {
  SiteKnowledge sites;
  for (int i = 0; i < 4; ++i) CHECK(holds(take(sites, "pier", page("pier")), own("pier", 0)));
  CHECK(holds(take(sites, "pier?print=1", page("pier")), kPlea));
}

TEST_CASE("a paragraph that is another page's stays out of this one and in that one") {
  SiteKnowledge sites;
  take(sites, "ferry", page("ferry"));
  Article a = take(sites, "pier", page("pier", "<p>" + own("ferry", 0) + "</p>"));
  CHECK_FALSE(holds(a, own("ferry", 0)));
  CHECK(holds(take(sites, "ferry", page("ferry")), own("ferry", 0)));
}

TEST_CASE("a site model comes back from its bytes, and damaged bytes do not") {
  SiteKnowledge sites;
  take(sites, "pier", page("pier"));
  take(sites, "ferry", page("ferry"));
  auto saved = sites.serialize();
  REQUIRE(saved.size() == 1);
  CHECK(saved[0].first == "courier.example");
  SiteKnowledge again;
  again.load(saved[0].first, saved[0].second);
  CHECK_FALSE(holds(take(again, "crane", page("crane")), kPlea));
  CHECK_FALSE(SiteModel::parse(std::string_view(saved[0].second).substr(0, saved[0].second.size() - 3)));
  CHECK_FALSE(SiteModel::parse(saved[0].second + "x"));
}
