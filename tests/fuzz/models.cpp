// Bytes of models and dictionaries that are not what they should be are refused.
#include "extractors/features.h"
#include "extractors/site_model.h"
#include "extractors/tree_model.h"
#include "tests/fuzz/fuzz.h"
#include "warc/dictionary.h"

using namespace offprint;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view s = text_of(data, size);
  if (auto model = TreeModel::parse(s); model && model->columns() > 0 && model->columns() < 1000) {
    FeatureTable row;
    row.columns = model->columns();
    row.values.assign(row.columns, 0.5f);
    (void)model->scores(row);
  }
  if (auto site = SiteModel::parse(s)) must(SiteModel::parse(site->serialize()).has_value(), "a site model comes back");
  (void)ZstdDictionary::parse(s);
  return 0;
}
