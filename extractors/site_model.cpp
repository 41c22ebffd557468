#include "extractors/site_model.h"

#include <algorithm>
#include <cstring>

#include "base/digest.h"
#include "base/text.h"
#include "base/url.h"

namespace offprint {
namespace {

constexpr std::uint32_t kLeastWords = 4;       ///< Shorter texts recur by chance.
constexpr std::uint32_t kParagraph = 12;       ///< Words from which two articles do not share a text by chance.
constexpr std::uint16_t kRecurring = 3;        ///< Articles (this one included) that make a short text a fixture.
constexpr std::size_t kFewestArticles = 2;
constexpr std::uint16_t kNearer = 3;           ///< Blocks by which a text must stand nearer to the head elsewhere to be that page's.
constexpr std::string_view kMagic("OPSM1\0\0\0", 8);

std::uint64_t identity(const Article& a) {
  auto url = Url::parse(a.canonical.empty() ? a.url : a.canonical);
  return url ? hash64(url->host + url->path) : hash64(a.url);
}

template <class T>
void put(std::string& out, T v) {
  out.append(reinterpret_cast<const char*>(&v), sizeof v);
}

template <class T>
bool take(std::string_view& in, T& v) {
  if (in.size() < sizeof v) return false;
  std::memcpy(&v, in.data(), sizeof v);
  in.remove_prefix(sizeof v);
  return true;
}

}  // namespace

SitePage site_page(const Analysis& a, const Body& body) {
  SitePage out;
  out.article = identity(a.article);
  out.title = hash64(word_key(a.article.title));
  std::vector<char> taken(a.page.blocks.size(), 0);
  for (std::int32_t i : body.blocks) taken[static_cast<std::size_t>(i)] = 1;
  std::uint16_t rank = 0;
  for (std::size_t i = 0; i < a.page.blocks.size(); ++i) {
    const Block& b = a.page.blocks[i];
    if (b.word_count >= kLeastWords && (taken[i] || b.link_density() < 0.7)) out.lines.push_back({hash64(b.key), static_cast<std::uint16_t>(std::min<std::uint32_t>(b.word_count, 60000)), rank, taken[i] != 0, b.type == BlockType::kHeading});
    if (taken[i] && rank < 60000) ++rank;
  }
  return out;
}

void SiteModel::learn(const SitePage& page) {
  if (!articles_.insert(page.article).second || !titles_.insert(page.title).second) return;
  std::unordered_set<std::uint64_t> seen;
  for (const SitePage::Line& line : page.lines) {
    if (!seen.insert(line.text).second) continue;
    Text& t = texts_[line.text];
    bool nearer = t.pages == 0 || line.rank < t.owner_rank;
    if (nearer) t.owner = page.article, t.owner_rank = line.rank;
    if (t.pages < 60000) ++t.pages;
    if (line.body && t.bodies < 60000) ++t.bodies;
  }
  if (texts_.size() > max_texts_) shrink();
}

/// Texts of one page alone go, half of them: any half, as none has yet been of use.
void SiteModel::shrink() {
  std::size_t n = 0;
  std::erase_if(texts_, [&](const auto& entry) { return entry.second.pages <= 1 && (++n & 1); });
  if (texts_.size() > max_texts_) std::erase_if(texts_, [](const auto& entry) { return entry.second.pages <= 2; });
}

std::size_t SiteModel::prune(const Analysis& a, const SitePage& page, Body& body) const {
  std::uint64_t self = page.article;
  bool known = articles_.contains(self);
  if (articles_.size() + !known < kFewestArticles) return 0;
  std::unordered_map<std::uint64_t, const SitePage::Line*> lines;
  for (const SitePage::Line& line : page.lines) lines.emplace(line.text, &line);
  std::size_t before = body.blocks.size();
  std::vector<std::int32_t> kept;
  for (std::int32_t i : body.blocks) {
    auto line = lines.find(hash64(a.page.blocks[static_cast<std::size_t>(i)].key));
    auto text = line == lines.end() ? texts_.end() : texts_.find(line->first);
    if (text == texts_.end()) {
      kept.push_back(i);
      continue;
    }
    const Text& t = text->second;
    std::uint16_t elsewhere = static_cast<std::uint16_t>(t.pages - (known && t.pages > 0));
    bool fixture = elsewhere + 1 >= kRecurring && !line->second->heading;
    bool shared = elsewhere >= 1 && line->second->words >= kParagraph;
    bool anothers = shared && t.owner != self && t.owner_rank + kNearer < line->second->rank;
    bool mine = shared && t.bodies <= 2 && (t.owner == self || line->second->rank + kNearer < t.owner_rank);
    if (!(fixture || anothers || shared) || mine) kept.push_back(i);
  }
  // A page that is mostly another's is a second address of one article, not a page of fixtures.
  if (kept.size() * 2 < before) return 0;
  body.blocks = std::move(kept);
  return before - body.blocks.size();
}

std::string SiteModel::serialize() const {
  std::string out(kMagic);
  put(out, static_cast<std::uint32_t>(articles_.size()));
  for (std::uint64_t a : articles_) put(out, a);
  put(out, static_cast<std::uint32_t>(titles_.size()));
  for (std::uint64_t t : titles_) put(out, t);
  put(out, static_cast<std::uint32_t>(texts_.size()));
  for (const auto& [key, t] : texts_) put(out, key), put(out, t.owner), put(out, t.owner_rank), put(out, t.pages), put(out, t.bodies);
  return out;
}

Result<SiteModel> SiteModel::parse(std::string_view in) {
  auto bad = [] { return fail(ErrorKind::kCorrupt, "site model: damaged"); };
  SiteModel m;
  if (!in.starts_with(kMagic)) return bad();
  in.remove_prefix(kMagic.size());
  for (auto* set : {&m.articles_, &m.titles_}) {
    std::uint32_t n = 0;
    if (!take(in, n)) return bad();
    for (std::uint64_t v = 0; n > 0; --n) {
      if (!take(in, v)) return bad();
      set->insert(v);
    }
  }
  std::uint32_t n = 0;
  if (!take(in, n)) return bad();
  for (std::uint64_t key = 0; n > 0; --n) {
    Text t;
    if (!take(in, key) || !take(in, t.owner) || !take(in, t.owner_rank) || !take(in, t.pages) || !take(in, t.bodies)) return bad();
    m.texts_.emplace(key, t);
  }
  return in.empty() ? Result<SiteModel>(std::move(m)) : bad();
}

}  // namespace offprint
