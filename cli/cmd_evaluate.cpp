// offprint evaluate: extraction over sets with gold, scored, compared and held to floors.
#include <fmt/format.h>

#include <cstdio>

#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/command_support.h"
#include "cli/commands.h"
#include "extractors/site_knowledge.h"
#include "extractors/tree_model.h"
#include "extractors/evaluation_report.h"

namespace offprint {
namespace {

/// What was read before the run; an error in any of it ends the command before it scores.
struct Inputs {
  std::vector<GoldSet> sets;
  Floors floors;
  std::optional<Baseline> baseline;
  std::optional<TreeModel> model;
  std::set<std::string> only;
};

Result<Inputs> read_inputs(const EvaluateOptions& o) {
  Inputs in;
  for (const std::string& source : o.sets) {
    auto set = load_set(o.type.empty() ? source : source + ":" + o.type);
    if (!set) return tl::unexpected(set.error());
    in.sets.push_back(std::move(*set));
  }
  if (!o.floors.empty()) {
    auto floors = read_floors(o.floors);
    if (!floors) return tl::unexpected(floors.error());
    in.floors = std::move(*floors);
  }
  if (!o.baseline.empty()) {
    auto baseline = read_baseline(o.baseline);
    if (!baseline) return tl::unexpected(baseline.error());
    in.baseline = std::move(*baseline);
  }
  if (!o.model.empty()) {
    auto bytes = read_file(o.model, std::uint64_t{1} << 26);
    if (!bytes) return tl::unexpected(bytes.error());
    auto model = TreeModel::parse(*bytes);
    if (!model) return tl::unexpected(model.error());
    if (model->columns() != feature_names().size()) return fail(ErrorKind::kInvalid, o.model + ": made for other features than this program's");
    in.model = std::move(*model);
  }
  if (!o.ids.empty()) {
    auto text = read_file(o.ids, std::uint64_t{1} << 26);
    if (!text) return tl::unexpected(text.error());
    for (std::string_view line : split(*text, '\n'))
      if (!trim(line).empty()) in.only.emplace(trim(line));
  }
  return in;
}

Result<void> write_reports(const EvaluateOptions& o, const Evaluation& e) {
  std::string predictions;
  for (const SetResult& s : e.sets)
    for (const std::string& line : s.predictions) (predictions += line) += '\n';
  const std::pair<const std::string&, std::string> files[] = {{o.predictions, std::move(predictions)}, {o.markdown, markdown_report(e, o.worst ? o.worst : 20)}, {o.report, json_report(e)}, {o.junit, junit_report(e)}};
  for (const auto& [path, text] : files)
    if (!path.empty())
      if (auto ok = write_file_durably(path, text); !ok) return ok;
  if (!o.save_baseline.empty()) return write_baseline(o.save_baseline, e.sets);
  return {};
}

std::string json_line(const SetResult& s) {
  std::string out = fmt::format("{{\"set\":{},\"pages\":{}", json_quote(s.name), s.pages.size());
  for (const auto& [metric, value] : averages(s.pages)) out += fmt::format(",\"{}\":{}", metric, value);
  return out + fmt::format(",\"pages_per_second\":{:.1f}}}\n", s.pages_per_second());
}

}  // namespace

int run_evaluate(const EvaluateOptions& o) {
  auto in = read_inputs(o);
  if (!in) return status_of(in.error());
  ExtractOptions options;
  options.model = in->model ? &*in->model : nullptr;
  Evaluation e;
  e.floors = in->floors;
  std::size_t unreadable = 0;
  for (const GoldSet& set : in->sets) {
    SiteKnowledge sites(set.pages.size());
    if (o.site) {
      options.sites = &sites;
      options.learn_sites = true;
      options.use_sites = false;
      (void)evaluate_set(set, in->only, options);
      options.learn_sites = false;
      options.use_sites = true;
    }
    e.sets.push_back(evaluate_set(set, in->only, options));
    unreadable += e.sets.back().unreadable;
    if (!in->baseline) continue;
    if (auto before = in->baseline->find(set.name); before != in->baseline->end()) e.changes.push_back(compare(e.sets.back(), before->second));
    else log_warning("the baseline has no set {}: nothing to compare", printable(set.name));
  }
  e.breaches = find_breaches(e.sets, in->floors);
  if (auto ok = write_reports(o, e); !ok) return status_of(ok.error());
  if (o.json)
    for (const SetResult& s : e.sets) fmt::print("{}", json_line(s));
  else fmt::print("{}", text_report(e, o.worst));
  if (o.json)
    for (const FloorBreach& b : e.breaches) log_error("{}", breach_line(b));
  if (unreadable > 0) log_error("{} pages could not be read", unreadable);
  return unreadable > 0 || !e.passes() ? 1 : 0;
}

}  // namespace offprint
