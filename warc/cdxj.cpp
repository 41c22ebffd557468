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
  return fmt::format(R"({} {} {{"url":{},"mime":{},"status":"{}","digest":"sha1:{}","length":"{}","offset":"{}","filename":{}}})", surt_key(c.url),
                     format_timestamp14(c.date), json_quote(c.url), json_quote(mime), c.status, base32(c.payload_digest), c.length, c.offset, json_quote(c.file));
}

Result<void> write_cdxj(const std::filesystem::path& directory, const std::string& file, const std::vector<CaptureRow>& captures) {
  if (captures.empty()) return {};
  std::vector<std::string> lines;
  lines.reserve(captures.size());
  for (const CaptureRow& r : captures) lines.push_back(cdxj_line(r.summary));
  std::sort(lines.begin(), lines.end());
  std::string text;
  for (const std::string& l : lines) (text += l) += '\n';
  return write_file_durably(directory / (file + ".cdxj"), text);
}

}  // namespace offprint
