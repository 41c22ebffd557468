// The frontier on disk at sizes from 10^5 to N URLs: how many go in and come out a second, and what they take.
// usage: bench_frontier [N = 10000000] [HOSTS = 1000] [FOLDER]
//
// URLs come as pages bring them: 100 a page, a third of them known already, a commit every 64 pages. Then
// leases with their outcomes are taken for a while. Each line is of one size, in a database that grows on.
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>

#include "crawler/frontier.h"
#include "crawler/frontier_store.h"

using namespace offprint;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kPage = 100, kGroup = 64;

double seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

double cpu_seconds() {
  rusage u{};
  getrusage(RUSAGE_SELF, &u);
  auto s = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
  return s(u.ru_utime) + s(u.ru_stime);
}

double resident_mib() {
  std::ifstream f("/proc/self/statm");
  double total = 0, resident = 0;
  f >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

double file_bytes(const fs::path& path) {
  std::error_code ec;
  auto n = fs::file_size(path, ec);
  return ec ? 0 : static_cast<double>(n);
}

struct Bench {
  fs::path folder;
  Database db{folder / "state.sqlite", Database::Mode::kWrite};
  FrontierStore store{(FrontierStore::migrate(db), db), 1};
  Database read_db{folder / "state.sqlite", Database::Mode::kRead};
  FrontierStore reader{read_db, 1};
  Frontier frontier{4, 0, [this](auto h, auto t, const auto& busy) { return reader.heads(h, t, 64, busy); }, [this](auto h, auto t) { return reader.next_deferred(h, t); }};
  std::mt19937_64 random{7};
  std::size_t hosts = 1, added = 0, offered = 0;
  double log = 0;

  CrawlUrl url(std::size_t n) {
    CrawlUrl u;
    u.url = fmt::format("https://www.host-{}.example/section-{}/2026/article-number-{}.html", n % hosts, n / hosts % 17, n);
    u.hop_path = "LLLL";
    u.priority = 6;
    u.depth = 4;
    return u;
  }

  void grow(std::size_t to) {
    while (added < to) {
      Transaction transaction(db);
      for (std::size_t page = 0; page < kGroup && added < to; ++page) {
        std::vector<CrawlUrl> found;
        for (std::size_t i = 0; i < kPage; ++i) {
          bool known = added > 1000 && random() % 3 == 0;
          found.push_back(url(known ? random() % added : added + i));
        }
        offered += found.size();
        store.enqueue_all(found, [&](const CrawlUrl& u) { frontier.host_has_urls(u.host); });
        added += kPage;
      }
      transaction.commit();
      store.merge_seen();
      log = std::max(log, file_bytes(folder / "state.sqlite-wal"));
    }
  }

  std::size_t lease(std::size_t most) {
    std::size_t done = 0;
    std::vector<Lease> held;
    while (done < most) {
      held.clear();
      while (held.size() < 512) {
        auto l = frontier.next(1);
        if (!l) break;
        held.push_back(std::move(*l));
      }
      if (held.empty()) break;
      Transaction transaction(db);
      for (const Lease& l : held) store.set_state(l.url.id, UrlState::kDone, "");
      transaction.commit();
      for (const Lease& l : held) {
        frontier.request_done(l, 1);
        frontier.finish(l);
      }
      done += held.size();
    }
    return done;
  }
};

}  // namespace

int main(int argc, char** argv) {
  std::size_t most = argc > 1 ? std::stoul(argv[1]) : 10'000'000, hosts = argc > 2 ? std::stoul(argv[2]) : 1000;
  fs::path folder = fs::path(argc > 3 ? argv[3] : "/tmp") / fmt::format("bench-frontier-{}", getpid());
  fs::create_directories(folder);
  {
    Bench b{.folder = folder};
    b.hosts = hosts;
    fmt::print("{:>10} {:>12} {:>12} {:>12} {:>10} {:>12} {:>10}\n", "URLs", "in/s", "in/CPU s", "leases/s", "resident", "disk a URL", "log");
    for (std::size_t n = 100'000; n <= most; n = n < 1'000'000 ? n * 10 : n + (most > 2'000'000 ? 3'000'000 : 1'000'000)) {
      std::size_t offered = b.offered;
      double start = seconds(), cpu = cpu_seconds();
      b.grow(n);
      double in = seconds() - start, in_cpu = cpu_seconds() - cpu;
      start = seconds();
      std::size_t leased = b.lease(20'000);
      double out = seconds() - start;
      fmt::print("{:>10} {:>12.0f} {:>12.0f} {:>12.0f} {:>6.0f} MiB {:>10.0f} B {:>6.0f} MB\n", n, static_cast<double>(b.offered - offered) / in,
                 static_cast<double>(b.offered - offered) / in_cpu, static_cast<double>(leased) / out, resident_mib(), file_bytes(folder / "state.sqlite") / static_cast<double>(n), b.log / 1e6);
      std::fflush(stdout);
    }
  }
  fs::remove_all(folder);
}
