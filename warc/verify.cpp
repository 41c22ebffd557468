#include "warc/verify.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "warc/recovery.h"
#include "warc/warc_format.h"

namespace fs = std::filesystem;

namespace offprint {
namespace {

void check_record(const StoredRecord& r, const std::string& file, VerifyResult& out) {
  auto fault = [&](std::string message) { out.findings.push_back({true, file, r.offset, std::move(message)}); };
  if (!block_digest_right(r)) fault("WARC-Block-Digest is wrong");
  if (r.header.record_id().empty()) fault("no WARC-Record-ID");
  if (!parse_iso8601(r.header.get("WARC-Date"))) fault("no usable WARC-Date");
  if (auto s = summarize(r, false)) {
    ++out.captures;
    if (s->digest_wrong && s->capture.truncated.empty()) fault("WARC-Payload-Digest is wrong");
    if (s->capture.revisit && r.header.get("WARC-Profile").empty()) fault("revisit without WARC-Profile");
  }
}

/// The state against the files. A state that lags or is missing is a note: the next start mends it.
void check_state(const ArchiveLayout& layout, VerifyResult& out) {
  auto note = [&](std::string m) { out.findings.push_back({false, layout.state().filename().string(), 0, std::move(m)}); };
  std::error_code ec;
  if (!fs::exists(layout.state(), ec)) return note("missing: the next start rebuilds it");
  try {
    Database db(layout.state(), Database::Mode::kRead);
    ArchiveState state(db);
    for (const FileRow& f : state.files()) {
      fs::path path = layout.find_warc(f.name);
      std::uint64_t size = fs::file_size(path, ec);
      if (ec) {
        out.findings.push_back({true, f.name, 0, "is in the state, but there is no such file"});
        continue;
      }
      if (size < f.size) out.findings.push_back({true, f.name, size, "file is shorter than what was acknowledged (" + std::to_string(f.size) + " bytes)"});
      if (size > f.size) note(f.name + ": " + std::to_string(size - f.size) + " bytes behind the last acknowledged record");
      if (f.state == FileState::kSealed) {
        auto sha = file_sha256(path);
        if (sha && *sha != f.sha256) out.findings.push_back({true, f.name, 0, "sealed file has another SHA-256 than when it was sealed"});
      }
    }
  } catch (const DatabaseError& e) {
    note(std::string(e.what()) + ": the next start rebuilds it");
  }
}

}  // namespace

bool VerifyResult::sound() const {
  return std::none_of(findings.begin(), findings.end(), [](const Finding& f) { return f.fault; });
}

Result<void> verify_file(const fs::path& path, VerifyResult& out) {
  auto reader = WarcReader::open(path);
  if (!reader) return tl::unexpected(reader.error());
  std::string name = path.filename().string();
  bool open = name.ends_with(warc_format::kOpenSuffix);
  ++out.files;
  for (;;) {
    auto record = reader->next();
    if (!record) return tl::unexpected(record.error());
    if (!*record) break;
    ++out.records;
    out.bytes += (*record)->block.size();
    check_record(**record, name, out);
  }
  for (const Damage& d : reader->damage())
    out.findings.push_back({!(open && d.at_end), name, d.offset, std::to_string(d.length) + " bytes give no record: " + d.reason});
  return {};
}

Result<VerifyResult> verify_archive(const ArchiveLayout& layout) {
  auto names = layout.warc_names();
  if (!names) return tl::unexpected(names.error());
  VerifyResult out;
  for (const std::string& name : *names)
    if (auto ok = verify_file(layout.find_warc(name), out); !ok) return tl::unexpected(ok.error());
  check_state(layout, out);
  return out;
}

}  // namespace offprint
