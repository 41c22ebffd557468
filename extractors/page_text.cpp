// A page saved as plain text: paragraphs stand between empty lines; a short line
// alone is a heading, a label or a piece of navigation.
#include "base/text.h"
#include "extractors/page.h"
#include "extractors/phrases.h"

namespace offprint {
namespace {

bool ends_sentence(std::string_view s) {
  for (std::string_view end : {".", "!", "?", "”", "\"", "…", ":", "。", "’", ")", ";", "»", "؟", "।"})
    if (s.ends_with(end)) return true;
  return false;
}

void add(Page& page, std::string_view line, bool alone) {
  Block b;
  b.text = collapse_space(line);
  if (b.text.empty()) return;
  b.describe();
  bool label = b.word_count <= 25 && !ends_sentence(b.text);
  bool question = b.word_count <= 25 && b.text.ends_with('?');
  if (b.phrases & kCreditLine) {
    b.type = BlockType::kCaption;
    b.inside |= kInCaption;
  } else if (alone && (label || question || (b.text.ends_with("’") && b.word_count <= 25))) {
    b.type = BlockType::kHeading;
    b.heading_level = 2;
  }
  page.blocks.push_back(std::move(b));
}

}  // namespace

Page read_text_page(std::string_view text) {
  Page page;
  page.is_text = true;
  page.elements.emplace_back();
  std::vector<std::string_view> group;
  auto finish = [&] {
    for (std::string_view line : group) add(page, line, group.size() == 1);
    group.clear();
  };
  for (std::string_view line : split(text, '\n')) {
    if (trim(line).empty()) finish();
    else group.push_back(line);
  }
  finish();
  page.elements[0].end_block = static_cast<std::int32_t>(page.blocks.size());
  return page;
}

}  // namespace offprint
