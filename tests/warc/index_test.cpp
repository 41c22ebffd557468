// Index, look-ups, exclusions, reference counts.
#include <catch2/catch.hpp>

#include <algorithm>
#include <map>

#include "base/digest.h"
#include "tests/support/archive.h"
#include "tests/support/support.h"
#include "warc/cdxj.h"
#include "warc/exclusions.h"
#include "warc/import.h"
#include "warc/index.h"
#include "warc/verify.h"
#include "warc/zipnum.h"

namespace fs = std::filesystem;
using namespace offprint;
using namespace offprint::test;

namespace {

std::map<std::string, std::string> index_of(const fs::path& archive) {
  std::map<std::string, std::string> out;
  for (const auto& e : fs::directory_iterator(archive / "index"))
    if (e.is_regular_file()) out[e.path().filename().string()] = read_text(e.path());
  return out;
}

std::vector<std::string> found(const fs::path& archive, UrlMatch::Kind kind, const std::string& url, const std::string& from = "", const std::string& to = "") {
  std::vector<std::string> keys;
  auto ok = look_up(ArchiveLayout{archive}, UrlMatch(kind, url), from, to, [&](std::string_view line) -> Result<void> {
    keys.emplace_back(line.substr(0, line.find(' ')));
    return {};
  });
  REQUIRE(ok);
  return keys;
}

Capture at(const std::string& url, const std::string& date) {
  Capture c = capture(url, "page of " + url + " at " + date);
  c.date = *parse_iso8601(date);
  return c;
}

/// A 304 that confirms a stored response.
Capture unchanged(const Original& original) {
  Capture c = capture(original.url, "");
  c.status = 304;
  c.response_head = "HTTP/1.1 304 Not Modified\r\nETag: \"new\"\r\n\r\n";
  c.confirmed = original;
  return c;
}

Original original_of(const fs::path& archive, const std::string& url) {
  Database db(archive / "state.sqlite", Database::Mode::kRead);
  CaptureSummary s = ArchiveState(db).latest_capture(url)->summary;
  return {s.url, s.date, s.record_id, s.payload_digest, s.payload_length};
}

}  // namespace

TEST_CASE("index and state deleted: `index` gives the same bytes and the same dedup decisions") {
  TempDir dir;
  auto gzip = writer_options(Compression::kGzip);
  gzip.series = "another";
  store_all(dir.path(), {"one", "two", "one"});
  store_all(dir.path(), {"two", "three"}, gzip);
  Capture tagged = capture("http://x/tagged", "tagged");
  tagged.response_head = "HTTP/1.1 200 OK\r\nETag: \"a\"\r\nContent-Type: Text/HTML; charset=utf-8\r\n\r\n";
  std::vector<Capture> more;
  more.push_back(std::move(tagged));
  store(dir.path(), std::move(more), gzip);
  std::vector<Capture> confirmed;
  confirmed.push_back(unchanged(original_of(dir.path(), "http://x/tagged")));
  store(dir.path(), std::move(confirmed), gzip);
  auto before = index_of(dir.path());
  REQUIRE(before.size() == 2);

  SECTION("both") { fs::remove(dir / "state.sqlite"); }
  SECTION("the index alone") {}
  fs::remove_all(dir / "index");
  {
    auto archive = Archive::open_for_writing(dir.path());
    REQUIRE(archive);
    auto counts = rebuild_index(**archive, [](const std::string&) {});
    REQUIRE(counts);
    CHECK(counts->captures == 7);
    CHECK(counts->changed == 0);
    for (const char* body : {"one", "two", "three", "tagged"}) {
      auto entry = (*archive)->state().find_duplicate(sha1(body), std::string(body).size());
      REQUIRE(entry);
      CHECK(entry->url == (std::string(body) == "one" ? "http://x/0" : std::string(body) == "tagged" ? "http://x/tagged" : "http://x/1"));
    }
    CHECK((*archive)->state().validated("http://x/tagged")->etag == "\"a\"");
  }
  CHECK(index_of(dir.path()) == before);
  auto verified = verify_archive(ArchiveLayout{dir.path()});
  REQUIRE(verified);
  CHECK(verified->findings.empty());
}

TEST_CASE("`index` mends captures that the state has wrong, lacks, or invents") {
  TempDir dir;
  store_all(dir.path(), {"one", "two", "three"});
  {
    Database db(dir / "state.sqlite", Database::Mode::kWrite);
    db.exec("UPDATE captures SET url='http://wrong/' WHERE url='http://x/0'; DELETE FROM captures WHERE url='http://x/1';"
            "INSERT INTO captures SELECT 99,url,date,'x',revisit,status,mime,digest,payload_length,truncated,file,offset+1,length,crawl,0,'','','' FROM captures WHERE url='http://x/2'");
  }
  CHECK_FALSE(verify_archive(ArchiveLayout{dir.path()})->sound());
  auto archive = Archive::open_for_writing(dir.path());
  REQUIRE(archive);
  auto counts = rebuild_index(**archive, [](const std::string&) {});
  REQUIRE(counts);
  CHECK(counts->changed == 2);
  CHECK(counts->gone == 1);
  CHECK(verify_archive(ArchiveLayout{dir.path()})->findings.empty());
}

