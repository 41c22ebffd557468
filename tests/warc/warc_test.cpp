#include <catch2/catch.hpp>

#include "base/digest.h"
#include "tests/support/archive.h"
#include "tests/support/support.h"
#include "warc/archive_writer.h"
#include "warc/cdxj.h"
#include "warc/dechunker.h"
#include "warc/http_message.h"
#include "warc/record_builder.h"
#include "warc/recovery.h"
#include "warc/verify.h"

namespace fs = std::filesystem;
using namespace offprint;
using namespace offprint::test;

TEST_CASE("records come back bit-exact from every compression") {
  for (Compression c : {Compression::kZstd, Compression::kGzip, Compression::kNone}) {
    test::TempDir dir;
    std::string body(300000, 'x');
    for (std::size_t i = 0; i < body.size(); i += 7) body[i] = static_cast<char>(i);
    store_all(dir.path(), {body, ""}, writer_options(c));
    auto records = read_all(only_warc(dir.path()));
    REQUIRE(records.size() == 7);
    CHECK(records[0].header.type() == "warcinfo");
    CHECK(records[1].header.type() == "response");
    CHECK(records[1].block.size() == capture("", "").response_head.size() + body.size());
    auto s = summarize(records[1], true);
    REQUIRE(s);
    CHECK(s->sha256 == hex(sha256(body)));
    CHECK_FALSE(s->digest_wrong);
    for (const auto& r : records) CHECK(block_digest_right(r));
    CHECK(records[2].header.get("WARC-Concurrent-To") == records[1].header.get("WARC-Record-ID"));
  }
}

TEST_CASE("an identical payload becomes a revisit with all three references") {
  test::TempDir dir;
  store_all(dir.path(), {"same", "same", "other"});
  auto records = read_all(only_warc(dir.path()));
  std::vector<const StoredRecord*> revisits;
  for (const auto& r : records)
    if (r.header.type() == "revisit") revisits.push_back(&r);
  REQUIRE(revisits.size() == 1);
  const WarcHeader& h = revisits[0]->header;
  CHECK(h.get("WARC-Refers-To-Target-URI") == "http://x/0");
  CHECK(h.get("WARC-Refers-To") == records[1].header.get("WARC-Record-ID"));
  CHECK(h.get("WARC-Refers-To-Date") == records[1].header.get("WARC-Date"));
  CHECK(h.get("WARC-Profile").find("identical-payload-digest") != std::string_view::npos);
  CHECK(h.get("WARC-Truncated") == "length");
}

TEST_CASE("empty and truncated payloads are never referred to") {
  test::TempDir dir;
  auto archive = Archive::open_for_writing(dir.path());
  REQUIRE(archive);
  ArchiveWriter writer(**archive, writer_options());
  Transaction t((*archive)->database());
  Capture cut = capture("http://x/cut", "half");
  cut.truncated = "disconnect";
  REQUIRE(writer.store(cut, Pending::kNothing));
  CHECK_FALSE(writer.store(capture("http://x/whole", "half"), Pending::kNothing)->summary.revisit);
  REQUIRE(writer.store(capture("http://x/e1", ""), Pending::kNothing));
  CHECK_FALSE(writer.store(capture("http://x/e2", ""), Pending::kNothing)->summary.revisit);
}

TEST_CASE("a file is appended to across runs until it is full, then sealed with its hash") {
  test::TempDir dir;
  store_all(dir.path(), {"one"});
  fs::path first = only_warc(dir.path());
  store_all(dir.path(), {"two"});
  CHECK(only_warc(dir.path()) == first);
  auto o = writer_options();
  o.max_size = 1;
  store_all(dir.path(), {"three", "four"}, o);
  CHECK(ArchiveLayout{dir.path()}.warc_names()->size() > 1);
  std::string sums = test::read_text(dir / "warc/SHA256SUMS");
  CHECK(test::run("cd " + (dir / "warc").string() + " && sha256sum --quiet -c SHA256SUMS").status == 0);
  CHECK_FALSE(sums.empty());
  CHECK(verify_archive(ArchiveLayout{dir.path()})->sound());
}

