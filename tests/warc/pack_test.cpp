// WACZ packages and self-contained copies.
#include <catch2/catch.hpp>

#include "base/digest.h"
#include "tests/support/archive.h"
#include "tests/support/support.h"
#include "warc/convert.h"
#include "warc/exclusions.h"
#include "warc/wacz.h"

namespace fs = std::filesystem;
using namespace offprint;
using namespace offprint::test;

namespace {

/// A member of a package, through another program.
std::string member(const fs::path& wacz, const std::string& name) {
  return run("python3 -c 'import zipfile,sys; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))' " + wacz.string() + " " + name).out;
}

std::string archive_member(const fs::path& wacz) {
  return run("python3 -c 'import zipfile,sys; z=zipfile.ZipFile(sys.argv[1]); print(*[(i.filename, i.compress_type) for i in z.infolist()], sep=chr(10))' " + wacz.string()).out;
}

}  // namespace

TEST_CASE("a revisit becomes the response that it stands for, its head with the original's body") {
  TempDir dir;
  store_all(dir.path(), {"one", "two", "one"});
  ConvertOptions options;
  options.inflate = true;
  auto result = convert_file(only_warc(dir.path()), dir / "whole.warc.gz", options);
  REQUIRE(result);
  CHECK(result->inflated == 1);
  CHECK(result->unresolved == 0);
  int responses = 0;
  for (const StoredRecord& r : read_all(dir / "whole.warc.gz")) {
    CHECK(r.header.type() != "revisit");
    CHECK(block_digest_right(r));
    auto s = summarize(r, false);
    if (!s) continue;
    ++responses;
    CHECK_FALSE(s->digest_wrong);
    CHECK(r.header.get("WARC-Refers-To").empty());
    if (r.header.target_uri() == "http://x/2") CHECK(r.block.view() == capture("", "").response_head + "one");
  }
  CHECK(responses == 3);
}

TEST_CASE("a revisit whose original is nowhere stays one, and is counted") {
  TempDir dir;
  auto small = writer_options();
  small.max_size = 1;  // A file a capture.
  store_all(dir.path(), {"one", "one"}, small);
  ArchiveLayout layout{dir.path()};
  auto names = layout.warc_names();
  REQUIRE(names->size() == 2);
  ConvertOptions options;
  options.inflate = true;
  auto alone = convert_file(layout.find_warc(names->back()), dir / "alone.warc.gz", options);
  REQUIRE(alone);
  CHECK(alone->unresolved == 1);
  options.originals = {layout.find_warc(names->front())};
  auto with = convert_file(layout.find_warc(names->back()), dir / "with.warc.gz", options);
  REQUIRE(with);
  CHECK(with->inflated == 1);
}

TEST_CASE("a package holds stored gzip files, an index with its summary, pages and hashes") {
  TempDir dir;
  store_all(dir / "a", {"one", "two", "one"});
  auto key = SigningKey::open_or_make(dir / "key.pem");
  REQUIRE(key);
  WaczOptions options;
  options.title = "Test";
  options.software = "offprint";
  options.key = &*key;
  options.pages = [&](const auto& add) -> Result<void> {
    auto records = read_all(only_warc(dir / "a"));
    add(WaczPage{"http://x/0", "One", "text", *parse_iso8601(records[1].header.get("WARC-Date"))});
    add(WaczPage{"http://x/elsewhere", "Not there", "", now()});
    return {};
  };
  auto result = pack_wacz(ArchiveLayout{dir / "a"}, dir / "p.wacz", options);
  REQUIRE(result);
  CHECK(result->captures == 3);
  CHECK(result->pages == 1);
  std::string list = archive_member(dir / "p.wacz");
  CHECK(list.find(".warc.gz', 0)") != std::string::npos);
  CHECK(list.find("'indexes/index.cdx.gz', 0)") != std::string::npos);
  CHECK(member(dir / "p.wacz", "pages/pages.jsonl").find("\"url\":\"http://x/0\"") != std::string::npos);
  CHECK(member(dir / "p.wacz", "indexes/index.idx").starts_with("!meta 0 {\"format\": \"cdxj-gzip-1.0\""));
  std::string package = member(dir / "p.wacz", "datapackage.json");
  CHECK(package.find("\"wacz_version\": \"1.1.1\"") != std::string::npos);
  std::string digest = member(dir / "p.wacz", "datapackage-digest.json");
  CHECK(digest.find("sha256:" + hex(sha256(package))) != std::string::npos);
  CHECK(digest.find(key->public_key()) != std::string::npos);
  CHECK_FALSE(fs::exists(dir / "p.wacz.packing"));
  CHECK_FALSE(pack_wacz(ArchiveLayout{dir / "a"}, dir / "p.wacz", options));  // Nothing is overwritten.
}

TEST_CASE("a package obeys exclusions, and a revisit of what is excluded is made whole") {
  TempDir dir;
  store_all(dir / "a", {"secret", "two", "secret"});
  REQUIRE(Exclusions::add(ArchiveLayout{dir / "a"}, {0, "http://x/0", UrlMatch::Kind::kExact, "", "", "r", "w", ""}));
  WaczOptions options;
  auto result = pack_wacz(ArchiveLayout{dir / "a"}, dir / "p.wacz", options);
  REQUIRE(result);
  CHECK(result->left_out == 3);
  CHECK(result->unresolved == 0);
  std::string index = run("python3 -c 'import zipfile,sys,gzip; sys.stdout.buffer.write(gzip.decompress(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2])))' " + (dir / "p.wacz").string() + " indexes/index.cdx.gz").out;
  CHECK(index.find("x)/0") == std::string::npos);
  CHECK(index.find("warc/revisit") == std::string::npos);
  CHECK(index.find("x)/2") != std::string::npos);
}

TEST_CASE("the signature is of the key's owner and of this text alone; the key stays the same") {
  TempDir dir;
  auto key = SigningKey::open_or_make(dir / "key.pem");
  REQUIRE(key);
  std::string text = "sha256:" + hex(sha256("x"));
  std::string signature = key->sign(text);
  CHECK(signature_fits(text, signature, key->public_key()));
  CHECK_FALSE(signature_fits(text + "0", signature, key->public_key()));
  auto again = SigningKey::open_or_make(dir / "key.pem");
  REQUIRE(again);
  CHECK(again->public_key() == key->public_key());
  CHECK((fs::status(dir / "key.pem").permissions() & fs::perms::all) == (fs::perms::owner_read | fs::perms::owner_write));
  auto other = SigningKey::open_or_make("");
  CHECK_FALSE(signature_fits(text, signature, other->public_key()));
  write_text(dir / "no.pem", "no key");
  CHECK_FALSE(SigningKey::open_or_make(dir / "no.pem"));
}
