#include <nlohmann/json.hpp>

#include "base/text.h"
#include "extractors/article.h"

namespace offprint {

std::string Article::text() const {
  std::string out;
  for (const ArticleBlock& b : blocks) (out += out.empty() ? "" : "\n\n") += b.text;
  return out;
}

std::string article_json(const Article& a, const std::string& extra) {
  nlohmann::ordered_json j;
  j["url"] = a.url;
  j["canonical"] = a.canonical;
  j["title"] = a.title;
  j["dek"] = a.dek;
  j["authors"] = a.authors;
  j["published"] = a.published;
  j["modified"] = a.modified;
  j["section"] = a.section;
  j["tags"] = a.tags;
  j["language"] = a.language;
  j["site"] = a.site;
  j["image"] = a.image;
  j["image_alt"] = a.image_alt;
  j["captions"] = a.captions;
  j["text"] = a.text();
  j["blocks"] = nlohmann::ordered_json::array();
  for (const ArticleBlock& b : a.blocks) j["blocks"].push_back({{"type", std::string(block_type_name(b.type))}, {"text", b.text}});
  if (a.paywall) j["paywall"] = *a.paywall;
  else j["paywall"] = nullptr;
  j["kind"] = a.kind;
  j["kind_confidence"] = static_cast<double>(static_cast<int>(a.kind_confidence * 1000)) / 1000;
  j["confidence"] = static_cast<double>(static_cast<int>(a.confidence * 1000)) / 1000;
  j["note"] = a.note;
  j["sources"] = a.sources;
  std::string out = j.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (!extra.empty()) out.insert(out.size() - 1, "," + extra);
  return out;
}

namespace {

std::string byline(const Article& a) {
  std::string out;
  for (const std::string& name : a.authors) out += (out.empty() ? "By " : ", ") + name;
  if (!a.published.empty()) out += (out.empty() ? "" : " · ") + a.published;
  return out;
}

}  // namespace

std::string article_text(const Article& a) {
  std::string out = a.title + "\n";
  if (!a.dek.empty()) out += a.dek + "\n";
  if (std::string by = byline(a); !by.empty()) out += by + "\n";
  return out + "\n" + a.text() + "\n";
}

std::string article_markdown(const Article& a) {
  std::string out = "# " + a.title + "\n\n";
  if (!a.dek.empty()) out += "*" + a.dek + "*\n\n";
  if (std::string by = byline(a); !by.empty()) out += by + "\n\n";
  for (const ArticleBlock& b : a.blocks) {
    switch (b.type) {
      case BlockType::kHeading: out += "## "; break;
      case BlockType::kListItem: out += "- "; break;
      case BlockType::kQuote: out += "> "; break;
      default: break;
    }
    out += b.text + "\n\n";
  }
  return out;
}

}  // namespace offprint
