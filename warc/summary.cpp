#include "warc/summary.h"

#include <algorithm>

#include "base/digest.h"
#include "base/sha1_many.h"
#include "base/text.h"

namespace offprint {
namespace {

std::string sha1_field(std::string_view value) { return istarts_with(value, "sha1:") ? base32_decode(value.substr(5)) : ""; }

}  // namespace

std::string validator(std::string_view value) {
  constexpr std::size_t kMax = 512;
  bool visible = std::all_of(value.begin(), value.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
  return visible && value.size() <= kMax ? std::string(value) : "";
}

StoredHead stored_head(const StoredRecord& record) {
  constexpr std::size_t kMaxHead = 1 << 20;
  std::string held;
  std::string_view start = record.block.in_memory() ? record.block.view() : std::string_view(held = record.block.head(kMaxHead).value_or(""));
  std::size_t size = std::min(http_head_size(start), start.size());
  return {parse_http_head(start.substr(0, size)), size};
}

std::optional<SummaryResult> summarize(const StoredRecord& record, bool with_sha256, const KnownDigests& known) {
  const WarcHeader& h = record.header;
  bool revisit = h.type() == "revisit";
  if (!revisit && h.type() != "response") return std::nullopt;
  SummaryResult out;
  CaptureSummary& c = out.capture;
  c.url = h.target_uri();
  c.date = parse_iso8601(h.get("WARC-Date")).value_or(TimePoint{});
  c.record_id = h.record_id();
  c.revisit = revisit;
  c.offset = record.offset;
  c.length = record.length;
  c.warcinfo_id = without_brackets(h.get("WARC-Warcinfo-ID"));
  c.payload_digest = sha1_field(h.get("WARC-Payload-Digest"));
  auto [head, head_size] = stored_head(record);
  c.status = head.status;
  c.etag = validator(head.get("etag"));
  c.last_modified = validator(head.get("last-modified"));
  c.mime = clean_utf8(clip(head.mime(), kMaxMime));
  if (revisit) {
    c.refers_to = without_brackets(h.get("WARC-Refers-To"));
    if (c.status == 0 && h.get("WARC-Profile").ends_with("server-not-modified")) c.status = 304;
    return out;
  }
  c.truncated = h.get("WARC-Truncated");
  Digest one(DigestAlgorithm::kSha1), two(DigestAlgorithm::kSha256);
  (void)read_payload(record.block, head, head_size, [&](std::string_view piece) -> Result<void> {
    if (known.payload.empty()) one.update(piece);
    if (with_sha256) two.update(piece);
    c.payload_length += piece.size();
    return {};
  });
  std::string digest = known.payload.empty() ? one.finish() : known.payload;
  out.digest_wrong = !c.payload_digest.empty() && c.payload_digest != digest;
  c.payload_digest = digest;
  if (with_sha256) out.sha256 = hex(two.finish());
  return out;
}

std::vector<KnownDigests> digests_of(const std::vector<StoredRecord>& records) {
  std::vector<KnownDigests> out(records.size());
  std::vector<std::string_view> texts;
  std::vector<std::string*> places;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const StoredRecord& r = records[i];
    if (!r.block.in_memory()) continue;
    std::string_view block = r.block.view();
    if (istarts_with(r.header.get("WARC-Block-Digest"), "sha1:")) texts.push_back(block), places.push_back(&out[i].block);
    std::size_t head = r.header.type() == "response" ? http_head_size(block) : std::string_view::npos;
    if (head > block.size() || parse_http_head(block.substr(0, head)).chunked()) continue;
    texts.push_back(block.substr(head));
    places.push_back(&out[i].payload);
  }
  auto digests = sha1_of_each(texts);
  for (std::size_t i = 0; i < digests.size(); ++i) *places[i] = std::move(digests[i]);
  return out;
}

bool block_digest_right(const StoredRecord& record, const KnownDigests& known) {
  std::string_view field = record.header.get("WARC-Block-Digest");
  bool is_sha256 = istarts_with(field, "sha256:");
  if (!is_sha256 && !istarts_with(field, "sha1:")) return true;
  std::string digest = is_sha256 ? "" : known.block;
  if (digest.empty()) {
    Digest d(is_sha256 ? DigestAlgorithm::kSha256 : DigestAlgorithm::kSha1);
    (void)record.block.read([&](std::string_view piece) -> Result<void> {
      d.update(piece);
      return {};
    });
    digest = d.finish();
  }
  std::string_view text = field.substr(field.find(':') + 1);
  return base32_decode(text) == digest || iequals(text, hex(digest));
}

}  // namespace offprint
