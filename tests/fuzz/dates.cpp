// A date that is understood is written in a form that is understood as the same date.
#include "extractors/authors.h"
#include "extractors/dates.h"
#include "tests/fuzz/fuzz.h"

using namespace offprint;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view s = text_of(data, size);
  if (auto date = normalize_date(s)) {
    auto again = normalize_date(*date);
    must(again && *again == *date, "a normalised date stays as it is");
  }
  for (bool day_first : {true, false})
    if (auto date = find_visible_date(s, day_first)) must(date->size() == 10 && normalize_date(*date) == *date, "YYYY-MM-DD");
  if (auto date = relative_date(s, "2026-03-01")) must(date->size() == 10, "YYYY-MM-DD");
  for (const std::string& name : clean_authors(s)) must(!name.empty() && name.find('\n') == std::string::npos, "a name is a line");
  return 0;
}
