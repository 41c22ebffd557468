// Whole crawls against servers on loopback.
#include <catch2/catch.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <mutex>
#include <thread>

#include "base/digest.h"
#include "cli/demo_server.h"
#include "crawler/crawl.h"
#include "tests/crawler/site.h"
#include "tests/support/support.h"
#include "warc/verify.h"

using namespace offprint;
using test::Site;
using test::plan_for;

namespace {

std::map<std::string, StoredRecord> responses(const test::TempDir& dir) {
  std::map<std::string, StoredRecord> out;
  ArchiveLayout layout{dir.path()};
  const auto names = layout.warc_names();
  for (const auto& n : *names) {
    auto reader = WarcReader::open(layout.find_warc(n));
    for (auto r = reader->next(); r && *r; r = reader->next())
      if ((*r)->header.type() == "response") out.insert_or_assign(std::string((*r)->header.target_uri()), std::move(**r));
  }
  return out;
}

/// A server that sends one fixed text to each connection and closes it.
class RawServer {
 public:
  explicit RawServer(std::string text) : text_(std::move(text)) {
    fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(fd_, reinterpret_cast<sockaddr*>(&a), sizeof a) == 0);
    REQUIRE(::listen(fd_, 16) == 0);
    socklen_t n = sizeof a;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&a), &n);
    port = ntohs(a.sin_port);
    thread_ = std::thread([this] {
      for (int c; (c = ::accept(fd_, nullptr, nullptr)) >= 0; ::close(c)) {
        char buffer[4096];
        std::string request;
        while (request.find("\r\n\r\n") == std::string::npos) {
          ssize_t got = ::recv(c, buffer, sizeof buffer, 0);
          if (got <= 0) break;
          request.append(buffer, static_cast<std::size_t>(got));
        }
        bool robots = request.find("/robots.txt") != std::string::npos;
        std::string out = robots ? "HTTP/1.1 404 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" : text_;
        (void)::send(c, out.data(), out.size(), MSG_NOSIGNAL);
      }
    });
  }
  ~RawServer() {
    ::shutdown(fd_, SHUT_RDWR);
    thread_.join();
    ::close(fd_);
  }
  int port = 0;

 private:
  std::string text_;
  int fd_ = -1;
  std::thread thread_;
};

CrawlPlan raw_plan(const RawServer& server, const test::TempDir& dir) {
  CrawlPlan p;
  p.archive = dir.path();
  p.name = "raw";
  p.seeds = {"http://127.0.0.1:" + std::to_string(server.port) + "/x"};
  p.quiet = true;
  p.settings.politeness.delay = 0;
  p.settings.fetch.allow_net = {"127.0.0.0/8"};
  p.settings.fetch.retries = 0;
  return p;
}

StoredRecord crawl_raw(const std::string& text) {
  RawServer server(text);
  test::TempDir dir;
  CrawlPlan p = raw_plan(server, dir);
  REQUIRE(run_crawl(p));
  auto all = responses(dir);
  auto it = all.find(p.seeds[0]);
  REQUIRE(it != all.end());
  REQUIRE(verify_archive(ArchiveLayout{dir.path()})->sound());
  return std::move(it->second);
}

std::string text_of(const Spool& s) { return *s.head(1 << 20); }

}  // namespace