TEST_CASE("a 304 is a revisit with an empty block, all references, and the 304's head beside it") {
  TempDir dir;
  store_all(dir.path(), {"page"});
  std::vector<Capture> captures;
  captures.push_back(unchanged(original_of(dir.path(), "http://x/0")));
  store(dir.path(), std::move(captures));
  auto records = read_all(only_warc(dir.path()));
  auto original = std::find_if(records.begin(), records.end(), [](const auto& r) { return r.header.type() == "response"; });
  auto revisit = std::find_if(records.begin(), records.end(), [](const auto& r) { return r.header.type() == "revisit"; });
  REQUIRE(revisit != records.end());
  CHECK(revisit->block.size() == 0);
  CHECK(revisit->header.get("WARC-Profile") == "http://netpreserve.org/warc/1.1/revisit/server-not-modified");
  CHECK(revisit->header.get("WARC-Payload-Digest") == original->header.get("WARC-Payload-Digest"));
  CHECK(revisit->header.get("WARC-Refers-To") == original->header.get("WARC-Record-ID"));
  CHECK(revisit->header.get("WARC-Refers-To-Target-URI") == "http://x/0");
  CHECK(revisit->header.get("WARC-Refers-To-Date") == original->header.get("WARC-Date"));
  auto& head = records.back();
  CHECK(head.header.type() == "metadata");
  CHECK(head.header.get("WARC-Concurrent-To") == revisit->header.get("WARC-Record-ID"));
  CHECK(head.block.view() == "HTTP/1.1 304 Not Modified\r\nETag: \"new\"\r\n\r\n");
  // A 304 in the index is shown by no replay tool.
  CHECK(index_of(dir.path()).begin()->second.find("\"mime\":\"warc/revisit\",\"status\":\"200\"") != std::string::npos);
}

TEST_CASE("look-ups by URL, prefix, host, domain and time") {
  TempDir dir;
  std::vector<Capture> c;
  c.push_back(at("http://www.news.example/a", "2026-01-01T00:00:00Z"));
  c.push_back(at("http://news.example/a/b", "2026-01-02T00:00:00Z"));
  c.push_back(at("https://news.example/ab", "2026-02-01T00:00:00Z"));
  c.push_back(at("http://sub.news.example/a", "2026-03-01T00:00:00Z"));
  c.push_back(at("http://news.example.org/a", "2026-03-01T00:00:00Z"));
  for (int i = 0; i < 3000; ++i) c.push_back(at("http://filler.example/" + std::to_string(i), "2026-01-01T00:00:00Z"));
  store(dir.path(), std::move(c));
  using K = UrlMatch::Kind;
  CHECK(found(dir.path(), K::kExact, "http://news.example/a") == std::vector<std::string>{"example,news)/a"});
  CHECK(found(dir.path(), K::kPrefix, "http://news.example/a").size() == 3);
  CHECK(found(dir.path(), K::kPrefix, "http://news.example/a/") == std::vector<std::string>{"example,news)/a", "example,news)/a/b"});
  CHECK(found(dir.path(), K::kHost, "news.example").size() == 3);
  CHECK(found(dir.path(), K::kDomain, "news.example").size() == 4);
  CHECK(found(dir.path(), K::kDomain, "news.example", "202602").size() == 2);
  CHECK(found(dir.path(), K::kDomain, "news.example", "", "20260101").size() == 1);
  CHECK(found(dir.path(), K::kExact, "http://filler.example/2999").size() == 1);
  CHECK(found(dir.path(), K::kHost, "filler.example").size() == 3000);
  CHECK(found(dir.path(), K::kExact, "http://zzz.example/").empty());

  auto lines = write_zipnum(ArchiveLayout{dir.path()});
  REQUIRE(lines);
  CHECK(*lines == 3005);
  std::string summary = read_text(dir / "index/zipnum/cluster.idx");
  CHECK(std::count(summary.begin(), summary.end(), '\n') == 2);
  CHECK(summary.starts_with("example,filler)/0 20260101000000\tcdx-00000.gz\t0\t"));
}

