// offprint demo: the main job on a small publication of our own, in two editions.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "base/digest.h"
#include "base/log.h"
#include "cli/commands.h"
#include "cli/demo_server.h"
#include "cli/demo_site.h"
#include "crawler/corpus.h"
#include "crawler/crawl.h"

namespace offprint {
namespace {

constexpr std::uint16_t kPort = 8017;

/// The same archive always gets the same address, so that an interrupted demo goes on.
std::string address_for(const std::string& archive) {
  std::uint64_t h = hash64(std::filesystem::absolute(archive).lexically_normal().string());
  return fmt::format("127.{}.{}.{}", 1 + (h >> 16) % 254, (h >> 8) % 256, 1 + h % 254);
}

/// How many crawls of the demo are complete, and whether another has begun.
struct Past {
  int complete = 0;
  bool unfinished = false;
};

Past past_of(const std::string& archive) {
  Past p;
  ArchiveLayout layout{archive};
  std::error_code ec;
  if (!std::filesystem::exists(layout.state(), ec)) return p;
  try {
    Database db(layout.state(), Database::Mode::kRead);
    Statement s = db.prepare("SELECT finished FROM crawls ORDER BY number");
    while (s.step()) {
      bool finished = s.integer(0) > 0;
      p.complete += finished;
      p.unfinished = !finished;
    }
  } catch (const DatabaseError&) {
    return {};  // The crawl rebuilds it.
  }
  return p;
}

void show(const DemoOptions& o) {
  namespace fs = std::filesystem;
  ArchiveLayout layout{o.archive};
  auto list = [&](const char* what, const fs::path& dir) {
    std::error_code ec;
    for (const auto& e : fs::directory_iterator(dir, ec)) fmt::print("  {:<9}{}\n", what, e.path().string());
  };
  fmt::print("\nWhat the crawls have made:\n");
  list("archive", layout.warc());
  list("index", layout.index());
  list("corpus", layout.corpus());
  list("report", layout.reports());
  bool shown = false;
  int articles = 0, versions = 0;
  std::string one;
  (void)for_each_article_version(layout, {}, [&](const Article& a, const std::string& extra) {
    ++versions;
    articles += extra.find("\"version\":1,") != std::string::npos;
    if (!shown && !a.captions.empty()) one = article_text(a), shown = true;
  });
  fmt::print("\n{} articles in {} versions. One of them:\n\n{}\n", articles, versions, one);
  fmt::print("Try next:\n  ./offprint extract {0} | head -1\n  ./offprint records {0} --json\n  ./offprint verify {0}\n", o.archive);
}

}  // namespace

int run_demo(const DemoOptions& o) {
  int edition = 1;
  std::string address = address_for(o.archive), origin = fmt::format("http://{}:{}", address, kPort);
  auto server = DemoServer::start(address, kPort, [&](const std::string& path) { return demo_page(path, edition, origin); });
  if (!server) {
    log_error("{}", server.error().message);
    return 1;
  }
  Past past = past_of(o.archive);
  for (edition = past.complete >= 1 ? 2 : 1; edition <= 2; ++edition) {
    if (!o.quiet) log_info("crawl {} of 2: The Harbour Courier, edition {}, at {}", edition, edition, origin);
    CrawlPlan plan;
    plan.archive = o.archive;
    plan.name = "harbour-courier";
    plan.seeds = {origin + "/"};
    plan.quiet = o.quiet;
    plan.again = edition == 2 && past.complete == 1 && !past.unfinished;
    plan.settings.fetch.allow_net = {"127.0.0.0/8"};
    plan.settings.politeness.delay = 0.03;
    auto result = run_crawl(plan);
    if (!result) {
      log_error("{}", result.error().message);
      return 1;
    }
    if (result->nothing_to_do) {
      log_info("both crawls of the demo are complete already");
      break;
    }
    const CrawlCounters& c = result->report.counters;
    if (!o.quiet) log_info("captures {} (new {}, unchanged {}), articles {}, further versions {}", c.captures, c.responses, c.revisits, c.articles, c.versions);
    if (!result->report.complete) return 1;
    past = {edition, false};
  }
  show(o);
  return 0;
}

}  // namespace offprint
