#include "warc/wacz.h"

#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "warc/cdxj.h"
#include "warc/copy.h"
#include "warc/exclusions.h"
#include "warc/index.h"
#include "warc/recovery.h"
#include "warc/zipnum.h"

namespace fs = std::filesystem;

namespace offprint {
namespace {

using Json = nlohmann::ordered_json;

/// A folder for the parts, removed at the end.
class WorkFolder {
 public:
  explicit WorkFolder(fs::path path) : path_(std::move(path)) { fs::create_directories(path_, error_); }
  ~WorkFolder() {
    std::error_code ec;
    fs::remove_all(path_, ec);
  }
  const fs::path& path() const { return path_; }
  bool usable() const { return !error_; }

 private:
  fs::path path_;
  std::error_code error_;
};

std::string gz_name(std::string name) {
  for (std::string_view ending : {".zst", ".gz"})
    if (name.ends_with(ending)) name.resize(name.size() - ending.size());
  return name + ".gz";
}

class Packer {
 public:
  Packer(const ArchiveLayout& layout, const WaczOptions& options, fs::path work) : layout_(layout), options_(options), work_(std::move(work)) {}

  Result<WaczResult> run(const fs::path& out) {
    auto exclusions = Exclusions::load(layout_);
    if (!exclusions) return tl::unexpected(exclusions.error());
    exclusions_ = std::move(*exclusions);
    for (const auto& step : {&Packer::copy_files, &Packer::write_index, &Packer::write_pages, &Packer::write_package})
      if (auto ok = (this->*step)(); !ok) return tl::unexpected(ok.error());
    if (auto ok = write_zip(out); !ok) return tl::unexpected(ok.error());
    return result_;
  }

 private:
  struct Part {
    std::string path;  ///< Within the package.
    fs::path file;
    std::string hash;
    std::uint64_t bytes = 0;
  };

  Result<void> add_part(const std::string& path, const fs::path& file) {
    auto hash = file_sha256(file);
    if (!hash) return tl::unexpected(hash.error());
    std::error_code ec;
    parts_.push_back({path, file, "sha256:" + *hash, fs::file_size(file, ec)});
    return {};
  }

  bool excluded(const WarcHeader& h) const {
    auto date = parse_iso8601(h.get("WARC-Date"));
    return !h.target_uri().empty() && exclusions_.excludes(h.target_uri(), date.value_or(TimePoint{}));
  }

  Result<void> copy_files() {
    auto names = layout_.warc_names();
    if (!names) return tl::unexpected(names.error());
    std::vector<fs::path> files;
    for (const std::string& name : *names) files.push_back(layout_.find_warc(name));
    CopyOptions copying;
    std::optional<OriginalFinder> originals;
    if (!exclusions_.empty()) {  // A revisit of something that stays out has to be made whole.
      auto found = OriginalFinder::of_files(files);
      if (!found) return tl::unexpected(found.error());
      originals = std::move(*found);
      copying.originals = &*originals;
      copying.leave_out = [this](const WarcHeader& h) { return excluded(h); };
    }
    for (std::size_t i = 0; i < files.size(); ++i) {
      if (options_.progress) options_.progress((*names)[i]);
      if (auto ok = copy_file(files[i], gz_name((*names)[i]), copying); !ok) return ok;
    }
    return {};
  }

  Result<void> copy_file(const fs::path& from, const std::string& name, CopyOptions& copying) {
    auto reader = WarcReader::open(from);
    if (!reader) return tl::unexpected(reader.error());
    fs::path file = work_ / name;
    auto writer = WarcWriter::open(file, Compression::kGzip, 0);
    if (!writer) return tl::unexpected(writer.error());
    std::vector<std::string> lines;
    copying.written = [&](const std::string& header, const StoredRecord& source, Position at) { return note(header, source, at, name, lines); };
    auto copied = copy_records(*reader, *writer, copying);
    if (!copied) return tl::unexpected(copied.error());
    if (auto ok = writer->sync(); !ok) return ok;
    ++result_.files;
    result_.records += copied->records;
    result_.left_out += copied->left_out;
    result_.unresolved += copied->unresolved;
    std::sort(lines.begin(), lines.end());
    std::string text;
    for (const std::string& l : lines) (text += l) += '\n';
    cdxj_.push_back(work_ / (name + ".cdxj"));
    if (auto ok = write_file_durably(cdxj_.back(), text); !ok) return ok;
    return add_part("archive/" + name, file);
  }

  /// Index line of a record as it stands in the package.
  Result<void> note(const std::string& header, const StoredRecord& source, Position at, const std::string& name, std::vector<std::string>& lines) {
    auto s = summarize(source, false);
    if (!s) return {};
    auto written = parse_warc_header(header);
    if (!written) return tl::unexpected(written.error());
    CaptureSummary& c = s->capture;
    if (c.revisit && written->type() == "response") {
      c.revisit = false;
      if (c.status == 304 || c.status == 0) c.status = 200;
    }
    c.file = name;
    c.offset = at.offset;
    c.length = at.length;
    lines.push_back(cdxj_line(c));
    known_.push_back(hash64(c.url + " " + format_timestamp14(c.date)));
    ++result_.captures;
    return {};
  }

  Result<void> write_index() {
    auto writer = ZipNumWriter::create(work_ / "index.cdx.gz", "index.cdx.gz", ZipNumWriter::Summary::kWacz);
    if (!writer) return tl::unexpected(writer.error());
    if (auto ok = merge_sorted_lines(cdxj_, [&](std::string_view line) { return writer->add(line); }); !ok) return ok;
    auto summary = writer->finish();
    if (!summary) return tl::unexpected(summary.error());
    if (auto ok = write_file_durably(work_ / "index.idx", *summary); !ok) return ok;
    if (auto ok = add_part("indexes/index.cdx.gz", work_ / "index.cdx.gz"); !ok) return ok;
    return add_part("indexes/index.idx", work_ / "index.idx");
  }

