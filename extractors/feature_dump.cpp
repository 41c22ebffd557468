#include "extractors/feature_dump.h"

#include <fmt/format.h>

#include <cstring>

#include "base/charset.h"
#include "base/file.h"
#include "base/text.h"
#include "extractors/analysis.h"
#include "extractors/tree_model.h"
#include "extractors/evaluate.h"
#include "extractors/features.h"
#include "extractors/metadata.h"
#include "extractors/page_features.h"

namespace offprint {
namespace {

/// What the kind of the page is judged by: the body has to be decided first.
std::vector<float> kind_features(const Analysis& a) {
  Article article = a.article;
  Body body = decide_body(a, nullptr);
  fill_visible_metadata(a.page, a.structured, a.span, {body.first_prose, body.blocks.empty() ? -1 : body.blocks.back(), ""}, article);
  return page_features(a.page, a.structured, body, article).values;
}

std::string page_line(const GoldPage& gold, const Analysis& a, const std::vector<float>& scores) {
  const Page& page = a.page;
  std::vector<char> allowed = a.allowed();
  std::string out = "{\"id\":" + json_quote(gold.id) + ",\"url\":" + json_quote(gold.url) + ",\"page_type\":" + json_quote(gold.page_type) + ",\"blocks\":[";
  for (std::size_t i = 0; i < page.blocks.size(); ++i) out += (i ? "," : "") + json_quote(page.blocks[i].text);
  out += "],\"allowed\":[";
  for (std::size_t i = 0; i < allowed.size(); ++i) out += std::string(i ? "," : "") + (allowed[i] ? "1" : "0");
  out += "],\"scores\":[";
  for (std::size_t i = 0; i < scores.size(); ++i) out += fmt::format("{}{}", i ? "," : "", scores[i]);
  out += "],\"page\":[";
  std::vector<float> whole = kind_features(a);
  for (std::size_t i = 0; i < whole.size(); ++i) out += fmt::format("{}{}", i ? "," : "", whole[i]);
  return out + "]}\n";
}

std::string bytes_of(const std::vector<float>& values) {
  std::string out(values.size() * sizeof(float), '\0');
  if (!values.empty()) std::memcpy(out.data(), values.data(), out.size());
  return out;
}

}  // namespace

Result<void> dump_features(const std::filesystem::path& set, const std::filesystem::path& out) {
  auto pages = load_set(set.string());
  if (!pages) return tl::unexpected(pages.error());
  std::filesystem::path lines = out, matrix = out;
  lines += ".jsonl";
  matrix += ".f32";
  std::filesystem::remove(lines);
  std::filesystem::remove(matrix);
  auto line_file = File::open_append(lines);
  auto matrix_file = File::open_append(matrix);
  if (!line_file) return tl::unexpected(line_file.error());
  if (!matrix_file) return tl::unexpected(matrix_file.error());
  for (const GoldPage& gold : pages->pages) {
    auto html = read_maybe_gzip(pages->directory / gold.html_path, std::size_t{256} << 20);
    if (!html) return tl::unexpected(html.error());
    auto analysis = analyse_html(decode(*html, sniff_html_encoding(*html, "")).text, gold.url, {});
    if (!analysis) continue;
    FeatureTable table = block_features(analysis->page, analysis->span, analysis->rules, analysis->hints());
    if (auto ok = line_file->write(page_line(gold, *analysis, body_model() ? body_model()->scores(table) : std::vector<float>())); !ok) return ok;
    if (auto ok = matrix_file->write(bytes_of(table.values)); !ok) return ok;
  }
  return {};
}

}  // namespace offprint