TEST_CASE("exclusions are kept with reason and person, obeyed by the index, and can be lifted") {
  TempDir dir;
  std::vector<Capture> c;
  c.push_back(at("http://news.example/a", "2026-01-01T00:00:00Z"));
  c.push_back(at("http://news.example/a", "2026-05-01T00:00:00Z"));
  c.push_back(at("http://news.example/b", "2026-01-01T00:00:00Z"));
  store(dir.path(), std::move(c));
  ArchiveLayout layout{dir.path()};
  auto rebuild = [&] {
    auto archive = Archive::open_for_writing(dir.path());
    REQUIRE(archive);
    REQUIRE(rebuild_index(**archive, [](const std::string&) {}));
  };
  auto id = Exclusions::add(layout, {0, "https://www.news.example/a", UrlMatch::Kind::kExact, "202601", "202603", "court order", "M. Archivist", ""});
  REQUIRE(id);
  rebuild();
  CHECK(found(dir.path(), UrlMatch::Kind::kHost, "news.example").size() == 2);
  CHECK(verify_archive(layout)->sound());
  auto list = Exclusions::load(layout);
  REQUIRE(list);
  REQUIRE(list->list().size() == 1);
  CHECK(list->list()[0].reason == "court order");
  CHECK(list->list()[0].who == "M. Archivist");
  CHECK_FALSE(Exclusions::add(layout, {0, "http://x/", UrlMatch::Kind::kExact, "yesterday", "", "r", "w", ""}));

  REQUIRE(Exclusions::lift(layout, *id, "order ended", "M. Archivist"));
  CHECK_FALSE(Exclusions::lift(layout, *id, "again", "M. Archivist"));
  rebuild();
  CHECK(found(dir.path(), UrlMatch::Kind::kHost, "news.example").size() == 3);

  write_text(dir / "exclusions.jsonl", read_text(dir / "exclusions.jsonl") + "{\"id\":7,\n");
  CHECK_FALSE(Exclusions::load(layout));  // Better nothing than what must not be shown.
}

TEST_CASE("a removed file is named with the revisits that it orphans, before and after") {
  TempDir dir;
  auto other = writer_options();
  other.series = "other";
  store_all(dir.path(), {"one", "two"});
  store_all(dir.path(), {"one", "three", "two"}, other);
  ArchiveLayout layout{dir.path()};
  std::string removed;
  {
    Database db(layout.state(), Database::Mode::kRead);
    ArchiveState state(db);
    auto files = state.files();
    REQUIRE(files.size() == 2);
    CHECK(state.references_to(files[0].id).revisits == 2);
    CHECK(state.references_to(files[0].id).files == 1);
    CHECK(state.references_to(files[1].id).revisits == 0);
    removed = files[0].name;
  }
  fs::remove(layout.warc() / removed);
  auto verified = verify_archive(layout);
  REQUIRE(verified);
  auto count = [&](std::string_view text) { return std::count_if(verified->findings.begin(), verified->findings.end(), [&](const Finding& f) { return f.fault && f.message.find(text) != std::string::npos; }); };
  CHECK(count("no such file") == 1);
  CHECK(count("original is not in this archive") == 2);
}

TEST_CASE("an index that does not say what the file holds is a fault") {
  TempDir dir;
  store_all(dir.path(), {"one", "two"});
  auto index = index_of(dir.path()).begin()->first;
  write_text(dir.path() / "index" / index, "");
  CHECK_FALSE(verify_archive(ArchiveLayout{dir.path()})->sound());
}

TEST_CASE("files of others are adopted byte for byte, or rewritten where their records can't be addressed") {
  TempDir from, dir;
  store_all(from.path(), {"one", "two"}, writer_options(Compression::kGzip));
  fs::path source = only_warc(from.path());
  std::string whole = read_text(source), plain;
  for (auto& r : read_all(source)) plain += r.raw_header + r.block.head(1 << 20).value_or("") + "\r\n\r\n";
  write_text(from / "odd name;.warc.gz", gzip_member(plain));
  {
    auto archive = Archive::open_for_writing(dir.path());
    REQUIRE(archive);
    auto same = import_file(**archive, source);
    REQUIRE(same);
    CHECK_FALSE(same->rewritten);
    CHECK(same->captures == 2);
    CHECK(read_text(dir.path() / "warc" / same->name) == whole);
    auto odd = import_file(**archive, from / "odd name;.warc.gz");
    REQUIRE(odd);
    CHECK(odd->rewritten);
    CHECK(odd->name == "odd-name-.warc.gz");
    CHECK(odd->captures == 2);
    CHECK_FALSE(import_file(**archive, source));  // A second time.
    write_text(from / "nothing.warc", "no record");
    CHECK_FALSE(import_file(**archive, from / "nothing.warc"));
  }
  auto verified = verify_archive(ArchiveLayout{dir.path()});
  CHECK(verified->findings.empty());
  CHECK(verified->captures == 4);
}

TEST_CASE("stopped between closing a file and writing its index: a note, and the next start writes it") {
  TempDir dir;
  store_all(dir.path(), {"one", "two"}, writer_options(), false);
  fs::path open = only_warc(dir.path());
  REQUIRE(open.extension() == ".open");
  fs::path closed = open;
  closed.replace_extension();
  fs::rename(open, closed);
  CHECK(verify_archive(ArchiveLayout{dir.path()})->sound());
  CHECK(index_of(dir.path()).empty());
  REQUIRE(Archive::open_for_writing(dir.path()));
  CHECK(index_of(dir.path()).size() == 1);
  CHECK(verify_archive(ArchiveLayout{dir.path()})->findings.empty());
}
