#include "extractors/dateline.h"

#include <re2/re2.h>

#include <algorithm>

#include "base/text.h"
#include "extractors/dates.h"

namespace offprint {
namespace {

/// Words that make a date the date of a change, in the larger languages.
const RE2& updated_word() {
  static const RE2 re(
      R"((?i)\b(?:updated?|modified|last edited|revised|aktualisiert|ge[aä]ndert|bearbeitet|stand|mis à jour|mise à jour|modifié|actualizad[oa]|atualizad[oa]|modificad[oa]|aggiornat[oa]|modificato|bijgewerkt|opdateret|oppdatert|uppdaterad|päivitetty|aktualizováno|zaktualizowan[oa]|aktualizacja|обновлен[оа]?|оновлено|güncelleme|güncellendi|frissítve|actualizat|ενημερώθηκε|diperbarui|cập nhật)|更新|修正|수정|업데이트|تحديث|به‌روزرسانی|עודכן|अपडेट|আপডেট)");
  return re;
}

constexpr std::int32_t kShortly = 15;  ///< Blocks.

bool says_updated(std::string_view text) { return RE2::PartialMatch(std::string(clip(text, 300)), updated_word()); }

class Finder {
 public:
  Finder(const Page& page, const ArticleSpan& span, std::int32_t first_prose, std::int32_t last_body, std::string_view url, bool day_first, std::string_view captured)
      : page_(page), title_(span.title_block), until_(first_prose), last_(last_body), url_(url), day_first_(day_first), captured_(captured) {}

  Dateline run() {
    std::int32_t from = std::max(0, title_ - 4), to = std::min<std::int32_t>(until_, count());
    marked();
    if (out_.published.empty()) labelled();
    lines(from, to, 30, false);
    if (out_.published.empty())
      if (auto date = date_in_url(url_)) take(out_.published, out_.published_source, *date, "url");
    if (out_.published.empty()) by_class(false);
    lines(from, to, 30, true);
    if (out_.published.empty()) by_class(true);
    if (out_.published.empty() && last_ >= 0) lines(last_ + 1, std::min<std::int32_t>(last_ + 6, count()), 14, true);
    if (out_.published.empty() && !out_.modified.empty()) out_.published = out_.modified, out_.published_source = "visible:updated";
    return std::move(out_);
  }

 private:
  std::int32_t count() const { return static_cast<std::int32_t>(page_.blocks.size()); }

  static void take(std::string& to, std::string& to_source, std::string value, std::string_view source) {
    if (!to.empty() || value.empty()) return;
    to = std::move(value);
    to_source = source;
  }

  static bool elsewhere(const Element& e) { return (e.inside & (kInNav | kInComments | kInAside)) != 0; }

  /// What stands before the element in its line says whether its date is one of a change.
  bool updated(const Element& e) const {
    if (says_updated(std::string(e.classes) + " " + std::string(e.id)) || e.itemprop == "dateModified") return true;
    if (e.first_block >= count()) return false;
    const std::string& line = page_.blocks[static_cast<std::size_t>(e.first_block)].text;
    std::string own = element_text(e.node, 200);
    std::size_t at = own.empty() ? std::string::npos : line.find(own);
    if (says_updated(own)) return true;
    if (line.size() > 300 || at == std::string::npos) return false;
    std::string_view before = std::string_view(line).substr(0, at);
    return says_updated(before.substr(before.size() > 30 ? before.size() - 30 : 0));
  }

  /// itemprop=datePublished and <time datetime> above the text.
  void marked() {
    for (const Element& e : page_.elements) {
      if (e.first_block > until_ + 3) break;
      if (elsewhere(e) || !e.node) continue;
      bool custom = e.tag == GUMBO_TAG_UNKNOWN && !e.attribute("datetime").empty();  // <relative-time>, <time-ago>
      bool time = (e.tag == GUMBO_TAG_TIME || custom) && e.first_block >= title_ - 4;
      if (!time && e.itemprop != "datePublished" && e.itemprop != "dateModified") continue;
      std::string_view value = e.attribute("datetime").empty() ? e.attribute("content") : e.attribute("datetime");
      auto date = normalize_date(value);
      if (!date) date = find_visible_date(element_text(e.node, 200), day_first_);
      if (!date) continue;
      const char* source = e.itemprop.empty() ? "visible:time" : "microdata";
      if (updated(e)) take(out_.modified, out_.modified_source, *date, source);
      else take(out_.published, out_.published_source, *date, source);
    }
  }

