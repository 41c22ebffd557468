// offprint extract: one page from a file or standard input, or every article of an archive.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <iterator>

#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/commands.h"
#include "crawler/corpus.h"
#include "extractors/evaluate.h"
#include "extractors/extractor.h"
#include "warc/archive.h"

namespace offprint {
namespace {

constexpr std::size_t kMaxInput = std::size_t{1} << 30;

std::string read_standard_input() {
  std::string out;
  char buffer[65536];
  for (std::size_t n; out.size() < kMaxInput && (n = std::fread(buffer, 1, sizeof buffer, stdin)) > 0;) out.append(buffer, n);
  return out;
}

void print(const Article& a, const std::string& format, const std::string& extra = "") {
  std::string out = format == "text" ? article_text(a) : format == "markdown" ? article_markdown(a) : article_json(a, extra) + "\n";
  (void)!std::fwrite(out.data(), 1, out.size(), stdout);  // main() looks at the stream's state at the end.
}

int extract_archive(const ExtractOptionsCli& o) {
  bool any_error = false;
  auto ok = for_each_article_version(ArchiveLayout{o.input}, {}, [&](const Article& a, const std::string& extra) { print(a, o.format, extra); });
  if (!ok) {
    log_error("{}", ok.error().message);
    any_error = true;
  }
  return any_error ? 1 : 0;
}

}  // namespace

int run_extract(const ExtractOptionsCli& o) {
  if (o.input != "-" && is_archive(o.input)) return extract_archive(o);
  auto bytes = o.input == "-" ? Result<std::string>(read_standard_input()) : read_maybe_gzip(o.input, kMaxInput);
  if (!bytes) {
    log_error("{}", bytes.error().message);
    return 1;
  }
  std::string_view type = o.input.ends_with(".txt") ? "text/plain" : "";
  print(extract_article(*bytes, type, o.url, {}), o.format);
  return 0;
}

}  // namespace offprint
