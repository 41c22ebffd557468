// What a run of a crawl does beside following links: requisites, lists, blocks, budgets, control, secrets.
#include <catch2/catch.hpp>

#include <fmt/format.h>
#include <thread>

#include "crawler/completeness.h"
#include "crawler/control.h"
#include "crawler/crawl.h"
#include "crawler/host_watch.h"
#include "crawler/metrics.h"
#include "tests/crawler/site.h"
#include "warc/reader.h"

using namespace offprint;
using test::Site;
using test::plan_for;

namespace {

/// Everything in an archive's WARC files, decoded.
std::string all_records(const test::TempDir& dir) {
  std::string out;
  ArchiveLayout layout{dir.path()};
  const auto names = layout.warc_names();
  for (const auto& n : *names) {
    auto reader = WarcReader::open(layout.find_warc(n));
    for (auto r = reader->next(); r && *r; r = reader->next()) out += (*r)->raw_header + std::string((*r)->block.view());
  }
  return out;
}

Capture answer(int status, const std::string& headers, const std::string& body) {
  Capture c;
  c.status = status;
  c.mime = "text/html";
  c.response_head = fmt::format("HTTP/1.1 {} X\r\nContent-Type: text/html\r\n{}\r\n", status, headers);
  (void)c.body.append(body);
  c.payload_length = body.size();
  c.payload_digest = body;
  return c;
}

}  // namespace

TEST_CASE("what a page needs to be shown is fetched with it: images, styles and what they name, scripts, lazy and responsive images") {
  Site site;
  site.html("/", "<link rel=stylesheet href=/s.css><script src=/j.js></script><img src=/i.png data-src=/lazy.png srcset='/small.png 1x, /large.png 2x'>"
                 "<div style=\"background:url('/back.png')\"></div><video poster=/poster.jpg></video><iframe src=/frame></iframe><style>@import '/more.css'; p{background:url(/in.png)}</style>");
  site.pages["/s.css"] = {200, "text/css", "@font-face{src:url(font.woff2)} /* url(/no.png) */ a{background:url(\"deep.png\")}"};
  site.html("/frame", "<a href=/linked>in a frame</a>");
  for (const char* p : {"/j.js", "/i.png", "/lazy.png", "/small.png", "/large.png", "/back.png", "/poster.jpg", "/in.png", "/font.woff2", "/deep.png"}) site.pages[p] = {200, "image/png", p};
  site.pages["/more.css"] = {200, "text/css", "p{}"};
  site.html("/linked", "x");
  test::TempDir dir;
  REQUIRE(run_crawl(plan_for(site, dir)));
  for (const char* p : {"/s.css", "/j.js", "/i.png", "/lazy.png", "/small.png", "/large.png", "/back.png", "/poster.jpg", "/frame", "/in.png", "/more.css", "/font.woff2", "/deep.png", "/linked"}) {
    CAPTURE(p);
    CHECK(site.asked[p] == 1);
  }
  CHECK(site.asked.count("/no.png") == 0);

  test::TempDir without;
  site.asked.clear();
  CrawlPlan plan = plan_for(site, without);
  plan.settings.discovery.requisites = "none";
  REQUIRE(run_crawl(plan));
  CHECK(site.asked.count("/i.png") == 0);
  CHECK(site.asked["/frame"] == 1);
}

TEST_CASE("requisites of other hosts are fetched when the setting says so, and their links are not followed") {
  Site site, cdn;
  cdn.html("/widget", "<a href=/elsewhere>x</a>");
  cdn.pages["/i.png"] = {200, "image/png", "i"};
  std::string other = "http://127.0.0.2:" + std::to_string(cdn.server->port());
  auto on_other = DemoServer::start("127.0.0.2", 0, [&](const std::string& path) { return path == "/i.png" ? DemoResponse{200, "image/png", "i"} : DemoResponse{200, "text/html", "<a href=/elsewhere>x</a>"}; });
  REQUIRE(on_other);
  other = "http://127.0.0.2:" + std::to_string((*on_other)->port());
  site.html("/", "<img src='" + other + "/i.png'><img src='" + other + "/widget'>");
  test::TempDir dir;
  REQUIRE(run_crawl(plan_for(site, dir)));
  CHECK((*on_other)->requests() == 0);
  test::TempDir all;
  CrawlPlan plan = plan_for(site, all);
  plan.settings.discovery.requisites = "all";
  REQUIRE(run_crawl(plan));
  CHECK((*on_other)->requests() == 3);  // robots.txt, the image, the widget.
}

