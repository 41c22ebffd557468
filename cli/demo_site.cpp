#include "cli/demo_site.h"

#include <fmt/format.h>

#include <vector>

#include "base/digest.h"
#include "base/text.h"

namespace offprint {
namespace {

struct Story {
  std::string_view slug, section, title, dek, author, published, caption;
  std::vector<std::string_view> paragraphs;
  int from_edition = 1, to_edition = 2;
};

const std::vector<Story>& stories() {
  static const std::vector<Story> list = {
      {"ferry-timetable", "Harbour", "Winter ferry timetable returns the last boat to Saltholm", "After two seasons without a late crossing, islanders can stay for dinner again.", "Mina Torvald", "2026-03-02T07:30:00+01:00",
       "The ferry Alkedraaf at the Saltholm quay on Monday morning. Photo: Jens Ruud",
       {"The last ferry to Saltholm will leave the city quay at 22.40 again from next Sunday, the harbour office announced on Monday. For two winters the final boat had gone at 18.15, which left islanders with jobs in the city no choice but to rent a bed there.",
        "“We counted the people who waved at the departing boat,” said harbour master Ilse Brandt. “There were forty of them on a Tuesday in November. That is not a timetable, that is a habit of leaving people behind.”",
        "The late boat costs the city about 310 crowns a day in fuel and overtime. The council found the money by ending the contract for the decorative fountain in the inner basin, which has not run since August.",
        "Tickets will stay at their present price until midsummer."}},
      {"library-roof", "City", "Library roof to be mended with slate from the old cannery", "The city saves the price of new slate and keeps a piece of the waterfront.", "Oskar Lindqvist", "2026-03-01T16:05:00+01:00",
       "Slate stacked behind the cannery before the move. Photo: Harbour Courier archive",
       {"Some nine thousand slates from the roof of the closed cannery will be laid on the city library this summer. The council approved the plan by eleven votes to four on Sunday evening.",
        "Roofers from two local firms tested every tenth slate over the winter. Fewer than three in a hundred were cracked, which is better than the stock of most suppliers, according to the report that councillors received on Friday.",
        "The library will stay open while the work goes on. Only the reading room under the north gable is to close for two weeks in June, when the beams below the old leak are replaced.",
        "The four councillors who voted against wanted to wait for an estimate of what the cannery's empty roof would cost to cover."}},
      {"herring-count", "Harbour", "Herring count is the best in eleven years, and nobody is sure why", "Researchers warn against reading too much into a single spring.", "Mina Torvald", "2026-02-27T09:00:00+01:00", "",
       {"The spring count of herring in the outer bay has come to 4,120 fish an hour, the highest figure since the counts began eleven years ago. Last year's number was 1,870.",
        "The count is made with nets at six fixed places between the lighthouse and the mouth of the Aske. This year's water was a degree and a half colder than the mean of the past decade, and it was calmer on five of the six days.",
        "“One good spring is a single point on a long line,” said Dr. Paula Henning, who has led the count from its start. “If next year is good as well, I shall allow myself to be pleased.”",
        "Fishing quotas for the bay are set in May and will not change before then."}},
      {"tram-strike", "City", "Tram drivers call off Thursday strike after night of talks", "Both sides agreed on a rota that leaves eleven hours between two shifts.", "Oskar Lindqvist", "2026-02-26T05:45:00+01:00", "A tram at the depot on Wednesday night. Photo: Lea Storm",
       {"Trams will run as usual on Thursday. The drivers' union called off its one-day strike at four in the morning, when the operator accepted a rota with at least eleven hours between the end of one shift and the start of the next.",
        "The two sides had been apart on the length of the break since October. Drivers said that turns which ended after midnight and began again before nine had become the rule on the harbour line and not the exception.",
        "The operator will hire fourteen drivers by the autumn. Until then, two early services on line 5 are withdrawn, at 5.10 and at 5.25 from the depot.",
        "The agreement holds for three years."}},
      {"lighthouse-lens", "Culture", "A lens goes home to the lighthouse after sixty years in a cellar", "The glass was hidden from thieves and then forgotten.", "Lea Storm", "2026-02-24T11:20:00+01:00", "",
       {"The great lens of the Norrgrund lighthouse stands in its lantern again. It had lain in the cellar of the harbour museum since 1966, packed in straw and labelled as kitchen ware.",
        "A trainee found it in January while looking for a place to put folding chairs. The label had been written on purpose, the museum believes: brass was dear that year, and two lenses had been stolen along the coast.",
        "It took four people six hours to bring the forty-one pieces up the tower. The lamp behind them is electric now and draws less current than a kettle.",
        "The lighthouse is open to visitors on the first Sunday of each month."}},
      {"market-hall", "City", "Market hall stalls go to a lottery as applications double", "Every fourth stall is kept for traders in their first year.", "Oskar Lindqvist", "2026-02-20T10:00:00+01:00", "",
       {"The thirty-two stalls of the restored market hall will be given out by lot, after sixty-seven traders applied for them. The hall opens on the tenth of May.",
        "Eight stalls are kept for traders who have been in business for less than a year. For these there were nineteen applications, among them a maker of seaweed bread and a man who repairs umbrellas.",
        "The draw takes place in the hall itself on Saturday at noon, and anyone may watch. Those who draw a blank will be first in line when a stall falls free.",
        "Rents begin at 90 crowns a day."},
       1, 1},
      {"bridge-opening", "Harbour", "New footbridge opens a week early and without a ribbon", "The mayor walked across with everyone else.", "Lea Storm", "2026-03-08T08:15:00+01:00", "The footbridge on its first morning. Photo: Jens Ruud",
       {"The footbridge over the inner basin opened on Sunday, a week before its date. There was no ribbon and no speech, because the builders had finished and saw no reason to keep people waiting.",
        "The bridge shortens the way from the station to the ferry quay by nine minutes. It turns on a pier in the middle to let boats through, which takes four minutes and is done twice an hour at most.",
        "“I came to look at it and then I was on the other side,” said Mayor Henrike Aalto, who crossed with her dog at seven in the morning.",
        "A count at noon found 640 people an hour."},
       2, 2},
  };
  return list;
}

bool out_in(const Story& s, int edition) { return s.from_edition <= edition && edition <= s.to_edition; }

std::string path_of(const Story& s) { return "/" + ascii_lower(s.section) + "/" + std::string(s.slug) + ".html"; }

std::string frame(const std::string& title, const std::string& head, const std::string& main) {
  return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + html_escape(title) + " | The Harbour Courier</title>\n" +
         "<meta property=\"og:site_name\" content=\"The Harbour Courier\">\n<link rel=\"alternate\" type=\"application/rss+xml\" href=\"/feed.xml\">\n" + head +
         "</head><body>\n<header><nav><a href=\"/\">The Harbour Courier</a> <a href=\"/harbour/\">Harbour</a> <a href=\"/city/\">City</a> <a href=\"/culture/\">Culture</a></nav></header>\n<main>" + main +
         "</main>\n<footer>© The Harbour Courier, an invented newspaper. <a href=\"/private/staff.html\">Staff</a></footer></body></html>\n";
}

std::string list_page(std::string_view section, int edition) {
  std::string items;
  for (const Story& s : stories())
    // A section page still lists the story that has been taken down, as real ones do.
    if (section.empty() ? out_in(s, edition) : section == s.section && s.from_edition <= edition) items += "<li><a href=\"" + path_of(s) + "\">" + html_escape(s.title) + "</a></li>\n";
  std::string title = section.empty() ? "News from the harbour" : std::string(section);
  return frame(title, "", "<h1>" + title + "</h1><ul>\n" + items + "</ul>");
}

/// The stories that endless scroll has appended: begun, and cut off.
std::string neighbours(const Story& main) {
  std::string out;
  int n = 0;
  for (const Story& s : stories()) {
    if (s.slug == main.slug || !out_in(s, 1) || !out_in(s, 2) || ++n > 2) continue;
    out += "<section class=\"story\"><h2><a href=\"" + path_of(s) + "\">" + html_escape(s.title) + "</a></h2><div class=\"copy\"><p>" + html_escape(s.paragraphs[0]) +
           "</p></div><p class=\"more\">Keep reading</p></section>\n";
  }
  return out;
}

std::string story_page(const Story& s, int edition, const std::string& origin) {
  std::string url = origin + path_of(s);
  std::string head = "<link rel=\"canonical\" href=\"" + url + "\"><meta property=\"og:type\" content=\"article\"><meta property=\"og:title\" content=\"" + html_escape(s.title) + "\">\n" +
                     "<script type=\"application/ld+json\">{\"@context\":\"https://schema.org\",\"@type\":\"NewsArticle\",\"headline\":" + json_quote(s.title) + ",\"description\":" + json_quote(s.dek) +
                     ",\"datePublished\":" + json_quote(s.published) + ",\"author\":{\"@type\":\"Person\",\"name\":" + json_quote(s.author) + "},\"articleSection\":" + json_quote(s.section) + "}</script>\n";
  std::string body;
  for (std::size_t i = 0; i < s.paragraphs.size(); ++i) {
    body += "<p>" + html_escape(s.paragraphs[i]) + "</p>\n";
    if (i == 1) body += "<div class=\"newsletter-box\"><p>Get the Courier in your mailbox every morning. <a href=\"/newsletter\">Sign up</a></p></div>\n";
  }
  if (s.slug == "herring-count" && edition == 2)
    body += "<p>Correction: an earlier version of this article gave last year's figure as 1,870 fish a day. It is 1,870 an hour.</p>\n";
  std::string figure = s.caption.empty() ? "" : "<figure><img src=\"/img/" + std::string(s.slug) + ".jpg\" alt=\"\"><figcaption>" + html_escape(s.caption) + "</figcaption></figure>\n";
  std::string main = "<article class=\"story\"><div class=\"share-bar\"><a href=\"https://social.example/share\">Follow us on social</a></div>\n<h1>" + html_escape(s.title) + "</h1>\n<p class=\"dek\">" + html_escape(s.dek) +
                     "</p>\n<p class=\"byline\">By " + html_escape(s.author) + " · <time datetime=\"" + std::string(s.published) + "\">" + std::string(s.published.substr(0, 10)) + "</time></p>\n" + figure +
                     "<div class=\"copy\">\n" + body + "</div></article>\n" + neighbours(s);
  return frame(std::string(s.title), head, main);
}

std::string feed(int edition, const std::string& origin) {
  std::string items;
  for (const Story& s : stories())
    if (out_in(s, edition)) items += "<item><title>" + html_escape(s.title) + "</title><link>" + origin + path_of(s) + "</link></item>\n";
  return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"><channel><title>The Harbour Courier</title><link>" + origin + "/</link>\n" + items + "</channel></rss>\n";
}

std::string sitemap(int edition, const std::string& origin) {
  std::string urls;
  for (const Story& s : stories())
    if (out_in(s, edition)) urls += "<url><loc>" + origin + path_of(s) + "</loc><lastmod>" + std::string(s.published.substr(0, 10)) + "</lastmod></url>\n";
  return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n" + urls + "</urlset>\n";
}

}  // namespace

DemoResponse demo_page(std::string_view path, int edition, const std::string& origin) {
  if (path == "/") return {200, "text/html; charset=utf-8", list_page("", edition)};
  for (std::string_view section : {"Harbour", "City", "Culture"})
    if (path == "/" + ascii_lower(section) + "/") return {200, "text/html; charset=utf-8", list_page(section, edition)};
  if (path == "/robots.txt") return {200, "text/plain", "User-agent: *\nDisallow: /private/\nSitemap: " + origin + "/sitemap.xml\n"};
  if (path == "/feed.xml") return {200, "application/rss+xml", feed(edition, origin)};
  if (path == "/sitemap.xml") return {200, "application/xml", sitemap(edition, origin)};
  for (const Story& s : stories()) {
    if (path != path_of(s)) continue;
    if (out_in(s, edition)) {
      std::string page = story_page(s, edition, origin), etag = s.section == "Harbour" ? "\"" + hex(sha1(page)).substr(0, 16) + "\"" : "";
      return {200, "text/html; charset=utf-8", std::move(page), std::move(etag)};
    }
    return {410, "text/html; charset=utf-8", frame("Gone", "", "<h1>Gone</h1><p>This article has been taken down.</p>")};
  }
  return {404, "text/html; charset=utf-8", frame("Not found", "", "<h1>Not found</h1><p>There is no such page.</p>")};
}

}  // namespace offprint
