// Whole extraction beside Gumbo's bare parse of the same unstripped pages, in one run.
// usage: bench_extract SET[:TYPE] [ROUNDS]     (a set as `offprint evaluate` takes it)
#include <fmt/format.h>
#include <gumbo.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>

#include "base/charset.h"
#include "extractors/evaluate.h"

using namespace offprint;

namespace {

double seconds_of(const auto& work) {
  auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

}  // namespace

int main(int argc, char** argv) {
  auto set = argc > 1 ? load_set(argv[1]) : Result<GoldSet>(tl::unexpected(Error{ErrorKind::kInvalid, "usage: bench_extract SET[:TYPE] [ROUNDS]"}));
  if (!set) {
    fmt::print(stderr, "{}\n", set.error().message);
    return 2;
  }
  int rounds = argc > 2 ? std::atoi(argv[2]) : 1;
  double bare = 0, whole = 0, bytes = 0;
  std::size_t pages = 0, characters = 0;
  for (int round = 0; round < rounds; ++round)
    for (const GoldPage& p : set->pages) {
      auto html = read_maybe_gzip(set->directory / p.html_path, std::size_t{256} << 20);
      if (!html) continue;
      std::string text = decode(*html, sniff_html_encoding(*html, "")).text;
      auto parse = [&] {
        GumboOutput* out = gumbo_parse_with_options(&kGumboDefaultOptions, text.data(), text.size());
        gumbo_destroy_output(&kGumboDefaultOptions, out);
      };
      auto extract = [&] { characters += extract_article(*html, "text/html", p.url, {}).text().size(); };
      // Who goes first alternates, so that neither always has the warm cache.
      if (pages % 2) bare += seconds_of(parse), whole += seconds_of(extract);
      else whole += seconds_of(extract), bare += seconds_of(parse);
      ++pages;
      bytes += static_cast<double>(html->size());
    }
  auto line = [&](const char* what, double s) { fmt::print("{:<28} {:>8.1f} pages/s {:>8.2f} MB/s {:>8.2f} ms a page\n", what, static_cast<double>(pages) / s, bytes / 1e6 / s, 1000 * s / static_cast<double>(pages)); };
  fmt::print("{} pages, {:.1f} MB, {} characters of article\n", pages, bytes / 1e6, characters);
  line("Gumbo, bare parse", bare);
  line("offprint, whole extraction", whole);
  fmt::print("whole extraction takes {:.2f} times the bare parse; peak memory {:.0f} MiB\n", whole / bare, peak_mib());
}
