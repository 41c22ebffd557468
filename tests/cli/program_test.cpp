// The program as a person or a harness runs it.
#include <catch2/catch.hpp>

#include <csignal>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/support.h"

using namespace offprint;
using Json = nlohmann::json;

namespace {

std::vector<Json> lines(const std::string& text) {
  std::vector<Json> out;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = std::min(text.find('\n', at), text.size());
    if (end > at) out.push_back(Json::parse(text.substr(at, end - at)));
    at = end + 1;
  }
  return out;
}

std::vector<Json> corpus(const std::filesystem::path& archive) { return lines(test::run("zstd -dcq " + (archive / "corpus").string() + "/*.jsonl.zst").out); }

/// Captures, revisits and article versions that the demo must have made.
void check_demo(const std::filesystem::path& archive) {
  auto records = lines(test::offprint("records " + archive.string() + " --json --type response,revisit").out);
  std::multiset<std::string> full;
  int revisits = 0;
  for (const Json& r : records) {
    if (r["type"] == "revisit") ++revisits;
    else full.insert(r["url"].get<std::string>() + " " + r["sha256"].get<std::string>());
  }
  for (const std::string& f : full) CHECK(full.count(f) == 1);  // Nothing is stored twice.
  CHECK(full.size() == 21);
  CHECK(revisits >= 7);  // A killed run may fetch a capture in flight again: then it is a revisit.
  auto articles = corpus(archive);
  CHECK(articles.size() == 8);
  std::set<std::string> urls;
  int second_versions = 0;
  for (const Json& a : articles) {
    urls.insert(a["url"].get<std::string>());
    if (a["version"] == 2) {
      ++second_versions;
      CHECK(a["text"].get<std::string>().find("Correction:") != std::string::npos);
    }
    CHECK(a["text"].get<std::string>().find("Keep reading") == std::string::npos);
    CHECK(a["text"].get<std::string>().find("Get the Courier in your mailbox") == std::string::npos);
    CHECK_FALSE(a["authors"].empty());
    CHECK_FALSE(a["dek"].get<std::string>().empty());
    CHECK(a["text"].get<std::string>().find(a["dek"].get<std::string>()) == std::string::npos);
  }
  CHECK(urls.size() == 7);
  CHECK(second_versions == 1);
  CHECK(test::offprint("verify " + archive.string()).status == 0);
}

}  // namespace

TEST_CASE("the demo makes the right number of captures, revisits, articles and versions") {
  test::TempDir dir;
  auto ran = test::offprint("demo --quiet --archive " + (dir / "d").string() + " 2>&1");
  INFO(ran.out);
  REQUIRE(ran.status == 0);
  check_demo(dir / "d");
  CHECK(ran.out.find("7 articles in 8 versions") != std::string::npos);

  SECTION("each article names the WARC record that it came from") {
    for (const Json& a : corpus(dir / "d")) {
      auto list = lines(test::offprint("records " + (dir / "d").string() + " --json --type response").out);
      bool found = false;
      for (const Json& r : list) found = found || (r["offset"] == a["warc"]["offset"] && r["url"] == a["warc"]["url"]);
      CHECK(found);
    }
  }
  SECTION("extract gives the same versions from the WARC files alone") {
    auto again = lines(test::offprint("extract " + (dir / "d").string()).out);
    REQUIRE(again.size() == 8);
    std::multiset<std::string> stored, extracted;  // Workers finish in their own order.
    for (const Json& a : corpus(dir / "d")) stored.insert(a["text"].get<std::string>());
    for (const Json& a : again) extracted.insert(a["text"].get<std::string>());
    CHECK(stored == extracted);
  }
}

TEST_CASE("kill -9 in the middle of the demo: the next run completes it, nothing lost or stored twice") {
  for (int ms : {60, 150, 250, 350, 500, 650}) {
    test::TempDir dir;
    std::string archive = (dir / "d").string();
    pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      (void)!std::freopen("/dev/null", "w", stdout);
      (void)!std::freopen("/dev/null", "w", stderr);
      ::execl(OFFPRINT_PROGRAM, "offprint", "demo", "--quiet", "--archive", archive.c_str(), nullptr);
      ::_exit(127);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(ms));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    CAPTURE(ms);
    std::set<std::string> before;
    for (const Json& r : lines(test::offprint("records " + archive + " --json --type response,revisit 2>/dev/null").out)) before.insert(r["url"].get<std::string>());
    auto ran = test::offprint("demo --quiet --archive " + archive + " 2>&1");
    INFO(ran.out);
    REQUIRE(ran.status == 0);
    check_demo(dir / "d");
    std::set<std::string> after;
    for (const Json& r : lines(test::offprint("records " + archive + " --json --type response,revisit").out)) after.insert(r["url"].get<std::string>());
    for (const std::string& url : before) CHECK(after.count(url) == 1);
  }
}

TEST_CASE("a lost state is rebuilt: the finished crawl fetches no page again") {
  test::TempDir dir;
  std::string archive = (dir / "d").string();
  REQUIRE(test::offprint("demo --quiet --archive " + archive + " 2>&1").status == 0);
  for (const char* part : {"state.sqlite", "state.sqlite-wal", "state.sqlite-shm"}) std::filesystem::remove(dir / ("d/" + std::string(part)));
  CHECK(test::offprint("verify " + archive).status == 0);
  REQUIRE(test::offprint("demo --quiet --archive " + archive + " 2>&1").status == 0);
  check_demo(dir / "d");
}

