#include "extractors/language.h"

#include <cld2/public/compact_lang_det.h>

#include "base/text.h"

namespace offprint {

std::string detect_language(std::string_view text, std::string_view declared) {
  std::string hint = ascii_lower(declared.substr(0, declared.find_first_of("-_")));
  if (hint.size() > 3 || hint == "und") hint.clear();
  std::string_view sample = clip(text, 4096);
  if (sample.size() < 80) return hint;
  bool reliable = false;
  CLD2::Language language = CLD2::DetectLanguage(sample.data(), static_cast<int>(sample.size()), true, &reliable);
  if (!reliable) return hint;
  std::string code = CLD2::LanguageCode(language);
  code = code.substr(0, code.find('-'));
  if (code == "un" || code == "xxx") return hint;
  return code == "iw" ? "he" : code;
}

}  // namespace offprint
