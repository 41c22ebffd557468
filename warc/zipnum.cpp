#include "warc/zipnum.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "warc/codec.h"
#include "warc/index.h"

namespace fs = std::filesystem;

namespace offprint {
namespace {

constexpr std::uint64_t kLines = 3000;  ///< A block, as pywb's own indexer makes them.

}  // namespace

std::string gzip_member(std::string_view bytes) {
  std::string out;
  RecordEncoder encoder(Compression::kGzip, 0, 0, "", [&](std::string_view piece) -> Result<void> {
    out += piece;
    return {};
  });
  if (!encoder.begin(bytes.size()) || !encoder.add(bytes) || !encoder.end()) return "";
  return out;
}

ZipNumWriter::ZipNumWriter(File file, std::string name, Summary summary) : file_(std::move(file)), name_(std::move(name)), summary_(summary) {
  if (summary_ == Summary::kWacz) text_ = fmt::format("!meta 0 {{\"format\": \"cdxj-gzip-1.0\", \"filename\": \"{}\"}}\n", name_);
}

Result<ZipNumWriter> ZipNumWriter::create(const fs::path& blocks, const std::string& name, Summary summary) {
  std::error_code ec;
  fs::remove(blocks, ec);
  auto file = File::open_append(blocks);
  if (!file) return tl::unexpected(file.error());
  return ZipNumWriter(std::move(*file), name, summary);
}

Result<void> ZipNumWriter::add(std::string_view line) {
  if (lines_ == 0) first_ = line.substr(0, line.find(' ', line.find(' ') + 1));  // Key and time.
  (block_ += line) += '\n';
  ++total_;
  return ++lines_ < kLines ? Result<void>{} : end_block();
}

Result<void> ZipNumWriter::end_block() {
  if (lines_ == 0) return {};
  std::string member = gzip_member(block_);
  if (auto ok = file_.write(member); !ok) return ok;
  if (summary_ == Summary::kWacz) text_ += fmt::format("{} {{\"offset\": {}, \"length\": {}, \"digest\": \"sha256:{}\", \"filename\": \"{}\"}}\n", first_, offset_, member.size(), hex(sha256(member)), name_);
  else text_ += fmt::format("{}\t{}\t{}\t{}\t{}\n", first_, name_, offset_, member.size(), lines_);
  offset_ += member.size();
  lines_ = 0;
  block_.clear();
  return {};
}

Result<std::string> ZipNumWriter::finish() {
  if (auto ok = end_block(); !ok) return tl::unexpected(ok.error());
  if (auto ok = file_.sync(); !ok) return tl::unexpected(ok.error());
  return std::move(text_);
}

bool has_zipnum(const ArchiveLayout& layout) {
  std::error_code ec;
  return fs::exists(layout.index() / "zipnum" / "cluster.idx", ec);
}

Result<std::uint64_t> write_zipnum(const ArchiveLayout& layout) {
  fs::path directory = layout.index() / "zipnum";
  std::error_code ec;
  fs::create_directories(directory, ec);
  if (ec) return fail(ErrorKind::kIo, "cannot create " + directory.string() + ": " + ec.message());
  auto files = cdxj_files(layout);
  if (!files) return tl::unexpected(files.error());
  const std::string name = "cdx-00000.gz";
  fs::path fresh = directory / (name + ".new");
  auto writer = ZipNumWriter::create(fresh, name, ZipNumWriter::Summary::kPywb);
  if (!writer) return tl::unexpected(writer.error());
  if (auto ok = merge_sorted_lines(*files, [&](std::string_view line) { return writer->add(line); }); !ok) return tl::unexpected(ok.error());
  auto summary = writer->finish();
  if (!summary) return tl::unexpected(summary.error());
  // Without its summary nobody reads the blocks, so it goes first and comes last.
  fs::remove(directory / "cluster.idx", ec);
  fs::rename(fresh, directory / name, ec);
  if (ec) return fail(ErrorKind::kIo, "cannot rename " + fresh.string() + ": " + ec.message());
  if (auto ok = write_file_durably(directory / "cluster.loc", name + "\t" + name + "\n"); !ok) return tl::unexpected(ok.error());
  if (auto ok = write_file_durably(directory / "cluster.idx", *summary); !ok) return tl::unexpected(ok.error());
  return writer->lines();
}

}  // namespace offprint
