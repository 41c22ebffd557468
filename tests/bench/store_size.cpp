// What records of a site's pages take with each way of compression, in one run, beside gzip-9.
// usage: bench_store_size SET...     sites with at least three pages in the sets count; a page that stands in
//                                    several sets (same address or title) counts once
//
// "other pages": each page with a dictionary of its site's other pages. "again": each page captured a second
// time, made from the first by turning all its longer numbers over (times, counters, tokens, as sites have
// them), with a dictionary that holds the first capture. The dictionary itself is not counted: a file holds
// it once for all its records.
#include <fmt/format.h>
#include <zdict.h>
#include <zstd.h>

#include <chrono>
#include <map>
#include <random>
#include <set>

#include "base/url.h"
#include "extractors/evaluate.h"
#include "warc/dictionary.h"
#include "warc/writer.h"

using namespace offprint;

namespace {

constexpr std::size_t kDictionary = 4 << 20;
constexpr std::size_t kTrained = 112 << 10;

struct Way {
  std::string name;
  Compression compression;
  int level;
  bool trained = false, content = false;
  double bytes = 0, seconds = 0;
};

struct Corpus {
  std::map<std::string, std::vector<std::string>> sites;
  std::vector<std::string> elsewhere;  ///< Pages of sites with too few, to train a general dictionary on.
};

std::string title_of(std::string_view html) {
  std::size_t at = html.find("<title"), end = html.find("</title", at);
  return at == std::string_view::npos || end == std::string_view::npos ? std::string() : std::string(html.substr(at, end - at));
}

Corpus load(int sets, char** names) {
  Corpus out;
  std::set<std::string> seen;
  for (int i = 0; i < sets; ++i) {
    auto set = load_set(names[i]);
    if (!set) fmt::print(stderr, "{}\n", set.error().message), std::exit(2);
    for (const GoldPage& p : set->pages) {
      auto html = read_maybe_gzip(set->directory / p.html_path, std::size_t{8} << 20);
      auto url = Url::parse(p.url);
      if (!html || !url || html->size() <= 2000 || url->host.find('.') == std::string::npos) continue;
      std::string title = title_of(*html);
      bool known = !seen.insert(url->host + url->path).second;
      known |= title.size() > 20 && !seen.insert(url->host + " " + title).second;
      if (!known) out.sites[url->host].push_back(std::move(*html));
    }
  }
  for (auto it = out.sites.begin(); it != out.sites.end();) {
    if (it->second.size() >= 3) {
      ++it;
      continue;
    }
    for (std::string& page : it->second) out.elsewhere.push_back(std::move(page));
    it = out.sites.erase(it);
  }
  return out;
}

std::string trained_dictionary(const std::vector<std::string>& pages) {
  std::string samples;
  std::vector<std::size_t> sizes;
  for (const std::string& page : pages) {
    samples += page.substr(0, 128 << 10);
    sizes.push_back(std::min<std::size_t>(page.size(), 128 << 10));
    if (samples.size() > (48u << 20)) break;
  }
  std::string out(kTrained, '\0');
  std::size_t n = ZDICT_trainFromBuffer(out.data(), out.size(), samples.data(), sizes.data(), static_cast<unsigned>(sizes.size()));
  out.resize(ZDICT_isError(n) ? 0 : n);
  return out;
}

std::string captured_again(std::string page) {
  std::mt19937 random(7);
  for (std::size_t i = 0; i < page.size();) {
    std::size_t end = std::min(page.find_first_not_of("0123456789", i), page.size());
    if (end - i >= 4)
      for (std::size_t k = i; k < end; ++k) page[k] = static_cast<char>('0' + random() % 10);
    i = std::max(end, i + 1);
  }
  return page;
}

void compress(Way& way, const std::string& page, std::string_view dictionary) {
  RecordEncoder encoder(way.compression, way.level, way.level, dictionary, [&](std::string_view bytes) -> Result<void> {
    way.bytes += static_cast<double>(bytes.size());
    return {};
  });
  auto start = std::chrono::steady_clock::now();
  (void)encoder.begin(page.size());
  (void)encoder.add(page);
  (void)encoder.end();
  way.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void measure(const char* what, const Corpus& corpus, const std::string& trained, bool again, std::size_t least = 0) {
  std::vector<Way> ways = {{"gzip-9", Compression::kGzip, 9}, {"zstd-3", Compression::kZstd, 3}, {"zstd-9", Compression::kZstd, 9}, {"zstd-19", Compression::kZstd, 19}, {"zstd-9, 112 KB trained on other sites", Compression::kZstd, 9, true}, {"zstd-9, content dictionary", Compression::kZstd, 9, false, true}};
  double raw = 0;
  std::size_t sites = 0;
  for (const auto& [host, pages] : corpus.sites) {
    if (pages.size() < least) continue;
    ++sites;
    for (std::size_t i = 0; i < pages.size(); ++i) {
      std::vector<std::string> others;
      for (std::size_t k = 0; k < pages.size(); ++k)
        if (again || k != i) others.push_back(pages[k]);
      auto dictionary = ZstdDictionary::build(others, kDictionary);
      std::string page = again ? captured_again(pages[i]) : pages[i];
      raw += static_cast<double>(page.size());
      for (Way& w : ways) compress(w, page, w.trained ? std::string_view(trained) : w.content && dictionary ? dictionary->bytes() : std::string_view());
    }
  }
  fmt::print("{}: {} sites, {:.1f} MB\n", what, sites, raw / 1e6);
  for (const Way& w : ways) fmt::print("  {:<40} {:>6.2f} of gzip-9 {:>8.1f} to 1 {:>8.0f} MB/s\n", w.name, w.bytes / ways[0].bytes, raw / w.bytes, raw / 1e6 / w.seconds);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return fmt::print(stderr, "usage: bench_store_size SET...\n"), 2;
  Corpus corpus = load(argc - 1, argv + 1);
  std::string trained = trained_dictionary(corpus.elsewhere);
  measure("other pages", corpus, trained, false);
  measure("other pages, sites with five pages or more", corpus, trained, false, 5);
  measure("again", corpus, trained, true);
}
