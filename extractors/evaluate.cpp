#include "extractors/evaluate.h"

#include <zlib.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/text.h"
#include "extractors/score.h"

namespace offprint {
namespace {

using Json = nlohmann::json;

std::string text_of(const Json& j, const char* key) {
  auto it = j.find(key);
  return it != j.end() && it->is_string() ? it->get<std::string>() : "";
}

std::vector<std::string> list_of(const Json& j, const char* key) {
  std::vector<std::string> out;
  auto it = j.find(key);
  if (it == j.end() || !it->is_array()) return out;
  for (const Json& s : *it)
    if (s.is_string()) out.push_back(s.get<std::string>());
  return out;
}

GoldPage read_page_line(const Json& j) {
  GoldPage p;
  p.id = j.contains("id") && j["id"].is_number() ? std::to_string(j["id"].get<std::int64_t>()) : text_of(j, "id");
  p.url = text_of(j, "url");
  p.html_path = text_of(j, "html");
  const Json empty = Json::object();
  const Json& gold = j.contains("gold") && j["gold"].is_object() ? j["gold"] : empty;
  p.page_type = text_of(gold, "page_type");
  p.has_body = gold.contains("body");
  p.has_title = gold.contains("title");
  p.has_authors = gold.contains("authors");
  p.has_published = gold.contains("published");
  p.body = text_of(gold, "body");
  p.title = text_of(gold, "title");
  p.published = text_of(gold, "published");
  p.authors = list_of(gold, "authors");
  p.contains = list_of(gold, "contains");
  p.lacks = list_of(gold, "lacks");
  return p;
}

constexpr std::size_t kShown = 3;       ///< Paragraphs named a page and direction.
constexpr std::size_t kClip = 160;

/// Paragraphs of `text` most of whose words stand nowhere in `other` in that order.
std::vector<std::string> paragraphs_not_in(std::string_view text, std::string_view other) {
  auto pairs = [](const std::vector<std::string>& t) {
    std::set<std::string> out;
    for (std::size_t i = 0; i + 2 < t.size() || (i == 0 && !t.empty()); ++i) out.insert(t[i] + ' ' + (i + 1 < t.size() ? t[i + 1] : "") + ' ' + (i + 2 < t.size() ? t[i + 2] : ""));
    return out;
  };
  std::set<std::string> have = pairs(score_tokens(other));
  std::vector<std::string> out;
  for (std::string_view line : split(text, '\n')) {
    auto own = pairs(score_tokens(line));
    auto found = static_cast<std::size_t>(std::count_if(own.begin(), own.end(), [&](const std::string& p) { return have.contains(p); }));
    if (own.empty() || found * 2 >= own.size() || out.size() >= kShown) continue;
    out.emplace_back(clip(trim(line), kClip));
  }
  return out;
}

PageResult score_page(const GoldPage& gold, const Article& a) {
  PageResult r;
  r.id = gold.id;
  std::string text = a.text();
  if (gold.has_body) {
    BodyScore s = score_body(gold.body, text);
    if (s.precision) r.scores["precision"] = *s.precision;
    if (s.recall) r.scores["recall"] = *s.recall;
    r.scores["exact"] = s.exact;
    r.scores["word"] = s.word;
    if (s.exact < 1) r.missed = paragraphs_not_in(gold.body, text), r.extra = paragraphs_not_in(text, gold.body);
  }
  if (!gold.contains.empty()) r.scores["has"] = share_present(gold.contains, text);
  if (!gold.lacks.empty()) r.scores["not"] = 1 - share_present(gold.lacks, text);
  if (gold.has_title) r.scores["title"] = same_title(gold.title, a.title);
  if (gold.has_authors) r.scores["authors"] = score_authors(gold.authors, a.authors);
  if (gold.has_published) r.scores["published"] = same_day(gold.published, a.published);
  if (!gold.page_type.empty()) r.scores["kind"] = (gold.page_type == "article") == (a.kind == "article");
  return r;
}

}  // namespace

Result<std::string> read_maybe_gzip(const std::filesystem::path& path, std::size_t max_bytes) {
  if (path.extension() != ".gz") return read_file(path, max_bytes);
  gzFile f = gzopen(path.c_str(), "rb");
  if (!f) return fail(ErrorKind::kIo, "cannot open " + path.string());
  std::string out;
  char buffer[65536];
  int n = 0;
  while ((n = gzread(f, buffer, sizeof buffer)) > 0 && out.size() <= max_bytes) out.append(buffer, static_cast<std::size_t>(n));
  gzclose(f);
  if (n < 0) return fail(ErrorKind::kCorrupt, path.string() + " is not a sound gzip file");
  return out;
}

Result<GoldSet> load_set(const std::string& source) {
  std::string path = source, type;
  if (std::size_t colon = source.rfind(':'); colon != std::string::npos && !std::filesystem::exists(source)) path = source.substr(0, colon), type = source.substr(colon + 1);
  std::filesystem::path manifest = std::filesystem::is_directory(path) ? std::filesystem::path(path) / "manifest.jsonl" : std::filesystem::path(path);
  auto text = read_file(manifest, std::uint64_t{1} << 30);
  if (!text) return tl::unexpected(text.error());
  GoldSet out;
  out.directory = manifest.parent_path();
  out.name = std::filesystem::absolute(manifest).lexically_normal().parent_path().filename().string() + (type.empty() ? "" : ":" + type);
  std::size_t line_number = 0;
  for (std::string_view line : split(*text, '\n')) {
    ++line_number;
    if (trim(line).empty()) continue;
    Json j = Json::parse(line, nullptr, false);
    if (!j.is_object()) return fail(ErrorKind::kInvalid, manifest.string() + ":" + std::to_string(line_number) + ": not a JSON object");
    GoldPage p = read_page_line(j);
    if (p.id.empty() || p.html_path.empty()) return fail(ErrorKind::kInvalid, manifest.string() + ":" + std::to_string(line_number) + ": a page needs \"id\" and \"html\"");
    if (type.empty() || p.page_type == type) out.pages.push_back(std::move(p));
  }
  if (out.pages.empty()) return fail(ErrorKind::kInvalid, source + ": no page to score");
  return out;
}

SetResult evaluate_set(const GoldSet& set, const std::set<std::string>& only, const ExtractOptions& options) {
  SetResult out;
  out.name = set.name;
  for (const GoldPage& p : set.pages) {
    if (!only.empty() && !only.contains(p.id)) continue;
    auto html = read_maybe_gzip(set.directory / p.html_path, std::size_t{256} << 20);
    if (!html) ++out.unreadable;
    auto start = std::chrono::steady_clock::now();
    Article a = extract_article(html.value_or(""), "text/html", p.url, options);
    out.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    out.bytes += html ? html->size() : 0;
    out.pages.push_back(score_page(p, a));
    out.predictions.push_back(article_json(a, "\"id\":" + json_quote(p.id)));
  }
  return out;
}

Scores averages(const std::vector<PageResult>& pages) {
  Scores sum, count;
  for (const PageResult& p : pages)
    for (const auto& [metric, value] : p.scores) sum[metric] += value, ++count[metric];
  for (auto& [metric, value] : sum) value /= count[metric];
  if (count.contains("word")) {
    double p = sum["precision"], r = sum["recall"];
    sum["f1"] = p + r > 0 ? 2 * p * r / (p + r) : 0;
  }
  return sum;
}

}  // namespace offprint
