#include <catch2/catch.hpp>

#include <filesystem>

#include "tests/support/archive.h"
#include "tests/support/support.h"
#include "warc/dictionary.h"
#include "warc/reader.h"
#include "warc/writer.h"

using namespace offprint;

namespace {

/// What all pages of a publication share is long and has no pattern of its own.
std::string template_text() {
  std::string out;
  std::uint32_t state = 1;
  for (int i = 0; i < 6000; ++i) {
    state = state * 1664525 + 1013904223;
    out += static_cast<char>('a' + (state >> 24) % 26);
    if (i % 7 == 6) out += ' ';
  }
  return out;
}

std::string page(int n) {
  static const std::string shared = template_text();
  return "<html><head><title>Page " + std::to_string(n) + "</title></head><body>" + shared + "<p>Story number " + std::to_string(n * 7919) + " of the harbour.</p></body></html>";
}

std::vector<std::string> pages(int from, int to) {
  std::vector<std::string> out;
  for (int n = from; n < to; ++n) out.push_back(page(n));
  return out;
}

/// Writes pages as records; the positions are of use to nobody here.
void write_pages(WarcWriter& w, int from, int to) {
  for (int n = from; n < to; ++n) {
    std::string block = page(n);
    REQUIRE(w.write({"WARC/1.1\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:uuid:0>\r\nWARC-Date: 2026-01-01T00:00:00Z\r\nContent-Length: " + std::to_string(block.size()) + "\r\n\r\n", block, nullptr, 0}));
  }
  REQUIRE(w.sync());
}

int count_records(const std::filesystem::path& path) {
  auto reader = WarcReader::open(path);
  REQUIRE(reader);
  int n = 0;
  for (;; ++n) {
    auto record = reader->next();
    REQUIRE(record);
    if (!*record) break;
  }
  CHECK(reader->damage().empty());
  return n;
}

}  // namespace

TEST_CASE("a file with its publication's pages as dictionary is smaller, is read again, and goes on with it") {
  test::TempDir dir;
  auto dictionary = ZstdDictionary::build(pages(0, 60), 256 << 10);
  REQUIRE(dictionary);
  CHECK(dictionary->id() >= 32768);
  auto plain = WarcWriter::open(dir / "plain.warc.zst", Compression::kZstd, 9);
  auto with = WarcWriter::open(dir / "with.warc.zst", Compression::kZstd, 9, &*dictionary);
  REQUIRE(plain);
  REQUIRE(with);
  CHECK(with->has_dictionary());
  CHECK(with->size() == dictionary->frame().size());
  write_pages(*plain, 100, 160);
  std::uint64_t before = with->size();
  write_pages(*with, 100, 160);
  CHECK((with->size() - before) * 2 < plain->size());
  CHECK(std::filesystem::file_size(dir / "with.warc.zst") == with->size());
  auto again = WarcWriter::open(dir / "with.warc.zst", Compression::kZstd, 9);
  REQUIRE(again);
  CHECK(again->has_dictionary());
  write_pages(*again, 160, 170);
  CHECK(count_records(dir / "with.warc.zst") == 70);
}

TEST_CASE("dictionaries are read in both forms, and damaged ones are named") {
  test::TempDir dir;
  auto dictionary = ZstdDictionary::build(pages(0, 60), 256 << 10);
  REQUIRE(dictionary);
  test::write_text(dir / "compressed", dictionary->frame());
  std::string raw = dictionary->frame().substr(0, 4), bytes(dictionary->bytes());
  auto size = static_cast<std::uint32_t>(bytes.size());
  raw.append(reinterpret_cast<const char*>(&size), 4);
  test::write_text(dir / "raw", raw + bytes);
  for (const char* form : {"compressed", "raw"}) {
    auto read = ZstdDictionary::of_file(dir / form);
    REQUIRE(read);
    REQUIRE(*read);
    CHECK((*read)->bytes() == dictionary->bytes());
  }
  test::write_text(dir / "cut", dictionary->frame().substr(0, 500));
  CHECK_FALSE(ZstdDictionary::of_file(dir / "cut"));
  std::string flipped = dictionary->frame();
  flipped[600] = static_cast<char>(flipped[600] ^ 1);
  test::write_text(dir / "flipped", flipped);
  CHECK_FALSE(ZstdDictionary::of_file(dir / "flipped"));
  test::write_text(dir / "none", "WARC/1.1\r\n");
  REQUIRE(ZstdDictionary::of_file(dir / "none"));
  CHECK_FALSE(*ZstdDictionary::of_file(dir / "none"));
  CHECK_FALSE(ZstdDictionary::build({"short"}, 1 << 20));
}

TEST_CASE("where no dictionary can be made, files are not sealed one capture at a time") {
  test::TempDir dir;
  auto o = test::writer_options();
  o.dictionary = 4096;  // Too little for one.
  std::vector<std::string> bodies;
  for (int i = 0; i < 20; ++i) bodies.push_back(std::string(3000, static_cast<char>('a' + i)));
  test::store_all(dir.path(), bodies, o);
  CHECK(ArchiveLayout{dir.path()}.warc_names()->size() <= 8);
}
