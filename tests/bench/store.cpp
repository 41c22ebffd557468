// The archive store beside other writers and readers: CPU seconds for writing, reading and
// verifying the same records. Driven by store.py, which runs the peers in the same run.
// usage: bench_store raw OUT.warc SET...      response records of the sets' pages, uncompressed
//        bench_store write RAW.warc ARCHIVE   stores them: both digests, zstd-3, dedup, state
//        bench_store records RAW.warc OUT     the same without request, metadata and state
//        bench_store read FILE | verify FILE
#include <fmt/format.h>
#include <sys/resource.h>

#include <cstring>

#include "base/digest.h"
#include "base/memory.h"
#include "base/url.h"
#include "extractors/evaluate.h"
#include "warc/archive_writer.h"
#include "warc/http_message.h"
#include "warc/record_builder.h"
#include "warc/verify.h"

using namespace offprint;

namespace {

double cpu_seconds() {
  rusage u{};
  getrusage(RUSAGE_SELF, &u);
  auto s = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
  return s(u.ru_utime) + s(u.ru_stime);
}

double peak_mib() {
  rusage u{};
  getrusage(RUSAGE_SELF, &u);
  return static_cast<double>(u.ru_maxrss) / 1024;
}

template <class T>
T must(Result<T> r) {
  if (r) return std::move(*r);
  fmt::print(stderr, "{}\n", r.error().message);
  std::exit(1);
}
void must(Result<void> r) {
  if (r) return;
  fmt::print(stderr, "{}\n", r.error().message);
  std::exit(1);
}

/// The timed line that store.py reads: raw megabytes, CPU seconds, records.
void say(double bytes, double seconds, std::uint64_t records) { fmt::print("{{\"mb\":{:.3f},\"cpu\":{:.4f},\"records\":{},\"peak_mib\":{:.1f}}}\n", bytes / 1e6, seconds, records, peak_mib()); }

OutgoingRecord response_record(const std::string& url, std::string head, const Spool* body, const std::string& payload_digest) {
  Digest block(DigestAlgorithm::kSha1);
  block.update(head);
  must(body->read([&](std::string_view piece) -> Result<void> {
    block.update(piece);
    return {};
  }));
  RecordBuilder b("response", random_record_id(), now());
  b.uri("WARC-Target-URI", url).field("Content-Type", "application/http; msgtype=response");
  b.field("WARC-Payload-Digest", "sha1:" + base32(payload_digest)).field("WARC-Block-Digest", "sha1:" + base32(block.finish()));
  std::string header = must(b.build(head.size() + body->size()));
  return {std::move(header), std::move(head), body, 0};
}

Spool spool_of(std::string_view bytes) {
  Spool s(std::size_t{64} << 20);
  must(s.append(bytes));
  return s;
}

void write_raw(const std::string& out, int sets, char** names) {
  WarcWriter writer = must(WarcWriter::open(out, Compression::kNone, 0));
  for (int i = 0; i < sets; ++i) {
    GoldSet set = must(load_set(names[i]));
    for (const GoldPage& p : set.pages) {
      auto html = read_maybe_gzip(set.directory / p.html_path, std::size_t{64} << 20);
      auto url = Url::parse(p.url);
      if (!html || html->empty() || !url) continue;
      Spool body = spool_of(*html);
      std::string head = fmt::format("HTTP/1.1 200 OK\r\nServer: bench\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n", html->size());
      must(writer.write(response_record(url->fetch_url(), head, &body, sha1(*html))));
    }
  }
  must(writer.sync());
}

/// The raw file's responses as captures, before any timing.
std::vector<Capture> load(const std::string& raw, double& bytes) {
  std::vector<Capture> out;
  WarcReader reader = must(WarcReader::open(raw));
  while (auto r = must(reader.next())) {
    if (r->header.type() != "response") continue;
    std::string block = must(r->block.head(r->block.size()));
    bytes += static_cast<double>(r->raw_header.size() + block.size());
    Capture c;
    std::size_t head = http_head_size(block);
    c.url = r->header.target_uri();
    c.date = now();
    c.status = 200;
    c.mime = "text/html";
    c.request_head = "GET / HTTP/1.1\r\nHost: bench.example\r\nUser-Agent: bench\r\n\r\n";
    c.response_head = block.substr(0, head);
    c.body = spool_of(std::string_view(block).substr(head));
    c.payload_length = block.size() - head;
    out.push_back(std::move(c));
  }
  return out;
}

void bench_archive(const std::string& raw, const std::string& folder) {
  double bytes = 0;
  std::vector<Capture> captures = load(raw, bytes);
  auto archive = must(Archive::open_for_writing(folder));
  ArchiveWriterOptions options;
  options.series = "bench";
  options.crawl = "bench";
  ArchiveWriter writer(*archive, options);
  double start = cpu_seconds();
  for (std::size_t i = 0; i < captures.size();) {
    Transaction transaction(archive->database());
    for (std::size_t end = std::min(captures.size(), i + 64); i < end; ++i) {
      Capture& c = captures[i];
      c.payload_digest = sha1(c.body.view());  // In a crawl it is made while the body arrives.
      must(writer.store(c, Pending::kNothing));
    }
    must(writer.acknowledge());
    transaction.commit();
  }
  must(writer.close());
  say(bytes, cpu_seconds() - start, captures.size());
}

void bench_records(const std::string& raw, const std::string& out) {
  double bytes = 0;
  std::vector<Capture> captures = load(raw, bytes);
  WarcWriter writer = must(WarcWriter::open(out, compression_of_name(out), 3));
  double start = cpu_seconds();
  for (Capture& c : captures) must(writer.write(response_record(c.url, c.response_head, &c.body, sha1(c.body.view()))));
  must(writer.sync());
  say(bytes, cpu_seconds() - start, captures.size());
}

void bench_read(const std::string& file, bool verify) {
  double start = cpu_seconds(), bytes = 0;
  std::uint64_t records = 0;
  if (verify) {
    VerifyResult result;
    must(verify_file(file, result));
    records = result.records;
    bytes = static_cast<double>(result.bytes);
    if (!result.sound()) std::exit(1);
  } else {
    WarcReader reader = must(WarcReader::open(file));
    while (auto r = must(reader.next())) ++records, bytes += static_cast<double>(r->raw_header.size() + r->block.size());
  }
  say(bytes, cpu_seconds() - start, records);
}

}  // namespace

int main(int argc, char** argv) {
  keep_freed_memory();  // As the commands do.
  std::string what = argc > 2 ? argv[1] : "";
  if (what == "raw" && argc > 3) write_raw(argv[2], argc - 3, argv + 3);
  else if (what == "write" && argc == 4) bench_archive(argv[2], argv[3]);
  else if (what == "records" && argc == 4) bench_records(argv[2], argv[3]);
  else if (what == "read" || what == "verify") bench_read(argv[2], what == "verify");
  else return fmt::print(stderr, "usage: bench_store raw OUT SET... | write RAW ARCHIVE | records RAW OUT | read FILE | verify FILE\n"), 2;
}
