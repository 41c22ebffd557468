#include <catch2/catch.hpp>

#include "base/digest.h"
#include "config/settings.h"
#include "crawler/back_off.h"
#include "crawler/frontier.h"
#include "crawler/trap_watch.h"
#include "crawler/frontier_store.h"
#include "crawler/scope.h"
#include "tests/support/support.h"

using namespace offprint;

namespace {

constexpr std::int64_t kSecond = 1'000'000;

/// A frontier over a store of its own, as the crawl wires them.
struct Fixture {
  test::TempDir dir;
  Database db{dir / "state.sqlite", Database::Mode::kWrite};
  FrontierStore store{(FrontierStore::migrate(db), db), 1};
  Frontier frontier;
  Fixture(int per_host, double delay)
      : frontier(per_host, delay, [this](auto h, auto t, const auto& busy) { return store.heads(h, t, 8, busy); }, [this](auto h, auto t) { return store.next_deferred(h, t); }) {}
  CrawlUrl add(const std::string& url, int priority = 5) {
    CrawlUrl u;
    u.url = url;
    u.priority = priority;
    if (store.enqueue(u)) frontier.host_has_urls(u.host);
    return u;
  }
};

}  // namespace

TEST_CASE("each URL is enqueued once, and leased best first") {
  Fixture f(4, 0);
  f.add("http://a/2", 5);
  f.add("http://a/1", 1);
  f.add("http://a/2", 5);
  CHECK(f.frontier.next(0)->url.url == "http://a/1");
  CHECK(f.frontier.next(0)->url.url == "http://a/2");
  CHECK_FALSE(f.frontier.next(0));
}

TEST_CASE("a host's delay counts from the end of a request, and others go on meanwhile") {
  Fixture f(1, 2.0);
  f.add("http://a/1");
  f.add("http://a/2");
  f.add("http://b/1");
  auto first = f.frontier.next(0);
  REQUIRE(first);
  auto other = f.frontier.next(0);
  REQUIRE(other);
  CHECK(first->url.host != other->url.host);
  CHECK_FALSE(f.frontier.next(10 * kSecond));  // One transfer a host: both are busy.
  f.frontier.request_done(*first, 10 * kSecond);
  CHECK_FALSE(f.frontier.next(11 * kSecond));
  CHECK(f.frontier.next_wakeup() == 12 * kSecond);
  CHECK(f.frontier.next(12 * kSecond));
}

TEST_CASE("a leased URL does not come again until its outcome is on disk") {
  Fixture f(2, 0);
  f.add("http://a/1");
  auto lease = f.frontier.next(0);
  f.frontier.request_done(*lease, 0);
  CHECK_FALSE(f.frontier.next(1));
  f.store.defer(lease->url.id, 1, 5 * kSecond, "timeout");
  f.frontier.finish(*lease);
  CHECK_FALSE(f.frontier.next(2));
  CHECK(f.frontier.next_wakeup() == 5 * kSecond);
  auto again = f.frontier.next(5 * kSecond);
  REQUIRE(again);
  CHECK(again->url.tries == 1);
}

TEST_CASE("a hold and a crawl delay keep a host waiting") {
  Fixture f(1, 0);
  CrawlUrl u = f.add("http://a/1");
  f.frontier.hold(u.host, 60 * kSecond);
  CHECK_FALSE(f.frontier.next(59 * kSecond));
  auto lease = f.frontier.next(60 * kSecond);
  REQUIRE(lease);
  f.add("http://a/2");
  f.frontier.set_delay(u.host, 10);
  f.frontier.request_done(*lease, 60 * kSecond);
  CHECK_FALSE(f.frontier.next(69 * kSecond));
  CHECK(f.frontier.next(70 * kSecond));
}

