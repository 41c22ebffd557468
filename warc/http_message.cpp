#include "warc/http_message.h"

#include <zlib.h>
#include <zstd.h>

#include <charconv>

#include "base/text.h"
#include "warc/dechunker.h"

namespace offprint {
namespace {

/// One zlib stream; `bits` picks gzip, zlib or raw.
bool inflate_all(std::string_view in, int bits, std::size_t max, Unfolded& out) {
  z_stream z{};
  if (inflateInit2(&z, bits) != Z_OK) return false;
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
  z.avail_in = static_cast<uInt>(std::min<std::size_t>(in.size(), 1u << 30));
  char buffer[65536];
  int code = Z_OK;
  std::string result;
  while (code != Z_STREAM_END) {
    z.next_out = reinterpret_cast<Bytef*>(buffer);
    z.avail_out = sizeof buffer;
    code = inflate(&z, Z_NO_FLUSH);
    std::size_t n = sizeof buffer - z.avail_out;
    result.append(buffer, n);
    if (code == Z_STREAM_END && z.avail_in > 2 && bits > 15) {  // Members may follow.
      inflateReset(&z);
      code = Z_OK;
      continue;
    }
    if (result.size() > max) {
      result.resize(max);
      out.truncated = true;
      break;
    }
    if (code != Z_OK && code != Z_STREAM_END) break;
    if (n == 0 && z.avail_in == 0) break;
  }
  inflateEnd(&z);
  if (code != Z_STREAM_END) out.truncated = true;
  if (result.empty() && code != Z_STREAM_END) return false;
  out.bytes = std::move(result);
  return true;
}

}  // namespace

std::string_view HttpHead::get(std::string_view name) const { return find_field(fields, name); }

bool HttpHead::chunked() const {
  for (const auto& [k, v] : fields)
    if (iequals(k, "transfer-encoding") && ifind(v, "chunked") != std::string_view::npos) return true;
  return false;
}

std::string HttpHead::mime() const {
  std::string_view type = get("content-type");
  return ascii_lower(trim(type.substr(0, type.find(';'))));
}

HttpHead parse_http_head(std::string_view head) {
  HttpHead out;
  std::string_view line = take_line(head);
  out.first_line = line;
  std::size_t space = line.find(' ');
  if (istarts_with(line, "HTTP/") && space != std::string_view::npos) std::from_chars(line.data() + space + 1, line.data() + line.size(), out.status);
  parse_header_fields(head, out.fields);
  return out;
}

std::size_t http_head_size(std::string_view block) {
  std::size_t crlf = block.find("\r\n\r\n"), lf = block.find("\n\n");
  if (crlf == std::string_view::npos && lf == std::string_view::npos) return std::string_view::npos;
  return lf == std::string_view::npos || (crlf != std::string_view::npos && crlf < lf) ? crlf + 4 : lf + 2;
}

Result<void> read_payload(const Spool& block, const HttpHead& head, std::size_t head_size,
                          const std::function<Result<void>(std::string_view)>& sink) {
  if (!head.chunked()) return block.read(sink, head_size);
  // A body that only claims to be chunked (dechunked by its archiver) is read as it is.
  std::string start;
  if (auto h = block.head(head_size + 4096); h && h->size() > head_size) start = h->substr(head_size);
  Dechunker probe;
  probe.feed(start, nullptr);
  if (probe.malformed()) return block.read(sink, head_size);
  Dechunker dechunker;
  Result<void> result;
  auto ok = block.read(
      [&](std::string_view piece) -> Result<void> {
        dechunker.feed(piece, [&](std::string_view payload) {
          if (result) result = sink(payload);
        });
        return result;
      },
      head_size);
  return result ? ok : result;
}

Unfolded remove_content_coding(std::string bytes, std::string_view content_encoding, std::size_t max_bytes) {
  Unfolded out;
  std::size_t limit = std::min(max_bytes, bytes.size() * 1000 + 65536);
  out.bytes = std::move(bytes);
  int layers = 0;
  auto codings = split(content_encoding, ',');
  for (auto it = codings.rbegin(); it != codings.rend(); ++it) {
    std::string coding = ascii_lower(trim(*it));
    if (coding.empty() || coding == "identity") continue;
    if (++layers > 3) {
      out.unknown_coding = true;
      return out;
    }
    std::string in = std::move(out.bytes);
    out.bytes.clear();
    bool done = false;
    if (coding == "gzip" || coding == "x-gzip") done = inflate_all(in, 15 + 16, limit, out);
    else if (coding == "deflate") done = inflate_all(in, 15, limit, out) || inflate_all(in, -15, limit, out);
    if (!done) {
      out.bytes = std::move(in);
      out.unknown_coding = true;
      return out;
    }
  }
  return out;
}

}  // namespace offprint
