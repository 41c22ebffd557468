#include "extractors/feature_dump.h"

#include <fmt/format.h>

#include <cstring>

#include "base/charset.h"
#include "base/file.h"
#include "base/text.h"
#include "extractors/analysis.h"
#include "extractors/body_model.h"
#include "extractors/evaluate.h"
#include "extractors/features.h"

namespace offprint {
namespace {

std::string page_line(const GoldPage& gold, const Page& page, const std::vector<char>& allowed, const std::vector<float>& scores) {
  std::string out = "{\"id\":" + json_quote(gold.id) + ",\"url\":" + json_quote(gold.url) + ",\"page_type\":" + json_quote(gold.page_type) + ",\"blocks\":[";
  for (std::size_t i = 0; i < page.blocks.size(); ++i) out += (i ? "," : "") + json_quote(page.blocks[i].text);
  out += "],\"allowed\":[";
  for (std::size_t i = 0; i < allowed.size(); ++i) out += std::string(i ? "," : "") + (allowed[i] ? "1" : "0");
  out += "],\"scores\":[";
  for (std::size_t i = 0; i < scores.size(); ++i) out += fmt::format("{}{}", i ? "," : "", scores[i]);
  return out + "]}\n";
}

std::string bytes_of(const std::vector<float>& values) {
  std::string out(values.size() * sizeof(float), '\0');
  if (!values.empty()) std::memcpy(out.data(), values.data(), out.size());
  return out;
}

}  // namespace

Result<void> dump_features(const std::filesystem::path& set, const std::filesystem::path& out) {
  auto pages = load_set(set);
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
  for (const GoldPage& gold : *pages) {
    auto html = read_maybe_gzip(set / gold.html_path, std::size_t{256} << 20);
    if (!html) return tl::unexpected(html.error());
    auto analysis = analyse_html(decode(*html, sniff_html_encoding(*html, "")).text, gold.url, {});
    if (!analysis) continue;
    FeatureTable table = block_features(analysis->page, analysis->span, analysis->rules, analysis->hints());
    if (auto ok = line_file->write(page_line(gold, analysis->page, analysis->allowed(), BodyModel::shipped() ? BodyModel::shipped()->scores(table) : std::vector<float>())); !ok) return ok;
    if (auto ok = matrix_file->write(bytes_of(table.values)); !ok) return ok;
  }
  return {};
}

}  // namespace offprint