  Result<void> write_pages() {
    std::sort(known_.begin(), known_.end());
    std::string lines = Json{{"format", "json-pages-1.0"}, {"id", "pages"}, {"title", "All Pages"}, {"hasText", true}}.dump() + "\n";
    auto file = File::open_append(work_ / "pages.jsonl");
    if (!file) return tl::unexpected(file.error());
    Result<void> written;
    auto add = [&](const WaczPage& p) {
      bool held = std::binary_search(known_.begin(), known_.end(), hash64(p.url + " " + format_timestamp14(p.date)));
      if (!held || exclusions_.excludes(p.url, p.date) || !written) return;
      std::string seconds = format_iso8601(p.date).substr(0, 19) + "Z";
      lines += Json{{"id", hex(sha1(p.url + seconds)).substr(0, 22)}, {"url", clean_utf8(p.url)}, {"ts", seconds}, {"title", clean_utf8(p.title)}, {"text", clean_utf8(p.text)}}.dump() + "\n";
      ++result_.pages;
      if (lines.size() < (1 << 20)) return;
      written = file->write(lines);
      lines.clear();
    };
    if (options_.pages)
      if (auto ok = options_.pages(add); !ok) return ok;
    if (!written) return written;
    if (auto ok = file->write(lines); !ok) return ok;
    if (auto ok = file->sync(); !ok) return ok;
    return add_part("pages/pages.jsonl", work_ / "pages.jsonl");
  }

  Result<void> write_package() {
    std::string created = format_iso8601(now()).substr(0, 19) + "Z";
    Json package = {{"profile", "data-package"}, {"wacz_version", "1.1.1"}, {"title", clean_utf8(options_.title)}, {"software", options_.software}, {"created", created}};
    Json& resources = package["resources"] = Json::array();
    for (const Part& p : parts_) resources.push_back({{"name", fs::path(p.path).filename().string()}, {"path", p.path}, {"hash", p.hash}, {"bytes", p.bytes}});
    std::string text = package.dump(2), hash = "sha256:" + hex(sha256(text));
    Json digest = {{"path", "datapackage.json"}, {"hash", hash}};
    if (options_.key) {
      digest["signedData"] = {{"hash", hash}, {"signature", options_.key->sign(hash)}, {"publicKey", options_.key->public_key()}, {"created", created}, {"software", options_.software}};
    }
    if (auto ok = write_file_durably(work_ / "datapackage.json", text); !ok) return ok;
    if (auto ok = write_file_durably(work_ / "datapackage-digest.json", digest.dump(2)); !ok) return ok;
    if (auto ok = add_part("datapackage.json", work_ / "datapackage.json"); !ok) return ok;
    return add_part("datapackage-digest.json", work_ / "datapackage-digest.json");
  }

  Result<void> write_zip(const fs::path& out) {
    fs::path fresh = work_ / "package.zip";
    int code = 0;
    zip_t* zip = zip_open(fresh.c_str(), ZIP_CREATE | ZIP_EXCL, &code);
    if (!zip) return fail(ErrorKind::kIo, "cannot create " + fresh.string());
    for (const Part& p : parts_) {
      zip_source_t* source = zip_source_file(zip, p.file.c_str(), 0, -1);
      zip_int64_t at = source ? zip_file_add(zip, p.path.c_str(), source, ZIP_FL_ENC_UTF_8) : -1;
      if (at < 0 || zip_set_file_compression(zip, static_cast<zip_uint64_t>(at), ZIP_CM_STORE, 0) != 0) {
        std::string why = zip_strerror(zip);
        zip_discard(zip);
        return fail(ErrorKind::kIo, fmt::format("cannot pack {}: {}", p.path, why));
      }
    }
    if (zip_close(zip) != 0) {
      std::string why = zip_strerror(zip);
      zip_discard(zip);
      return fail(ErrorKind::kIo, fmt::format("cannot write {}: {}", out.string(), why));
    }
    auto file = File::open_append(fresh);
    if (!file) return tl::unexpected(file.error());
    if (auto ok = file->sync(); !ok) return ok;
    std::error_code ec;
    fs::rename(fresh, out, ec);
    if (ec) return fail(ErrorKind::kIo, fmt::format("cannot rename {}: {}", fresh.string(), ec.message()));
    result_.bytes = fs::file_size(out, ec);
    return sync_directory(fs::absolute(out).parent_path());
  }

  const ArchiveLayout& layout_;
  const WaczOptions& options_;
  fs::path work_;
  Exclusions exclusions_;
  std::vector<Part> parts_;
  std::vector<fs::path> cdxj_;
  std::vector<std::uint64_t> known_;  ///< Hashes of URL and time of each capture.
  WaczResult result_;
};

}  // namespace

Result<WaczResult> pack_wacz(const ArchiveLayout& layout, const fs::path& out, const WaczOptions& options) {
  std::error_code ec;
  if (fs::exists(out, ec)) return fail(ErrorKind::kInvalid, out.string() + " exists already");
  fs::path folder = out;
  folder += ".packing";
  fs::remove_all(folder, ec);
  WorkFolder work(folder);
  if (!work.usable()) return fail(ErrorKind::kIo, "cannot create " + folder.string());
  return Packer(layout, options, work.path()).run(out);
}

}  // namespace offprint
