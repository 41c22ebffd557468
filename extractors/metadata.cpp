#include "extractors/metadata.h"

#include <re2/re2.h>

#include <algorithm>

#include "base/text.h"
#include "base/url.h"
#include "extractors/authors.h"
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
    std::string k = word_key(b.text);
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

void title_and_site(const Page& page, const StructuredArticle& s, Article& a) {
  Declared site = declared_by(page, {"og:site_name", "application-name", "twitter:app:name:iphone"});
  set(a, a.site, "site", site.value, site.source);
  set(a, a.site, "site", s.publisher, "json-ld");
  Declared named = declared_by(page, {"og:title", "twitter:title", "title", "headline", "dc.title"});
  const std::string& og = named.value;
  std::string h1 = main_heading(page, {s.headline, og, page.title}, a.site);
  if (!h1.empty()) set(a, a.title, "title", strip_site_name(h1, a.site, ""), "visible:h1");
  if (!s.headline.empty()) set(a, a.title, "title", strip_site_name(s.headline, a.site, ""), "json-ld");
  if (!og.empty()) set(a, a.title, "title", strip_site_name(og, a.site, h1), named.source);
  set(a, a.title, "title", strip_site_name(page.title, a.site, h1), "title");
}

void people(const Page& page, const StructuredArticle& s, Article& a) {
  auto take = [&](std::vector<std::string> names, std::string_view source) {
    if (!a.authors.empty() || names.empty()) return;
    a.authors = std::move(names);
    a.sources["authors"] = source;
  };
  take(clean_authors(s.authors), "json-ld");
  std::vector<std::string> listed;
  for (std::string_view key : {"author", "article:author", "parsely-author", "dc.creator", "sailthru.author", "byl", "dcterms.creator", "cxenseparse:author"}) {
    for (const MetaTag& m : page.metas)
      if (m.key == key && m.value.find("://") == std::string::npos) listed.push_back(m.value);
    take(clean_authors(listed), "meta:" + std::string(key));
    listed.clear();
  }
}

void dates(const Page& page, const StructuredArticle& s, std::string_view url, Article& a) {
  set_date(a, a.published, "published", s.published, "json-ld");
  for (std::string_view key : {"article:published_time", "itemprop:datepublished", "og:article:published_time", "datepublished", "publishdate", "pubdate", "publish-date", "parsely-pub-date",
                               "dc.date.issued", "dcterms.created", "dc.date", "dc.date.created", "sailthru.date", "cxenseparse:recs:publishtime", "date", "article.published", "last-published-date", "publish_date", "originalpublicationdate", "analyticsattributes.articledate", "article_date_original", "displaydate", "timestamp"})
    for (const MetaTag& m : page.metas)
      if (m.key == key) set_date(a, a.published, "published", m.value, "meta:" + std::string(key));
  set_date(a, a.modified, "modified", s.modified, "json-ld");
  for (std::string_view key : {"article:modified_time", "og:updated_time", "itemprop:datemodified", "lastmod", "last-modified", "dcterms.modified"})
    for (const MetaTag& m : page.metas)
      if (m.key == key) set_date(a, a.modified, "modified", m.value, "meta:" + std::string(key));
  (void)url;
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
  static constexpr std::string_view kSeparators[] = {" | ", " - ", " – ", " — ", " :: ", " » ", " « ", " · ", " • ", " / ", "|"};
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
  dates(page, s, url, a);
  topics(page, s, a);
  Declared image = declared_by(page, {"og:image", "og:image:url", "twitter:image", "itemprop:image"});
  set(a, a.image, "image", resolve(image.value, url), image.source);
  set(a, a.image, "image", resolve(s.image, url), "json-ld");
}

