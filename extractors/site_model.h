// Site knowledge: what recurs over a publication's pages, and which page a paragraph is of.
// Learned page by page; it only ever takes blocks out of a body, and only where several
// articles of the publication have been seen.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "extractors/analysis.h"

namespace offprint {

/// What one page teaches: its identity, and the blocks that could be read as text.
struct SitePage {
  struct Line {
    std::uint64_t text = 0;     ///< Hash of the block's key.
    std::uint16_t words = 0;
    std::uint16_t rank = 0;     ///< How many blocks of the body stand before it.
    bool body = false;
    bool heading = false;
  };
  std::uint64_t article = 0;    ///< Of the canonical URL: captures of one article are one.
  std::uint64_t title = 0;
  std::vector<Line> lines;
};

SitePage site_page(const Analysis& analysis, const Body& body);

/// One publication's knowledge. Not safe for several threads at once.
class SiteModel {
 public:
  /// `max_texts` bounds the memory (about 40 bytes each): texts seen on one page alone go first.
  explicit SiteModel(std::size_t max_texts = 100'000) : max_texts_(max_texts) {}

  /// A second capture of an article replaces nothing and adds nothing.
  void learn(const SitePage& page);

  /// `page` is site_page() of the same. Takes out of `body` what recurs over other articles or belongs to one of them. Captures of
  /// the same article are no witnesses against it. Returns how many blocks went.
  std::size_t prune(const Analysis& analysis, const SitePage& page, Body& body) const;

  std::size_t articles() const { return articles_.size(); }
  /// A compact form for the state database, and back. kCorrupt for anything else.
  std::string serialize() const;
  static Result<SiteModel> parse(std::string_view bytes);

 private:
  struct Text {
    std::uint64_t owner = 0;       ///< Article on which it stands nearest to the head of the body.
    std::uint16_t owner_rank = 0;
    std::uint16_t pages = 0;       ///< Articles that it was seen on.
    std::uint16_t bodies = 0;      ///< Articles of whose body it was taken for a part.
  };
  void shrink();

  std::size_t max_texts_;
  std::unordered_map<std::uint64_t, Text> texts_;
  std::unordered_set<std::uint64_t> articles_, titles_;
};

}  // namespace offprint