TEST_CASE("what stands behind the last whole record is cut on the next start, and nothing else") {
  test::TempDir dir;
  store_all(dir.path(), {"one", "two"}, writer_options(), false);
  fs::path file = only_warc(dir.path());
  REQUIRE(file.extension() == ".open");
  std::string whole = test::read_text(file);
  test::write_text(file, whole + whole.substr(0, 200));  // Half a record of a write that a crash cut off.
  auto before = verify_archive(ArchiveLayout{dir.path()});
  REQUIRE(before);
  CHECK(before->sound());  // A note, no fault.
  CHECK_FALSE(before->findings.empty());
  REQUIRE(Archive::open_for_writing(dir.path()));
  CHECK(test::read_text(only_warc(dir.path())) == whole);
}

TEST_CASE("captures that the state does not know are taken in from the file") {
  test::TempDir dir;
  store_all(dir.path(), {"one", "two"}, writer_options(), false);
  {
    Database db(ArchiveLayout{dir.path()}.state(), Database::Mode::kWrite);
    db.exec("DELETE FROM captures WHERE url='http://x/1'; UPDATE files SET size=(SELECT min(offset) FROM captures)");
  }
  auto archive = Archive::open_for_writing(dir.path());
  REQUIRE(archive);
  auto row = (*archive)->state().latest_capture("http://x/1");
  REQUIRE(row);
  CHECK(row->crawl == "test-1");
  CHECK((*archive)->state().pending("test-1", 0, 10).size() == 2);
}

TEST_CASE("a lost or damaged state is rebuilt from the files with the same dedup decisions") {
  for (bool damaged : {false, true}) {
    test::TempDir dir;
    store_all(dir.path(), {"one", "two", "one"});
    std::string index = test::read_text(dir / ("index/" + only_warc(dir.path()).filename().string() + ".cdxj"));
    for (const char* part : {"state.sqlite", "state.sqlite-wal", "state.sqlite-shm"}) fs::remove(dir / part);
    if (damaged) test::write_text(dir / "state.sqlite", std::string(8192, 'x'));
    auto archive = Archive::open_for_writing(dir.path());
    REQUIRE(archive);
    CHECK((*archive)->rebuilt());
    CHECK(test::read_text(dir / ("index/" + only_warc(dir.path()).filename().string() + ".cdxj")) == index);
    CHECK((*archive)->state().find_duplicate(sha1("two"), 3));
  }
}

TEST_CASE("every truncation of a file gives its whole records and one report of the rest") {
  for (Compression c : {Compression::kZstd, Compression::kGzip, Compression::kNone}) {
    test::TempDir dir;
    store_all(dir.path(), {"a body"}, writer_options(c));
    fs::path file = only_warc(dir.path());
    std::string whole = test::read_text(file);
    auto all = read_all(file);
    for (std::size_t n = 1; n < whole.size(); n += 3) {
      test::write_text(file, whole.substr(0, n));
      std::vector<Damage> damage;
      auto records = read_all(file, &damage);
      std::size_t expected = 0;
      for (const auto& r : all) expected += r.offset + r.length <= n;
      CAPTURE(n, static_cast<int>(c));
      // A plain record is whole without the line ends behind it.
      CHECK((records.size() == expected || (c == Compression::kNone && records.size() == expected + 1)));
      if (records.size() == expected && (expected == 0 || all[expected - 1].offset + all[expected - 1].length < n)) CHECK(damage.size() == 1);
    }
  }
}

