#include "extractors/page_features.h"

#include <re2/re2.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "base/digest.h"
#include "base/text.h"
#include "base/url.h"

namespace offprint {
namespace {

constexpr std::string_view kNames[] = {
    "declared_type", "og_type", "has_published", "authors", "body_words_log", "body_blocks_log", "words_a_block", "body_confidence", "body_share", "page_words_log", "page_link_density", "body_link_density",
    "body_headings", "body_linked_headings", "body_lists", "body_cells", "body_code", "linked_headings", "h1_count", "largest_group_log", "largest_group_links", "times", "forms", "prices", "shop_words",
    "forum_words", "comments_share", "path_depth", "slug_words", "slug_digits", "root", "date_in_path", "path_article", "path_index", "path_shop", "path_forum", "path_docs", "query", "title_words", "longest_paragraph_log",
    "sentences", "second_person", "questions", "dek_words", "images_log", "code_share",
};
constexpr std::size_t kCount = std::size(kNames);

const RE2& posting() {
  static const RE2 re(R"x("@type"\s*:\s*\[?\s*"(?:News|Blog|Tech|Scholarly|Medical|Reportage|Analysis|Opinion|Review|Report|Satirical)\w*(?:Article|Posting)?")x");
  return re;
}

/// What JSON-LD says that the page is: articles above zero, other things below.
double declared_type(const Page& page, const StructuredArticle& s) {
  static const RE2 plain(R"x("@type"\s*:\s*\[?\s*"Article")x");
  static const RE2 product(R"x("@type"\s*:\s*\[?\s*"(?:Product|Offer|ProductGroup)")x");
  static const RE2 list(R"x("@type"\s*:\s*\[?\s*"(?:CollectionPage|ItemList|SearchResultsPage)")x");
  static const RE2 forum(R"x("@type"\s*:\s*\[?\s*"(?:DiscussionForumPosting|QAPage|Question)")x");
  static const RE2 service(R"x("@type"\s*:\s*\[?\s*"(?:Service|ProfessionalService|SoftwareApplication|LocalBusiness|Course)")x");
  bool found[6] = {};
  for (const std::string& text : page.json_ld) {
    const RE2* all[] = {&posting(), &plain, &product, &list, &forum, &service};
    for (int i = 0; i < 6; ++i) found[i] = found[i] || RE2::PartialMatch(text, *all[i]);
  }
  if (found[0]) return 3;
  if (found[1]) return 2;
  if (found[4]) return -2;
  if (found[2]) return -4;
  if (found[3]) return -3;
  return found[5] ? -1 : s.found ? 1 : 0;
}

double og_type(const Page& page) {
  std::string t = ascii_lower(page.meta("og:type"));
  if (t == "article") return 2;
  if (t == "website" || t == "blog") return 1;
  return t.empty() ? 0 : -1;
}

class Builder {
 public:
  Builder(const Page& page, const StructuredArticle& s, const Body& body, const Article& article) : page_(page), structured_(s), body_(body), article_(article) {}

  FeatureTable run() {
    table_.columns = kCount;
    declared();
    text();
    furniture();
    address();
    rest();
    return std::move(table_);
  }

 private:
  void put(double v) { table_.values.push_back(static_cast<float>(v)); }
  void log(double v) { put(std::log1p(v)); }
  const Block& block(std::int32_t i) const { return page_.blocks[static_cast<std::size_t>(i)]; }

  void declared() {
    put(declared_type(page_, structured_));
    put(og_type(page_));
    bool meta_date = !page_.meta("article:published_time").empty() || !structured_.published.empty();
    put(article_.published.empty() ? 0 : meta_date ? 2 : 1);
    put(std::min<double>(static_cast<double>(article_.authors.size()), 4));
  }

  void text() {
    double words = 0, links = 0, chars = 0, headings = 0, linked = 0, lists = 0, cells = 0, code = 0, all = 0, all_links = 0, all_chars = 0;
    for (std::int32_t i : body_.blocks) {
      const Block& b = block(i);
      words += b.word_count;
      links += b.link_chars;
      chars += b.chars;
      headings += b.type == BlockType::kHeading;
      linked += b.type == BlockType::kHeading && b.links > 0;
      lists += b.type == BlockType::kListItem ? b.word_count : 0;
      cells += b.type == BlockType::kTableCell ? b.word_count : 0;
      code += b.type == BlockType::kCode ? b.word_count : 0;
      longest_ = std::max<double>(longest_, b.type == BlockType::kParagraph ? b.word_count : 0);
      for (char c : b.text) sentences_ += c == '.' || c == '!' || c == '?', questions_ += c == '?';
    }
    for (const Block& b : page_.blocks) all += b.word_count, all_links += b.link_chars, all_chars += b.chars;
    double n = static_cast<double>(body_.blocks.size());
    log(words);
    log(n);
    put(words / (n + 1));
    put(body_.confidence);
    put(words / (all + 1));
    log(all);
    put(all_links / (all_chars + 1));
    put(links / (chars + 1));
    put(headings / (n + 1));
    put(linked / (n + 1));
    put(lists / (words + 1));
    put(cells / (words + 1));
    put(code / (words + 1));
    body_words_ = words;
    code_words_ = code;
  }

