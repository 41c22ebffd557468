// Scheduled visits, by a clock that jumps from one to the next.
#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <set>

#include "base/time.h"
#include "crawler/completeness.h"
#include "crawler/schedule.h"
#include "crawler/scheduler.h"
#include "tests/crawler/site.h"
#include "warc/archive.h"
#include "warc/verify.h"

using namespace offprint;
using test::Site;
using test::plan_for;

namespace {

constexpr std::int64_t kSecond = 1'000'000, kMinute = 60 * kSecond, kHour = 60 * kMinute, kDay = 24 * kHour;

/// now() moves only by what the scheduler waits (and by the visits' own moments).
struct FakeClock {
  ~FakeClock() { set_clock_offset(std::chrono::microseconds(0)); }
  bool jump_to(std::int64_t t) {
    std::int64_t ahead = t - to_micros(now());
    offset += std::max<std::int64_t>(0, ahead);
    set_clock_offset(std::chrono::microseconds(offset));
    return true;
  }
  std::int64_t offset = 0;
};

std::string story(int n, const std::string& extra = "") {
  std::string text = fmt::format("<html><head><title>Story {0} of the week</title><meta property=\"og:type\" content=\"article\"></head><body><article><h1>Story {0} of the week</h1>", n);
  for (int p = 0; p < 5; ++p)
    text += fmt::format("<p>Paragraph {} of story {} tells how the council met on the quay, what the harbour master said, and why the ferry number {} left late that evening.</p>", p, n, n * 7 + p);
  return text + (extra.empty() ? "" : "<p>" + extra + "</p>") + "</article></body></html>";
}

/// A publication that changes: a story appears every 12 hours, story 1 is corrected after 30 hours, story 2 is taken
/// down after two days, story 3 leads to the front page after three.
struct Publication {
  std::int64_t begun = to_micros(now());
  Site site;

  double hours() const { return static_cast<double>(to_micros(now()) - begun) / static_cast<double>(kHour); }
  int stories() const { return 3 + static_cast<int>(hours() / 12); }

  Publication() {
    site.answer = [this](const std::string& path) -> std::optional<DemoResponse> {
      if (path == "/feed.xml") {
        std::string items;
        for (int n = std::max(1, stories() - 5); n <= stories(); ++n) items += fmt::format("<item><title>Story {0}</title><link>{1}</link></item>", n, site.url(fmt::format("/story-{}", n)));
        return DemoResponse{200, "application/rss+xml", "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel>" + items + "</channel></rss>"};
      }
      if (path == "/") {
        std::string links;
        for (int n = std::max(1, stories() - 3); n <= stories(); ++n) links += fmt::format("<p><a href=\"/story-{0}\">Story {0}</a></p>", n);
        return DemoResponse{200, "text/html", "<html><head><link rel=alternate type=\"application/rss+xml\" href=\"/feed.xml\"></head><body>" + links + "</body></html>"};
      }
      if (!path.starts_with("/story-")) return std::nullopt;
      int n = std::stoi(path.substr(7));
      if (n > stories()) return std::nullopt;
      if (n == 2 && hours() > 48) return DemoResponse{410, "text/html", "<p>Taken down</p>"};
      if (n == 3 && hours() > 72) return DemoResponse{302, "text/html", "", "", "/"};
      return DemoResponse{200, "text/html", story(n, n == 1 && hours() > 30 ? "Correction: the ferry was number nine, as readers from the islands have told us." : "")};
    };
  }
};

}  // namespace