TEST_CASE("a site is crawled whole: links, sitemap and feed, robots obeyed, other hosts left alone") {
  Site site;
  site.html("/", "<link rel=alternate type=application/rss+xml href=/feed><a href=/a>a</a><a href=/secret>s</a><a href=http://other.example/>o</a>");
  site.html("/a", "<a href=/b>b</a>");
  site.html("/b", "b");
  site.html("/from-sitemap", "s");
  site.html("/from-feed", "f");
  site.pages["/robots.txt"] = {200, "text/plain", "User-agent: *\nDisallow: /secret\nSitemap: " + site.url("/sitemap.xml") + "\n"};
  site.pages["/sitemap.xml"] = {200, "application/xml", "<urlset><url><loc>" + site.url("/from-sitemap") + "</loc></url></urlset>"};
  site.pages["/feed"] = {200, "application/rss+xml", "<rss><channel><item><link>/from-feed</link></item></channel></rss>"};
  test::TempDir dir;
  auto r = run_crawl(plan_for(site, dir));
  REQUIRE(r);
  CHECK(r->report.complete);
  for (const char* path : {"/", "/a", "/b", "/feed", "/sitemap.xml", "/from-sitemap", "/from-feed", "/robots.txt"}) CHECK(site.asked[path] == 1);
  CHECK(site.asked["/secret"] == 0);
  CHECK(r->report.excluded == 1);
  CHECK(responses(dir).size() == 8);
  CHECK(verify_archive(ArchiveLayout{dir.path()})->sound());

  auto again = run_crawl(plan_for(site, dir));
  REQUIRE(again);
  CHECK(again->nothing_to_do);
  CHECK(site.asked["/"] == 1);

  CrawlPlan anew = plan_for(site, dir);
  anew.again = true;
  auto second = run_crawl(anew);
  REQUIRE(second);
  CHECK(second->report.counters.revisits == second->report.counters.captures);
}

TEST_CASE("depth counts links from the seed, and a limit leaves the rest queued") {
  Site site;
  site.html("/", "<a href=/1>");
  site.html("/1", "<a href=/2>");
  site.html("/2", "<a href=/3>");
  test::TempDir dir;
  CrawlPlan p = plan_for(site, dir);
  p.settings.crawl.depth = 1;
  REQUIRE(run_crawl(p)->report.complete);
  CHECK(site.asked["/1"] == 1);
  CHECK(site.asked["/2"] == 0);

  test::TempDir other;
  CrawlPlan q = plan_for(site, other);
  q.settings.crawl.limit = 2;
  auto r = run_crawl(q);
  REQUIRE(r);
  CHECK_FALSE(r->report.complete);
  CHECK(r->report.queued == 1);
  q.settings.crawl.limit = 0;
  CHECK(run_crawl(q)->report.complete);  // The same command goes on.
  CHECK(site.asked["/2"] == 1);
}

TEST_CASE("addresses that policy forbids are never connected to") {
  Site site;
  site.html("/", "x");
  test::TempDir dir;
  CrawlPlan p = plan_for(site, dir);
  p.settings.fetch.allow_net.clear();
  auto r = run_crawl(p);
  REQUIRE(r);
  CHECK_FALSE(r->report.complete);
  CHECK(site.server->requests() == 0);
  REQUIRE(r->report.unfetched.size() == 1);
}

TEST_CASE("a server that refuses is a failure with a reason, not the end of the crawl") {
  Site site;
  site.html("/", "<a href=/a>");
  site.html("/a", "a");
  test::TempDir dir;
  CrawlPlan p = plan_for(site, dir);
  p.seeds.push_back("http://127.0.0.1:1/closed");
  p.settings.politeness.max_wait = 1;
  auto r = run_crawl(p);
  REQUIRE(r);
  CHECK_FALSE(r->report.complete);
  CHECK(site.asked["/a"] == 1);
  REQUIRE_FALSE(r->report.unfetched.empty());
  CHECK_FALSE(r->report.unfetched[0].reason.empty());
}

TEST_CASE("a page that asks for an hour's patience does not hold up the others") {
  Site site;
  site.html("/", "<a href=/busy><a href=/a><a href=/b>");
  site.pages["/busy"] = {503, "text/html", "later"};
  site.html("/a", "a");
  site.html("/b", "b");
  test::TempDir dir;
  CrawlPlan p = plan_for(site, dir);
  p.settings.politeness.max_wait = 1;
  p.settings.politeness.retry_after_max = 3600;
  p.settings.fetch.retry_delay = 0.01;
  auto r = run_crawl(p);
  REQUIRE(r);
  CHECK(site.asked["/a"] == 1);
  CHECK(site.asked["/b"] == 1);
  CHECK(site.asked["/busy"] == 2);  // Once, and one retry.
  CHECK(r->report.counters.statuses.at(503) == 2);
}

