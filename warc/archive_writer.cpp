#include "warc/archive_writer.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/digest.h"
#include "base/log.h"
#include "base/text.h"
#include "warc/cdxj.h"
#include "warc/http_message.h"
#include "warc/recovery.h"
#include "warc/warc_format.h"

namespace fs = std::filesystem;

namespace offprint {
namespace {

constexpr int kDictionaryPages = 2000;  ///< Looked at, at most, for a dictionary.

bool is_page_mime(const std::string& mime) { return mime.find("html") != std::string::npos || mime.find("xml") != std::string::npos || mime.find("json") != std::string::npos; }

std::string sha1_label(const std::string& digest) { return "sha1:" + base32(digest); }

std::string block_digest(std::string_view head, const Spool* body) {
  Digest d(DigestAlgorithm::kSha1);
  d.update(head);
  if (body) {
    (void)body->read([&](std::string_view piece) -> Result<void> {
      d.update(piece);
      return {};
    });
  }
  return sha1_label(d.finish());
}

void wire_fields(RecordBuilder& b, const Capture& c) {
  if (!c.ip.empty()) b.field("WARC-IP-Address", c.ip);
  for (const std::string& p : c.protocols) b.field("WARC-Protocol", p);
  if (!c.cipher.empty()) b.field("WARC-Cipher-Suite", c.cipher);
}

/// A fetched value for an application/warc-fields line.
std::string field_line(std::string_view name, std::string_view value) { return fmt::format("{}: {}\r\n", name, printable(value)); }

}  // namespace

ArchiveWriter::ArchiveWriter(Archive& archive, ArchiveWriterOptions options) : archive_(archive), options_(std::move(options)) {}

Result<Position> ArchiveWriter::put(const std::string& header, const std::string& head, const Spool* body) {
  auto position = writer_->write({header, head, body, 0});
  if (position) bytes_written_ += position->length;
  return position;
}

Result<void> ArchiveWriter::put_block(RecordBuilder& b, const std::string& block) {
  auto header = b.field("WARC-Block-Digest", block_digest(block, nullptr)).build(block.size());
  if (!header) return tl::unexpected(header.error());
  auto position = put(*header, block);
  return position ? Result<void>{} : tl::unexpected(position.error());
}

Result<void> ArchiveWriter::write_warcinfo() {
  warcinfo_id_ = random_record_id();
  std::string block = field_line("software", options_.software) + field_line("format", "WARC File Format 1.1") +
                      field_line("conformsTo", warc_format::kConformsTo) + field_line("isPartOf", options_.crawl) +
                      field_line("robots", options_.robots) + field_line("http-header-user-agent", options_.user_agent) +
                      field_line("offprint-seeds", options_.seed_key);
  if (!options_.operator_name.empty()) block += field_line("operator", options_.operator_name);
  RecordBuilder b("warcinfo", warcinfo_id_, now());
  b.field("WARC-Filename", file_.name).field("Content-Type", "application/warc-fields");
  if (auto ok = put_block(b, block); !ok) return ok;
  note_warcinfo(archive_.database(), warcinfo_id_, options_.crawl, options_.seed_key);
  return {};
}

/// A file that was begun before there were pages for a dictionary ends as soon as there are.
bool ArchiveWriter::due() const {
  if (dictionary_due_) return true;
  double age = static_cast<double>(to_micros(now()) - to_micros(file_.created)) / 1e6;
  return writer_->size() >= options_.max_size || age > options_.max_age_seconds;
}

Result<void> ArchiveWriter::reopen(const FileRow& row) {
  fs::path closed = archive_.layout().warc() / row.name;
  fs::path open = closed;
  open += warc_format::kOpenSuffix;
  if (::rename(closed.c_str(), open.c_str()) != 0) return fail(ErrorKind::kIo, "cannot rename " + closed.string());
  if (auto ok = sync_directory(archive_.layout().warc()); !ok) return ok;
  auto writer = WarcWriter::open(open, options_.compression, options_.dictionary_level, nullptr, options_.zstd_level);
  if (!writer) return tl::unexpected(writer.error());
  writer_.emplace(std::move(*writer));
  writer_->hurry(hurry_);
  file_ = row;
  dictionary_due_ = lacks_dictionary() && row.size >= options_.dictionary;
  archive_.state().set_file(file_.id, FileState::kOpen, row.size);
  return write_warcinfo();
}

std::optional<ZstdDictionary> ArchiveWriter::make_dictionary() {
  if (!wants_dictionary()) return std::nullopt;
  std::vector<std::string> pages;
  std::uint64_t bytes = 0;
  RecordReader reader(archive_.layout(), 2);
  for (const CaptureRow& row : archive_.state().latest_pages(options_.series, kDictionaryPages)) {
    if (bytes >= options_.dictionary) break;
    auto record = reader.at(row.summary.file, row.summary.offset);
    if (!record) continue;
    auto block = record->block.head(static_cast<std::size_t>(options_.dictionary));
    if (!block) continue;
    bytes += block->size();
    pages.push_back(std::move(*block));
  }
  if (bytes < options_.dictionary) return std::nullopt;
  std::reverse(pages.begin(), pages.end());  // The latest last: nearest to what will be compressed.
  auto dictionary = ZstdDictionary::build(pages, static_cast<std::size_t>(options_.dictionary));
  if (!dictionary) log_warning("no dictionary for {}: {}", options_.series, dictionary.error().message);
  return dictionary ? std::optional<ZstdDictionary>(std::move(*dictionary)) : std::nullopt;
}

Result<void> ArchiveWriter::create() {
  for (int serial = 0;; ++serial) {
    std::string name = fmt::format("{}-{}-{:05}{}", options_.series, format_timestamp14(now()), serial, warc_extension(options_.compression));
    if (archive_.state().file(name)) continue;
    fs::path path = archive_.layout().warc() / (name + std::string(warc_format::kOpenSuffix));
    auto dictionary = make_dictionary();
    auto writer = WarcWriter::open(path, options_.compression, options_.dictionary_level, dictionary ? &*dictionary : nullptr, options_.zstd_level);
    if (!writer) return tl::unexpected(writer.error());
    if (auto ok = sync_directory(archive_.layout().warc()); !ok) return ok;
    writer_.emplace(std::move(*writer));
    writer_->hurry(hurry_);
    file_ = FileRow{archive_.state().add_file(name, now()), name, FileState::kOpen, 0, now(), ""};
    return write_warcinfo();
  }
}

Result<void> ArchiveWriter::ensure_open() {
  if (writer_) return {};
  std::string extension(warc_extension(options_.compression));
  auto files = archive_.state().files();
  for (auto it = files.rbegin(); it != files.rend(); ++it) {
    double age = static_cast<double>(to_micros(now()) - to_micros(it->created)) / 1e6;
    bool ours = it->name.starts_with(options_.series + "-") && it->name.ends_with(extension) && it->name.size() == options_.series.size() + 21 + extension.size();
    std::error_code ec;
    if (ours && it->state == FileState::kClosed && it->size < options_.max_size && age <= options_.max_age_seconds &&
        fs::file_size(archive_.layout().warc() / it->name, ec) == it->size && !ec)
      return reopen(*it);
  }
  return create();
}

void ArchiveWriter::hurry(bool on) {
  hurry_ = on;
  if (writer_) writer_->hurry(on);
}

/// A 304 becomes a revisit with an empty block: replay then takes the original's head with its body.
Result<Position> ArchiveWriter::put_main(const Capture& c, const std::string& id, const std::optional<Original>& original) {
  std::string_view profile = c.confirmed ? warc_format::kRevisitNotModified : warc_format::kRevisitIdentical;
  std::string head = c.confirmed ? "" : c.response_head;
  const Spool* body = original ? nullptr : &c.body;
  RecordBuilder b(original ? "revisit" : "response", id, c.date);
  b.uri("WARC-Target-URI", c.url).id("WARC-Warcinfo-ID", warcinfo_id_);
  b.field("Content-Type", "application/http; msgtype=response");
  b.field("WARC-Payload-Digest", sha1_label(original ? original->payload_digest : c.payload_digest));
  b.field("WARC-Block-Digest", block_digest(head, body));
  wire_fields(b, c);
  if (original) {
    b.field("WARC-Profile", profile);
    if (!c.confirmed) b.field("WARC-Truncated", "length");
    b.id("WARC-Refers-To", original->record_id).uri("WARC-Refers-To-Target-URI", original->url);
    b.field("WARC-Refers-To-Date", format_iso8601(original->date));
  } else if (!c.truncated.empty()) {
    b.field("WARC-Truncated", c.truncated);
  }
  auto header = b.build(head.size() + (body ? body->size() : 0));
  if (!header) return tl::unexpected(header.error());
  return put(*header, head, body);
}

Result<void> ArchiveWriter::put_metadata(const Capture& c, const std::string& main_id, std::string_view content_type, const std::string& block) {
  RecordBuilder b("metadata", random_record_id(), c.date);
  b.uri("WARC-Target-URI", c.url).id("WARC-Warcinfo-ID", warcinfo_id_).id("WARC-Concurrent-To", main_id);
  b.field("Content-Type", content_type);
  return put_block(b, block);
}

/// The request and the metadata that go with a response or revisit.
Result<void> ArchiveWriter::put_companions(const Capture& c, const std::string& main_id) {
  RecordBuilder request("request", random_record_id(), c.date);
  request.uri("WARC-Target-URI", c.url).id("WARC-Warcinfo-ID", warcinfo_id_).id("WARC-Concurrent-To", main_id);
  request.field("Content-Type", "application/http; msgtype=request");
  wire_fields(request, c);
  if (auto ok = put_block(request, c.request_head); !ok) return ok;

  std::string block = field_line("fetchTimeMs", std::to_string(c.fetch_ms));
  if (!c.via.empty()) block += field_line("via", c.via);
  if (!c.hop_path.empty()) block += field_line("hopsFromSeed", c.hop_path);
  if (!c.certificate.empty()) block += field_line("tlsCertificate", c.certificate);
  if (!c.note.empty()) block += field_line("note", c.note);
  for (std::string_view line : split(c.interim_heads, '\n'))
    if (!trim(line).empty()) block += field_line("interimResponse", trim(line));
  if (auto ok = put_metadata(c, main_id, "application/warc-fields", block); !ok) return ok;
  return c.confirmed ? put_metadata(c, main_id, "application/http; msgtype=response", c.response_head) : Result<void>{};
}

Result<StoredCapture> ArchiveWriter::store(const Capture& c, Pending pending) {
  if (auto ok = ensure_open(); !ok) return tl::unexpected(ok.error());
  std::optional<Original> original = c.confirmed;
  if (!original && c.truncated.empty()) original = archive_.state().find_duplicate(c.payload_digest, c.payload_length);
  StoredCapture out;
  CaptureSummary& s = out.summary;
  s.record_id = random_record_id();
  auto position = put_main(c, s.record_id, original);
  if (!position) return tl::unexpected(position.error());
  if (auto ok = put_companions(c, s.record_id); !ok) return tl::unexpected(ok.error());
  s.url = c.url;
  s.date = c.date;
  s.revisit = original.has_value();
  s.status = c.status;
  s.mime = c.confirmed ? "" : c.mime;  // As a reader of the empty block finds it.
  s.payload_digest = original ? original->payload_digest : c.payload_digest;
  s.payload_length = original ? 0 : c.payload_length;
  s.refers_to = original ? original->record_id : "";
  if (!c.confirmed) {
    HttpHead head = parse_http_head(c.response_head);
    s.etag = validator(head.get("etag"));
    s.last_modified = validator(head.get("last-modified"));
  }
  s.truncated = original ? "" : c.truncated;
  s.file = file_.name;
  s.offset = position->offset;
  s.length = position->length;
  if (!original && is_page_mime(c.mime)) page_bytes_ += c.body.size();
  dictionary_due_ = lacks_dictionary() && page_bytes_ >= 2 * options_.dictionary;
  out.id = archive_.state().add_capture(s, file_.id, options_.crawl, original ? Pending::kNothing : pending);
  return out;
}

Result<void> ArchiveWriter::store_failure(const std::string& url, const std::string& via, const std::string& reason) {
  if (auto ok = ensure_open(); !ok) return ok;
  std::string block = field_line("fetchError", reason);
  if (!via.empty()) block += field_line("via", via);
  RecordBuilder b("metadata", random_record_id(), now());
  b.uri("WARC-Target-URI", url).id("WARC-Warcinfo-ID", warcinfo_id_).field("Content-Type", "application/warc-fields");
  return put_block(b, block);
}

Result<void> ArchiveWriter::store_resource(const std::string& uri, TimePoint date, std::string_view content_type, const std::string& ip, const std::string& block) {
  if (auto ok = ensure_open(); !ok) return ok;
  RecordBuilder b("resource", random_record_id(), date);
  b.uri("WARC-Target-URI", uri).id("WARC-Warcinfo-ID", warcinfo_id_).field("Content-Type", content_type);
  if (!ip.empty()) b.field("WARC-IP-Address", ip);
  b.field("WARC-Payload-Digest", block_digest(block, nullptr));
  return put_block(b, block);
}

Result<void> ArchiveWriter::acknowledge() {
  if (!writer_) return {};
  if (auto ok = writer_->sync(); !ok) return ok;
  archive_.state().set_file(file_.id, FileState::kOpen, writer_->size());
  return {};
}

Result<void> ArchiveWriter::rotate_if_due() { return writer_ && due() ? close() : Result<void>{}; }

Result<void> ArchiveWriter::close() {
  if (!writer_) return {};
  bool seal = due();
  const ArchiveLayout& layout = archive_.layout();
  fs::path closed = layout.warc() / file_.name;
  std::uint64_t size = writer_->size();
  if (auto ok = writer_->sync(); !ok) return ok;
  fs::path open = writer_->path();
  writer_.reset();
  dictionary_due_ = false;
  page_bytes_ = 0;  // If no dictionary can be made of them, as many again are waited for.
  if (::rename(open.c_str(), closed.c_str()) != 0) return fail(ErrorKind::kIo, "cannot rename " + open.string());
  if (auto ok = sync_directory(layout.warc()); !ok) return ok;
  // The index comes before the state says that the file is closed: a crash in between has it written again.
  if (auto ok = write_cdxj(layout, file_.name, archive_.state().captures_of_file(file_.name)); !ok) return ok;
  std::string sha;
  if (seal) {
    auto hash = file_sha256(closed);
    if (!hash) return tl::unexpected(hash.error());
    sha = *hash;
  }
  {
    Transaction transaction(archive_.database());
    archive_.state().set_file(file_.id, seal ? FileState::kSealed : FileState::kClosed, size, sha);
    transaction.commit();
  }
  if (!seal) return {};
  log_info("{} is full and sealed", file_.name);
  return write_sums(layout, archive_.state());
}

}  // namespace offprint
