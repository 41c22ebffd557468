#include "base/url.h"
#include "base/url_identity.h"

#include <catch2/catch.hpp>

#include "base/surt.h"

using namespace offprint;

namespace {

std::string href(const char* input, const char* base = nullptr) {
  auto b = base ? Url::parse(base) : Result<Url>(Url{});
  auto u = Url::parse(input, base ? &*b : nullptr);
  return u ? u->href() : "failure";
}

}  // namespace

TEST_CASE("a URL is parsed and serialised as browsers do") {
  CHECK(href("HTTP://Example.COM:80/a/../b?q#f") == "http://example.com/b?q#f");
  CHECK(href("https://user:pa%3Ass@h:444") == "https://user:pa%3Ass@h:444/");
  CHECK(href("http:\\\\h\\a b") == "http://h/a%20b");
  CHECK(href("http://0x7f.1/") == "http://127.0.0.1/");
  CHECK(href("http://[1:0:0:0:0:0:0:1]/") == "http://[1::1]/");
  CHECK(href("http://b\xC3\xBC" "cher.example/") == "http://xn--bcher-kva.example/");
}

TEST_CASE("what the standard calls failure is an error") {
  for (const char* bad : {"", "http://", "http://a b/", "http://h:99999/", "http://256.1.1.1/", "http://[::1", "relative"}) CHECK(href(bad) == "failure");
  CHECK(Url::parse("mailto:a@b").error().kind == ErrorKind::kRefused);
  CHECK(Url::parse("javascript:alert(1)").error().kind == ErrorKind::kRefused);
}

TEST_CASE("references are resolved against a base") {
  const char* base = "http://h/a/b/c?q#f";
  CHECK(href("../d", base) == "http://h/a/d");
  CHECK(href("?x", base) == "http://h/a/b/c?x");
  CHECK(href("//o/p", base) == "http://o/p");
  CHECK(href("/%2e%2E/x", base) == "http://h/x");
  CHECK(href("", base) == "http://h/a/b/c?q");
  CHECK(href("http:d", base) == "http://h/a/b/d");
}

TEST_CASE("tabs and line ends inside a URL never reach its serialisation") { CHECK(href("http://h/a\r\nWARC-Type: x\t") == "http://h/aWARC-Type:%20x"); }

TEST_CASE("SURT keys are those of pywb") {
  CHECK(surt_key("https://www.Example.com:443/a/../b/?b=2&a=1&utm_source=x#frag") == "com,example)/b?a=1&b=2&utm_source=x");
  CHECK(surt_key("http://www2.example.co.uk/A%2fb?q=%7E&") == "uk,co,example)/a/b?&q=~");
  CHECK(surt_key("http://example.com/index.html?") == "com,example)/index.html");
  CHECK(surt_key("http://192.168.0.1/x?PHPSESSID=0123456789abcdef0123456789abcdef") == "1,0,168,192)/x");
  CHECK(surt_key("http://example.com/a b") == "com,example)/a%20b");
}

TEST_CASE("an article has one identity over its addresses, and each rule has a name and a switch") {
  auto of = [](const char* url, const IdentityRules& rules = {}) { return url_identity(*Url::parse(url), rules); };
  const std::string one = "courier.example/2026/ferry";
  for (const char* url : {"https://www.courier.example/2026/ferry", "http://courier.example/2026/ferry/", "https://courier.example/2026/ferry?utm_source=x&fbclid=y#top", "https://amp.courier.example/2026/ferry",
                          "https://courier.example/2026/ferry/amp/", "https://courier.example/2026/ferry.amp", "https://courier.example/2026/ferry?outputType=amp", "https://m.courier.example/2026/ferry",
                          "https://courier.example/2026/ferry?print=1", "https://courier.example/2026/ferry/print", "https://courier.example/2026/ferry;jsessionid=0A1B", "https://courier.example/amp/2026/ferry",
                          "https://courier.example/2026/ferry?PHPSESSID=0123456789abcdef0123456789abcdef"}) {
    CAPTURE(url);
    CHECK(of(url) == one);
  }
  CHECK(of("https://courier.example/2026/ferry?id=7&utm_medium=x") == one + "?id=7");
  CHECK(of("https://m.example/a") == "m.example/a");           // A site of its own.
  CHECK(of("https://courier.example/amp") == "courier.example/amp");
  CHECK(of("https://courier.example/a?s=ferry") == "courier.example/a?s=ferry");  // A search.
  IdentityRules none{false, false, false, false, false, false};
  CHECK(of("https://m.courier.example/a/amp?utm_source=x", none) == "m.courier.example/a/amp?utm_source=x");
  std::vector<std::string> applied;
  (void)url_identity(*Url::parse("https://m.courier.example/a/amp?utm_source=x"), {}, &applied);
  CHECK(applied == std::vector<std::string>{"mobile", "amp", "tracking"});
}