TEST_CASE("redirects are hops of their own") {
  RawServer target("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  auto r = crawl_raw("HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 4\r\nConnection: close\r\n\r\nmove");
  CHECK(text_of(r.block) == "HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 4\r\nConnection: close\r\n\r\nmove");
}

TEST_CASE("a chunked body is kept as the wire gave it, its payload digest without the chunks") {
  std::string wire = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Odd:  two  spaces\r\n\r\n5;ext=1\r\nhello\r\n6\r\n world\r\n0\r\nX-Trailer: t\r\n\r\n";
  auto r = crawl_raw(wire);
  CHECK(text_of(r.block) == wire);
  CHECK(r.header.get("WARC-Payload-Digest") == "sha1:" + base32(sha1("hello world")));
  CHECK(r.header.get("WARC-Truncated").empty());
}

TEST_CASE("a body that is cut says so") {
  auto r = crawl_raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
  CHECK(r.header.get("WARC-Truncated") == "disconnect");
  CHECK(text_of(r.block).ends_with("only this"));
  auto c = crawl_raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel");
  CHECK(c.header.get("WARC-Truncated") == "disconnect");
}

TEST_CASE("interim responses stand in the metadata, not before the response") {
  auto r = crawl_raw("HTTP/1.1 103 Early Hints\r\nLink: </s>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  CHECK(text_of(r.block) == "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
}

TEST_CASE("a second crawl asks with the page's ETag; a 304 becomes a revisit, and its links are followed all the same") {
  Site site;
  site.html("/", "<a href=/a>a</a>");
  site.pages["/a"] = {200, "text/html", "<p>page</p><a href=/b>b</a>", "\"v1\""};
  site.html("/b", "<p>leaf</p>");
  test::TempDir dir;
  CrawlPlan plan = plan_for(site, dir);
  REQUIRE(run_crawl(plan));
  plan.again = true;
  auto second = run_crawl(plan);
  REQUIRE(second);
  CHECK(second->report.complete);
  CHECK(second->report.counters.statuses[304] == 1);
  CHECK(second->report.counters.revisits == 3);
  CHECK(site.asked["/b"] == 2);  // Found through the page that was not sent again.
  ArchiveLayout layout{dir.path()};
  CHECK(verify_archive(layout)->findings.empty());

  site.pages["/a"] = {200, "text/html", "<p>changed</p>", "\"v2\""};
  auto third = run_crawl(plan);
  REQUIRE(third);
  CHECK(third->report.counters.statuses[304] == 0);
  CHECK(third->report.counters.responses == 1);

  plan.settings.fetch.conditional = false;
  auto fourth = run_crawl(plan);
  REQUIRE(fourth);
  CHECK(fourth->report.counters.statuses[304] == 0);
}

TEST_CASE("what the name service said is archived, once a host; a name without an address is a failure with its reason") {
  Site site;
  site.html("/", "<a href=/a>a</a>");
  site.html("/a", "<p>leaf</p>");
  test::TempDir dir;
  CrawlPlan plan = plan_for(site, dir);
  std::string origin = "http://localhost:" + std::to_string(site.server->port());
  plan.seeds = {origin + "/", "http://no-such-host.invalid/"};
  plan.settings.fetch.allow_net = {"127.0.0.0/8", "::1/128"};
  plan.settings.fetch.dns_timeout = 1;
  plan.settings.fetch.retries = 0;
  auto ran = run_crawl(plan);
  REQUIRE(ran);
  CHECK_FALSE(ran->report.complete);
  CHECK(ran->report.counters.statuses[200] == 2);
  ArchiveLayout layout{dir.path()};
  int answers = 0;
  const auto names = layout.warc_names();
  for (const auto& n : *names) {
    auto reader = WarcReader::open(layout.find_warc(n));
    for (auto r = reader->next(); r && *r; r = reader->next()) {
      if ((*r)->header.type() != "resource") continue;
      ++answers;
      CHECK((*r)->header.target_uri() == "dns:localhost");
      CHECK((*r)->header.get("Content-Type") == "text/dns");
      CHECK((*r)->block.view().find("localhost.\t") != std::string_view::npos);
      CHECK((*r)->block.view().find("\tIN\tA\t127.0.0.1\n") != std::string_view::npos);
    }
  }
  CHECK(answers == 1);
  CHECK(verify_archive(layout)->findings.empty());
  bool named = false;
  for (const auto& row : ran->report.unfetched) named = named || (row.url.url == "http://no-such-host.invalid/");
  CHECK(named);
}

TEST_CASE("a body with broken chunks is indexed with the digest that a reader of the archive finds") {
  RawServer server("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/html\r\n\r\n5\r\nhello\r\nzz\r\nworld");
  test::TempDir dir;
  CrawlPlan p = raw_plan(server, dir);
  REQUIRE(run_crawl(p));
  auto verified = verify_archive(ArchiveLayout{dir.path()});
  CHECK(verified->captures >= 1);
  CHECK(verified->findings.empty());
}

TEST_CASE("meta refreshes and sitemap indexes that lead on for ever end") {
  Site site;
  auto number = [](const std::string& path) { return std::atoi(path.substr(path.find_last_of('/') + 1).c_str()); };
  auto endless = DemoServer::start("127.0.0.1", 0, [&](const std::string& path) -> DemoResponse {
    std::lock_guard lock(site.mutex);
    ++site.asked[path.substr(0, 4)];
    std::string next = std::to_string(number(path) + 1);
    if (path.starts_with("/map")) return {200, "application/xml", "<sitemapindex><sitemap><loc>/map/" + next + "</loc></sitemap></sitemapindex>"};
    if (path.starts_with("/ref")) return {200, "text/html", "<meta http-equiv=refresh content='0;url=/ref/" + next + "'>"};
    return {404, "text/html", ""};
  });
  REQUIRE(endless);
  test::TempDir dir;
  CrawlPlan plan = plan_for(site, dir);
  std::string origin = "http://127.0.0.1:" + std::to_string((*endless)->port());
  plan.seeds = {origin + "/ref/1"};
  plan.sitemaps = {origin + "/map/1"};
  auto ran = run_crawl(plan);
  REQUIRE(ran);
  CHECK(ran->report.complete);
  CHECK(site.asked["/ref"] <= 11);
  CHECK(site.asked["/map"] <= 5);
}

TEST_CASE("a second answer that nobody asked for does not become that of the next page") {
  // Keeps connections; to /double it sends two answers.
  int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&a), sizeof a) == 0);
  REQUIRE(::listen(fd, 16) == 0);
  socklen_t n = sizeof a;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&a), &n);
  std::vector<std::thread> threads;
  std::mutex mutex;
  auto serve = [](int c) {
    std::string request;
    char buffer[4096];
    for (ssize_t got; (got = ::recv(c, buffer, sizeof buffer, 0)) > 0;) {
      request.append(buffer, static_cast<std::size_t>(got));
      if (request.find("\r\n\r\n") == std::string::npos) continue;
      auto answer = [](const std::string& body) { return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body; };
      bool twice = request.starts_with("GET /double ");
      std::string out = twice ? answer("<a href=/next>n</a>") : request.starts_with("GET /next ") ? answer("true") : "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n";
      request.clear();
      (void)::send(c, out.data(), out.size(), MSG_NOSIGNAL);
      std::string more = answer("forged");
      if (twice) (void)::send(c, more.data(), more.size(), MSG_NOSIGNAL);
    }
    ::close(c);
  };
  std::thread acceptor([&] {
    for (int c; (c = ::accept(fd, nullptr, nullptr)) >= 0;) {
      std::lock_guard lock(mutex);
      threads.emplace_back(serve, c);
    }
  });
  {
    test::TempDir dir;
    CrawlPlan p;
    p.archive = dir.path();
    p.name = "double";
    std::string origin = "http://127.0.0.1:" + std::to_string(ntohs(a.sin_port));
    p.seeds = {origin + "/double"};
    p.quiet = true;
    p.settings.politeness.delay = 0;
    p.settings.fetch.allow_net = {"127.0.0.0/8"};
    REQUIRE(run_crawl(p));
    auto stored = responses(dir);
    REQUIRE(stored.count(origin + "/next"));
    CHECK(stored.at(origin + "/next").block.view().ends_with("\r\n\r\ntrue"));
  }
  ::shutdown(fd, SHUT_RDWR);
  acceptor.join();
  ::close(fd);
  for (auto& t : threads) t.join();
}

