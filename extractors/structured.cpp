#include "extractors/structured.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "extractors/markup.h"

namespace offprint {
namespace {

using Json = nlohmann::json;

constexpr int kMaxDepth = 12;
constexpr std::size_t kMaxNodes = 2000;

std::string clean(const std::string& s) {
  std::string out = collapse_space(decode_entities(s));
  return out.find('&') == std::string::npos ? out : collapse_space(decode_entities(out));
}

std::string string_of(const Json& j, int depth = 0) {
  if (j.is_string()) return clean(j.get_ref<const std::string&>());
  if (depth > 3) return "";
  if (j.is_array() && !j.empty()) return string_of(j.front(), depth + 1);
  if (j.is_object())
    for (const char* key : {"name", "url", "@id", "@value"})
      if (auto it = j.find(key); it != j.end()) return string_of(*it, depth + 1);
  return "";
}

std::string member(const Json& j, const char* key) {
  auto it = j.find(key);
  return it == j.end() ? "" : string_of(*it);
}

void strings_of(const Json& j, std::vector<std::string>& out, bool split_commas) {
  if (j.is_array()) {
    for (const Json& item : j) strings_of(item, out, split_commas);
    return;
  }
  std::string s = j.is_object() && j.contains("name") ? string_of(j["name"]) : string_of(j);
  if (!split_commas) {
    if (!s.empty()) out.push_back(s);
    return;
  }
  for (std::string_view part : split(s, ',')) {
    part = trim(part);
    if (!part.empty()) out.emplace_back(part);
  }
}

bool article_type(std::string_view t) {
  return t.ends_with("Article") || t.ends_with("BlogPosting") || t.ends_with("Posting") || t == "Report" || t == "Review" || t == "Recipe" ||
         t == "CreativeWork" || t == "Blog";
}

std::string type_of(const Json& j) {
  auto it = j.find("@type");
  if (it == j.end()) return "";
  if (it->is_string()) return it->get<std::string>();
  if (it->is_array())
    for (const Json& t : *it)
      if (t.is_string() && (article_type(t.get<std::string>()) || it->size() == 1)) return t.get<std::string>();
  return "";
}

/// All objects with an @type, top-level ones and those of @graph, mainEntity and the like.
void collect(const Json& j, std::vector<const Json*>& out, int depth) {
  if (depth > kMaxDepth || out.size() > kMaxNodes) return;
  if (j.is_array())
    for (const Json& item : j) collect(item, out, depth + 1);
  if (!j.is_object()) return;
  if (j.contains("@type")) out.push_back(&j);
  for (const char* key : {"@graph", "mainEntity", "mainEntityOfPage", "liveBlogUpdate", "hasPart"})
    if (auto it = j.find(key); it != j.end() && std::string_view(key) != "liveBlogUpdate" && std::string_view(key) != "hasPart") collect(*it, out, depth + 1);
}

std::string_view path_of(std::string_view url) {
  std::size_t at = url.find("://");
  if (at != std::string_view::npos) url.remove_prefix(at + 3);
  std::size_t slash = url.find('/');
  url = slash == std::string_view::npos ? std::string_view() : url.substr(slash);
  url = url.substr(0, url.find_first_of("?#"));
  while (url.ends_with('/')) url.remove_suffix(1);
  return url;
}

double rank(const Json& j, std::string_view page_url, const std::string& title) {
  std::string type = type_of(j);
  if (!article_type(type)) return 0;
  double score = type == "CreativeWork" || type == "Review" || type == "Blog" || type == "Recipe" ? 1 : 3;
  std::string headline = fold(member(j, "headline"));
  if (!headline.empty()) score += 1;
  if (!headline.empty() && !title.empty() && (title.find(headline) != std::string::npos || headline.find(title) != std::string::npos)) score += 4;
  for (const char* key : {"url", "mainEntityOfPage", "@id"}) {
    std::string url = member(j, key);
    if (!url.empty() && !path_of(url).empty() && path_of(url) == path_of(page_url)) {
      score += 4;
      break;
    }
  }
  if (j.contains("articleBody")) score += 1;
  if (j.contains("author")) score += 0.5;
  if (j.contains("datePublished")) score += 0.5;
  return score;
}

/// Authors that only refer to a node elsewhere in the graph: {"@id": "…#author"}.
void authors_of(const Json& author, const std::vector<const Json*>& nodes, std::vector<std::string>& out) {
  if (author.is_array()) {
    for (const Json& a : author) authors_of(a, nodes, out);
    return;
  }
  if (author.is_object() && !author.contains("name") && author.contains("@id")) {
    for (const Json* n : nodes)
      if (n->contains("@id") && (*n)["@id"] == author["@id"] && n->contains("name")) out.push_back(string_of((*n)["name"]));
    return;
  }
  if (author.is_object() && author.contains("name")) strings_of(author["name"], out, false);
  else if (author.is_string()) out.push_back(string_of(author));
}

void merge(const Json& j, const std::vector<const Json*>& nodes, StructuredArticle& out) {
  auto take = [&](std::string& to, const char* key) {
    if (to.empty()) to = member(j, key);
  };
  take(out.headline, "headline");
  take(out.description, "description");
  take(out.published, "datePublished");
  take(out.modified, "dateModified");
  take(out.body, "articleBody");
  take(out.image, "image");
  take(out.publisher, "publisher");
  take(out.language, "inLanguage");
  take(out.url, "url");
  if (auto free = j.find("isAccessibleForFree"); free != j.end() && (free->is_boolean() || free->is_string())) out.free = free->is_boolean() ? free->get<bool>() : !iequals(free->get<std::string>(), "false");
  if (out.image.empty() || out.image.find("://") == std::string::npos) {
    auto it = j.find("image");
    if (it != j.end() && it->is_object()) out.image = member(*it, "url");
  }
  if (out.authors.empty())
    if (auto it = j.find("author"); it != j.end()) authors_of(*it, nodes, out.authors);
  if (out.section.empty())
    if (auto it = j.find("articleSection"); it != j.end()) strings_of(*it, out.section, false);
  if (out.keywords.empty())
    if (auto it = j.find("keywords"); it != j.end()) strings_of(*it, out.keywords, true);
}

/// Control characters inside strings are common and make strict parsers refuse the whole.
std::string repair(std::string_view s) {
  std::string out(trim(s));
  for (std::string_view guard : {"<!--", "//<![CDATA[", "<![CDATA["})
    if (out.starts_with(guard)) out.erase(0, guard.size());
  for (std::string_view guard : {"-->", "//]]>", "]]>"})
    if (out.ends_with(guard)) out.resize(out.size() - guard.size());
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  while (out.ends_with(';') || out.ends_with(' ')) out.pop_back();
  return out;
}

}  // namespace

StructuredArticle read_structured(const Page& page, std::string_view page_url, std::string_view title) {
  std::vector<Json> documents;
  for (const std::string& text : page.json_ld) {
    Json j = Json::parse(repair(text), nullptr, false, true);
    if (!j.is_discarded()) documents.push_back(std::move(j));
  }
  std::vector<const Json*> nodes;
  for (const Json& j : documents) collect(j, nodes, 0);
  StructuredArticle out;
  const Json* best = nullptr;
  double best_rank = 0;
  std::string folded = fold(title);
  for (const Json* n : nodes) {
    double r = rank(*n, page_url, folded);
    if (r > best_rank) best_rank = r, best = n;
  }
  if (best) {
    out.found = true;
    out.type = type_of(*best);
    merge(*best, nodes, out);
  }
  for (const Json* n : nodes)  // What the article leaves out, its WebPage may say.
    if (type_of(*n) == "WebPage" && out.published.empty()) out.published = member(*n, "datePublished"), out.modified = out.modified.empty() ? member(*n, "dateModified") : out.modified;
  return out;
}

}  // namespace offprint
