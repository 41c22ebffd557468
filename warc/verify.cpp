#include "warc/verify.h"

#include <algorithm>
#include <map>
#include <memory>

#include "base/digest.h"
#include "warc/cdxj.h"
#include "warc/exclusions.h"
#include "warc/recovery.h"
#include "warc/warc_format.h"

namespace fs = std::filesystem;

namespace offprint {
namespace {

constexpr std::size_t kBatchRecords = 32;           ///< Looked at together, at most,
constexpr std::uint64_t kBatchBytes = 12 << 20;     ///< with as much of them in memory.

using SummarySink = std::function<void(const CaptureSummary&)>;

void check_record(const StoredRecord& r, const KnownDigests& known, const std::string& file, VerifyResult& out, const SummarySink& sink) {
  auto fault = [&](std::string message) { out.findings.push_back({true, file, r.offset, std::move(message)}); };
  if (!block_digest_right(r, known)) fault("WARC-Block-Digest is wrong");
  if (r.header.record_id().empty()) fault("no WARC-Record-ID");
  if (!parse_iso8601(r.header.get("WARC-Date"))) fault("no usable WARC-Date");
  auto s = summarize(r, false, known);
  if (!s) return;
  ++out.captures;
  if (s->digest_wrong && s->capture.truncated.empty()) fault("WARC-Payload-Digest is wrong");
  if (s->capture.revisit && r.header.get("WARC-Profile").empty()) fault("revisit without WARC-Profile");
  if (sink) sink(s->capture);
}

Result<void> read_through(const fs::path& path, VerifyResult& out, const VerifyProgress& progress, const SummarySink& sink) {
  auto reader = WarcReader::open(path);
  if (!reader) return tl::unexpected(reader.error());
  std::string name = path.filename().string();
  bool open = name.ends_with(warc_format::kOpenSuffix);
  std::error_code ec;
  std::uint64_t size = fs::file_size(path, ec);
  ++out.files;
  for (bool more = true; more;) {
    std::vector<StoredRecord> batch;
    for (std::uint64_t held = 0; held < kBatchBytes && batch.size() < kBatchRecords;) {
      auto record = reader->next();
      if (!record) return tl::unexpected(record.error());
      more = record->has_value();
      if (!more) break;
      if ((*record)->block.in_memory()) held += (*record)->block.size();
      out.bytes += (*record)->block.size();
      batch.push_back(std::move(**record));
    }
    out.records += batch.size();
    auto digests = digests_of(batch);
    for (std::size_t i = 0; i < batch.size(); ++i) check_record(batch[i], digests[i], name, out, sink);
    if (progress) progress(name, reader->position(), size);
  }
  for (const Damage& d : reader->damage())
    out.findings.push_back({!(open && d.at_end), name, d.offset, std::to_string(d.length) + " bytes give no record: " + d.reason});
  return {};
}

/// Originals by hashes of their record id and payload digest, so that memory stays at 8 bytes each.
class References {
 public:
  void add(const CaptureSummary& c) {
    if (!c.revisit) {
      if (c.truncated.empty()) originals_.insert(originals_.end(), {hash64(c.record_id), hash64(c.payload_digest)});
      return;
    }
    revisits_.push_back({hash64(c.refers_to.empty() ? c.payload_digest : c.refers_to), c.file, c.offset});
  }
  void check(VerifyResult& out) {
    std::sort(originals_.begin(), originals_.end());
    for (const Revisit& r : revisits_)
      if (!std::binary_search(originals_.begin(), originals_.end(), r.original))
        out.findings.push_back({true, r.file, r.offset, "revisit whose original is not in this archive: its payload is lost, unless another archive has it"});
  }

 private:
  struct Revisit {
    std::uint64_t original;
    std::string file;
    std::uint64_t offset;
  };
  std::vector<std::uint64_t> originals_;
  std::vector<Revisit> revisits_;
};

/// The state, if there is a readable one.
struct State {
  explicit State(const ArchiveLayout& layout) : db(layout.state(), Database::Mode::kRead), captures(db) {}
  Database db;
  ArchiveState captures;
};

class ArchiveCheck {
 public:
  ArchiveCheck(const ArchiveLayout& layout, VerifyProgress progress) : layout_(layout), progress_(std::move(progress)) {}

