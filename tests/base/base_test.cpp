#include <catch2/catch.hpp>

#include "base/charset.h"
#include "base/digest.h"
#include "base/sha1_many.h"
#include "base/file.h"
#include "base/net.h"
#include "base/queue.h"
#include "base/spool.h"
#include "base/text.h"
#include "base/time.h"
#include "tests/support/support.h"

using namespace offprint;

TEST_CASE("control characters and broken UTF-8 are escaped for logs and terminals") {
  CHECK(printable("a\x1b[31m\nb") == "a\\x1b[31m\\x0ab");
  CHECK(printable("\xff" "ok") == "\\xffok");
  CHECK(printable("caf\xC3\xA9") == "caf\xC3\xA9");
}

TEST_CASE("JSON text is valid whatever the bytes") { CHECK(json_quote("a\"\\\n\x01\xff") == "\"a\\\"\\\\\\n\\u0001\xEF\xBF\xBD\""); }

TEST_CASE("whitespace of every script collapses, invisible characters go") {
  CHECK(collapse_space(" a\xC2\xA0\n b\xE2\x80\x8B" "c ") == "a bc");
  CHECK(words("Zwei W\xC3\xB6rter, \xE6\x97\xA5\xE6\x9C\xAC").size() == 4);
}

TEST_CASE("dates of WARC and HTTP are read and written") {
  auto t = parse_iso8601("2026-11-22T16:15:54.5Z");
  REQUIRE(t);
  CHECK(format_iso8601(*t) == "2026-11-22T16:15:54.500000Z");
  CHECK(format_timestamp14(*t) == "20261122161554");
  CHECK(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT"));
  CHECK(parse_http_date("Sun Nov  6 08:49:37 1994") == parse_iso8601("1994-11-06T08:49:37Z"));
  CHECK_FALSE(parse_iso8601("2026-02-30T00:00:00Z"));
}

TEST_CASE("digests and their text forms") {
  CHECK(base32(sha1("")) == "3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ");
  CHECK(base32_decode("3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ") == sha1(""));
  CHECK(hex(sha256("abc")).substr(0, 8) == "ba7816bf");
  CHECK(random_record_id() != random_record_id());
}

TEST_CASE("private, loopback and link-local addresses are refused in every disguise") {
  AddressPolicy policy;
  for (const char* a : {"127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "::127.0.0.1",
                        "2002:7f00:1::", "64:ff9b::a00:1", "224.0.0.1", "255.255.255.255"})
    CHECK_FALSE(policy.refusal(*Address::parse(a)).empty());
  for (const char* a : {"8.8.8.8", "93.184.216.34", "2606:2800:220:1::1"}) CHECK(policy.refusal(*Address::parse(a)).empty());
  AddressPolicy lenient({*Cidr::parse("127.0.0.0/8")});
  CHECK(lenient.refusal(*Address::parse("127.3.2.1")).empty());
  CHECK_FALSE(lenient.refusal(*Address::parse("10.0.0.1")).empty());
  CHECK_FALSE(Cidr::parse("10.0.0.0/33"));
}

TEST_CASE("a page's encoding is sniffed in the standard's order") {
  CHECK(sniff_html_encoding("\xEF\xBB\xBF<p>", "iso-8859-1") == "UTF-8");
  CHECK(sniff_html_encoding("<meta charset=utf-8>", "koi8-r") == "KOI8-R");
  CHECK(sniff_html_encoding("<meta http-equiv=Content-Type content='text/html; charset=sjis'>", "") == "Shift_JIS");
  CHECK(encoding_from_meta("<!-- <meta charset=koi8-r> --><meta charset=\"utf-16le\">") == "UTF-8");
  CHECK(encoding_for_label(" LATIN1 ") == "windows-1252");
}

TEST_CASE("bytes are decoded to valid UTF-8, and what was replaced is known") {
  CHECK(decode("caf\xE9", "windows-1252").text == "caf\xC3\xA9");
  CHECK_FALSE(decode("caf\xE9", "windows-1252").replaced);
  CHECK(decode("caf\xE9", "UTF-8").replaced);
  CHECK(decode("\x83\x65\x83\x58\x83\x67", "Shift_JIS").text == "\xE3\x83\x86\xE3\x82\xB9\xE3\x83\x88");
}

TEST_CASE("a spool keeps small bodies in memory and large ones in a file") {
  Spool spool(10);
  REQUIRE(spool.append("12345"));
  CHECK(spool.in_memory());
  REQUIRE(spool.append("6789012345"));
  CHECK_FALSE(spool.in_memory());
  std::string all;
  REQUIRE(spool.read([&](std::string_view s) -> Result<void> { all += s; return {}; }, 3));
  CHECK(all == "456789012345");
  CHECK(*spool.head(4) == "1234");
}

TEST_CASE("a second process on the same lock is told so") {
  test::TempDir dir;
  auto first = FileLock::acquire(dir / "lock");
  REQUIRE(first);
  auto second = FileLock::acquire(dir / "lock");
  REQUIRE_FALSE(second);
  CHECK(second.error().kind == ErrorKind::kBusy);
}

TEST_CASE("a file is replaced whole or not at all") {
  test::TempDir dir;
  REQUIRE(write_file_durably(dir / "f", "one"));
  REQUIRE(write_file_durably(dir / "f", "two"));
  CHECK(test::read_text(dir / "f") == "two");
  CHECK_FALSE(write_file_durably(dir / "no/such/folder/f", "x"));
}

TEST_CASE("a bounded queue counts how often it was full") {
  BoundedQueue<int> q(2);
  q.push_now(1);
  q.push_now(2);
  CHECK(q.full());
  q.push_now(3);
  CHECK(q.times_full() == 1);
  CHECK(q.pop() == 1);
}

TEST_CASE("the digests of many texts at once are those of each alone") {
  std::string bytes;
  for (int i = 0; i < 9000; ++i) bytes += static_cast<char>(i * 7 + i / 256);
  for (std::size_t count : {0, 1, 5, 6, 16, 17, 200}) {
    std::vector<std::string_view> texts;
    for (std::size_t i = 0; i < count; ++i) texts.push_back(std::string_view(bytes).substr(i, i % 9 == 0 ? 8000 + i : i % 4 == 0 ? 50 + i : i));
    auto digests = sha1_of_each(texts);
    REQUIRE(digests.size() == count);
    for (std::size_t i = 0; i < count; ++i) CHECK(digests[i] == sha1(texts[i]));
  }
}
