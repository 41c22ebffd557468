#include "extractors/extractor.h"

#include <algorithm>

#include "base/charset.h"
#include "base/text.h"
#include "extractors/analysis.h"
#include "extractors/authors.h"
#include "extractors/body.h"
#include "extractors/dates.h"
#include "extractors/language.h"
#include "extractors/metadata.h"
#include "extractors/page_features.h"
#include "extractors/script_state.h"
#include "extractors/site_knowledge.h"
#include "extractors/tree_model.h"

namespace offprint {
namespace {

void add_note(Article& a, std::string_view note) {
  if (!a.note.empty()) a.note += "; ";
  a.note += note;
}

bool binary(std::string_view bytes) {
  std::string_view head = bytes.substr(0, 1024);
  if (!encoding_from_bom(bytes).empty()) return false;
  return std::count(head.begin(), head.end(), '\0') > 0;
}

bool same_texts(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](const std::string& x, const std::string& y) { return word_key(x) == word_key(y); });
}

/// Says how much of the text only one of profile and extractor has, where that is more than a little.
void note_body_disagreement(const Page& page, const std::vector<std::int32_t>& extracted, const std::vector<std::int32_t>& ruled, Article& a) {
  constexpr double kLittle = 0.1;
  double shared = 0, all = 0;
  for (std::int32_t i = 0; i < static_cast<std::int32_t>(page.blocks.size()); ++i) {
    bool one = std::binary_search(extracted.begin(), extracted.end(), i), other = std::binary_search(ruled.begin(), ruled.end(), i);
    double words = page.blocks[static_cast<std::size_t>(i)].word_count;
    if (one || other) all += words;
    if (one && other) shared += words;
  }
  if (all > 0 && shared < (1 - kLittle) * all) add_note(a, "profile and extractor disagree on the body: " + std::to_string(static_cast<int>(100 * shared / all)) + " % in common");
}

/// Profile selectors first; the generic extractor has run, and disagreement is noted.
void apply_rules(const Page& page, const SelectorRules& rules, Article& a) {
  auto texts = [&](const std::vector<Selector>& selectors) {
    std::vector<std::string> out;
    for (const Selector& s : selectors)
      for (std::int32_t e : s.find(page))
        if (const Element& el = page.elements[static_cast<std::size_t>(e)]; el.node) out.push_back(element_text(el.node));
    return out;
  };
  if (auto t = texts(rules.title); !t.empty() && !t.front().empty()) {
    if (fold(t.front()) != fold(a.title)) add_note(a, "profile and extractor disagree on the title");
    a.title = t.front();
    a.sources["title"] = "profile";
  }
  if (auto t = clean_authors(texts(rules.authors)); !t.empty()) {
    if (!a.authors.empty() && !same_texts(t, a.authors)) add_note(a, "profile and extractor disagree on the authors");
    a.authors = t;
    a.sources["authors"] = "profile";
  }
  for (const std::string& t : texts(rules.date)) {
    auto date = normalize_date(t);
    if (!date) date = find_visible_date(t, true);
    if (!date) continue;
    if (!a.published.empty() && a.published.substr(0, 10) != date->substr(0, 10)) add_note(a, "profile and extractor disagree on the date");
    a.published = *date;
    a.sources["published"] = "profile";
    break;
  }
  if (auto t = texts(rules.section); !t.empty()) {
    if (!a.section.empty() && !same_texts(t, a.section)) add_note(a, "profile and extractor disagree on the section");
    a.section = t;
    a.sources["section"] = "profile";
  }
}

