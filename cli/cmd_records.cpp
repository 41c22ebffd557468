// offprint records: one line a WARC record.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/log.h"
#include "base/text.h"
#include "cli/commands.h"
#include "warc/archive.h"
#include "warc/warc_format.h"

namespace offprint {
namespace {

std::string or_null(const std::string& s) { return s.empty() ? "null" : json_quote(s); }

std::string record_json(const StoredRecord& r, const std::string& file) {
  const WarcHeader& h = r.header;
  auto s = summarize(r, true);
  bool revisit = h.type() == "revisit";
  std::string status = s && s->capture.status > 0 ? std::to_string(s->capture.status) : "null";
  std::string length = s && !revisit ? std::to_string(s->capture.payload_length) : revisit ? "null" : std::to_string(r.block.size());
  return fmt::format(R"({{"url":{},"type":{},"status":{},"mime":{},"date":{},"sha256":{},"length":{},"truncated":{},"revisit":{},"file":{},"offset":{}}})",
                     or_null(std::string(h.target_uri())), json_quote(h.type()), status, s ? or_null(s->capture.mime) : or_null(std::string(h.get("Content-Type"))),
                     or_null(std::string(h.get("WARC-Date"))), s ? or_null(s->sha256) : "null", length, revisit ? "null" : or_null(std::string(h.get("WARC-Truncated"))), revisit,
                     json_quote(file), r.offset);
}

std::string record_line(const StoredRecord& r, const std::string& file) {
  return fmt::format("{}:{}\t{}\t{}\t{}", file, r.offset, printable(r.header.type()), printable(r.header.get("WARC-Date")), printable(r.header.target_uri()));
}

Result<void> list_file(const std::filesystem::path& path, const RecordsOptions& o) {
  auto reader = WarcReader::open(path);
  if (!reader) return tl::unexpected(reader.error());
  auto types = split(o.types, ',');
  std::string name = path.filename().string();
  bool open = name.ends_with(warc_format::kOpenSuffix);
  for (;;) {
    auto r = reader->next();
    if (!r) return tl::unexpected(r.error());
    if (!*r) break;
    if (!o.types.empty() && std::find(types.begin(), types.end(), (*r)->header.type()) == types.end()) continue;
    fmt::print("{}\n", o.json ? record_json(**r, name) : record_line(**r, name));
  }
  bool sound = true;
  for (const Damage& d : reader->damage()) {
    if (open && d.at_end) {
      log_info("{}: {} bytes at {} are an unfinished record, which the next start cuts", name, d.length, d.offset);
      continue;
    }
    log_error("{}: {} bytes at {} give no record: {}", name, d.length, d.offset, d.reason);
    sound = false;
  }
  return sound ? Result<void>{} : fail(ErrorKind::kCorrupt, "");
}

}  // namespace

int run_records(const RecordsOptions& o) {
  std::vector<std::filesystem::path> files{o.input};
  if (is_archive(o.input)) {
    ArchiveLayout layout{o.input};
    auto names = layout.warc_names();
    if (!names) {
      log_error("{}", names.error().message);
      return 1;
    }
    files.clear();
    for (const std::string& n : *names) files.push_back(layout.find_warc(n));
  } else if (std::filesystem::is_directory(o.input)) {
    return 0;  // An archive in which nothing has been stored yet.
  }
  int status = 0;
  for (const auto& f : files) {
    auto ok = list_file(f, o);
    if (ok) continue;
    status = 1;
    if (!ok.error().message.empty()) log_error("{}", ok.error().message);
  }
  return status;
}

}  // namespace offprint