namespace {

/// Two to four words, each with a capital: a person's name in scripts that have capitals.
bool looks_like_person(const std::string& name) {
  auto parts = split(name, ' ');
  if (parts.size() < 2 || parts.size() > 5) return false;
  std::size_t capitals = 0;
  for (std::string_view p : parts) {
    std::size_t i = 0;
    capitals += !p.empty() && is_upper(next_code_point(p, i));
  }
  return capitals >= 2 && capitals + 2 >= parts.size() && name.find_first_of("0123456789?!:") == std::string::npos;
}

/// Texts of the links within a block's element.
std::vector<std::string> link_texts(const Page& page, std::int32_t element) {
  std::vector<std::string> out;
  for (std::size_t e = static_cast<std::size_t>(element) + 1; e < page.elements.size() && page.within(static_cast<std::int32_t>(e), element); ++e)
    if (page.elements[e].tag == GUMBO_TAG_A) out.push_back(element_text(page.elements[e].node, 200));
  return out;
}

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
bool only_the_site(const Article& a) {
  std::string site = word_key(a.site);
  auto host = Url::parse(a.url);
  std::string name = host ? std::string(site_of_host(host->host)) : "";
  return std::all_of(a.authors.begin(), a.authors.end(), [&](const std::string& x) {
    std::string k = word_key(x);
    return (!site.empty() && (k == site || site.find(k) != std::string::npos || k.find(site) != std::string::npos)) || ascii_lower(x) == name;
  });
}

void visible_authors(const Page& page, const ArticleSpan& span, std::int32_t until, Article& a) {
  if (!a.authors.empty() && !only_the_site(a)) return;
  auto found = [&](std::vector<std::string> names, const char* source) {
    if (names.empty() || names.size() > 8 || words(names.front()).size() > 6) return false;
    a.authors = std::move(names);
    a.sources["authors"] = source;
    return true;
  };
  for (const Element& e : page.elements) {
    bool rel = e.tag == GUMBO_TAG_A && e.attribute("rel") == "author";
    bool prop = e.itemprop == "author" || e.itemprop == "creator";
    if (!(rel || prop) || (e.inside & (kInComments | kInFooter | kInNav)) || !e.node) continue;
    if (e.first_block > until + 2) break;
    if (found(clean_authors(element_text(e.node, 300)), rel ? "visible:rel=author" : "microdata")) return;
  }
  std::int32_t to = std::min<std::int32_t>(until + 1, static_cast<std::int32_t>(page.blocks.size()));
  for (std::int32_t i = std::max(0, span.title_block - 3); i < to; ++i) {
    const Block& b = page.blocks[static_cast<std::size_t>(i)];
    if (i == span.title_block || b.word_count > 25 || (b.inside & (kInNav | kInFooter | kInComments | kInForm))) continue;
    if (starts_like_byline(b.text) && found(clean_authors(b.text), "visible:byline")) return;
    static const RE2 label(R"((?i)^\W*((written |posted |published |article |words |reviewed )?by|author|von|par|por|text)\W*$)");
    if (i + 1 < static_cast<std::int32_t>(page.blocks.size()) && RE2::FullMatch(b.text, label)) {
      auto names = clean_authors(page.blocks[static_cast<std::size_t>(i) + 1].text);
      if (!names.empty() && looks_like_person(names.front()) && found(std::move(names), "visible:byline")) return;
    }
  }
  for (std::int32_t i = std::max(0, span.title_block - 3); i < to; ++i) {
    const Block& b = page.blocks[static_cast<std::size_t>(i)];
    if (i == span.title_block || b.word_count > 12 || b.word_count < 2 || !(b.inside & kInByline) || find_visible_date(b.text, true)) continue;
    auto names = clean_authors(b.text);
    bool person = !names.empty() && std::all_of(names.begin(), names.end(), looks_like_person);
    if (person && found(std::move(names), "visible:byline")) return;
  }
  for (std::int32_t i = std::max(0, span.title_block); i < to; ++i) {  // A link to an author's page.
    const Block& b = page.blocks[static_cast<std::size_t>(i)];
    if (b.href.find("/author") == std::string::npos && b.href.find("/autor") == std::string::npos && b.href.find("/people/") == std::string::npos) continue;
    auto names = link_texts(page, b.element);
    if (!names.empty() && words(names.front()).size() <= 5 && found(clean_authors(names.front()), "visible:author-link")) return;
  }
}

void visible_dates(const Page& page, const ArticleSpan& span, std::int32_t until, std::string_view url, Article& a) {
  for (const Element& e : page.elements) {
    if (!a.published.empty() || e.first_block > until + 3) break;
    if (e.inside & (kInNav | kInComments | kInFooter | kInAside)) continue;
    if (e.itemprop == "datePublished" || (e.tag == GUMBO_TAG_TIME && e.first_block >= span.title_block - 4)) {
      std::string_view value = e.attribute("datetime").empty() ? e.attribute("content") : e.attribute("datetime");
      set_date(a, a.published, "published", value, e.tag == GUMBO_TAG_TIME ? "visible:time" : "microdata");
    }
  }
  bool day_first = a.language != "en" || page.language.find("US") == std::string::npos;
  std::int32_t to = std::min<std::int32_t>(until, static_cast<std::int32_t>(page.blocks.size()));
  for (std::int32_t i = std::max(0, span.title_block - 4); a.published.empty() && i < to; ++i) {
    const Block& b = page.blocks[static_cast<std::size_t>(i)];
    if (b.word_count > 30 || (b.inside & (kInNav | kInFooter | kInComments | kInAside))) continue;
    if (auto date = find_visible_date(b.text, day_first)) set(a, a.published, "published", *date, "visible");
  }
  if (a.published.empty())
    if (auto date = date_in_url(url)) set(a, a.published, "published", *date, "url");
  for (const Element& e : page.elements) {  // A date further down, in an element that says so.
    if (!a.published.empty()) return;
    if ((e.inside & (kInNav | kInComments | kInAside)) || !e.node || e.end_block - e.first_block > 2) continue;
    std::string names = ascii_lower(std::string(e.classes) + " " + std::string(e.id));
    bool dated = names.find("date") != std::string::npos || names.find("publish") != std::string::npos || e.tag == GUMBO_TAG_TIME;
    if (!dated) continue;
    if (e.tag == GUMBO_TAG_TIME) set_date(a, a.published, "published", e.attribute("datetime"), "visible:time");
    if (auto date = find_visible_date(element_text(e.node, 200), day_first)) set(a, a.published, "published", *date, "visible:class");
  }
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

}  // namespace

void fill_visible_metadata(const Page& page, const ArticleSpan& span, std::int32_t first_body_block, Article& a) {
  if (span.title_block >= 0) set(a, a.title, "title", page.blocks[static_cast<std::size_t>(span.title_block)].text, "visible");
  std::int32_t until = std::max(first_body_block, span.title_block + 1);
  visible_section(page, span, until, a);
  visible_authors(page, span, until, a);
  visible_dates(page, span, until, a.url, a);
  if (!page.is_text) lead_image(page, span, until, a);
}

}  // namespace offprint