TEST_CASE("a simulated week: new articles within their plan, revisits, versions, removals, and nothing missing") {
  FakeClock clock;
  Publication paper;
  test::TempDir dir;
  CrawlPlan plan = plan_for(paper.site, dir);
  plan.name = "weekly";
  plan.feeds = {paper.site.url("/feed.xml")};
  plan.settings.extract.enabled = true;
  plan.settings.schedule.feeds = "30m, 6h";
  plan.settings.schedule.articles = "10m, 1h, 1d";
  ScheduleOptions options;
  options.quiet = true;
  options.until = paper.begun + 7 * kDay;
  options.wait = [&](std::int64_t t) { return clock.jump_to(t); };
  auto result = run_schedule({plan}, options);
  REQUIRE(result);
  CHECK(result->incomplete == 0);
  CHECK(result->alarms == 0);

  Database db(ArchiveLayout{dir.path()}.state(), Database::Mode::kRead);
  std::map<std::string, std::set<std::string>> events;
  std::map<std::string, std::int64_t> first;
  for (const ScheduleEvent& e : Schedule::events(db, 0, 1000)) {
    std::string path = e.url.substr(e.url.rfind('/'));
    events[e.what].insert(path);
    if (e.what == "new") first[path] = e.at;
  }
  // Each story is there at most one longest interval (6 hours) after it appeared.
  int last = paper.stories();
  for (int n = 1; n <= last - 1; ++n) {
    CAPTURE(n);
    std::string path = fmt::format("/story-{}", n);
    REQUIRE(events["new"].count(path));
    std::int64_t appeared = paper.begun + std::max(0, n - 3) * 12 * kHour;
    CHECK(first[path] - appeared < 6 * kHour + kMinute);
  }
  CHECK(events["changed"] == std::set<std::string>{"/story-1"});
  CHECK(events["gone"] == std::set<std::string>{"/story-2", "/story-3"});

  // The plan of story 5: ten minutes after it came, an hour after that, a day after that.
  Statement s = db.prepare("SELECT date,revisit FROM captures WHERE url=? ORDER BY date");
  s.bind(1, paper.site.url("/story-5"));
  std::vector<std::int64_t> times;
  for (int i = 0; s.step(); ++i) {
    times.push_back(s.integer(0));
    CHECK((s.integer(1) != 0) == (i > 0));  // Unchanged pages are revisits.
  }
  REQUIRE(times.size() >= 4);
  CHECK(times[1] - times[0] == Approx(10 * kMinute).margin(kMinute));
  CHECK(times[2] - times[1] == Approx(kHour).margin(kMinute));
  CHECK(times[3] - times[2] == Approx(kDay).margin(kMinute));

  auto missing = completeness(ArchiveLayout{dir.path()}, db, {});
  REQUIRE(missing);
  CHECK(missing->missing.empty());
  CHECK(missing->listed >= static_cast<std::uint64_t>(last - 1));
  CHECK(missing->captured == missing->listed);
  auto sound = verify_archive(ArchiveLayout{dir.path()});
  REQUIRE(sound);
  CHECK(sound->sound());
}

TEST_CASE("a visit asks for what is due and what is new, and for nothing else") {
  FakeClock clock;
  Site site;
  site.html("/", "<a href=/a>a</a><a href=/b>b</a>");
  site.html("/a", story(1));
  site.html("/b", story(2));
  test::TempDir dir;
  CrawlPlan plan = plan_for(site, dir);
  plan.settings.extract.enabled = true;
  plan.settings.schedule.articles = "1d";
  plan.settings.schedule.feeds = "10m";
  ScheduleOptions once;
  once.quiet = once.once = true;
  REQUIRE(run_schedule({plan}, once));
  CHECK(site.asked["/"] == 1);
  CHECK(site.asked["/a"] == 1);
  site.html("/", "<a href=/a>a</a><a href=/b>b</a><a href=/c>c</a>");
  site.html("/c", story(3));
  REQUIRE(run_schedule({plan}, once));
  CHECK(site.asked["/"] == 1);  // Not due yet.
  clock.jump_to(to_micros(now()) + 11 * kMinute);
  REQUIRE(run_schedule({plan}, once));
  CHECK(site.asked["/"] == 2);
  CHECK(site.asked["/a"] == 1);
  CHECK(site.asked["/c"] == 1);
  clock.jump_to(to_micros(now()) + 25 * kHour);
  REQUIRE(run_schedule({plan}, once));
  CHECK(site.asked["/a"] == 2);
}

TEST_CASE("what a visit had no time for is asked for in the next one, once") {
  FakeClock clock;
  Site site;
  std::string links;
  for (int i = 0; i < 12; ++i) {
    site.html("/s" + std::to_string(i), story(i));
    links += "<a href=/s" + std::to_string(i) + ">s</a>";
  }
  site.html("/", links);
  test::TempDir dir;
  CrawlPlan plan = plan_for(site, dir);
  plan.settings.crawl.limit = 5;
  ScheduleOptions once;
  once.quiet = once.once = true;
  auto first = run_schedule({plan}, once);
  REQUIRE(first);
  CHECK(first->incomplete == 1);
  for (int i = 0; i < 3; ++i) REQUIRE(run_schedule({plan}, once));
  for (int i = 0; i < 12; ++i) CHECK(site.asked["/s" + std::to_string(i)] == 1);
  CHECK(site.asked["/"] == 1);
}