  void furniture() {
    double linked_headings = 0, h1 = 0, times = 0, prices = 0, shop = 0, forum = 0, comments = 0, forms = 0, words = 0, person = 0;
    std::unordered_map<std::uint64_t, std::pair<double, double>> groups;  // Blocks of one look: how many, how many of them links.
    static const RE2 price(R"((?:[$€£¥₹]\s?\d|\d\s?(?:€|£|USD|EUR)\b))");
    static const RE2 shop_word(R"((?i)\b(add to (?:cart|bag|basket)|in stock|out of stock|free shipping|buy now|quantity|sku|in den warenkorb|ajouter au panier|añadir al carrito|wishlist|size guide|get a quote|book (?:a|your)|schedule|request)\b)");
    static const RE2 forum_word(R"((?i)\b(reply|replies|quote|joined|posts?:|members?|thread|topic starter|likes received|moderator|upvote|views|solved|answered|asked)\b)");
    static const RE2 second(R"((?i)\b(you|your|we|our|us)\b)");
    for (const Block& b : page_.blocks) {
      words += b.word_count;
      linked_headings += b.type == BlockType::kHeading && b.link_density() > 0.7;
      h1 += b.type == BlockType::kHeading && b.heading_level == 1;
      times += b.has_time;
      comments += (b.inside & kInComments) ? b.word_count : 0;
      if (b.word_count < 40) {
        prices += RE2::PartialMatch(b.text, price);
        shop += RE2::PartialMatch(b.text, shop_word);
        forum += RE2::PartialMatch(b.text, forum_word);
      }
      if (b.word_count >= 8) person += RE2::PartialMatch(b.text, second);
      if (b.inside & (kInNav | kInFooter | kInHeader)) continue;
      const Element& e = page_.elements[static_cast<std::size_t>(b.element)];
      auto& g = groups[hash64(e.classes, static_cast<std::uint64_t>(e.tag))];
      ++g.first;
      g.second += b.link_density() > 0.7;
    }
    for (const Element& e : page_.elements) forms += e.tag == GUMBO_TAG_FORM || e.tag == GUMBO_TAG_SELECT;
    std::pair<double, double> largest{0, 0};
    for (const auto& [look, g] : groups)
      if (g.second > largest.second) largest = g;
    put(std::min(linked_headings, 50.0));
    put(std::min(h1, 10.0));
    log(largest.second);
    put(largest.second / (static_cast<double>(page_.blocks.size()) + 1));
    put(std::min(times, 40.0));
    put(std::min(forms, 10.0));
    put(std::min(prices, 60.0));
    put(std::min(shop, 20.0));
    put(std::min(forum, 60.0));
    put(comments / (words + 1));
    person_ = person / (static_cast<double>(page_.blocks.size()) + 1);
  }

  void address() {
    auto url = Url::parse(article_.canonical.empty() ? article_.url : article_.canonical);
    std::string path = url ? ascii_lower(url->path) : "/";
    while (path.ends_with('/')) path.pop_back();
    std::string slug = path.substr(path.rfind('/') == std::string::npos ? 0 : path.rfind('/') + 1);
    put(static_cast<double>(std::count(path.begin(), path.end(), '/')));
    put(static_cast<double>(std::count(slug.begin(), slug.end(), '-') + std::count(slug.begin(), slug.end(), '_')));
    put(static_cast<double>(std::count_if(slug.begin(), slug.end(), [](char c) { return c >= '0' && c <= '9'; })));
    put(path.empty());
    static const RE2 date(R"(/(?:19|20)\d\d(?:[/-]\d\d?)?)"), article(R"(/(?:blog|news|articles?|posts?|stories|story|insights?|magazine|learn|guides?|resources|opinion|advice|tips|politics|sport|world|archives)\b)");
    static const RE2 index(R"(/(?:categor(?:y|ies)|tags?|topics?|search|collections?|list|browse|archive|authors?|latest|section|index|best-sellers|all|page)\b)"), shop(R"(/(?:products?|shop|store|p|dp|item|items|buy|catalog|services?|solutions?|pricing|features|about|contact|courses?)\b)");
    static const RE2 forum(R"((?:/(?:forums?|threads?|t|questions?|discussions?|community|boards?|showthread|viewtopic|comments)\b|forum|community\.|discuss\.))"), docs(R"((?:/(?:docs?|documentation|wiki|manual|reference|api|help|support|tutorials?|hc|kb|guide|userguide)\b|docs\.|developer|wiki|readthedocs|support\.|help\.))");
    std::string whole = (url ? url->host : std::string()) + path;
    for (const RE2* re : {&date, &article, &index, &shop, &forum, &docs}) put(RE2::PartialMatch(whole, *re));
    put(url && url->query.has_value());
  }

  void rest() {
    put(static_cast<double>(words(article_.title).size()));
    log(longest_);
    log(sentences_);
    put(person_);
    put(questions_ / (sentences_ + 1));
    put(static_cast<double>(std::min<std::size_t>(words(article_.dek).size(), 80)));
    log(static_cast<double>(std::count_if(page_.elements.begin(), page_.elements.end(), [](const Element& e) { return e.tag == GUMBO_TAG_IMG; })));
    put(code_words_ / (body_words_ + 1));
  }

  const Page& page_;
  const StructuredArticle& structured_;
  const Body& body_;
  const Article& article_;
  FeatureTable table_;
  double longest_ = 0, sentences_ = 0, questions_ = 0, body_words_ = 0, code_words_ = 0, person_ = 0;
};

}  // namespace

std::span<const std::string_view> page_feature_names() { return kNames; }

bool declares_posting(const Page& page) {
  return std::any_of(page.json_ld.begin(), page.json_ld.end(), [](const std::string& text) { return RE2::PartialMatch(text, posting()); });
}

FeatureTable page_features(const Page& page, const StructuredArticle& structured, const Body& body, const Article& article) { return Builder(page, structured, body, article).run(); }

}  // namespace offprint
