#include <catch2/catch.hpp>

#include <filesystem>

#include "tests/support/support.h"
#include "warc/codec.h"
#include "warc/convert.h"

using namespace offprint;

namespace {

std::string record(const std::string& name, const std::string& block) {
  return "WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: http://e.example/" + name + "\r\nWARC-Record-ID: <urn:uuid:" + name + ">\r\nWARC-Date: 2026-01-01T00:00:00Z\r\nContent-Type: text/plain\r\nContent-Length: " + std::to_string(block.size()) + "\r\n\r\n" + block;
}

struct Read {
  std::vector<std::string> uris, blocks;
  std::vector<Damage> damage;
};

Read read_all(const std::filesystem::path& path) {
  Read out;
  auto reader = WarcReader::open(path);
  REQUIRE(reader);
  for (;;) {
    auto r = reader->next();
    REQUIRE(r);
    if (!*r) break;
    out.uris.emplace_back((*r)->header.target_uri());
    out.blocks.push_back((*r)->block.head(1 << 20).value_or("?"));
  }
  out.damage = reader->damage();
  return out;
}

const std::string kEnd = "\r\n\r\n";

}  // namespace

TEST_CASE("a record that is parted over frames, and frames without content, are read") {
  test::TempDir dir;
  std::string one = record("a", std::string(500, 'x')) + kEnd, two = record("b", "short") + kEnd;
  test::write_text(dir / "parted.warc.zst", zstd_frame(one.substr(0, 300), 3) + zstd_frame(one.substr(300), 3) + zstd_frame("", 3) + zstd_frame(two, 3));
  Read r = read_all(dir / "parted.warc.zst");
  CHECK(r.uris == std::vector<std::string>{"http://e.example/a", "http://e.example/b"});
  CHECK(r.blocks[0] == std::string(500, 'x'));
  CHECK(r.damage.empty());
}

TEST_CASE("a frame that ends within its record gives damage, and the next record is read") {
  test::TempDir dir;
  std::string one = record("a", std::string(500, 'x')) + kEnd, two = record("b", "short") + kEnd;
  test::write_text(dir / "cut.warc.zst", zstd_frame(one.substr(0, 300), 3) + zstd_frame(two, 3));
  Read r = read_all(dir / "cut.warc.zst");
  CHECK(r.uris == std::vector<std::string>{"http://e.example/b"});
  REQUIRE(r.damage.size() == 1);
  CHECK(r.damage[0].offset == 0);
}

TEST_CASE("plain records without line ends between them are read") {
  test::TempDir dir;
  test::write_text(dir / "a.warc", record("a", "one") + record("b", "two") + kEnd + record("c", "three") + "\r\n");
  CHECK(read_all(dir / "a.warc").blocks == std::vector<std::string>{"one", "two", "three"});
}

TEST_CASE("ARC records come as WARC records") {
  test::TempDir dir;
  std::string page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>ahoy</p>", info = "1 0 Harbour\nURL IP-address Archive-date Content-type Archive-length\n";
  std::string arc = "filedesc://a.arc 0.0.0.0 20140216050221 text/plain " + std::to_string(info.size()) + "\n" + info + "\nhttp://e.example/with space 127.0.0.1 20140216050222 text/html " + std::to_string(page.size()) + "\n" + page + "\n";
  test::write_text(dir / "a.arc", arc);
  Read r = read_all(dir / "a.arc");
  CHECK(r.uris == std::vector<std::string>{"filedesc://a.arc", "http://e.example/with space"});
  CHECK(r.blocks[1] == page);
  CHECK(r.damage.empty());
  auto converted = convert_file(dir / "a.arc", dir / "a.warc.gz", {Compression::kGzip, 3, 0});
  REQUIRE(converted);
  CHECK(converted->records == 2);
  CHECK(read_all(dir / "a.warc.gz").blocks == r.blocks);
  test::write_text(dir / "bad.arc", "http://e.example/ 127.0.0.1 yesterday text/html 5\nhello\n");
  CHECK(read_all(dir / "bad.arc").damage.size() == 1);
}

TEST_CASE("a file goes round through every compression unchanged, and nothing is written over") {
  test::TempDir dir;
  test::write_text(dir / "a.warc", record("a", "one") + kEnd + record("b", std::string(3000, 'y')) + kEnd);
  std::filesystem::path from = dir / "a.warc";
  for (const char* name : {"b.warc.zst", "c.warc.gz", "d.warc"}) {
    auto ok = convert_file(from, dir / name, {compression_of_name(dir / name), 3, 0});
    REQUIRE(ok);
    CHECK(ok->damage.empty());
    from = dir / name;
  }
  CHECK(test::read_text(dir / "d.warc") == test::read_text(dir / "a.warc"));
  CHECK_FALSE(convert_file(dir / "a.warc", dir / "d.warc", {Compression::kNone, 3, 0}));
}

TEST_CASE("repair keeps what is intact and says what was not") {
  test::TempDir dir;
  std::string broken = record("b", "two") + kEnd;
  test::write_text(dir / "broken.warc", record("a", "one") + kEnd + "garbage" + broken.substr(3) + record("c", "three") + kEnd);
  auto result = convert_file(dir / "broken.warc", dir / "mended.warc", {Compression::kNone, 3, 0});
  REQUIRE(result);
  CHECK(result->records == 2);
  CHECK(result->damage.size() == 1);
  CHECK(read_all(dir / "mended.warc").uris == std::vector<std::string>{"http://e.example/a", "http://e.example/c"});
}
