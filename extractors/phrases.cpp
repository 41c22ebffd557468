#include "extractors/phrases.h"

#include <re2/re2.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "extractors/page.h"

namespace offprint {
namespace {

struct NameRule {
  const char* pattern;
  std::uint32_t inside;
};

/// On "class class id", lower case, where '-', '_' and camel humps are word ends.
constexpr NameRule kNameRules[] = {
    {R"(\b(comments?|disqus|respond|replies|comentarios|commentaires|kommentare?|discussion-thread)\b)", kInComments},
    {R"(\b(share|sharing|social|sharedaddy|addthis|newsletters?|subscribe|subscription|signup|promo|promos|promotion|sponsor|sponsored|advert\w*|ads?|banner|taboola|outbrain|related|recirc\w*|recommend\w*|readmore|read more|more stories|morestories|most read|mostread|trending|popular|teasers?|cookie|consent|gdpr|paywall|breadcrumbs?|pagination|pager|tags|tag list|taglist|keywords|sidebar|widget|donate|donation|toolbar|skip link|skiplink|infobox ad|also read|see also|next article|next post|prev post|post navigation|author bio|author box|authorbox|about author|bio|biography|print only|printfriendly|rating|livechat|poll|quiz)\b)", kInBoilerplate},
    {R"(\b(caption|captions|credit|credits|figcaption|photo credit|image credit|wp caption text|cutline|legend|bildunterschrift|legende)\b)", kInCaption},
    {R"(\b(nav|navbar|navigation|menu|menus|masthead|site header|siteheader)\b)", kInNav},
    {R"(\b(footer|colophon|site footer|copyright|legal|disclaimer)\b)", kInFooter},
    {R"(\b(byline|bylines|author|authors|auteur|autor|contributor|contributors|dateline|timestamp|publish date|pubdate|posted on|entry meta|post meta|article meta)\b)", kInByline},
    {R"(\b(dek|standfirst|subtitle|subhead|subheadline|sub title|sub headline|deck|chapo|vorspann|entradilla|abstract|teaser text|article summary|summary)\b)", kInDek},
    {R"(\b(visually hidden|visuallyhidden|sr only|screen reader text|screenreader|offscreen|hidden)\b)", kInHidden},
};

struct CompiledRules {
  std::vector<std::pair<std::unique_ptr<RE2>, std::uint32_t>> rules;
  CompiledRules() {
    for (const NameRule& r : kNameRules) rules.emplace_back(std::make_unique<RE2>(r.pattern), r.inside);
  }
};

/// "articleBody related-Stories" → "article body related stories".
std::string name_words(std::string_view names) {
  std::string out;
  char previous = ' ';
  for (char c : names) {
    bool upper = c >= 'A' && c <= 'Z';
    bool lower_before = (previous >= 'a' && previous <= 'z') || (previous >= '0' && previous <= '9');
    if (upper && lower_before) out += ' ';
    bool separator = c == '-' || c == '_' || c == ':' || c == '.' || c == '/';
    out += separator ? ' ' : upper ? static_cast<char>(c + 32) : c;
    previous = c;
  }
  return out;
}

const RE2& stock() {
  static const RE2 re(
      R"((?i)^\W*(follow (us|@?\w+) on\b.*|follow us|share( (this|on|via)\b.*)?|tweet|pin it|print( this)?|e-?mail( this)?|advertisement|ad|sponsored( content)?|sign up( (for|to)\b.*)?|subscribe( (now|to|for)\b.*)?|newsletter|(like|liked|love|enjoy|enjoyed|enjoying) (this|the|our|what)\b.*\b(subscribe|sign up|share it|follow|newsletter|donate|support us)\b.*|keep reading.*|read more.*|continue reading.*|show (less|more)|load more|read next.*|read also.*|also read.*|see also.*|recommended( for you)?|related( (stories|articles|posts|content|topics))?|more from\b.*|more on this( story)?|most (read|popular|viewed)|latest( news)?|trending( now)?|don.t miss.*|click here to\b.*|join our\b.*|get our\b.*newsletter.*|all rights reserved.*|copyright .*|©.*|comments?( \(?\d+\)?)?|leave a (comment|reply).*|log ?in.*|skip to (main )?content|back to top|listen to this article.*|\d+ (min|minute)s? read|enable javascript.*|this (video|content) is not available.*|lire aussi.*|à lire aussi.*|partager.*|s.abonner.*|abonnez-vous.*|inscrivez-vous.*|lesen sie auch.*|mehr zum thema.*|lesen sie mehr.*|zum thema|teilen|anzeige|werbung|newsletter abonnieren.*|lee también.*|lea también.*|te puede interesar.*|leer más.*|compartir.*|suscr[ií]bete.*|leggi anche.*|leggi tutto.*|condividi.*|iscriviti.*|leia (também|mais).*|compartilhe.*|lees ook.*|lees meer.*|deel dit.*|les også.*|läs också.*|lue myös.*|czytaj (też|także|również).*|zobacz (też|także).*|читайте также.*|подпис(ывайтесь|аться).*|поделиться.*|関連記事.*|続きを読む.*|あわせて読みたい.*|相关(新闻|阅读).*|延伸阅读.*|اقرأ (أيضا|المزيد).*|続き)\W*$)");
  return re;
}

const RE2& end_heading() {
  static const RE2 re(
      R"((?i)^\W*((related|recommended|more|latest|other|similar|further)( \w+)? (stories|articles|posts|news|content|reading|coverage|headlines|reports)|more (on|from|in|about|by)\b.*|you (may|might) (also )?(like|be interested).*|read (next|more|also).*|see also|what to read next|up next|next up|comments?( \(?\d+\)?)?|join the (discussion|conversation)|leave a (reply|comment)|about the authors?|most (read|popular|viewed)|trending( now)?|latest|editor.?s.? picks?|sign up.*|newsletters?|tags?|topics|filed under.*|share this( article| story| post)?|mehr zum thema|das könnte sie auch interessieren|weitere artikel|lesen sie auch|kommentare?|lire aussi|à lire aussi|sur le même (sujet|thème)|commentaires?|noticias relacionadas|te puede interesar|más (noticias|sobre)\b.*|comentarios?|leggi anche|articoli correlati|commenti|leia também|veja também|lees ook|meer over\b.*|reacties|les også|relaterade artiklar|lue myös|czytaj także|читайте также|комментарии|関連記事|相关阅读|延伸阅读)\W*$)");
  return re;
}

bool is_stock_phrase(std::string_view text) { return text.size() < 240 && RE2::FullMatch(text, stock()); }
bool is_end_heading(std::string_view text) { return text.size() < 120 && RE2::FullMatch(text, end_heading()); }

bool is_cutoff_mark(std::string_view text) {
  static const RE2 re(R"((?i)^\W*((keep|continue) reading|read (the )?(full )?(story|article|more|on)|show (less|more)|full story|weiterlesen|lire la suite|seguir leyendo|continua a leggere|続きを読む)(\W*(show (less|more)|read more|keep reading))*\W*$)");
  return text.size() < 80 && RE2::FullMatch(text, re);
}

bool is_credit_line(std::string_view text) {
  static const RE2 re(
      R"((?i)^\W*((top |main |lead |featured |header |cover )?(photo|image|picture|video|graphic|illustration|screenshot)s?( credit)?s?( by)?\s*[:|©(/].*|(photo|image|picture|illustration|graphic)s? (by|courtesy|credit|via)\b.*|credit\s*:.*|credits?\s*[:/].*|foto\s*:.*|fotos?\s*[:/].*|bild\s*:.*|crédits?\s*:.*|photo ?© ?.*|©\s*\w.*|getty images.*|\(?(reuters|afp|ap photo|dpa)\)?)\W*$)");
  return text.size() < 400 && RE2::FullMatch(text, re);
}

/// "… October 31, 2022. REUTERS/Alexander Ermochenko": a caption in a plain paragraph.
bool ends_with_credit(std::string_view text) {
  static const RE2 re(R"((REUTERS|AP Photo|AFP|Getty Images|Shutterstock|EPA|dpa|ANP|Imago|Unsplash|Pexels)\s*[/|,(]\s*[^./]{3,60}\)?\.?$|[(\[](Photo|Image|Picture|Foto|Credit|AP|AFP|Reuters|Getty)[^)\]]{0,80}[)\]]\.?$|\b(via Getty Images|/ ?Getty Images|/ ?AFP|/ ?Reuters|/ ?dpa|/Shutterstock)\)?\.?$)");
  return text.size() < 700 && RE2::PartialMatch(std::string(text), re);
}

bool is_disclaimer(std::string_view text) {
  static const RE2 re(
      R"((?i)\b(for (informational|educational|information)( and \w+)? purposes|not (be )?(intended|considered|constitute|a substitute)|(legal|financial|medical|investment|tax|professional) advice|registered investment advis[eo]r|(earn|receive) (an? )?(\w+ )?commissions?|affiliate (links?|commissions?)|amazon associate|all rights reserved|terms (of (use|service)|and conditions)|privacy policy|opinions expressed|views expressed|views of the author|no part of this|past performance|independent(ly)? (editorial|selected|reviewed)|trademarks?|haftungsausschluss|nur zu informationszwecken|à titre informatif|fines informativos)\b)");
  return text.size() > 40 && RE2::PartialMatch(text, re);
}

bool is_biography(std::string_view text) {
  if (text.size() <= 40 || text.size() >= 1500) return false;
  static const RE2 person(R"((?i)^\W*(?:about\W+)?(?:the author\W+)?(?-i:\p{Lu}[\p{L}.'’-]+ ){1,4}(?:is|was|has|have|covers?|writes?|works?|worked|serves?|joined|leads?|specializes?|holds?|brings?|loves?|enjoys?|lives?|ist|est|es|è|é)\b)");
  static const RE2 trade(R"((?i)\b(?:reporter|journalist|writer|editor|author|correspondent|columnist|contributor|freelancer?|founder|co-founder|professor|researcher|specialist|expert|blogger|marketer|manager|director|consultant|coach|engineer|developer|physician|dietitian|graduate|degree|experience|university|redakteur|journaliste|autor|periodista|giornalista))");
  return RE2::PartialMatch(text, person) && RE2::PartialMatch(clip(text, 300), trade);
}

bool is_reference(std::string_view text) {
  static const RE2 heading(R"((?i)^\W*(references?|sources?|works cited|bibliography|citations?|footnotes?|notes|further reading|resources|quellen(angaben)?|literatur(verzeichnis)?|einzelnachweise|références|fuentes|referencias|fonti|bronnen|источники|参考文献)\W*$)");
  static const RE2 item(R"((?i)(^\W{0,2}\[\d+\]|^\d{1,3}\.?\s?\p{Lu}[\p{L}-]+ [A-Z]{1,3},|\bdoi\W|\bet al\b|retrieved (on )?\w+ \d|accessed (on )?\w+ \d|\bvol\. ?\d|\bpp\. ?\d|\(\d{4}[a-z]?\)\. |\d{4};\d+))");
  return (text.size() < 60 && RE2::FullMatch(text, heading)) || (text.size() > 15 && text.size() < 900 && RE2::PartialMatch(text, item));
}

}  // namespace

std::uint32_t inside_from_names(std::string_view classes, std::string_view id) {
  static const CompiledRules rules;
  if (classes.empty() && id.empty()) return 0;
  std::string words = name_words(std::string(clip(classes, 400)) + " " + std::string(clip(id, 100)));
  std::uint32_t out = 0;
  for (const auto& [re, inside] : rules.rules)
    if (RE2::PartialMatch(words, *re)) out |= inside;
  return out;
}

std::uint8_t phrases_of(std::string_view text) {
  std::uint8_t out = 0;
  if (is_stock_phrase(text)) out |= kStockPhrase;
  if (is_end_heading(text)) out |= kEndHeading;
  if (is_cutoff_mark(text)) out |= kCutoffMark;
  if (is_credit_line(text)) out |= kCreditLine;
  if (ends_with_credit(text)) out |= kCreditTail;
  if (is_disclaimer(text)) out |= kDisclaimer;
  if (is_biography(text)) out |= kBiography;
  if (is_reference(text)) out |= kReference;
  return out;
}

}  // namespace offprint
