#include <catch2/catch.hpp>

#include "config/loader.h"
#include "config/schema.h"
#include "tests/support/support.h"

using namespace offprint;

namespace {

std::string error_of(const std::string& toml) {
  test::TempDir dir;
  test::write_text(dir / "c.toml", toml);
  Settings s;
  auto r = load_settings(dir / "c.toml", s);
  if (r) return "no error";
  return r.error().message.substr(r.error().message.find("c.toml"));
}

}  // namespace

TEST_CASE("an unknown key names file, line and what was meant") {
  CHECK(error_of("[fetch]\n\nretires = 3\n") == "c.toml:3: fetch.retires: unknown key; did you mean fetch.retries?");
  CHECK(error_of("[nonsense]\nx = 1\n").find("c.toml:2: nonsense.x: unknown key; allowed: sections crawl") == 0);
}

TEST_CASE("a wrong type or value says what is allowed") {
  CHECK(error_of("[politeness]\ndelay = \"fast\"\n") == "c.toml:2: politeness.delay: allowed is a number from 0 to 86400 (seconds)");
  CHECK(error_of("[politeness]\nper_host = 0\n") == "c.toml:2: politeness.per_host: allowed is a whole number from 1 to 256 (transfers)");
  CHECK(error_of("[warc]\ncompression = \"rar\"\n") == "c.toml:2: warc.compression: allowed is one of \"zstd\", \"gzip\", \"none\"");
  CHECK(error_of("[fetch]\nallow_net = [\"10.0.0.0/99\"]\n").find("is not a network") != std::string::npos);
  CHECK(error_of("[crawl]\nuser_agent = \"a\\r\\nX: y\"\n").find("without control characters") != std::string::npos);
  CHECK(error_of("[crawl\n").find("c.toml:1: not valid TOML") == 0);
}

TEST_CASE("a mistake leaves the settings untouched") {
  test::TempDir dir;
  test::write_text(dir / "c.toml", "[politeness]\ndelay = 9\nper_host = 0\n");
  Settings s;
  CHECK_FALSE(load_settings(dir / "c.toml", s));
  CHECK(s.politeness.delay == 1.0);
}

TEST_CASE("config/offprint.toml documents every key with its default") {
  Settings loaded, defaults;
  loaded.politeness.delay = 77;
  std::string path = std::string(OFFPRINT_SOURCE_DIR) + "/config/offprint.toml";
  REQUIRE(load_settings(path, loaded));
  std::string text = test::read_text(path);
  for (const SettingRow& row : setting_rows()) {
    CAPTURE(row.key);
    CHECK(setting_text(row, loaded) == setting_text(row, defaults));
    CHECK(text.find("\n" + std::string(row.key.substr(row.key.find('.') + 1)) + " = ") != std::string::npos);
  }
}

TEST_CASE("the shipped example profile loads") {
  Settings s;
  auto p = load_profile(std::string(OFFPRINT_SOURCE_DIR) + "/config/publications/example.toml", s);
  REQUIRE(p);
  CHECK(p->name == "harbour-courier");
  CHECK(p->seeds.size() == 1);
  CHECK(s.politeness.delay == 2.0);
  CHECK(p->selectors.at(0).body == std::vector<std::string>{"article .copy"});
}

TEST_CASE("a profile's mistakes are errors too") {
  test::TempDir dir;
  auto error = [&](const std::string& text) {
    test::write_text(dir / "p.toml", text);
    Settings s;
    auto p = load_profile(dir / "p.toml", s);
    return p ? std::string("no error") : p.error().message.substr(p.error().message.find("p.toml"));
  };
  CHECK(error("name = \"x\"\n").find("p.toml: seeds: missing") == 0);
  CHECK(error("seeds = [\"ftp://x/\"]\n").find("p.toml:1: seeds: \"ftp://x/\"") == 0);
  CHECK(error("seeds = [\"http://x/\"]\n[schedule]\nfeeds = \"often\"\n").find("p.toml:3: schedule.feeds: allowed is durations") == 0);
  CHECK(error("seeds = [\"http://x/\"]\n[selectors]\nbodies = []\n").find("p.toml:3: selectors.bodies: unknown key") == 0);
}

TEST_CASE("--set takes TOML values and bare strings") {
  Settings s;
  REQUIRE(apply_override("politeness.delay=0", s));
  REQUIRE(apply_override("warc.compression=gzip", s));
  REQUIRE(apply_override("scope.exclude=['/a/', '/b/']", s));
  CHECK(s.politeness.delay == 0);
  CHECK(s.warc.compression == "gzip");
  CHECK(s.scope.exclude.size() == 2);
  CHECK_FALSE(apply_override("politeness.dely=0", s));
  CHECK_FALSE(apply_override("politeness.delay=-1", s));
  CHECK_FALSE(apply_override("nonsense", s));
}