TEST_CASE("with too little room on the disk a crawl asks for nothing, waits, and can be stopped") {
  Site site;
  site.html("/", "<p>front</p>");
  test::TempDir dir;
  CrawlPlan plan = plan_for(site, dir);
  plan.settings.warc.min_free = std::int64_t{1} << 60;
  std::thread stopper([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    ::kill(::getpid(), SIGTERM);
  });
  auto ran = run_crawl(plan);
  stopper.join();
  REQUIRE(ran);
  CHECK(ran->report.ended_by == "signal");
  CHECK(site.asked.empty());

  plan.settings.warc.min_free = 1;
  auto again = run_crawl(plan);
  REQUIRE(again);
  CHECK(again->report.complete);
}

TEST_CASE("addresses that policy forbids are never asked: by link, redirect, sitemap or name") {
  Site site, forbidden;
  std::string port = std::to_string(forbidden.server->port());
  site.html("/", "<a href=http://127.0.0.2:" + port + "/link>x</a><a href=http://localhost:" + port + "/name>y</a><a href=/hop>z</a><a href=http://[::ffff:127.0.0.1]:" + port + "/six>v6</a><a href=file:///etc/passwd>f</a>");
  site.html("/hop", "<meta http-equiv=refresh content='0;url=http://127.0.0.2:" + port + "/refresh'>");
  site.pages["/sitemap.xml"] = {200, "application/xml", "<urlset><url><loc>http://127.0.0.2:" + port + "/sitemap</loc></url></urlset>"};
  test::TempDir dir;
  CrawlPlan plan = plan_for(site, dir);
  plan.sitemaps = {site.url("/sitemap.xml")};
  plan.settings.scope.hosts = {"127.0.0.2", "localhost", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"};
  plan.settings.fetch.allow_net = {"127.0.0.1/32"};
  plan.settings.fetch.retries = 0;
  // localhost resolves to an allowed address: what counts is the address, not the name.
  auto ran = run_crawl(plan);
  REQUIRE(ran);
  CHECK(site.asked["/hop"] == 1);
  CHECK(forbidden.asked.count("/link") == 0);
  CHECK(forbidden.asked.count("/refresh") == 0);
  CHECK(forbidden.asked.count("/sitemap") == 0);
  std::uint64_t refused = 0;
  for (const auto& [reason, n] : ran->report.counters.errors)
    if (reason.find("refused") != std::string::npos) refused += n;
  CHECK(refused >= 3);
}

TEST_CASE("credentials in a URL are neither sent nor stored") {
  Site site;
  std::string with = "http://user:s3cr3t@127.0.0.1:" + std::to_string(site.server->port()) + "/a";
  site.html("/", "<p>front</p>");
  site.pages["/to"] = {200, "text/html", "<p>x</p>"};
  test::TempDir dir;
  CrawlPlan plan = plan_for(site, dir);
  plan.seeds.push_back(with);
  REQUIRE(run_crawl(plan));
  CHECK(site.asked["/a"] == 1);
  ArchiveLayout layout{dir.path()};
  const auto names = layout.warc_names();
  for (const auto& n : *names) {
    auto reader = WarcReader::open(layout.find_warc(n));
    for (auto r = reader->next(); r && *r; r = reader->next()) {
      CHECK((*r)->raw_header.find("s3cr3t") == std::string::npos);
      std::string block = (*r)->block.head(1 << 20).value_or("");
      CHECK(block.find("s3cr3t") == std::string::npos);
      CHECK(block.find("Authorization") == std::string::npos);
    }
  }
}