/// Blocks within a profile's body selectors, less its removals; empty without a match.
std::vector<std::int32_t> blocks_by_rules(const Page& page, const SelectorRules& rules) {
  std::vector<std::int32_t> out;
  for (const Selector& s : rules.body)
    for (std::int32_t e : s.find(page))
      for (std::int32_t b = page.elements[static_cast<std::size_t>(e)].first_block; b < page.elements[static_cast<std::size_t>(e)].end_block; ++b) out.push_back(b);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

void remove_by_rules(const Page& page, const SelectorRules& rules, std::vector<std::int32_t>& blocks) {
  for (const Selector& s : rules.remove)
    for (std::int32_t e : s.find(page)) {
      const Element& el = page.elements[static_cast<std::size_t>(e)];
      std::erase_if(blocks, [&](std::int32_t b) { return b >= el.first_block && b < el.end_block; });
    }
}

constexpr std::uint32_t kLeastArticle = 25;  ///< Words: with fewer, a page is no article whatever it says.

constexpr std::uint32_t kPlainText = 40;     ///< Words.
constexpr double kPosting = 0.9;
constexpr std::size_t kWholePage = 30;       ///< Blocks.

/// Article or not by the model; what is none is an index where most of its words are links.
void judge_kind(const Page& page, const StructuredArticle& structured, const Body& body, Article& a) {
  std::uint32_t body_words = 0, link_words = 0;
  for (std::int32_t i : body.blocks) body_words += page.blocks[static_cast<std::size_t>(i)].word_count;
  for (const Block& b : page.blocks)
    if (b.link_density() > 0.5 && !(b.inside & (kInNav | kInFooter))) link_words += b.word_count;
  double chance = body_words >= 120 && (a.confidence > 0.5 || body_words > link_words) ? 0.8 : 0.2;
  // The model knows whole pages of the web; what has been cut down to its text, the words decide.
  if (body_words >= kPlainText && body_words > link_words && !a.authors.empty() && !a.published.empty()) chance = 0.8;
  const TreeModel* model = page.is_text || page.blocks.size() < kWholePage ? nullptr : kind_model();
  if (model) chance = static_cast<double>(model->scores(page_features(page, structured, body, a)).at(0));
  // Of pages that call themselves so and have a text, nineteen in twenty are (wcxb, fundus).
  if (chance < kPosting && body_words >= kPlainText && declares_posting(page)) chance = kPosting;
  if (body_words < kLeastArticle) chance = std::min(chance, 0.05);
  a.kind_confidence = std::max(chance, 1 - chance);
  a.kind = chance > 0.5 ? "article" : link_words > 40 && link_words > body_words ? "index" : "other";
}

/// What the page and its body give; `body` is decided.
void fill_article(const Page& page, const StructuredArticle& structured, const ArticleSpan& span, Body body, const ExtractOptions& options, Article& a) {
  fill_visible_metadata(page, structured, span, {body.first_prose, body.blocks.empty() ? -1 : body.blocks.back(), options.captured}, a);
  if (a.dek.empty() && body.dek_block >= 0) {
    a.dek = page.blocks[static_cast<std::size_t>(body.dek_block)].text;
    a.sources["dek"] = "visible";
  }
  if (options.rules) {
    auto ruled = blocks_by_rules(page, *options.rules);
    if (!ruled.empty()) {
      note_body_disagreement(page, body.blocks, ruled, a);
      a.sources["body"] = "profile";
      body.blocks = std::move(ruled);
    }
    remove_by_rules(page, *options.rules, body.blocks);
    apply_rules(page, *options.rules, a);
  }
  for (std::int32_t i : body.blocks) {
    const Block& b = page.blocks[static_cast<std::size_t>(i)];
    a.blocks.push_back({b.type, clean_utf8(b.text)});
  }
  for (std::int32_t i : body.captions) a.captions.push_back(clean_utf8(page.blocks[static_cast<std::size_t>(i)].text));
  a.confidence = body.confidence;
  a.language = detect_language(a.text(), page.language.empty() ? structured.language : page.language);
  judge_kind(page, structured, body, a);
}

/// A page without text of its own: its article may stand in a script's state or in JSON-LD.
void fill_body_from_data(std::string_view html, const StructuredArticle& structured, const ExtractOptions& options, Article& a) {
  std::string source = "script state";
  std::string markup = markup_in_scripts(html);
  if (markup.empty() && structured.body.size() > 200) markup = html_escape(structured.body), source = "json-ld";
  if (markup.empty()) return;
  auto document = Document::parse(strip_markup("<article><div>" + markup + "</div></article>", options.strip).html, options.dom);
  if (!document) return;
  Page page = read_page(*document);
  ArticleSpan span;
  span.end = static_cast<std::int32_t>(page.blocks.size());
  Body body = find_body(page, span, {a.title, a.dek, a.authors});
  for (std::int32_t i : body.blocks) a.blocks.push_back({page.blocks[static_cast<std::size_t>(i)].type, clean_utf8(page.blocks[static_cast<std::size_t>(i)].text)});
  if (a.blocks.empty()) return;
  a.confidence = std::min(body.confidence, 0.7);
  a.sources["body"] = source;
  a.language = detect_language(a.text(), a.language);
  std::size_t total = 0;
  for (const ArticleBlock& b : a.blocks) total += words(b.text).size();
  if (total >= 60) a.kind = "article", a.kind_confidence = 0.7;
}

Article extract_from_text(std::string_view text, std::string_view url, const ExtractOptions& options) {
  Article a;
  a.url = a.canonical = url;
  Page page = read_text_page(text);
  ArticleSpan span = find_article_span(page, "");
  fill_article(page, {}, span, find_body(page, span, {}), options, a);
  if (a.blocks.empty()) a.kind = "other", a.confidence = 0, a.kind_confidence = 0.9;
  return a;
}

Article extract_from_html(std::string_view html, std::string_view url, const ExtractOptions& options) {
  auto analysis = analyse_html(html, url, options);
  if (!analysis) {
    Article plain = extract_from_text(text_of_markup(html, options.strip.max_bytes), url, options);
    plain.confidence = std::min(plain.confidence, 0.3);
    add_note(plain, analysis.error().message + ": text taken by a streaming scan");
    return plain;
  }
  Body body = decide_body(*analysis, options.model);
  std::size_t pruned = 0;
  if (options.sites) {
    SitePage page = site_page(*analysis, body);
    if (options.use_sites) pruned = options.sites->prune(url, *analysis, page, body);
    if (options.learn_sites) options.sites->learn(url, page);
  }
  Article a = std::move(analysis->article);
  fill_article(analysis->page, analysis->structured, analysis->span, std::move(body), options, a);
  if (a.blocks.empty()) fill_body_from_data(html, analysis->structured, options, a);
  if (a.published.empty())
    if (auto date = normalize_date(date_in_scripts(html))) a.published = *date, a.sources["published"] = "script state";
  if (pruned > 0) add_note(a, std::to_string(pruned) + " blocks that recur on the site were left out");
  if (analysis->capped) add_note(a, "nesting, formatting or attributes were capped");
  if (a.blocks.empty()) add_note(a, "no article text found");
  return a;
}

void clean_fields(Article& a) {
  for (std::string* s : {&a.title, &a.dek, &a.site, &a.image_alt, &a.published, &a.modified}) *s = clean_utf8(*s);
  for (auto* list : {&a.authors, &a.section, &a.tags})
    for (std::string& s : *list) s = clean_utf8(s);
}

}  // namespace

