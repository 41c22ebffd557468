#include "extractors/analysis.h"

#include <algorithm>

#include "base/text.h"
#include "extractors/tree_model.h"
#include "extractors/metadata.h"

namespace offprint {

std::vector<char> Analysis::allowed() const { return allowed_blocks(page, span, rules, body_hints()); }

Result<Analysis> analyse_html(std::string_view html, std::string_view url, const ExtractOptions& options) {
  StripLimits limits = options.strip;
  limits.all_attributes = limits.all_attributes || options.rules != nullptr;
  Stripped stripped = strip_markup(html, limits);
  if (stripped.truncated) return fail(ErrorKind::kLimit, "markup is larger than allowed for a tree");
  auto document = Document::parse(std::move(stripped.html), options.dom);
  if (!document) return tl::unexpected(document.error());
  Analysis a{std::move(*document), {}, {}, {}, {}, {}, stripped.capped};
  a.page = read_page(a.document);
  a.structured = read_structured(a.page, url, a.page.meta("og:title").empty() ? std::string_view(a.page.title) : a.page.meta("og:title"));
  fill_declared_metadata(a.page, a.structured, url, a.article);
  a.span = find_article_span(a.page, a.article.title);
  a.rules = find_body(a.page, a.span, a.body_hints());
  return a;
}

namespace {

constexpr double kCertain = 0.6;       ///< Behind the span's end the model has to be this sure.
constexpr double kWholeArticle = 150;  ///< Words before the end that make it a plain end.

/// A standfirst that the page declares as its description, set apart from the text by a line of
/// links (its sections), or by a byline and its own class, is no part of the text.
bool dek_apart(const Analysis& a, std::size_t i) {
  if (i + 1 >= a.page.blocks.size() || static_cast<std::int32_t>(i) <= a.span.title_block) return false;
  const Block &b = a.page.blocks[i], &next = a.page.blocks[i + 1];
  bool label = next.word_count <= 5 && next.link_density() > 0.7;
  label = label || ((b.inside & kInDek) && next.word_count <= 14 && ((next.inside & kInByline) || next.has_time));
  return label && b.word_count >= 4 && b.key == word_key(a.article.dek);
}

}  // namespace

Body decide_body(const Analysis& a, const TreeModel* model) {
  Body body = a.rules;
  if (!model) model = body_model();
  if (!model) return body;
  std::vector<char> takes = a.allowed();
  std::vector<float> scores = model->scores(block_features(a.page, a.span, a.rules, a.hints()), takes);
  double before = 0, after = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    takes[i] = takes[i] && scores[i] > model->threshold() && !dek_apart(a, i);
    if (takes[i]) (static_cast<std::int32_t>(i) < a.span.end ? before : after) += a.page.blocks[i].word_count;
  }
  bool plain_end = before >= kWholeArticle && before >= after;
  body.blocks.clear();
  double kept = 0, sure = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    bool next_article = static_cast<std::int32_t>(i) >= a.span.end && (plain_end || static_cast<double>(scores[i]) < kCertain);
    if (!takes[i] || next_article) continue;
    body.blocks.push_back(static_cast<std::int32_t>(i));
    double w = a.page.blocks[i].word_count + 1.0;
    kept += w;
    sure += w * static_cast<double>(scores[i]);
  }
  if (body.blocks.empty()) return a.rules;
  body.confidence = sure / kept * std::min(1.0, kept / 100);
  // A caption that the model takes for text is none.
  std::erase_if(body.captions, [&](std::int32_t c) { return std::binary_search(body.blocks.begin(), body.blocks.end(), c); });
  return body;
}

}  // namespace offprint
