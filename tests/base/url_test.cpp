#include "base/url.h"

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
