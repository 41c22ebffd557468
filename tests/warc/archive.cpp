#include "tests/support/archive.h"

#include <catch2/catch.hpp>

#include "base/digest.h"

namespace fs = std::filesystem;

namespace offprint::test {

Capture capture(const std::string& url, const std::string& body) {
  Capture c;
  c.url = url;
  c.date = now();
  c.ip = "192.0.2.1";
  c.protocols = {"http/1.1"};
  c.request_head = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  c.response_head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n";
  (void)c.body.append(body);
  c.payload_digest = sha1(body);
  c.payload_length = body.size();
  c.status = 200;
  c.mime = "text/html";
  return c;
}

ArchiveWriterOptions writer_options(Compression compression) {
  ArchiveWriterOptions o;
  o.compression = compression;
  o.series = "test";
  o.software = "offprint";
  o.crawl = "test-1";
  o.seed_key = "key";
  return o;
}

void store_all(const fs::path& dir, const std::vector<std::string>& bodies, ArchiveWriterOptions o, bool close) {
  auto archive = Archive::open_for_writing(dir);
  REQUIRE(archive);
  ArchiveWriter writer(**archive, o);
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    Transaction t((*archive)->database());
    REQUIRE(writer.store(capture("http://x/" + std::to_string(i), bodies[i]), Pending::kNothing));
    REQUIRE(writer.acknowledge());
    t.commit();
    REQUIRE(writer.rotate_if_due());
  }
  if (close) REQUIRE(writer.close());
}

std::vector<StoredRecord> read_all(const fs::path& file, std::vector<Damage>* damage) {
  auto reader = WarcReader::open(file);
  REQUIRE(reader);
  std::vector<StoredRecord> out;
  for (;;) {
    auto r = reader->next();
    REQUIRE(r);
    if (!*r) break;
    out.push_back(std::move(**r));
  }
  if (damage) *damage = reader->damage();
  return out;
}

fs::path only_warc(const fs::path& dir) {
  ArchiveLayout layout{dir};
  auto names = layout.warc_names();
  REQUIRE(names);
  REQUIRE(names->size() == 1);
  return layout.find_warc(names->front());
}

void store(const fs::path& dir, std::vector<Capture> captures, ArchiveWriterOptions o) {
  auto archive = Archive::open_for_writing(dir);
  REQUIRE(archive);
  ArchiveWriter writer(**archive, std::move(o));
  Transaction t((*archive)->database());
  for (Capture& c : captures) REQUIRE(writer.store(c, Pending::kNothing));
  REQUIRE(writer.acknowledge());
  t.commit();
  REQUIRE(writer.close());
}

}  // namespace offprint::test