namespace {

/// Three records as a reader gives them: header and block.
std::vector<std::string> texts(const std::vector<StoredRecord>& records) {
  std::vector<std::string> out;
  for (const StoredRecord& r : records) out.push_back(r.raw_header + r.block.head(1 << 20).value_or("?"));
  return out;
}

fs::path three_records(const fs::path& dir, Compression c) {
  fs::path file = dir / (std::string("three") + std::string(warc_extension(c)));
  auto writer = WarcWriter::open(file, c, 3);
  REQUIRE(writer);
  for (std::string body : {"the first body, of some length", "the second: HTTP/1.1 WARC/1.1 inside", "the third"}) {
    auto header = RecordBuilder("resource", random_record_id(), now()).uri("WARC-Target-URI", "http://x/" + std::to_string(body.size())).field("WARC-Block-Digest", "sha1:" + base32(sha1(body))).build(body.size());
    REQUIRE(header);
    REQUIRE(writer->write({*header, body, nullptr, 0}));
  }
  REQUIRE(writer->sync());
  return file;
}

}  // namespace

TEST_CASE("each byte of a file of three records flipped in turn: the other two are read, and the damage is told") {
  for (Compression c : {Compression::kZstd, Compression::kGzip, Compression::kNone}) {
    test::TempDir dir;
    fs::path file = three_records(dir.path(), c);
    std::string whole = test::read_text(file);
    auto all = read_all(file);
    auto right = texts(all);
    REQUIRE(all.size() == 3);
    for (std::size_t n = 0; n < whole.size(); ++n)
      for (int mask : {0x01, 0x55, 0x80, 0xFF}) {
        std::string bad = whole;
        bad[n] = static_cast<char>(bad[n] ^ mask);
        test::write_text(file, bad);
        CAPTURE(n, mask, static_cast<int>(c), whole.substr(n > 30 ? n - 30 : 0, 60));
        std::vector<Damage> damage;
        auto records = read_all(file, &damage);
        auto got = texts(records);
        std::size_t hit = all[2].offset <= n ? 2 : all[1].offset <= n ? 1 : 0;
        for (std::size_t i = 0; i < 3; ++i)
          if (i != hit) CHECK(std::count(got.begin(), got.end(), right[i]) == 1);
        if (got == right) continue;  // A byte that says nothing: the time in a gzip header.
        CAPTURE(got, damage.size(), damage.empty() ? 0 : damage[0].offset, damage.empty() ? 0 : damage[0].length);
        bool named = std::any_of(damage.begin(), damage.end(), [&](const Damage& d) { return d.offset <= n && n < d.offset + d.length; });
        if (c != Compression::kNone) CHECK((named && got.size() == 2));
        else CHECK((named || got.size() == 3));  // Without checksums a changed header may still be one.
      }
  }
}

TEST_CASE("each truncation of a file of three records gives its whole records and one report of the rest") {
  for (Compression c : {Compression::kZstd, Compression::kGzip, Compression::kNone}) {
    test::TempDir dir;
    fs::path file = three_records(dir.path(), c);
    std::string whole = test::read_text(file);
    auto all = read_all(file);
    auto right = texts(all);
    for (std::size_t n = 0; n < whole.size(); ++n) {
      test::write_text(file, whole.substr(0, n));
      CAPTURE(n, static_cast<int>(c));
      std::vector<Damage> damage;
      auto got = texts(read_all(file, &damage));
      std::size_t complete = 0;
      while (complete < 3 && all[complete].offset + all[complete].length <= n) ++complete;
      bool only_line_ends = c == Compression::kNone && got.size() == complete + 1;  // The record is whole, its end is not.
      CHECK((got.size() == complete || only_line_ends));
      CHECK(std::equal(got.begin(), got.end(), right.begin()));
      bool at_end = complete < 3 && n == all[complete].offset;
      CHECK(damage.size() == (at_end || only_line_ends || complete == 3 ? 0u : 1u));
      for (const Damage& d : damage) CHECK((d.at_end && d.offset == all[complete].offset && d.offset + d.length == n));
    }
  }
}

TEST_CASE("no control character enters a WARC header") {
  CHECK_FALSE(RecordBuilder("response", "urn:x", now()).uri("WARC-Target-URI", "http://x/\r\nWARC-Type: y").build(0));
  CHECK_FALSE(RecordBuilder("response", "urn:x", now()).uri("WARC-Target-URI", "http://x/a b").build(0));
  CHECK_FALSE(RecordBuilder("response", "urn:x", now()).field("WARC-IP-Address", std::string("1\0", 2)).build(0));
}