TEST_CASE("states and reasons of every URL are kept") {
  Fixture f(1, 0);
  CrawlUrl u = f.add("http://a/1");
  f.store.set_state(u.id, UrlState::kExcluded, "robots.txt");
  auto row = f.store.find("http://a/1");
  REQUIRE(row);
  CHECK(row->state == UrlState::kExcluded);
  CHECK(row->reason == "robots.txt");
  f.store.set_state(u.id, UrlState::kFailed, "timeout");
  CHECK(f.store.requeue_failed() == 1);
  CHECK(f.store.count(UrlState::kQueued) == 1);
}

TEST_CASE("scope is the seeds' sites, and every refusal has a name") {
  ScopeSettings s;
  s.exclude = {"/calendar/"};
  auto scope = Scope::make(s, {*Url::parse("https://www.courier.example/")});
  REQUIRE(scope);
  auto refusal = [&](const char* u) { return (*scope)->refusal(*Url::parse(u)); };
  CHECK(refusal("http://courier.example:8080/x").empty());
  CHECK(refusal("https://blog.courier.example/") == "other host");
  CHECK(refusal("https://courier.example/calendar/1") == "scope.exclude");
  CHECK(refusal("https://courier.example/a/a/a/a/a") == "growing path");
  s.mode = "domain";
  CHECK((*Scope::make(s, {*Url::parse("https://www.courier.example/")}))->refusal(*Url::parse("https://blog.courier.example/")).empty());
  s.exclude = {"("};
  CHECK_FALSE(Scope::make(s, {}));
}

TEST_CASE("a folder whose pages repeat each other and lead nowhere else is a trap") {
  DiscoverySettings settings;
  settings.trap_pages = 20;
  TrapWatch watch(settings);
  auto url = [](const std::string& s) { return *Url::parse("http://x.example" + s); };
  auto number = [](int i) { return std::to_string(i); };
  std::string same = "<p>the same</p>";
  int told = 0;
  for (int i = 0; i < 300; ++i) {
    static const char* kMonths[] = {"January", "February", "March"};
    std::string month = std::string("<h1>") + kMonths[i % 3] + " " + number(i) + "</h1><a href=/x>next " + number(i * 7919) + "abc</a><script>" + number(i) + "x</script>";
    told += watch.seen(url("/calendar?m=" + number(i)), text_fingerprint(month), {url("/calendar?m=" + number(i + 1)), url("/")});
    // Stories differ in their words, lists in what they lead to, photographs in their images; leaves lead nowhere on.
    watch.seen(url("/news/2026/" + number(i)), text_fingerprint("<p>story " + std::string(static_cast<std::size_t>(i), 'a') + "</p>"), {url("/news/2026/x")});
    watch.seen(url("/tag/" + number(i)), text_fingerprint(same), {url("/tag/" + number(i + 1)), url("/news/2026/" + number(i))});
    watch.seen(url("/photo/" + number(i)), text_fingerprint("<img src=/" + number(i) + ".jpg>"), {url("/photo/" + number(i + 1))});
    watch.seen(url("/leaf/" + number(i)), text_fingerprint("<p>leaf " + number(i) + "</p>"), {url("/")});
  }
  CHECK(told == 1);
  CHECK(watch.is_trap(url("/calendar?m=999&y=1")));
  for (const char* good : {"/calendar-of-events", "/", "/news/2026/new", "/tag/new", "/photo/new", "/leaf/new"}) CHECK_FALSE(watch.is_trap(url(good)));
}

TEST_CASE("a URL that is settled without a request costs the host no delay") {
  std::vector<CrawlUrl> disk;
  for (int i = 1; i <= 3; ++i) {
    CrawlUrl u;
    u.id = i;
    u.host = 1;
    disk.push_back(u);
  }
  Frontier f(1, 10.0, [&](std::int64_t, std::int64_t, const auto&) { return std::exchange(disk, {}); }, [](std::int64_t, std::int64_t) { return std::nullopt; });
  f.host_has_urls(1);
  auto first = f.next(1000);
  REQUIRE(first);
  f.not_requested(*first);
  auto second = f.next(1000);
  REQUIRE(second);
  f.request_done(*second, 2000);
  CHECK_FALSE(f.next(2001));
}