  /// Short lines with a date; where a line has two, the one behind "updated" is the change's.
  void lines(std::int32_t from, std::int32_t to, std::uint32_t most_words, bool headings) {
    for (std::int32_t i = from; i < to && (out_.published.empty() || out_.modified.empty()); ++i) {
      const Block& b = page_.blocks[static_cast<std::size_t>(i)];
      bool other = (b.type == BlockType::kHeading && !headings) || (b.inside & (kInCaption | kInFigure)) != 0;
      if (b.word_count > most_words || other || (b.inside & (kInNav | kInFooter | kInComments | kInAside))) continue;
      re2::StringPiece rest(b.text), word;
      if (!RE2::PartialMatch(rest, updated_word()) || !updated_word().Match(rest, 0, rest.size(), RE2::UNANCHORED, &word, 1)) {
        if (auto date = out_.published.empty() ? dated(b.text) : std::nullopt) take(out_.published, out_.published_source, *date, "visible");
        continue;
      }
      std::size_t at = static_cast<std::size_t>(word.data() - b.text.data());
      if (auto before = dated(std::string_view(b.text).substr(0, at))) take(out_.published, out_.published_source, *before, "visible");
      if (auto after = dated(std::string_view(b.text).substr(at))) take(out_.modified, out_.modified_source, *after, "visible");
    }
  }

  std::optional<std::string> dated(std::string_view text) const {
    if (auto date = find_visible_date(text, day_first_)) return date;
    return captured_.empty() ? std::nullopt : relative_date(text, captured_);
  }

  /// "Published on 13 May 2026", "Datum 28.04.2023": wherever it stands.
  void labelled() {
    static const RE2 label(R"((?i)^\W*(?:(?:first |originally )?published|posted|date|publication date|veröffentlicht|erstellt|datum|publié|date de publication|publicado|fecha|data|pubblicato|gepubliceerd|publicerad|publisert|udgivet|julkaistu|opublikowano|опубликовано|yayınlanma|dipublikasikan|ngày đăng|公開日?|投稿日|発表|配信開始日|発行日|掲載日?|发布时间|入力|입력|등록)\b?.{0,12}\d)");
    for (const Block& b : page_.blocks) {
      if (b.word_count > 14 || (b.inside & (kInNav | kInComments | kInAside)) || !RE2::PartialMatch(b.text, label)) continue;
      if (auto date = dated(b.text)) return take(out_.published, out_.published_source, *date, "visible:label");
    }
  }

  /// Further down or above, in an element whose class says that it holds a date. `beside`: in what stands
  /// beside the text (<aside>), shortly before its first paragraph alone.
  void by_class(bool beside) {
    for (const Element& e : page_.elements) {
      if (!out_.published.empty()) return;
      bool other = beside ? !(e.inside & kInAside) || (e.inside & (kInNav | kInComments)) || e.first_block < std::max(title_, until_ - kShortly) || e.first_block > until_ : elsewhere(e);
      if (other || !e.node || e.end_block - e.first_block > 2) continue;
      std::string names = ascii_lower(std::string(e.classes) + " " + std::string(e.id));
      bool dated = names.find("date") != std::string::npos || names.find("publish") != std::string::npos || e.tag == GUMBO_TAG_TIME;
      if (!dated || updated(e)) continue;
      if (e.tag == GUMBO_TAG_TIME)
        if (auto date = normalize_date(e.attribute("datetime"))) take(out_.published, out_.published_source, *date, "visible:time");
      if (auto date = find_visible_date(element_text(e.node, 200), day_first_)) take(out_.published, out_.published_source, *date, "visible:class");
    }
  }

  const Page& page_;
  std::int32_t title_, until_, last_;
  std::string_view url_;
  bool day_first_;
  std::string_view captured_;
  Dateline out_;
};

}  // namespace

Dateline find_dateline(const Page& page, const ArticleSpan& span, std::int32_t first_prose, std::int32_t last_body, std::string_view url, bool day_first, std::string_view captured) {
  return Finder(page, span, first_prose, last_body, url, day_first, captured).run();
}

}  // namespace offprint