TEST_CASE("CDXJ lines have the form that pywb reads") {
  CaptureSummary c;
  c.url = "http://www.example.com/A";
  c.date = *parse_iso8601("2026-01-02T03:04:05Z");
  c.status = 200;
  c.mime = "text/html";
  c.payload_digest = sha1("");
  c.file = "f.warc.zst";
  c.offset = 7;
  c.length = 9;
  CHECK(cdxj_line(c) == R"(com,example)/a 20260102030405 {"url":"http://www.example.com/A","mime":"text/html","status":"200","digest":"sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ","length":"9","offset":"7","filename":"f.warc.zst"})");
}

TEST_CASE("the chunked coding is taken off piece by piece, wherever it is cut") {
  std::string body = "5;x=y\r\nhello\r\n6\r\n world\r\n0\r\nTrailer: t\r\n\r\nextra";
  for (std::size_t cut = 0; cut <= body.size(); ++cut) {
    Dechunker d;
    std::string out;
    auto sink = [&](std::string_view s) { out += s; };
    std::size_t used = d.feed(std::string_view(body).substr(0, cut), sink);
    if (used == cut) d.feed(std::string_view(body).substr(cut), sink);
    CHECK(out == "hello world");
    CHECK(d.complete());
  }
  Dechunker bad;
  bad.feed("zz\r\n", nullptr);
  CHECK(bad.malformed());
}

TEST_CASE("unfolding of content codings is bounded") {
  std::string bomb;
  {
    test::TempDir dir;
    test::write_text(dir / "z", std::string(30 << 20, '\0'));
    bomb = test::run("gzip -9 -c " + (dir / "z").string()).out;
  }
  Unfolded u = remove_content_coding(bomb, "gzip", 1 << 20);
  CHECK(u.bytes.size() <= (1u << 20));
  CHECK(u.truncated);
  CHECK(remove_content_coding("abc", "br", 100).unknown_coding);
}

TEST_CASE("a hole in what was not acknowledged ends the file there; one in what was stays, and is named") {
  for (bool acknowledged : {false, true}) {
    test::TempDir dir;
    store_all(dir.path(), {"one", "two", "three"}, writer_options(), false);
    fs::path open = only_warc(dir.path());
    auto records = read_all(open);
    auto& two = *std::find_if(records.begin(), records.end(), [](const auto& r) { return r.header.target_uri() == "http://x/1" && r.header.type() == "response"; });
    std::string bytes = read_text(open);
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(two.offset), 20, '\0');
    write_text(open, bytes);
    if (!acknowledged) {
      Database db(dir / "state.sqlite", Database::Mode::kWrite);
      db.exec("DELETE FROM captures WHERE offset>=" + std::to_string(two.offset) + "; UPDATE files SET size=" + std::to_string(two.offset));
    }
    REQUIRE(Archive::open_for_writing(dir.path()));
    std::vector<Damage> damage;
    auto left = read_all(only_warc(dir.path()), &damage);
    if (acknowledged) CHECK(left.size() == records.size() - 1);
    else CHECK(left.back().offset < two.offset);
    CHECK(damage.empty() == !acknowledged);
  }
}

TEST_CASE("a hole in an open file whose state is lost: every intact record is kept, the damaged file is put aside") {
  test::TempDir dir;
  store_all(dir.path(), {"one", "two", "three"}, writer_options(), false);
  fs::path open = only_warc(dir.path());
  auto records = read_all(open);
  std::string bytes = read_text(open);
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(records[4].offset), 20, '\0');
  write_text(open, bytes);
  fs::remove(dir / "state.sqlite");
  REQUIRE(Archive::open_for_writing(dir.path()));
  std::vector<Damage> damage;
  CHECK(read_all(only_warc(dir.path()), &damage).size() == records.size() - 1);
  CHECK(damage.empty());
  CHECK(read_text(dir.path() / "damaged" / open.filename()) == bytes);
  CHECK(verify_archive(ArchiveLayout{dir.path()})->findings.empty());
}
