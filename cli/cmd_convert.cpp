// offprint convert and repair: a WARC or ARC file into another, whole or what is intact of it.
// offprint cat: one record's header, block or payload.
#include <fmt/format.h>

#include <cstdio>

#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/url.h"
#include "cli/command_support.h"
#include "cli/commands.h"
#include "warc/archive.h"
#include "warc/convert.h"
#include "warc/http_message.h"

namespace offprint {
namespace {

Result<void> print_bytes(std::string_view bytes) { return std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size() ? Result<void>{} : fail(ErrorKind::kIo, "cannot write to standard output"); }

/// A timestamp without what stands between its digits.
std::string digits_of(std::string_view date) {
  std::string out(date);
  std::erase_if(out, [](char c) { return c < '0' || c > '9'; });
  return out;
}

/// The latest capture of `url` not behind `time` (digits of a timestamp, or ""), or the record at FILE:OFFSET.
Result<StoredRecord> find_record(const CatOptions& o) {
  ArchiveLayout layout{o.input};
  if (std::size_t colon = o.which.rfind(':'); colon != std::string::npos && o.which.find("://") == std::string::npos) return read_record_at(layout, o.which.substr(0, colon), std::strtoull(o.which.c_str() + colon + 1, nullptr, 10));
  auto names = layout.warc_names();
  if (!names) return tl::unexpected(names.error());
  auto url = Url::parse(o.which);
  std::string wanted = url ? url->fetch_url() : o.which, best_date, best_file;
  std::uint64_t best_offset = 0;
  for (const std::string& name : *names) {
    auto reader = WarcReader::open(layout.find_warc(name));
    if (!reader) return tl::unexpected(reader.error());
    for (;;) {
      auto r = reader->next();
      if (!r) return tl::unexpected(r.error());
      if (!*r) break;
      const WarcHeader& h = (*r)->header;
      std::string date = digits_of(h.get("WARC-Date"));
      bool fits = (h.type() == "response" || h.type() == "revisit" || h.type() == "resource") && h.target_uri() == wanted && (o.time.empty() || date.substr(0, o.time.size()) <= o.time);
      if (fits && date >= best_date) best_date = date, best_file = name, best_offset = (*r)->offset;
    }
  }
  if (best_file.empty()) return fail(ErrorKind::kNotFound, printable(o.which) + " is not in the archive" + (o.time.empty() ? "" : " at that time"));
  return read_record_at(layout, best_file, best_offset);
}

Result<void> print_payload(const ArchiveLayout& layout, const StoredRecord& record) {
  if (record.header.type() == "revisit") {
    CatOptions original{layout.root.string(), std::string(without_brackets(record.header.get("WARC-Refers-To-Target-URI"))), digits_of(record.header.get("WARC-Refers-To-Date")), "payload"};
    auto found = find_record(original);
    if (!found) return tl::unexpected(found.error());
    if (found->header.type() == "revisit") return fail(ErrorKind::kCorrupt, "the revisit refers to another revisit");
    return print_payload(layout, *found);
  }
  auto start = record.block.head(1 << 20);
  std::size_t head_size = start ? http_head_size(*start) : std::string::npos;
  if (record.header.get("Content-Type").find("application/http") == std::string_view::npos || head_size == std::string::npos) return record.block.read(print_bytes);
  return read_payload(record.block, parse_http_head(std::string_view(*start).substr(0, head_size)), head_size, print_bytes);
}

}  // namespace

int run_convert(const ConvertCliOptions& o) {
  keep_freed_memory();
  ConvertOptions options;
  options.to = compression_of_name(o.out);
  options.zstd_level = o.level;
  options.dictionary = o.dictionary;
  options.inflate = o.inflate;
  std::filesystem::path home = std::filesystem::absolute(o.in).parent_path();
  if (o.inflate && home.filename() == "warc" && is_archive(home.parent_path())) {  // An archive's file: the originals may stand in others.
    ArchiveLayout layout{home.parent_path()};
    auto names = layout.warc_names();
    if (!names) return status_of(names.error());
    for (const std::string& name : *names) options.originals.push_back(layout.find_warc(name));
  }
  auto result = convert_file(o.in, o.out, options);
  if (!result) return status_of(result.error());
  for (const Damage& d : result->damage) log_error("{}: {} bytes at {} give no record: {}", printable(o.in), d.length, d.offset, d.reason);
  log_info("{} records, {} bytes from {}", result->records, result->bytes_out, result->bytes_in);
  if (o.inflate) log_info("{} revisits made whole", result->inflated);
  if (result->unresolved > 0) log_error("{} revisits stay as they are: their originals are in no file of this archive", result->unresolved);
  // What is left out of a repaired file is what was asked for; of a converted one it is a loss.
  return (result->damage.empty() || o.repair) && result->unresolved == 0 ? 0 : 1;
}

int run_cat(const CatOptions& o) {
  auto record = find_record(o);
  if (!record) return status_of(record.error());
  Result<void> ok;
  if (o.part == "header" || o.part == "all") ok = print_bytes(record->raw_header);
  if (ok && (o.part == "block" || o.part == "all")) ok = record->block.read(print_bytes);
  if (ok && o.part == "payload") ok = print_payload(ArchiveLayout{o.input}, *record);
  return ok ? 0 : status_of(ok.error());
}

}  // namespace offprint
