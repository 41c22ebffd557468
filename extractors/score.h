// Scoring against gold as ../shared/sets/score.py does: the same tokens, the same figures.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace offprint {

/// Runs of word characters; a CJK character alone is one.
std::vector<std::string> score_tokens(std::string_view text);

struct BodyScore {
  std::optional<double> precision, recall;  ///< Of 4-token shingles with counts.
  double exact = 0, word = 0;
};
BodyScore score_body(std::string_view gold, std::string_view predicted);

bool same_title(std::string_view gold, std::string_view predicted);
double score_authors(const std::vector<std::string>& gold, const std::vector<std::string>& predicted);
/// Same calendar day, as written or in UTC.
bool same_day(std::string_view gold, std::string_view predicted);
/// Share of `snippets` that stand in `text` without regard to case and spacing.
double share_present(const std::vector<std::string>& snippets, std::string_view text);

}  // namespace offprint