bool looks_like_html(std::string_view bytes) {
  std::string_view head = trim(bytes.substr(0, 4096));
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  if (head.starts_with('<')) return true;
  for (std::string_view tag : {"<html", "<!doctype", "<body", "<div", "<p>", "<head"})
    if (ifind(head, tag) != std::string_view::npos) return true;
  return false;
}

Article extract_article(std::string_view bytes, std::string_view content_type, std::string_view url, const ExtractOptions& options) {
  std::string mime = ascii_lower(trim(content_type.substr(0, content_type.find(';'))));
  if (binary(bytes)) {
    Article a;
    a.url = a.canonical = url;
    a.note = "not a text: binary content";
    return a;
  }
  bool cut = bytes.size() > options.max_input;
  if (cut) bytes = bytes.substr(0, options.max_input);
  std::string encoding = sniff_html_encoding(bytes, content_type_parameter(content_type, "charset"));
  // Pages that have been saved or moved keep their old label: text that is sound UTF-8 with
  // characters of several bytes is UTF-8.
  if (encoding != "UTF-8" && !encoding.starts_with("UTF-16") && encoding != "ISO-2022-JP" && !is_ascii(bytes) && valid_utf8(bytes)) encoding = "UTF-8";
  Decoded text = decode(bytes, encoding);
  bool html = mime.find("html") != std::string::npos || mime.find("xml") != std::string::npos || (mime != "text/plain" && looks_like_html(text.text));
  Article a = html ? extract_from_html(text.text, url, options) : extract_from_text(text.text, url, options);
  if (cut) add_note(a, "only the first " + std::to_string(options.max_input) + " bytes were read");
  if (text.replaced) add_note(a, "bytes that are not valid " + text.encoding + " were replaced");
  clean_fields(a);
  return a;
}

}  // namespace offprint
