// offprint evaluate: extraction over a set with gold, scored.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/commands.h"
#include "extractors/evaluate.h"

namespace offprint {
namespace {

void print_table(const SetResult& r) {
  auto cell = [](const std::optional<double>& v) { return v ? fmt::format("{:.3f}", *v) : std::string("-"); };
  std::vector<const PageResult*> rows;
  for (const PageResult& p : r.pages) rows.push_back(&p);
  std::sort(rows.begin(), rows.end(), [](auto* a, auto* b) { return a->word.value_or(2) < b->word.value_or(2); });
  fmt::print("{:<40} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6}\n", "page", "prec", "recall", "word", "title", "author", "date");
  for (const PageResult* p : rows)
    fmt::print("{:<40} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6}\n", printable(p->id), cell(p->precision), cell(p->recall), cell(p->word), cell(p->title), cell(p->authors), cell(p->published));
}

}  // namespace

int run_evaluate(const EvaluateOptions& o) {
  auto pages = load_set(o.set);
  if (!pages) {
    log_error("{}", pages.error().message);
    return pages.error().kind == ErrorKind::kInvalid ? 2 : 1;
  }
  SetResult r = evaluate_set(o.set, *pages, o.type, {});
  if (!o.predictions.empty()) {
    std::string all;
    for (const std::string& line : r.predictions) (all += line) += '\n';
    if (auto ok = write_file_durably(o.predictions, all); !ok) {
      log_error("{}", ok.error().message);
      return 1;
    }
  }
  if (o.table) print_table(r);
  std::string line = o.json ? fmt::format("{{\"pages\":{}", r.pages.size()) : fmt::format("pages {}", r.pages.size());
  for (const auto& [name, value] : r.averages()) line += o.json ? fmt::format(",\"{}\":{}", name, value) : fmt::format("  {} {:.3f}", name, value);
  double rate = r.seconds > 0 ? static_cast<double>(r.pages.size()) / r.seconds : 0;
  line += o.json ? fmt::format(",\"pages_per_second\":{:.1f}}}", rate) : fmt::format("  pages/s {:.1f}", rate);
  fmt::print("{}\n", line);
  if (r.unreadable > 0) log_error("{} pages of the set could not be read", r.unreadable);
  return r.unreadable > 0 ? 1 : 0;
}

}  // namespace offprint
