#include "extractors/authors.h"

#include <re2/re2.h>

#include <algorithm>

#include "base/text.h"

namespace offprint {
namespace {

const RE2& lead() {
  static const RE2 re(R"((?i)^\s*(?:(?:written|posted|published|reported|story|text|words|article|analysis|review|opinion|edited|reviewed|reporting|articles) (?:by|von)|by|von|par|por|di|da|door|av|af|autor(?:in|es)?|author|auteur|автор|текст|di|von:|by:|από|του|przez|yazan)\s*[:|]?\s+)");
  return re;
}

bool good_name(std::string_view s) {
  if (s.size() < 2 || s.size() > 80) return false;
  static const RE2 bad(R"((?i)(^https?:|www\.|@|\bupdated\b|\bpublished\b|\bmin read\b|\b(19|20)\d{2}\b|^\d+$|^(admin|administrator|author|editor|guest|staff|unknown|null|undefined|redaktion|user\d*)$|\bcomments?\b|\bfollow\b|\bshare\b|^view all|^more (stories )?(from|by)|^our |^(the author|member login|login|register|watch live|text size|see full bio|new results|information|read more|written by|image|photo|listen|save|print|menu|subscribe|sign in|log in|newsletter)$|\b(?:19|20)\d\d-\d\d))");
  return !RE2::PartialMatch(std::string(s), bad) && std::any_of(s.begin(), s.end(), [](char c) { return (c | 32) >= 'a' ? true : static_cast<unsigned char>(c) >= 0x80; });
}

bool role(std::string_view s) {
  static const RE2 re(
      R"((?i)\b(reporter|correspondent|editor|writer|staff|columnist|contributor|journalist|producer|photographer|bureau|chief|senior|associate|assistant|freelance|special to|redakteur(in)?|korrespondent(in)?|journaliste|redactor(a)?|corresponsal|professor|lecturer|director|fellow|analyst|manager|ceo|founder|ph\.?d|md|phd|team|university|news desk|dietitian|nutritionist|horticulturi?(?:al)?ist|educator|expert|specialist|consultant|strategist|journalism|gardener|grader|marketing|reviewed by)\b)");
  return RE2::PartialMatch(std::string(s), re);
}

/// "Sam Lee Senior Politics Editor": a name of two or three words, and what its bearer does.
std::string without_role(const std::string& name) {
  static const RE2 re(R"(^(\p{Lu}[\p{L}.'’-]+(?: \p{Lu}[\p{L}.'’-]*){1,2}?) (?:Senior|Staff Writer|Staff Reporter|Chief|Associate|Assistant|Deputy|Managing|Contributing|Founder|Co-[Ff]ounder|CEO|Editor|Reporter|Correspondent|Contributor|Columnist|Writer|Journalist|Producer|Director|Head|Lead|Special|Freelance|Professor)\b.*$)");
  std::string person;
  return RE2::FullMatch(name, re, &person) ? person : name;
}

}  // namespace

std::vector<std::string> clean_authors(std::string_view text) {
  std::string s = collapse_space(clip(text, 400));
  if (s.find("://") != std::string::npos) return {};
  static const RE2 parenthesis(R"(\s*[(\[][^)\]]*[)\]])");
  static const RE2 degrees(R"(,?\s*\b(?:Ph\.? ?D\.?|M\.?D\.?|MS|RD|RDN|MBA|MPH|CFP®?|CEPF®?|CFA|CPA|LCSW|LMFT|FAND|FACLM|DABOM|FOMA|DDS|DVM|DO|JD|RN|BSN|PsyD|PharmD|LD|Esq\.?)(?:\b|$))");
  static const RE2 suffix(R"((?i)\s+(?:기자|記者))");
  static const RE2 others(R"((?i)[.,;|]?\s*(?:view orcid profile|(?:medically |expert |fact )?(?:reviewed|checked|edited|illustrat(?:ed|ions?)|photograph(?:y|ed|s)?|photos?|translated)(?: and \w+)? by\b).*$)");
  static const RE2 reading_time(R"((?i)[\s,|·•⋅–—-]*\d+(?:\s*[–-]\s*\d+)?\s*[- ]?min(?:ute)?s?\b.*$)");
  static const RE2 glued_role(R"((\p{Ll})((?:CEO|CTO|Founder|Staff|Senior|Editor|Reporter|Contributor|Writer|Author|Correspondent|Published|Updated)\b))");
  static const RE2 glued_by(R"(^By(\p{Lu}\p{Ll}))");
  static const RE2 more_by(R"((?i)^more (?:stories |articles )?(?:by|from) )");
  static const RE2 twice(R"(^(?:Byby|ByBy|By:?by)\s*)");
  RE2::Replace(&s, twice, "");
  RE2::GlobalReplace(&s, degrees, "");
  RE2::Replace(&s, reading_time, "");
  if (std::string kept = s; RE2::Replace(&s, others, "") && trim(s).empty()) s = kept;
  RE2::GlobalReplace(&s, suffix, "");
  RE2::GlobalReplace(&s, glued_role, R"(\1, \2)");
  RE2::Replace(&s, glued_by, R"(By \1)");
  RE2::Replace(&s, more_by, "");
  static const RE2 mail(R"(\s*[\w.+-]+@[\w-]+\.[\w.]+|\s*@\w+)");
  static const RE2 date_tail(R"((?i)\s*[,|·•–—-]?\s*(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day\b.*|\d{1,2}[./ ].*\d{4}.*|(?:updated|published|posted|last modified|veröffentlicht|aktualisiert|erstellt|stand|publié|mis à jour|publicado|actualizado|pubblicato|aggiornato|gepubliceerd|bijgewerkt|publicerad|uppdaterad|publisert|oppdatert)\b.*|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2},.*)$)");
  RE2::GlobalReplace(&s, parenthesis, "");
  RE2::GlobalReplace(&s, mail, "");
  while (RE2::Replace(&s, lead(), "")) {
  }
  RE2::Replace(&s, date_tail, "");
  static const RE2 separators(R"((?i)\s*(?:,\s+and\s+|,\s*|;\s*|\s+and\s+|\s+und\s+|\s+et\s+|\s+y\s+|\s+e\s+|\s+i\s+|\s+og\s+|\s+och\s+|\s+en\s+|\s+ja\s+|\s+with\s+|\s*&\s*|\s*\|\s*|\s*/\s*|\s*·\s*|\s*[•⋅∙●⸱]\s*|\s+[–—-]\s+|、|，|／)\s*)");
  static const RE2 inverted(R"(^(\p{Lu}[\p{L}'’-]+), (\p{Lu}[\p{L}'’-]+)$)");
  RE2::Replace(&s, inverted, R"(\2 \1)");
  RE2::GlobalReplace(&s, separators, "\n");
  std::vector<std::string> out;
  for (std::string_view part : split(s, '\n')) {
    std::string name(trim(part));
    while (!name.empty() && (name.ends_with(',') || name.ends_with(':') || name.ends_with('-') || name.ends_with('|'))) name.pop_back();
    static const RE2 tail(R"((?i)\s+(?:on|at|in|for|sponsored|last|released|posted|in \w+ on|more about .*)$)");
    RE2::Replace(&name, tail, "");
    if (!good_name(name)) continue;
    if (!out.empty() && role(name)) continue;  // "Ann Lee, senior reporter"
    out.push_back(without_role(name));
  }
  return out;
}

std::vector<std::string> clean_authors(const std::vector<std::string>& texts) {
  std::vector<std::string> out;
  std::vector<std::string> seen;
  for (const std::string& t : texts) {
    for (std::string& name : clean_authors(t)) {
      std::string key = fold(name);
      if (std::find(seen.begin(), seen.end(), key) != seen.end()) continue;
      seen.push_back(key);
      out.push_back(std::move(name));
    }
  }
  return out;
}

bool starts_like_byline(std::string_view text) { return text.size() < 200 && RE2::PartialMatch(std::string(text), lead()); }

}  // namespace offprint
