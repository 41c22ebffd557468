// The part of CSS selectors that publication profiles need: tag, .class, #id, [attr],
// [attr=value], [attr*=value], in compounds, with descendants, and lists with commas.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "extractors/page.h"

namespace offprint {

class Selector {
 public:
  /// kInvalid names the part that is not understood.
  static Result<Selector> parse(std::string_view text);
  bool matches(const Page& page, std::int32_t element) const;
  /// Matching elements in document order; descendants of a match are left out.
  std::vector<std::int32_t> find(const Page& page) const;

 private:
  struct Attribute {
    std::string name, value;
    char how = 0;  ///< 0 present, '=' equal, '*' contains
  };
  struct Compound {
    std::string tag, id;
    std::vector<std::string> classes;
    std::vector<Attribute> attributes;
  };
  static Result<Compound> parse_compound(std::string_view text);
  static bool matches_compound(const Element& e, const Compound& c);
  std::vector<std::vector<Compound>> alternatives_;  ///< Each a chain from ancestor to element.
};

}  // namespace offprint