TEST_CASE("a publishing system's list is followed page by page until it is empty") {
  Site site;
  site.html("/", "<link rel='https://api.w.org/' href='/wp-json/'>");
  site.answer = [&](const std::string& path) -> std::optional<DemoResponse> {
    if (!path.starts_with("/wp-json/wp/v2/posts")) return std::nullopt;
    int page = std::stoi(path.substr(path.rfind('=') + 1));
    std::string posts;
    if (page <= 3) posts = fmt::format(R"({{"id":{0},"link":"{1}","content":{{"rendered":"<p><a href=\"/in-{0}\">x</a></p>"}}}})", page, site.url(fmt::format("/post-{}", page)));
    return DemoResponse{page <= 4 ? 200 : 400, "application/json", "[" + posts + "]"};
  };
  for (int i = 1; i <= 3; ++i) site.html(fmt::format("/post-{}", i), "x"), site.html(fmt::format("/in-{}", i), "y");
  test::TempDir dir;
  CrawlPlan plan = plan_for(site, dir);
  plan.settings.discovery.listings = true;
  REQUIRE(run_crawl(plan));
  for (int i = 1; i <= 3; ++i) {
    CHECK(site.asked[fmt::format("/post-{}", i)] == 1);
    CHECK(site.asked[fmt::format("/in-{}", i)] == 1);
  }
  CHECK(site.asked["/wp-json/wp/v2/posts?per_page=100&page=4"] == 1);
  CHECK(site.asked.count("/wp-json/wp/v2/posts?per_page=100&page=5") == 0);
}

TEST_CASE("a host that refuses everything is left alone, with an alarm, and the crawl is not complete") {
  Site site;
  std::string links;
  for (int i = 0; i < 60; ++i) links += fmt::format("<a href=/p{}>x</a>", i);
  site.html("/", links);
  site.answer = [](const std::string& path) -> std::optional<DemoResponse> { return path.starts_with("/p") ? std::optional(DemoResponse{403, "text/html", "Access denied"}) : std::nullopt; };
  test::TempDir dir;
  auto result = run_crawl(plan_for(site, dir));
  REQUIRE(result);
  CHECK_FALSE(result->report.complete);
  REQUIRE(result->report.stopped_hosts.size() == 1);
  CHECK(result->report.stopped_hosts[0].alarm);
  int asked = 0;
  for (const auto& [path, n] : site.asked) asked += path.starts_with("/p") ? n : 0;
  CHECK(asked >= 20);
  CHECK(asked < 30);
  CHECK(report_json(result->report).find("\"alarm\":true") != std::string::npos);
}

TEST_CASE("challenge pages are told from articles that speak of them") {
  CHECK(is_block_page(answer(503, "", "<title>Just a moment...</title><script src=/cdn-cgi/challenge-platform/x></script>")));
  CHECK(is_block_page(answer(200, "cf-mitigated: challenge\r\n", "x")));
  CHECK(is_block_page(answer(202, "x-amzn-waf-action: challenge\r\n", "")));
  CHECK_FALSE(is_block_page(answer(403, "", "<p>This archive is for members")));
  CHECK_FALSE(is_block_page(answer(200, "", "<p>px-captcha" + std::string(64 << 10, 'x'))));
  Settings s;
  HostWatch watch(s);
  for (int i = 0; i < 19; ++i) CHECK_FALSE(watch.answered(1, answer(403, "", "no")));
  CHECK_FALSE(watch.answered(1, answer(200, "", "yes")));  // One good answer, and it counts anew.
  for (int i = 0; i < 19; ++i) CHECK_FALSE(watch.answered(1, answer(403, "", "no")));
  CHECK(watch.answered(1, answer(403, "", "no")));
}

TEST_CASE("budgets of bytes, time and hosts end a run, and what is left is named") {
  Site site;
  std::string links;
  for (int i = 0; i < 30; ++i) {
    site.html("/p" + std::to_string(i), std::string(1000, 'x') + std::to_string(i));
    links += "<a href=/p" + std::to_string(i) + ">x</a>";
  }
  site.html("/", links);
  auto captures = [&](auto change) {
    test::TempDir dir;
    CrawlPlan plan = plan_for(site, dir);
    plan.settings.politeness.per_host = 1;
    change(plan.settings.crawl);
    auto r = run_crawl(plan);
    REQUIRE(r);
    CHECK_FALSE(r->report.complete);
    CHECK(r->report.queued > 0);
    return r->report;
  };
  CHECK(captures([](CrawlSettings& s) { s.max_bytes = 5000; }).ended_by == "crawl.max_bytes");
  auto host = captures([](CrawlSettings& s) { s.host_limit = 5; });
  CHECK(host.counters.captures <= 8);
  CHECK(host.stopped_hosts.at(0).reason == "crawl.host_limit");
  CHECK_FALSE(host.stopped_hosts.at(0).alarm);
}

