#include "extractors/evaluate.h"

#include <zlib.h>

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

PageResult score_page(const GoldPage& gold, const Article& a) {
  PageResult r;
  r.id = gold.id;
  std::string text = a.text();
  if (gold.has_body) {
    BodyScore s = score_body(gold.body, text);
    r.precision = s.precision;
    r.recall = s.recall;
    r.exact = s.exact;
    r.word = s.word;
  }
  if (!gold.contains.empty()) r.has = share_present(gold.contains, text);
  if (!gold.lacks.empty()) r.lacks = 1 - share_present(gold.lacks, text);
  if (gold.has_title) r.title = same_title(gold.title, a.title);
  if (gold.has_authors) r.authors = score_authors(gold.authors, a.authors);
  if (gold.has_published) r.published = same_day(gold.published, a.published);
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

Result<std::vector<GoldPage>> load_set(const std::filesystem::path& directory) {
  auto text = read_file(directory / "manifest.jsonl", std::uint64_t{1} << 30);
  if (!text) return tl::unexpected(text.error());
  std::vector<GoldPage> out;
  std::size_t line_number = 0;
  for (std::string_view line : split(*text, '\n')) {
    ++line_number;
    if (trim(line).empty()) continue;
    Json j = Json::parse(line, nullptr, false);
    if (!j.is_object()) return fail(ErrorKind::kInvalid, (directory / "manifest.jsonl").string() + ":" + std::to_string(line_number) + ": not a JSON object");
    out.push_back(read_page_line(j));
  }
  return out;
}

SetResult evaluate_set(const std::filesystem::path& directory, const std::vector<GoldPage>& pages, const std::string& type, const ExtractOptions& options) {
  SetResult out;
  for (const GoldPage& p : pages) {
    if (!type.empty() && p.page_type != type) continue;
    auto html = read_maybe_gzip(directory / p.html_path, std::size_t{256} << 20);
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

std::vector<std::pair<std::string, double>> SetResult::averages() const {
  auto mean = [&](std::optional<double> PageResult::*field) -> std::optional<double> {
    double sum = 0;
    std::size_t n = 0;
    for (const PageResult& p : pages)
      if (p.*field) sum += *(p.*field), ++n;
    return n ? std::optional<double>(sum / static_cast<double>(n)) : std::nullopt;
  };
  std::vector<std::pair<std::string, double>> out;
  double p = mean(&PageResult::precision).value_or(0), r = mean(&PageResult::recall).value_or(0);
  out.emplace_back("precision", p);
  out.emplace_back("recall", r);
  out.emplace_back("f1", p + r > 0 ? 2 * p * r / (p + r) : 0);
  const std::pair<const char*, std::optional<double> PageResult::*> rest[] = {
      {"exact", &PageResult::exact}, {"word", &PageResult::word},       {"has", &PageResult::has},            {"not", &PageResult::lacks},
      {"title", &PageResult::title}, {"authors", &PageResult::authors}, {"published", &PageResult::published}};
  for (const auto& [name, field] : rest)
    if (auto m = mean(field)) out.emplace_back(name, *m);
  return out;
}

}  // namespace offprint
