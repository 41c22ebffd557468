#include "warc/copy.h"

#include <algorithm>

#include "base/digest.h"
#include "base/text.h"
#include "warc/summary.h"
#include "warc/warc_format.h"

namespace offprint {
namespace {

std::uint64_t id_key(std::string_view id) { return hash64(id, 1); }
std::uint64_t uri_key(std::string_view uri, std::string_view date) { return hash64(std::string(uri) + "\n" + std::string(date), 2); }

std::string sha1_of(std::string_view head, const Spool& body, std::uint64_t from) {
  Digest d(DigestAlgorithm::kSha1);
  d.update(head);
  (void)body.read([&](std::string_view piece) -> Result<void> {
    d.update(piece);
    return {};
  }, from);
  return "sha1:" + base32(d.finish());
}

/// The response that a revisit stands for. `original` keeps the body.
Result<OutgoingRecord> inflate(const StoredRecord& revisit, const StoredRecord& original) {
  OutgoingRecord out;
  out.body = &original.block;
  std::string head = revisit.block.head(static_cast<std::size_t>(revisit.block.size())).value_or("");
  StoredHead of_original = stored_head(original);
  bool own_head = !head.empty() && parse_http_head(head).chunked() == of_original.fields.chunked();
  out.head = own_head ? head : "";
  out.body_from = own_head ? of_original.size : 0;
  out.header = std::string(warc_format::kVersion) + "\r\n";
  for (const auto& [name, value] : revisit.header.fields) {
    bool changes = istarts_with(name, "WARC-Refers-To") || iequals(name, "WARC-Profile") || iequals(name, "WARC-Truncated") || iequals(name, "WARC-Block-Digest") || iequals(name, "Content-Length");
    if (changes) continue;
    bool control = std::any_of(value.begin(), value.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t'; });
    if (control) return fail(ErrorKind::kRefused, "a control character stands in the value of " + printable(name));
    out.header += name + ": " + (iequals(name, "WARC-Type") ? "response" : value) + "\r\n";
  }
  out.header += "WARC-Block-Digest: " + sha1_of(out.head, *out.body, out.body_from) + "\r\n";
  out.header += "Content-Length: " + std::to_string(out.block_size()) + "\r\n\r\n";
  return out;
}

class Copier {
 public:
  Copier(WarcWriter& to, const CopyOptions& options) : to_(to), options_(options) {}

  Result<void> one(const StoredRecord& r) {
    if (options_.leave_out && options_.leave_out(r.header)) {
      ++result_.left_out;
      return {};
    }
    if (options_.originals && r.header.type() == "revisit") {
      auto original = options_.originals->find(r.header);
      if (!original) return tl::unexpected(original.error());
      bool wanted = options_.inflate_all || (*original && options_.leave_out && options_.leave_out((*original)->header));
      if (wanted && *original) return inflated(r, **original);
      result_.unresolved += wanted;
    }
    return put(r, {r.raw_header, "", &r.block, 0});
  }
  const CopyResult& result() const { return result_; }

 private:
  Result<void> inflated(const StoredRecord& r, const StoredRecord& original) {
    auto whole = inflate(r, original);
    if (!whole) return tl::unexpected(whole.error());
    ++result_.inflated;
    return put(r, *whole);
  }

  Result<void> put(const StoredRecord& r, const OutgoingRecord& out) {
    auto at = to_.write(out);
    if (!at) return tl::unexpected(at.error());
    ++result_.records;
    return options_.written ? options_.written(out.header, r, *at) : Result<void>{};
  }

  WarcWriter& to_;
  const CopyOptions& options_;
  CopyResult result_;
};

}  // namespace

Result<OriginalFinder> OriginalFinder::of_files(std::vector<std::filesystem::path> files) {
  OriginalFinder out;
  out.files_ = std::move(files);
  for (std::uint32_t i = 0; i < out.files_.size(); ++i) {
    auto reader = WarcReader::open(out.files_[i]);
    if (!reader) return tl::unexpected(reader.error());
    for (;;) {
      auto r = reader->next();
      if (!r) return tl::unexpected(r.error());
      if (!*r) break;
      const WarcHeader& h = (*r)->header;
      if (h.type() != "response" && h.type() != "resource") continue;
      out.places_.emplace(id_key(h.record_id()), Place{i, (*r)->offset});
      out.places_.emplace(uri_key(h.target_uri(), h.get("WARC-Date")), Place{i, (*r)->offset});
    }
  }
  return out;
}

Result<std::optional<StoredRecord>> OriginalFinder::find(const WarcHeader& revisit) {
  auto it = places_.find(id_key(without_brackets(revisit.get("WARC-Refers-To"))));
  if (it == places_.end()) it = places_.find(uri_key(without_brackets(revisit.get("WARC-Refers-To-Target-URI")), revisit.get("WARC-Refers-To-Date")));
  if (it == places_.end()) return std::nullopt;
  if (!open_ || open_->first != it->second.file) {
    auto reader = WarcReader::open(files_[it->second.file]);
    if (!reader) return tl::unexpected(reader.error());
    open_.emplace(it->second.file, std::move(*reader));
  }
  open_->second.seek(it->second.offset);
  return open_->second.next();
}

Result<CopyResult> copy_records(WarcReader& from, WarcWriter& to, const CopyOptions& options) {
  Copier copier(to, options);
  for (;;) {
    auto r = from.next();
    if (!r) return tl::unexpected(r.error());
    if (!*r) return copier.result();
    if (auto ok = copier.one(**r); !ok) return tl::unexpected(ok.error());
  }
}

}  // namespace offprint