TEST_CASE("a crawl is paused, re-scoped and resumed through its socket") {
  Site site;
  std::string links;
  for (int i = 0; i < 40; ++i) {
    for (const char* kind : {"/keep", "/drop"}) {
      site.html(kind + std::to_string(i), "x" + std::to_string(i));
      links += fmt::format("<a href={}{}>x</a>", kind, i);
    }
  }
  site.html("/", links);
  test::TempDir dir;
  CrawlPlan plan = plan_for(site, dir);
  plan.settings.politeness.delay = 0.02;
  Result<CrawlResult> result = fail(ErrorKind::kIo, "not run");
  std::thread crawl([&] { result = run_crawl(plan); });
  auto command = [&](const std::string& line) {
    for (int i = 0; i < 200; ++i) {
      if (auto reply = send_control(dir.path(), line)) return *reply;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return std::string("no answer");
  };
  CHECK(command("pause") == "ok: paused");
  std::this_thread::sleep_for(std::chrono::milliseconds(150));
  auto before = site.server->requests();
  std::this_thread::sleep_for(std::chrono::milliseconds(150));
  CHECK(site.server->requests() == before);
  CHECK(command("status").find("paused: by command") != std::string::npos);
  CHECK(command("exclude [").starts_with("error"));
  CHECK(command("exclude /drop").starts_with("ok"));
  CHECK(command("frobnicate").starts_with("error: unknown command; allowed"));
  CHECK(command("resume") == "ok: running");
  crawl.join();
  REQUIRE(result);
  CHECK(result->report.complete);
  int dropped = 0, kept = 0;
  for (const auto& [path, n] : site.asked) (path.starts_with("/drop") ? dropped : kept) += n;
  CHECK(dropped < 40);
  CHECK(kept >= 41);
  CHECK_FALSE(send_control(dir.path(), "status"));
}

TEST_CASE("credentials go to their origin alone, and into no file of the archive") {
  Site site;
  site.html("/", "<a href=/a>a</a>");
  site.html("/a", "x");
  test::TempDir dir;
  CrawlPlan plan = plan_for(site, dir);
  ::setenv("OFFPRINT_TEST_TOKEN", "sesame-77", 1);
  plan.settings.fetch.auth = {site.url("/") + " bearer env:OFFPRINT_TEST_TOKEN", "http://other.example basic reader:hunter2"};
  REQUIRE(run_crawl(plan));
  std::string records = all_records(dir);
  CHECK(records.find("Authorization: [redacted]") != std::string::npos);
  for (const char* secret : {"sesame-77", "hunter2", "cmVhZGVyOmh1bnRlcjI="}) {
    CHECK(records.find(secret) == std::string::npos);
    CHECK(test::read_text(dir / "offprint.toml").find(secret) == std::string::npos);
  }
  plan.settings.fetch.auth = {"http://x/ digest hunter2"};
  auto refused = run_crawl(plan);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::kInvalid);
  CHECK(refused.error().message.find("hunter2") == std::string::npos);
}

TEST_CASE("metrics are in Prometheus' text form, with labels escaped") {
  CrawlCounters c;
  c.captures = 12;
  c.statuses[200] = 11;
  c.errors["odd \"reason\"\n"] = 1;
  CrawlGauges g;
  g.queued = 3;
  std::string text = metrics_text(c, g);
  CHECK(text.find("# TYPE offprint_captures_total counter\noffprint_captures_total 12\n") != std::string::npos);
  CHECK(text.find("offprint_answers_total{status=\"200\"} 11\n") != std::string::npos);
  CHECK(text.find("\\\"reason\\\"") != std::string::npos);
  CHECK(text.find("offprint_queued 3\n") != std::string::npos);
}

TEST_CASE("what lists name and the archive lacks is told with its reason") {
  Site site;
  site.html("/", "<a href=/a>a</a><a href=/private/b>b</a>");
  site.html("/a", "x");
  site.pages["/robots.txt"] = {200, "text/plain", "User-agent: *\nDisallow: /private/\n"};
  site.pages["/feed"] = {200, "application/rss+xml", "<rss><channel><item><link>/a</link></item><item><link>/only-in-feed</link></item></channel></rss>"};
  site.html("/only-in-feed", "y");
  test::TempDir dir;
  CrawlPlan plan = plan_for(site, dir);
  plan.feeds = {site.url("/feed")};
  plan.settings.scope.exclude = {"only-in-feed"};
  REQUIRE(run_crawl(plan));
  Database db(ArchiveLayout{dir.path()}.state(), Database::Mode::kRead);
  auto c = completeness(ArchiveLayout{dir.path()}, db, {});
  REQUIRE(c);
  CHECK(c->listed == 3);
  CHECK(c->captured == 1);
  REQUIRE(c->missing.size() == 2);
  std::map<std::string, std::string> why;
  for (const MissingUrl& m : c->missing) why[m.url.substr(m.url.find('/', 8))] = m.reason;
  CHECK(why["/private/b"] == "rightly left: robots.txt");
  CHECK(why["/only-in-feed"].starts_with("never asked for"));
}

TEST_CASE("a robots.txt that is cut off allows nothing") {
  Site site;
  site.html("/", "x");
  site.answer = [](const std::string& path) -> std::optional<DemoResponse> {
    // More is announced than comes.
    return path == "/robots.txt" ? std::optional(DemoResponse{200, "text/plain\r\nTransfer-Encoding: chunked", "10\r\nUser-agent: *\n"}) : std::nullopt;
  };
  test::TempDir dir;
  CrawlPlan plan = plan_for(site, dir);
  plan.settings.fetch.timeout_total = 0.4;
  plan.settings.fetch.retries = 0;
  auto result = run_crawl(plan);
  REQUIRE(result);
  CHECK(site.asked.count("/") == 0);
  CHECK(result->report.failed == 1);
}