TEST_CASE("usage and configuration errors exit with 2, missing files with 1") {
  test::TempDir dir;
  CHECK(test::offprint("2>/dev/null").status == 2);
  CHECK(test::offprint("crawl 2>/dev/null").status == 2);
  CHECK(test::offprint("crawl ftp://x/ --archive " + (dir / "a").string() + " 2>/dev/null").status == 2);
  CHECK(test::offprint("crawl http://x/ --set no.such=1 --archive " + (dir / "a").string() + " 2>/dev/null").status == 2);
  CHECK(test::offprint("extract /no/such/file 2>/dev/null").status == 1);
  CHECK(test::offprint("verify /no/such/file 2>/dev/null").status == 1);
  CHECK(test::offprint("--version").out.starts_with("offprint 0."));
  CHECK(test::offprint("crawl --help").status == 0);
}

TEST_CASE("extract prints an article object with every field") {
  auto ran = test::run("printf '<title>T</title><h1>Ein Titel hier</h1><p>Hello world.' | " + std::string(OFFPRINT_PROGRAM) + " extract - --url http://x/y");
  REQUIRE(ran.status == 0);
  Json a = Json::parse(ran.out);
  for (const char* key : {"url", "canonical", "title", "dek", "authors", "published", "modified", "section", "tags", "language", "site", "image", "captions", "text", "blocks", "kind", "confidence", "sources"})
    CHECK(a.contains(key));
  CHECK(a["url"] == "http://x/y");
}

TEST_CASE("evaluate scores a set and writes predictions") {
  test::TempDir dir;
  std::filesystem::create_directories(dir / "set/html");
  test::write_text(dir / "set/html/1.html", "<title>The pier</title><h1>The pier is mended</h1><p>One two three four five six seven eight nine ten eleven twelve thirteen fourteen.</p>");
  test::write_text(dir / "set/manifest.jsonl",
                   R"({"id":"1","url":"http://x/","html":"html/1.html","gold":{"title":"The pier is mended","body":"One two three four five six seven eight nine ten eleven twelve thirteen fourteen.","lacks":["nothing"]}})" "\n");
  auto ran = test::offprint("evaluate " + (dir / "set").string() + " --json --predictions " + (dir / "p.jsonl").string());
  REQUIRE(ran.status == 0);
  Json r = Json::parse(ran.out);
  CHECK(r["f1"] == 1.0);
  CHECK(r["exact"] == 1.0);
  CHECK(r["title"] == 1.0);
  CHECK(lines(test::read_text(dir / "p.jsonl")).at(0)["id"] == "1");
}

TEST_CASE("evaluate fails below a floor, and with 2 for an input with an error") {
  test::TempDir dir;
  const std::string gold = std::string(OFFPRINT_SOURCE_DIR) + "/tests/gold";
  test::write_text(dir / "high.json", "{\"gold\": {\"word\": 1.1}}");
  test::write_text(dir / "wrong.json", "{\"gold\": {\"speed\": 1}}");
  CHECK(test::offprint("evaluate " + gold + " --save-baseline " + (dir / "base.json").string()).status == 0);
  auto same = test::offprint("evaluate " + gold + " --baseline " + (dir / "base.json").string() + " --junit " + (dir / "junit.xml").string());
  CHECK(same.status == 0);
  CHECK(same.out.find("noise") != std::string::npos);
  CHECK(test::read_text(dir / "junit.xml").find("failures=\"0\"") != std::string::npos);
  CHECK(test::offprint("evaluate " + gold + " --floors " + (dir / "high.json").string()).status == 1);
  CHECK(test::offprint("evaluate " + gold + " --floors " + (dir / "wrong.json").string() + " 2>/dev/null").status == 2);
  CHECK(test::offprint("evaluate " + gold + ":sonnet 2>/dev/null").status == 2);
}

TEST_CASE("an exclusion reaches the CDXJ files and an earlier ZipNum, and lifting it does too") {
  test::TempDir dir;
  std::string archive = (dir / "d").string();
  REQUIRE(test::offprint("demo --quiet --archive " + archive).status == 0);
  REQUIRE(test::offprint("index --quiet --zipnum " + archive).status == 0);
  auto listed = [&](const std::string& file) { return test::run(file + " | grep -c 'lighthouse-lens' || true").out; };
  std::string cdxj = "cat " + archive + "/index/*.cdxj", zipnum = "gzip -dc " + archive + "/index/zipnum/cdx-00000.gz";
  std::string url = test::run(cdxj + " | grep -o 'http://[^\"]*lighthouse-lens.html' | head -1").out;
  url.resize(url.find('\n'));
  CHECK(listed(cdxj) == "2\n");
  CHECK(listed(zipnum) == "2\n");
  REQUIRE(test::offprint("exclude " + archive + " " + url + " --reason r --who w").status == 0);
  CHECK(listed(cdxj) == "0\n");
  CHECK(listed(zipnum) == "0\n");
  REQUIRE(test::offprint("exclude " + archive + " --lift 1 --reason r --who w").status == 0);
  CHECK(listed(cdxj) == "2\n");
  CHECK(listed(zipnum) == "2\n");
  CHECK(test::offprint("verify " + archive).status == 0);
}

TEST_CASE("output that cannot be written is said to be incomplete") {
  if (!std::filesystem::exists("/dev/full")) return;
  std::string page = std::string(OFFPRINT_SOURCE_DIR) + "/tests/gold/html";
  for (const auto& e : std::filesystem::directory_iterator(page)) {
    page = e.path().string();
    break;
  }
  auto r = test::run(std::string(OFFPRINT_PROGRAM) + " extract " + page + " --format text > /dev/full 2> /dev/null");
  CHECK(r.status == 1);
}
