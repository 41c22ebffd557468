#include "extractors/metadata.h"

#include <re2/re2.h>

#include <algorithm>

#include "base/text.h"
#include "base/url.h"
#include "extractors/authors.h"
#include "extractors/byline.h"
#include "extractors/dateline.h"
#include "extractors/dates.h"

namespace offprint {
namespace {

/// First of these meta tags that is there, with the name that it was found under.
struct Declared {
  std::string value, source;
};

Declared declared_by(const Page& page, std::initializer_list<std::string_view> keys) {
  for (std::string_view k : keys)
    if (std::string_view v = page.meta(k); !v.empty()) return {std::string(v), "meta:" + std::string(k)};
  return {};
}

/// Sets a field once, with its source.
void set(Article& a, std::string& field, const char* name, std::string value, std::string_view source) {
  if (!field.empty() || value.empty()) return;
  field = std::move(value);
  a.sources[name] = source;
}

void set_date(Article& a, std::string& field, const char* name, std::string_view value, std::string_view source) {
  if (auto date = normalize_date(value)) set(a, field, name, *date, source);
}

std::string resolve(std::string_view href, std::string_view base) {
  if (href.empty()) return "";
  auto parsed_base = Url::parse(base);
  auto url = Url::parse(href, parsed_base ? &*parsed_base : nullptr);
  return url ? url->href() : "";
}

std::string unspaced(std::string s) {
  std::erase(s, ' ');
  return s;
}

/// Which of `texts` has the key.
std::string spelled(const std::vector<std::string>& texts, const std::string& key) {
  for (const std::string& t : texts)
    if (word_key(t) == key) return t;
  return "";
}

/// "Headline | Site" in the page's title with the site's name as its first heading.
bool names_site(const std::string& title, const std::string& heading) {
  std::string t = word_key(title), h = word_key(heading);
  if (words(h).size() > 4 || t.size() <= h.size() || !t.ends_with(" " + h)) return false;
  std::size_t at = title.find_last_of("|-") == std::string::npos ? 0 : title.find_last_of("|-") + 1;
  bool separated = word_key(title.substr(at)) == h;
  for (std::string_view sep : {" – ", " — ", " • ", " · ", " « ", " :: ", " // "})
    if (std::size_t k = title.rfind(sep); k != std::string::npos) separated = separated || word_key(title.substr(k + sep.size())) == h;
  return separated && words(t).size() >= 2 * words(h).size();
}

/// The heading that readers call the title: the one that a declared title agrees with, or else
/// the only one of the first level above the text.
std::string main_heading(const Page& page, const std::vector<std::string>& declared, const std::string& site) {
  std::vector<std::string> keys;
  for (const std::string& d : declared)
    if (std::string k = word_key(d); !k.empty()) keys.push_back(std::move(k));
  const Block* only = nullptr;
  int plausible = 0;
  bool prose_seen = false;
  for (const Block& b : page.blocks) {
    prose_seen = prose_seen || (is_prose(b) && b.word_count >= 40);
    if (b.type != BlockType::kHeading || b.heading_level != 1 || (b.inside & (kInHidden | kInNav | kInFooter | kInTemplate))) continue;
    std::string k = b.key;
    if (names_site(declared.back(), b.text)) continue;
    for (const std::string& d : keys)
      if (d.size() > 20 && unspaced(d) == unspaced(k)) return spelled(declared, d);  // Glued parts of a heading are spaced where they are declared.
    for (const std::string& d : keys)
      if (k.size() > 6 && (d.starts_with(k) || k.starts_with(d) || d.ends_with(k))) return b.text;
    for (const std::string& d : keys)  // "Kicker: headline": the declared headline is the title.
      if (split(d, ' ').size() > 3 && k.size() > d.size() && k.ends_with(d)) return "";
    if (prose_seen || b.word_count < 3 || b.link_density() > 0.5 || k == word_key(site)) continue;
    ++plausible;
    only = &b;
  }
  return plausible == 1 ? only->text : "";
}

/// The same words, whatever their case and punctuation.
bool agree(std::string_view a, std::string_view b) { return word_key(a) == word_key(b); }

/// "Kicker: headline" in the heading and "Other kicker: headline" where it is shared: the
/// headline, where both have a kicker of their own before it.
std::string common_tail(std::string_view a, std::string_view b) {
  if (b.ends_with(a)) return "";
  for (std::string_view separator : {": ", " - ", " – ", " | ", " / "}) {
    std::size_t at = a.find(separator);
    if (at == std::string_view::npos || at == 0) continue;
    std::string_view tail = trim(a.substr(at + separator.size()));
    if (words(tail).size() < 4 || !b.ends_with(tail)) continue;
    if (b == tail) return std::string(tail);
    std::string_view kicker = trim(b.substr(0, b.size() - tail.size()));
    std::string own = " " + word_key(a.substr(0, at)) + " ", other = word_key(kicker);
    bool varied = false;  // The same words put differently are no kicker.
    for (std::string_view w : words(other)) varied = varied || own.find(w) != std::string::npos;
    if (kicker.find_last_of(":-|/") == kicker.size() - 1 && !varied) return std::string(tail);
  }
  return "";
}

void title_and_site(const Page& page, const StructuredArticle& s, Article& a) {
  Declared site = declared_by(page, {"og:site_name", "application-name", "twitter:app:name:iphone"});
  set(a, a.site, "site", site.value, site.source);
  set(a, a.site, "site", s.publisher, "json-ld");
  Declared named = declared_by(page, {"og:title", "twitter:title", "title", "headline", "dc.title"});
  const std::string& og = named.value;
  std::string h1 = main_heading(page, {s.headline, og, page.title}, a.site);
  std::string headline = strip_site_name(s.headline, a.site, h1), shared = strip_site_name(og, a.site, h1);
  bool newsroom = s.type.find("News") != std::string::npos && !headline.empty() && agree(headline, shared) && word_key(page.title).starts_with(word_key(headline));
  if (newsroom) set(a, a.title, "title", headline, "json-ld");
  if (std::string tail = common_tail(h1.empty() ? headline : h1, shared); !tail.empty()) set(a, a.title, "title", tail, h1.empty() ? "json-ld" : "visible:h1");
  if (!h1.empty()) set(a, a.title, "title", strip_site_name(h1, a.site, ""), "visible:h1");
  if (!s.headline.empty()) set(a, a.title, "title", strip_site_name(s.headline, a.site, ""), "json-ld");
  if (!og.empty()) set(a, a.title, "title", strip_site_name(og, a.site, h1), named.source);
  set(a, a.title, "title", strip_site_name(page.title, a.site, h1), "title");
}

/// A name that the page also gives as its publisher's, or that it gives to several roles.
bool names_publisher(const Page& page, const StructuredArticle& s, const std::vector<std::string>& names) {
  for (const std::string& n : names)
    for (std::string_view other : {std::string_view(s.publisher), page.meta("og:site_name"), page.meta("publisher"), page.meta("copyright")})
      if (!other.empty() && agree(n, other)) return true;
  return false;
}

void people(const Page& page, const StructuredArticle& s, Article& a) {
  auto take = [&](std::vector<std::string> names, std::string_view source) {
    if (!a.authors.empty() || names.empty()) return;
    a.authors = std::move(names);
    a.sources["authors"] = source;
  };
  take(clean_authors(s.authors), "json-ld");
  std::vector<std::string> first;
  std::string first_source;
  for (std::string_view key : {"author", "article:author", "parsely-author", "dc.creator", "sailthru.author", "byl", "sailthru.byline_name", "writer", "dcterms.creator", "cxenseparse:author", "analyticsattributes.author"}) {
    std::vector<std::string> listed;
    for (const MetaTag& m : page.metas)
      if (m.key == key && m.value.find("://") == std::string::npos) listed.push_back(m.value);
    auto names = clean_authors(listed);
    if (names.empty()) continue;
    // One tag may name the publisher and the next one who wrote the article.
    if (std::all_of(names.begin(), names.end(), looks_like_person) && !names_publisher(page, s, names)) take(names, "meta:" + std::string(key));
    else if (first.empty()) first = std::move(names), first_source = "meta:" + std::string(key);
  }
  take(std::move(first), first_source);
  for (int i = 1; i <= 2; ++i)  // The card of a link: "Written by", and who.
    if (iequals(page.meta("twitter:label" + std::to_string(i)), "Written by")) take(clean_authors(page.meta("twitter:data" + std::to_string(i))), "meta:twitter:data");
}

void dates(const Page& page, const StructuredArticle& s, Article& a) {
  set_date(a, a.published, "published", s.published, "json-ld");
  for (std::string_view key : {"article:published_time", "itemprop:datepublished", "og:article:published_time", "datepublished", "publishdate", "pubdate", "publish-date", "parsely-pub-date",
                               "dc.date.issued", "dcterms.created", "dc.date", "dc.date.created", "sailthru.date", "cxenseparse:recs:publishtime", "date", "article.published", "last-published-date", "publish_date", "originalpublicationdate", "analyticsattributes.articledate", "article_date_original", "displaydate", "timestamp", "pub_date", "published"})
    for (const MetaTag& m : page.metas)
      if (m.key == key) set_date(a, a.published, "published", m.value, "meta:" + std::string(key));
  static const RE2 named(R"((?:^|[-_.:])(?:pub(?:lish(?:ed)?)?|created?|issued?|release)[-_.]?(?:date|time|at|on)?$)");
  for (const MetaTag& m : page.metas) {
    if (!a.published.empty() || !RE2::PartialMatch(m.key, named)) continue;
    auto date = normalize_date(m.value);
    if (!date) date = find_visible_date(m.value, true);
    if (date) set(a, a.published, "published", *date, "meta:" + m.key);
  }
  set_date(a, a.modified, "modified", s.modified, "json-ld");
  for (std::string_view key : {"article:modified_time", "og:updated_time", "itemprop:datemodified", "lastmod", "last-modified", "dcterms.modified"})
    for (const MetaTag& m : page.metas)
      if (m.key == key) set_date(a, a.modified, "modified", m.value, "meta:" + std::string(key));
}

void topics(const Page& page, const StructuredArticle& s, Article& a) {
  if (std::string_view section = page.meta("article:section"); !section.empty()) {
    a.section.emplace_back(section);
    a.sources["section"] = "meta:article:section";
  } else if (!s.section.empty()) {
    a.section = s.section;
    a.sources["section"] = "json-ld";
  }
  for (const MetaTag& m : page.metas)
    if (m.key == "article:tag") a.tags.push_back(m.value);
  if (!a.tags.empty()) a.sources["tags"] = "meta:article:tag";
  if (a.tags.empty() && !s.keywords.empty()) {
    a.tags = s.keywords;
    a.sources["tags"] = "json-ld";
  }
  if (a.tags.empty()) {
    for (std::string_view t : split(page.meta("keywords").empty() ? page.meta("news_keywords") : page.meta("keywords"), ','))
      if (!trim(t).empty()) a.tags.emplace_back(trim(t));
    if (!a.tags.empty()) a.sources["tags"] = "meta:keywords";
  }
  if (a.tags.size() > 50) a.tags.resize(50);
}

}  // namespace

std::string strip_site_name(std::string_view title, std::string_view site, std::string_view heading) {
  std::string t = collapse_space(title);
  static constexpr std::string_view kSeparators[] = {" | ", " - ", " – ", " — ", " :: ", " » ", " « ", " · ", " • ", " / ", "|", "ㅣ", "｜", "：", " : "};
  std::string site_key = word_key(site);
  for (int round = 0; round < 3; ++round) {
    std::size_t cut = std::string::npos, width = 0;
    for (std::string_view sep : kSeparators)
      if (std::size_t at = t.rfind(sep); at != std::string::npos && at > 0 && (cut == std::string::npos || at > cut)) cut = at, width = sep.size();
    if (cut == std::string::npos) break;
    std::string head = t.substr(0, cut), tail = t.substr(cut + width);
    std::string tail_key = word_key(tail), head_key = word_key(head);
    bool is_site = !site_key.empty() && (tail_key == site_key || site_key.find(tail_key) != std::string::npos || tail_key.find(site_key) != std::string::npos);
    bool is_heading = !heading.empty() && word_key(heading) == head_key;
    bool short_tail = site_key.empty() && words(tail).size() <= 4 && words(head).size() >= 4;
    bool pipe_tail = t.substr(cut, width).find('|') != std::string::npos && words(tail).size() <= 4 && words(head).size() >= 3;
    if (!is_site && !is_heading && !short_tail && !pipe_tail) break;
    t = collapse_space(head);
  }
  return t;
}

void fill_declared_metadata(const Page& page, const StructuredArticle& s, std::string_view url, Article& a) {
  a.url = url;
  std::string canonical;
  for (const auto& [rel, href] : page.head_links)
    if (rel == "canonical" && canonical.empty()) canonical = href;
  set(a, a.canonical, "canonical", resolve(canonical, url), "link:canonical");
  set(a, a.canonical, "canonical", resolve(page.meta("og:url"), url), "meta:og:url");
  if (a.canonical.empty()) a.canonical = url;
  title_and_site(page, s, a);
  set(a, a.dek, "dek", s.description, "json-ld");
  Declared dek = declared_by(page, {"og:description", "description", "twitter:description"});
  set(a, a.dek, "dek", dek.value, dek.source);
  people(page, s, a);
  dates(page, s, a);
  topics(page, s, a);
  Declared image = declared_by(page, {"og:image", "og:image:url", "twitter:image", "itemprop:image"});
  set(a, a.image, "image", resolve(image.value, url), image.source);
  set(a, a.image, "image", resolve(s.image, url), "json-ld");
}

namespace {

/// Texts of the items of a list that begins with block `i`, as long as they are links.
std::vector<std::string> list_of_links(const Page& page, std::int32_t i) {
  std::vector<std::string> out;
  auto list = [&](const Block& b) { return page.elements[static_cast<std::size_t>(b.element)].parent; };
  std::int32_t first = list(page.blocks[static_cast<std::size_t>(i)]);
  for (auto k = static_cast<std::size_t>(i); k < page.blocks.size() && list(page.blocks[k]) == first && page.blocks[k].link_density() > 0.7; ++k) out.push_back(page.blocks[k].text);
  return out;
}

/// "Analysis | Europe" near the title: the story's sections.
void visible_section(const Page& page, const ArticleSpan& span, std::int32_t until, Article& a) {
  for (std::int32_t i = std::max(0, span.title_block - 2); i < until; ++i) {
    const Block& b = page.blocks[static_cast<std::size_t>(i)];
    if (i == span.title_block || (b.inside & (kInNav | kInFooter | kInForm | kInHidden | kInBoilerplate))) continue;
    std::vector<std::string> parts;
    if (page.is_text && is_section_line(b)) {
      for (std::string_view p : split(b.text, '|')) parts.emplace_back(trim(p));
    } else if (!page.is_text && b.link_density() > 0.7 && b.word_count <= 8 && b.type != BlockType::kHeading && !(b.inside & kInByline)) {
      parts = b.type == BlockType::kListItem ? list_of_links(page, i) : link_texts(page, b.element);
    }
    std::erase_if(parts, [](const std::string& p) { return p.empty() || words(p).size() > 3; });
    if (parts.empty() || parts.size() > 4) continue;
    bool declared = a.section.empty();
    for (const std::string& p : parts)
      for (const std::string& s : a.section) declared = declared || word_key(p) == word_key(s);
    bool separated = b.text.find('|') != std::string::npos || b.text.find('/') != std::string::npos || b.text.find("›") != std::string::npos || b.text.find("·") != std::string::npos;
    if (!declared || (a.section.empty() && !separated)) continue;
    if (parts.size() >= a.section.size()) a.section = parts, a.sources["section"] = "visible";
    return;
  }
}

/// The declared author is no person but the publication itself.
bool only_the_site(const Article& a, const std::string& publisher) {
  std::string site = word_key(a.site), owner = word_key(publisher);
  auto host = Url::parse(a.url);
  std::string name = host ? std::string(site_of_host(host->host)) : "";
  return std::all_of(a.authors.begin(), a.authors.end(), [&](const std::string& x) {
    std::string k = word_key(x);
    return k == owner || (!site.empty() && (k == site || site.find(k) != std::string::npos || k.find(site) != std::string::npos)) || ascii_lower(x) == name;
  });
}

void visible_authors(const Page& page, const ArticleSpan& span, std::int32_t until, std::int32_t last_body, const std::string& publisher, Article& a) {
  bool known = !a.authors.empty() && !only_the_site(a, publisher);
  Byline byline = find_byline(page, span, until, last_body);
  if (byline.names.empty()) return;
  bool more = known && byline.names.size() > a.authors.size() && (byline.source == "microdata" || byline.source == "visible:rel=author");
  for (const std::string& name : a.authors)  // The page may name more authors than its data.
    more = more && std::any_of(byline.names.begin(), byline.names.end(), [&](const std::string& n) { return agree(n, name); });
  // <meta name=author> often names the publisher, the site's owner or who posted the page.
  const std::string& declared = a.sources["authors"];
  bool loose = declared == "meta:author" || declared == "meta:twitter:data" || (declared.starts_with("meta:") && !std::all_of(a.authors.begin(), a.authors.end(), looks_like_person));
  bool sure = byline.source != "visible:author" && byline.source != "visible:author-link" && std::all_of(byline.names.begin(), byline.names.end(), looks_like_person);
  bool doubtful = known && loose && sure;
  if (known && !more && !doubtful) return;
  a.authors = std::move(byline.names);
  a.sources["authors"] = std::move(byline.source);
}

void visible_dates(const Page& page, const ArticleSpan& span, std::int32_t until, const TextBounds& bounds, Article& a) {
  if (!a.published.empty() && !a.modified.empty()) return;
  bool day_first = a.language != "en" || page.language.find("US") == std::string::npos;
  Dateline d = find_dateline(page, span, until, bounds.last, a.url, day_first, bounds.captured);
  set(a, a.published, "published", d.published, d.published_source);
  if (d.modified != a.published) set(a, a.modified, "modified", d.modified, d.modified_source);
}

void lead_image(const Page& page, const ArticleSpan& span, std::int32_t until, Article& a) {
  for (const Element& e : page.elements) {
    if (e.first_block > until) break;
    if (e.tag != GUMBO_TAG_IMG || e.first_block < span.title_block - 2 || (e.inside & (kInNav | kInFooter | kInAside | kInBoilerplate))) continue;
    std::string src(e.attribute("src").empty() ? e.attribute("data-src") : e.attribute("src"));
    if (src.empty() || src.starts_with("data:")) continue;
    set(a, a.image, "image", resolve(src, a.url), "visible");
    a.image_alt = collapse_space(clip(e.attribute("alt"), 400));
    return;
  }
}

/// What the page says of a paywall: in its data, or in a notice where its text breaks off.
void paywall(const Page& page, const StructuredArticle& s, Article& a) {
  auto set_paywall = [&](bool value, const char* source) {
    if (a.paywall) return;
    a.paywall = value;
    a.sources["paywall"] = source;
  };
  if (s.free) set_paywall(!*s.free, "json-ld");
  std::string tier = ascii_lower(page.meta("article:content_tier"));
  if (tier == "locked" || tier == "metered" || tier == "paid") set_paywall(true, "meta:article:content_tier");
  if (tier == "free") set_paywall(false, "meta:article:content_tier");
  static const RE2 notice(
      R"((?i)\b(?:subscribe (?:now )?to (?:continue|keep|read)|(?:this|the) (?:article|story|content) is (?:for|reserved for|only (?:available )?(?:to|for)|exclusive to|exclusively for) (?:our )?(?:\w+ )?(?:subscribers?|members?)|to (?:continue|keep) reading,? (?:please )?(?:subscribe|log in|register|sign up)|nur für abonnenten|exklusiv für abonnenten|weiterlesen mit|réservé (?:à nos|aux) abonnés|(?:exclusivo|solo) para suscriptores|riservato agli abbonati|exclusivo para assinantes|alleen voor abonnees)\b|この記事は(?:会員|有料)|有料会員限定|会員限定記事)");
  for (const Block& b : page.blocks)
    if (!a.paywall && b.word_count <= 40 && !(b.inside & (kInNav | kInFooter)) && RE2::PartialMatch(b.text, notice)) set_paywall(true, "visible");
}

}  // namespace

void fill_visible_metadata(const Page& page, const StructuredArticle& s, const ArticleSpan& span, const TextBounds& bounds, Article& a) {
  if (span.title_block >= 0) set(a, a.title, "title", page.blocks[static_cast<std::size_t>(span.title_block)].text, "visible");
  std::int32_t until = std::max(bounds.first_prose, span.title_block + 1);
  paywall(page, s, a);
  visible_section(page, span, until, a);
  visible_authors(page, span, until, bounds.last, s.publisher, a);
  visible_dates(page, span, until, bounds, a);
  if (!page.is_text) lead_image(page, span, until, a);
}

}  // namespace offprint
