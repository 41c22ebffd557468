#include "warc/cdxj.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "base/file.h"
#include "base/surt.h"
#include "base/text.h"

namespace offprint {

std::string cdxj_line(const CaptureSummary& c) {
  std::string mime = c.revisit ? "warc/revisit" : c.mime.empty() ? "unk" : c.mime;
  // A 304 stands for the 200 that it confirms; replay tools show nothing for a 304 of the index.
  int status = c.revisit && c.status == 304 ? 200 : c.status;
  return fmt::format(R"({} {} {{"url":{},"mime":{},"status":"{}","digest":"sha1:{}","length":"{}","offset":"{}","filename":{}}})", surt_key(c.url),
                     format_timestamp14(c.date), json_quote(c.url), json_quote(mime), status, base32(c.payload_digest), c.length, c.offset, json_quote(c.file));
}

std::string cdxj_text(const std::vector<CaptureRow>& captures, const Exclusions& exclusions) {
  std::vector<std::string> lines;
  lines.reserve(captures.size());
  for (const CaptureRow& r : captures)
    if (!exclusions.excludes(r.summary.url, r.summary.date)) lines.push_back(cdxj_line(r.summary));
  std::sort(lines.begin(), lines.end());
  std::string text;
  for (const std::string& l : lines) (text += l) += '\n';
  return text;
}

Result<void> write_cdxj(const ArchiveLayout& layout, const std::string& file, const std::vector<CaptureRow>& captures) {
  auto exclusions = Exclusions::load(layout);
  if (!exclusions) return tl::unexpected(exclusions.error());
  std::filesystem::path path = layout.index() / (file + ".cdxj");
  std::string text = cdxj_text(captures, *exclusions);
  if (!text.empty()) return write_file_durably(path, text);
  std::error_code ec;
  return std::filesystem::remove(path, ec) ? sync_directory(layout.index()) : Result<void>{};
}

}  // namespace offprint
