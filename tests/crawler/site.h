// A site of a table's pages on loopback, and a plan to crawl it without any delay.
#pragma once

#include <catch2/catch.hpp>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "cli/demo_server.h"
#include "crawler/crawl.h"
#include "tests/support/support.h"

namespace offprint::test {

/// A site from a table, and what was asked of it.
struct Site {
  std::map<std::string, DemoResponse> pages;
  std::map<std::string, int> asked;
  std::mutex mutex;
  std::unique_ptr<DemoServer> server;
  /// Asked before the table; on the server's thread.
  std::function<std::optional<DemoResponse>(const std::string& path)> answer;

  Site() {
    auto s = DemoServer::start("127.0.0.1", 0, [this](const std::string& path) {
      std::lock_guard lock(mutex);
      ++asked[path];
      if (answer)
        if (auto r = answer(path)) return *r;
      auto it = pages.find(path);
      return it == pages.end() ? DemoResponse{404, "text/html", "<p>none"} : it->second;
    });
    REQUIRE(s);
    server = std::move(*s);
  }
  std::string url(const std::string& path) const { return "http://127.0.0.1:" + std::to_string(server->port()) + path; }
  void html(const std::string& path, const std::string& body) { pages[path] = {200, "text/html", body}; }
};

inline CrawlPlan plan_for(const Site& site, const TempDir& dir) {
  CrawlPlan p;
  p.archive = dir.path();
  p.name = "test";
  p.seeds = {site.url("/")};
  p.quiet = true;
  p.settings.politeness.delay = 0;
  p.settings.fetch.allow_net = {"127.0.0.0/8"};
  p.settings.fetch.retry_delay = 0.01;
  p.settings.fetch.retries = 1;
  p.settings.extract.enabled = false;
  return p;
}

}  // namespace offprint::test