TEST_CASE("a host that answers 429 is left alone longer each time; answers under way count once") {
  Settings settings;
  settings.fetch.retry_delay = 5;
  settings.politeness.retry_after_max = 3600;
  BackOff b(settings);
  CHECK(b.asked("120", 0) == 120);
  CHECK(b.asked("99999999999", 0) == 3600);
  CHECK(b.asked("soon", 1) == 10);
  CHECK(b.for_host(1, 120, 100, 200) == 5);
  CHECK(b.for_host(1, 120, 150, 250) == 0);  // Was asked before the first answer came.
  CHECK(b.for_host(1, 120, 300, 400) == 10);
  CHECK(b.for_host(1, 120, 500, 600) == 20);
  CHECK(b.for_host(1, 12, 700, 800) == 12);
  b.forgive(1);
  CHECK(b.for_host(1, 120, 900, 1000) == 5);
}

TEST_CASE("URLs that an earlier process added and did not merge are known, and merged ones too") {
  test::TempDir dir;
  auto path = dir / "state.sqlite";
  {
    Database db(path, Database::Mode::kWrite);
    FrontierStore::migrate(db);
    FrontierStore store(db, 1);
    for (int i = 0; i < 50; ++i) {
      CrawlUrl u;
      u.url = "https://a.example/" + std::to_string(i);
      CHECK(store.enqueue(u));
    }
    store.merge_seen(true);
    CrawlUrl late;
    late.url = "http://a.example:8080/late?x=1";
    CHECK(store.enqueue(late));
  }
  Database db(path, Database::Mode::kWrite);
  FrontierStore store(db, 1);
  CrawlUrl again;
  again.url = "https://a.example/7";
  CHECK_FALSE(store.enqueue(again));
  CHECK(again.id > 0);
  CrawlUrl late;
  late.url = "http://a.example:8080/late?x=1";
  CHECK_FALSE(store.enqueue(late));
  REQUIRE(store.find(late.url));
  CHECK(store.find(late.url)->url.url == late.url);
  FrontierStore other(db, 2);  // Another crawl has its own.
  CHECK(other.enqueue(again));
  CHECK(store.waiting_hosts().size() == 2);
}

TEST_CASE("a frontier of the earlier form is brought along") {
  test::TempDir dir;
  Database db(dir / "state.sqlite", Database::Mode::kWrite);
  db.exec(R"sql(
    CREATE TABLE hosts(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE urls(id INTEGER PRIMARY KEY, crawl INTEGER NOT NULL, host INTEGER NOT NULL, state INTEGER NOT NULL, priority INTEGER NOT NULL, seq INTEGER NOT NULL,
      kind INTEGER NOT NULL, depth INTEGER NOT NULL, tries INTEGER NOT NULL, not_before INTEGER NOT NULL, via INTEGER NOT NULL, hops TEXT NOT NULL, url TEXT NOT NULL, reason TEXT NOT NULL);
    INSERT INTO hosts VALUES(1,'a.example');
  )sql");
  auto id = [](const std::string& url) { return std::to_string((hash64(url, 1) >> 1) + 1); };
  db.exec("INSERT INTO urls VALUES(" + id("https://a.example/") + ",1,1,1,0,1,0,0,0,0,0,'','https://a.example/','')");
  db.exec("INSERT INTO urls VALUES(" + id("https://a.example/b") + ",1,1,0,5,2,0,1,2,0," + id("https://a.example/") + ",'L','https://a.example/b','timeout')");
  FrontierStore::migrate(db);
  FrontierStore store(db, 1);
  auto row = store.find("https://a.example/b");
  REQUIRE(row);
  CHECK(row->url.via == "https://a.example/");
  CHECK(row->url.tries == 2);
  CHECK(row->reason == "timeout");
  CHECK(store.heads(1, 0, 10, {}).size() == 1);
  CrawlUrl known;
  known.url = "https://a.example/";
  CHECK_FALSE(store.enqueue(known));
}
