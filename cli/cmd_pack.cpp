// offprint pack: an archive as one WACZ file.
#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "base/log.h"
#include "base/text.h"
#include "cli/command_support.h"
#include "cli/commands.h"
#include "crawler/corpus.h"
#include "warc/wacz.h"

namespace offprint {
namespace {

using Json = nlohmann::json;

std::string text_of(const Json& j, const char* name) {
  auto it = j.find(name);
  return it != j.end() && it->is_string() ? it->get<std::string>() : "";
}

/// The article versions of the corpus as pages.
Result<void> pages_of(const ArchiveLayout& layout, const std::function<void(const WaczPage&)>& add) {
  return for_each_corpus_line(layout, [&](std::string_view line) -> Result<void> {
    Json j = Json::parse(line, nullptr, false);
    auto warc = j.is_object() ? j.find("warc") : j.end();
    if (!j.is_object() || warc == j.end() || !warc->is_object()) return fail(ErrorKind::kCorrupt, "a line of the corpus is no article; `offprint extract` makes it anew");
    WaczPage p{text_of(*warc, "url"), text_of(j, "title"), text_of(j, "text"), parse_iso8601(text_of(*warc, "date")).value_or(TimePoint{})};
    add(p);
    return {};
  });
}

}  // namespace

int run_pack(const PackOptions& o) {
  auto layout = existing_archive(o.archive);
  if (!layout) return status_of(layout.error());
  if (!o.out.ends_with(".wacz")) return status_of({ErrorKind::kInvalid, "\"" + o.out + "\": the name of a package ends in .wacz"});
  std::optional<SigningKey> key;
  if (o.sign || !o.key.empty()) {
    auto made = SigningKey::open_or_make(o.key);
    if (!made) return status_of(made.error());
    key.emplace(std::move(*made));
  }
  WaczOptions options;
  options.title = o.title.empty() ? std::filesystem::absolute(o.archive).lexically_normal().filename().string() : o.title;
  options.software = "offprint/0.1";
  options.key = key ? &*key : nullptr;
  options.pages = [&](const auto& add) { return pages_of(*layout, add); };
  bool live = !o.quiet && ::isatty(STDERR_FILENO);
  options.progress = [&](const std::string& file) {
    if (live) set_status_line("packing " + printable(file));
  };
  auto result = pack_wacz(*layout, o.out, options);
  set_status_line("");
  if (!result) return status_of(result.error());
  if (result->unresolved > 0) log_warning("{} revisits have no original in this archive, so they will not replay", result->unresolved);
  if (o.json) fmt::print(R"({{"files":{},"records":{},"captures":{},"pages":{},"bytes":{},"left_out":{},"unresolved":{}}})" "\n", result->files, result->records, result->captures, result->pages, result->bytes, result->left_out, result->unresolved);
  else if (!o.quiet) fmt::print("{}: {} files, {} captures, {} pages, {} bytes; {} records left out by exclusions\n", o.out, result->files, result->captures, result->pages, result->bytes, result->left_out);
  return 0;
}

}  // namespace offprint
