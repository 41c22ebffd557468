// offprint verify: a line for each thing wrong, exit status 1 if there is one.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/commands.h"
#include "warc/verify.h"

namespace offprint {
namespace {

std::string result_json(const VerifyResult& r) {
  std::string out = fmt::format(R"({{"sound":{},"files":{},"records":{},"captures":{},"bytes":{},"findings":[)", r.sound(), r.files, r.records, r.captures, r.bytes);
  std::string sep;
  for (const Finding& f : r.findings) {
    out += fmt::format(R"({}{{"fault":{},"file":{},"offset":{},"message":{}}})", sep, f.fault, json_quote(f.file), f.offset, json_quote(f.message));
    sep = ",";
  }
  return out + "]}";
}

}  // namespace

int run_verify(const VerifyOptions& o) {
  keep_freed_memory();
  VerifyResult all;
  VerifyProgress progress;
  if (!o.quiet && ::isatty(STDERR_FILENO)) progress = [](const std::string& file, std::uint64_t done, std::uint64_t size) { set_status_line(fmt::format("{} {}%", printable(file), size ? 100 * done / size : 100)); };
  for (const std::string& input : o.inputs) {
    if (is_archive(input)) {
      auto r = verify_archive(ArchiveLayout{input}, progress);
      if (!r) {
        log_error("{}", r.error().message);
        return 1;
      }
      all.files += r->files;
      all.records += r->records;
      all.captures += r->captures;
      all.bytes += r->bytes;
      all.findings.insert(all.findings.end(), r->findings.begin(), r->findings.end());
    } else if (std::filesystem::is_directory(input)) {
      all.findings.push_back({false, input, 0, "holds no WARC files yet"});
    } else if (auto ok = verify_file(input, all, progress); !ok) {
      log_error("{}", ok.error().message);
      return 1;
    }
  }
  set_status_line("");
  if (o.json) {
    fmt::print("{}\n", result_json(all));
  } else {
    for (const Finding& f : all.findings) fmt::print("{} {}:{}: {}\n", f.fault ? "FAULT" : "note ", printable(f.file), f.offset, printable(f.message));
    if (!o.quiet) fmt::print("{}: {} files, {} records, {} captures\n", all.sound() ? "sound" : "NOT SOUND", all.files, all.records, all.captures);
  }
  return all.sound() ? 0 : 1;
}

}  // namespace offprint