  Result<VerifyResult> run() {
    auto names = layout_.warc_names();
    if (!names) return tl::unexpected(names.error());
    auto exclusions = Exclusions::load(layout_);
    if (!exclusions) fault(layout_.exclusions().filename().string(), 0, exclusions.error().message);
    else exclusions_ = std::move(*exclusions);
    open_state();
    for (const std::string& name : *names)
      if (auto ok = file(name); !ok) return tl::unexpected(ok.error());
    references_.check(out_);
    if (state_) guarded([&] { check_files(); });
    return std::move(out_);
  }

 private:
  void fault(std::string file, std::uint64_t offset, std::string message) { out_.findings.push_back({true, std::move(file), offset, std::move(message)}); }
  void note(std::string message) { out_.findings.push_back({false, layout_.state().filename().string(), 0, std::move(message)}); }

  /// A state that lags or is missing is a note: the next start mends it.
  template <class F>
  void guarded(F work) {
    try {
      work();
    } catch (const DatabaseError& e) {
      note(std::string(e.what()) + ": the next start rebuilds it");
      state_.reset();
    }
  }

  void open_state() {
    std::error_code ec;
    if (!fs::exists(layout_.state(), ec)) return note("missing: the next start rebuilds it");
    guarded([&] { state_ = std::make_unique<State>(layout_); });
  }

  Result<void> file(const std::string& name) {
    fs::path path = layout_.find_warc(name);
    std::vector<CaptureRow> rows;
    auto ok = read_through(path, out_, progress_, [&](const CaptureSummary& c) {
      rows.push_back({0, c, ""});
      rows.back().summary.file = name;
      references_.add(rows.back().summary);
    });
    if (!ok) return ok;
    if (path.filename() == name) check_index(name, rows);
    if (state_) guarded([&] { check_captures(name, rows); });
    return {};
  }

  void check_index(const std::string& name, const std::vector<CaptureRow>& rows) {
    std::string right = cdxj_text(rows, exclusions_);
    auto there = read_file(layout_.index() / (name + ".cdxj"), std::uint64_t{1} << 32);
    if (there.value_or("") == right) return;
    if (still_open(name)) return note(name + ": its index lags; the next start writes it");
    fault(name + ".cdxj", 0, "the index does not say what the file holds; `offprint index` writes it anew");
  }

  /// The next start will write the index: there is no state, or it has not been told that the file is
  /// closed, because what closed it was stopped in between.
  bool still_open(const std::string& name) {
    bool open = true;
    if (state_) guarded([&] {
      auto row = state_->captures.file(name);
      open = !row || row->state == FileState::kOpen;
    });
    return open;
  }

  void check_captures(const std::string& name, const std::vector<CaptureRow>& rows) {
    std::map<std::uint64_t, std::string> known;
    for (const CaptureRow& r : state_->captures.captures_of_file(name)) known.emplace(r.summary.offset, r.summary.record_id);
    for (const CaptureRow& r : rows) {
      auto it = known.find(r.summary.offset);
      if (it == known.end()) continue;  // The state may lag behind the file.
      if (it->second != r.summary.record_id) fault(name, r.summary.offset, "the state knows another record here; `offprint index` mends it");
      known.erase(it);
    }
    for (const auto& [offset, id] : known) fault(name, offset, "the state knows a capture here that the file does not hold");
  }

  void check_files() {
    std::error_code ec;
    for (const FileRow& f : state_->captures.files()) {
      fs::path path = layout_.find_warc(f.name);
      std::uint64_t size = fs::file_size(path, ec);
      if (ec) {
        fault(f.name, 0, "is in the state, but there is no such file");
        continue;
      }
      if (size < f.size) fault(f.name, size, "file is shorter than what was acknowledged (" + std::to_string(f.size) + " bytes)");
      if (size > f.size) note(f.name + ": " + std::to_string(size - f.size) + " bytes behind the last acknowledged record");
      if (f.state != FileState::kSealed) continue;
      auto sha = file_sha256(path);
      if (sha && *sha != f.sha256) fault(f.name, 0, "sealed file has another SHA-256 than when it was sealed");
    }
  }

  const ArchiveLayout& layout_;
  VerifyProgress progress_;
  VerifyResult out_;
  Exclusions exclusions_;
  References references_;
  std::unique_ptr<State> state_;
};

}  // namespace

bool VerifyResult::sound() const {
  return std::none_of(findings.begin(), findings.end(), [](const Finding& f) { return f.fault; });
}

Result<void> verify_file(const fs::path& path, VerifyResult& out, const VerifyProgress& progress) { return read_through(path, out, progress, {}); }

Result<VerifyResult> verify_archive(const ArchiveLayout& layout, const VerifyProgress& progress) { return ArchiveCheck(layout, progress).run(); }

}  // namespace offprint
