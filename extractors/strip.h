// The pre-scan before the tree: takes out what no article needs (scripts, styles, comments,
// drawings), and caps what makes a tree parser slow or huge (nesting, attributes, formatting).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace offprint {

struct StripLimits {
  std::size_t max_bytes = 2 << 20;  ///< Of the result.
  int max_depth = 512;              ///< As browsers do.
  int max_open_formatting = 64;
  std::size_t max_attribute_bytes = 8192;  ///< Of one tag.
  bool all_attributes = false;      ///< Keep those too that only a profile's selectors would look at.
};

struct Stripped {
  std::string html;
  bool truncated = false;  ///< Over max_bytes: the rest is missing.
  bool capped = false;     ///< Nesting, formatting or attributes were capped.
  std::size_t tags = 0;
};

/// JSON-LD scripts are kept.
Stripped strip_markup(std::string_view html, const StripLimits& limits);

/// Plain text of a page too odd for a tree: line breaks at block-level tags.
std::string text_of_markup(std::string_view html, std::size_t max_bytes);

}  // namespace offprint
