// Two layers: fill() turns the file into decoded bytes, member by member; read_record()
// parses records out of them. Damage in either ends the record, and resynchronise() looks
// for the next place from which a whole record can be read.
#include "warc/reader.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "warc/dictionary.h"
#include "warc/warc_format.h"

namespace offprint {
namespace {

using warc_format::le32;

constexpr std::string_view kRecordStart = "WARC/";
constexpr std::size_t kInput = 256 << 10;
constexpr std::size_t kOutput = 256 << 10;
constexpr std::size_t kSmall = 4 << 10;       ///< What a record may hold of its buffer without using it.
constexpr std::size_t kBlockMemory = 4 << 20;  ///< Larger blocks wait in a temporary file.

bool skippable(std::uint32_t magic) { return (magic & 0xFFFFFFF0u) == warc_format::kZstdSkippable; }

}  // namespace

Result<WarcReader> WarcReader::open(const std::filesystem::path& path) {
  auto file = File::open_read(path);
  if (!file) return tl::unexpected(file.error());
  auto size = file->size();
  if (!size) return tl::unexpected(size.error());
  WarcReader reader(std::move(*file), *size);
  if (auto ok = reader.prepare(); !ok) return tl::unexpected(ok.error());
  return reader;
}

Result<void> WarcReader::prepare() {
  auto head = file_.read_at(0, 8);
  if (!head) return tl::unexpected(head.error());
  std::uint32_t magic = le32(*head);
  if (magic == warc_format::kZstdMagic || skippable(magic)) compression_ = Compression::kZstd;
  else if (head->starts_with("\x1F\x8B")) compression_ = Compression::kGzip;
  else if (!head->starts_with("WARC")) compression_ = compression_of_name(file_.name());  // The first bytes are damaged.
  std::string_view name = file_.name();
  if (name.ends_with(".gz")) name.remove_suffix(3);
  arc_ = name.ends_with(".arc") || head->starts_with("filedesc");
  if (magic == warc_format::kZstdDictionary) {
    auto dictionary = ZstdDictionary::of_file(file_.name());
    if (!dictionary && dictionary.error().kind == ErrorKind::kIo) return tl::unexpected(dictionary.error());
    std::uint64_t length = std::min<std::uint64_t>(file_size_, 8 + std::uint64_t{le32(std::string_view(*head).substr(std::min<std::size_t>(4, head->size())))});
    if (!dictionary) note_damage(0, length, dictionary.error().message, false);
    else if (*dictionary) {
      if (auto ok = decoder_.use_dictionary((*dictionary)->bytes()); !ok) note_damage(0, length, ok.error().message, false);
    }
  }
  return {};
}

void WarcReader::seek(std::uint64_t offset) {
  raw_.clear();
  raw_end_ = offset;
  plain_.clear();
  in_member_ = false;
  first_in_member_ = true;
}

Result<std::string_view> WarcReader::input(std::size_t wanted) {
  while (raw_.view().size() < wanted) {
    auto n = file_.read_at(raw_end_, raw_.room(kInput), kInput);
    if (!n) return tl::unexpected(n.error());
    if (*n == 0) break;
    raw_.add(*n);
    raw_end_ += *n;
  }
  return raw_.view();
}

/// Stands at a member's start; false at the end of the file. Skips frames that hold no data.
Result<bool> WarcReader::begin_member() {
  for (;;) {
    member_offset_ = raw_position();
    auto head = input(8);
    if (!head) return tl::unexpected(head.error());
    if (head->empty()) return false;
    if (compression_ == Compression::kZstd && skippable(le32(*head)) && head->size() >= 8) {
      seek(member_offset_ + 8 + le32(head->substr(4)));
      continue;
    }
    if (auto ok = decoder_.begin(compression_); !ok) return tl::unexpected(ok.error());
    in_member_ = true;
    first_in_member_ = true;
    return true;
  }
}

/// With all of a frame before it, and room for all that it holds, the decoder copies nothing.
Result<std::size_t> WarcReader::room_for_frame() {
  std::uint64_t size = zstd_content_size(raw_.view());
  if (size == 0 || size > kBlockMemory) return kOutput;
  while (!zstd_frame_complete(raw_.view()) && raw_.view().size() < kBlockMemory) {
    std::size_t had = raw_.view().size();
    auto in = input(had + 1);
    if (!in) return tl::unexpected(in.error());
    if (in->size() == had) break;
  }
  return static_cast<std::size_t>(size);
}

Result<WarcReader::Fill> WarcReader::fill() {
  if (!in_member_) {
    auto more = begin_member();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return Fill::kFileEnd;
  }
  auto in = input();
  if (!in) return tl::unexpected(in.error());
  if (in->empty()) {
    if (compression_ == Compression::kNone) return Fill::kFileEnd;
    return fail(ErrorKind::kCorrupt, "file ends within a compressed record");
  }
  auto room = compression_ == Compression::kZstd && raw_position() == member_offset_ ? room_for_frame() : Result<std::size_t>(kOutput);
  if (!room) return tl::unexpected(room.error());
  in = raw_.view();
  auto step = decoder_.step(*in, plain_.room(*room), *room);
  if (!step) return tl::unexpected(step.error());
  plain_.add(step->produced);
  raw_.use(step->consumed);
  if (!step->ended) return Fill::kData;
  in_member_ = false;
  return Fill::kMemberEnd;
}

Result<std::size_t> WarcReader::find_header_end() {
  std::size_t searched = 0;
  for (;;) {
    std::string_view text = plain_.view();
    std::size_t from = searched > 4 ? searched - 4 : 0;
    std::size_t crlf = text.find("\n\r\n", from), lf = text.substr(0, crlf).find("\n\n", from);
    if (lf != std::string_view::npos) return lf + 2;
    if (crlf != std::string_view::npos) return crlf + 3;
    if (text.size() > warc_format::kMaxHeaderBytes) return fail(ErrorKind::kCorrupt, "record header is over the limit");
    if (text.size() >= 5 && !text.starts_with("WARC/")) {
      if (text.starts_with("filed")) arc_ = true;
      return fail(ErrorKind::kCorrupt, "record does not begin with WARC/");
    }
    if (!in_member_ && !first_in_member_ && text.empty()) first_in_member_ = true;  // A frame without content.
    if (!in_member_ && !first_in_member_) return fail(ErrorKind::kCorrupt, "member ends within a record header");
    searched = text.size();
    auto f = fill();
    if (!f) return tl::unexpected(f.error());
    if (*f == Fill::kFileEnd) return fail(ErrorKind::kCorrupt, "file ends within a record header");
    if (*f == Fill::kMemberEnd) first_in_member_ = false;
  }
}

bool WarcReader::take_block(StoredRecord& record, std::uint64_t size) {
  std::string_view rest = plain_.view();
  bool whole = !in_member_ && compression_ == Compression::kZstd && rest.size() == size + 4 && rest.ends_with("\r\n\r\n") && size > 0;
  if (!whole || plain_.capacity() > 2 * size + kSmall) return false;
  std::size_t from = plain_.offset();
  record.block.adopt(plain_.release(), from, static_cast<std::size_t>(size));
  return true;
}

Result<void> WarcReader::read_block(StoredRecord& record, std::uint64_t size) {
  record.block.reserve(size);
  while (size > 0) {
    if (plain_.empty()) {
      if (!in_member_ && compression_ != Compression::kNone) {
        auto more = goes_on();
        if (!more) return tl::unexpected(more.error());
        if (!*more) return fail(ErrorKind::kCorrupt, "member ends within a record's block");
        continue;
      }
      auto f = fill();
      if (!f) return tl::unexpected(f.error());
      if (*f == Fill::kFileEnd) return fail(ErrorKind::kCorrupt, "file ends within a record's block");
      continue;
    }
    std::string_view piece = plain_.view().substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(size, kOutput)));
    if (auto ok = record.block.append(piece); !ok) return ok;
    plain_.use(piece.size());
    size -= piece.size();
  }
  return {};
}

Result<bool> WarcReader::goes_on() {
  auto f = fill();
  if (!f) return tl::unexpected(f.error());
  if (*f == Fill::kFileEnd) return false;
  return !plain_.view().starts_with(arc_ ? "http" : "WARC/");
}

/// The two CRLFs, or what stands there instead; then the end of the member, whose checksum counts.
Result<void> WarcReader::read_end_mark(StoredRecord& record) {
  std::uint64_t marks = 0;
  for (;;) {
    std::size_t ends = std::min(plain_.view().find_first_not_of("\r\n"), plain_.view().size());
    plain_.use(ends);
    marks += ends;
    if (!plain_.empty()) {
      while (plain_.view().size() < kRecordStart.size() && in_member_) {
        auto f = fill();
        if (!f) return tl::unexpected(f.error());
        if (*f != Fill::kData) break;
      }
      bool next = plain_.view().starts_with(kRecordStart);
      if (marks == 0 && !(next && compression_ == Compression::kNone) && !arc_) return fail(ErrorKind::kCorrupt, "record's length is wrong: no line end behind its block");
      // A member that goes on with anything else is damaged; its checksum would come too late to say so.
      if (!next && !arc_ && compression_ != Compression::kNone) return fail(ErrorKind::kCorrupt, "bytes that are no record follow in the same member");
      record.shares_member = compression_ != Compression::kNone;
      return {};
    }
    if (!in_member_ && compression_ != Compression::kNone) return {};
    auto f = fill();
    if (!f) return tl::unexpected(f.error());
    if (*f == Fill::kFileEnd) return {};
  }
}

namespace {

/// "URL IP date type length" of an ARC record as the WARC header that would have said it.
Result<WarcHeader> header_of_arc_line(std::string_view line) {
  auto bad = [] { return fail(ErrorKind::kCorrupt, "no ARC record header: URL IP date type length"); };
  while (line.ends_with('\r') || line.ends_with('\n')) line.remove_suffix(1);
  std::string_view fields[5];  // From the back: URLs of careless writers hold spaces.
  for (int i = 4; i > 0; --i) {
    std::size_t space = line.rfind(' ');
    if (space == std::string_view::npos) return bad();
    fields[i] = line.substr(space + 1);
    line = line.substr(0, space);
  }
  fields[0] = line;
  std::string_view date = fields[2];
  bool digits = date.size() >= 14 && std::all_of(date.begin(), date.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (fields[0].find(':') == std::string_view::npos || !digits) return bad();
  bool info = fields[0].starts_with("filedesc:"), http = fields[0].starts_with("http");
  auto part = [&](std::size_t at, std::size_t n) { return std::string(date.substr(at, n)); };
  std::string text = "WARC/1.0\r\nWARC-Type: " + std::string(info ? "warcinfo" : http ? "response" : "resource") + "\r\nWARC-Target-URI: " + printable(fields[0]) + "\r\nWARC-Date: " + part(0, 4) + "-" + part(4, 2) + "-" + part(6, 2) + "T" + part(8, 2) + ":" + part(10, 2) + ":" + part(12, 2) +
                     "Z\r\nWARC-IP-Address: " + printable(fields[1]) + "\r\nWARC-Record-ID: <urn:arc:" + printable(date) + ":" + printable(fields[0]) + ">\r\nContent-Type: " + (http ? std::string("application/http; msgtype=response") : printable(fields[3])) + "\r\nContent-Length: " + std::string(fields[4]) + "\r\n\r\n";
  return parse_warc_header(text);
}

}  // namespace

/// Block and end of a record whose header is read.
Result<StoredRecord> WarcReader::finish(StoredRecord record) {
  std::uint64_t size = *record.header.content_length();
  if (!take_block(record, size)) {
    if (auto ok = read_block(record, size); !ok) return tl::unexpected(ok.error());
    if (auto ok = read_end_mark(record); !ok) return tl::unexpected(ok.error());
  }
  std::uint64_t end = compression_ == Compression::kNone ? plain_position() : raw_position();
  record.length = end - record.offset;
  if (!record.shares_member) intact_end_ = end;
  return record;
}

Result<StoredRecord> WarcReader::read_arc_record() {
  StoredRecord record;
  record.block = Spool(kBlockMemory);
  while (plain_.view().find('\n') == std::string_view::npos) {
    if (plain_.view().size() > warc_format::kMaxArcLine) return fail(ErrorKind::kCorrupt, "ARC record header is over the limit");
    auto f = fill();
    if (!f) return tl::unexpected(f.error());
    if (*f == Fill::kFileEnd) return fail(ErrorKind::kCorrupt, "file ends within an ARC record header");
    if (*f == Fill::kMemberEnd && plain_.view().find('\n') == std::string_view::npos) return fail(ErrorKind::kCorrupt, "member ends within an ARC record header");
  }
  record.offset = compression_ == Compression::kNone ? plain_position() : member_offset_;
  std::size_t n = plain_.view().find('\n') + 1;
  auto header = header_of_arc_line(plain_.view().substr(0, n));
  if (!header) return tl::unexpected(header.error());
  plain_.use(n);
  record.header = std::move(*header);
  record.raw_header = "WARC/1.0\r\n";
  for (const auto& [name, value] : record.header.fields) record.raw_header += name + ": " + value + "\r\n";
  record.raw_header += "\r\n";
  return finish(std::move(record));
}

Result<StoredRecord> WarcReader::read_record() {
  if (arc_) return read_arc_record();
  StoredRecord record;
  record.block = Spool(kBlockMemory);
  std::uint64_t plain_start = plain_position();
  auto n = find_header_end();
  if (arc_) return read_arc_record();
  record.offset = compression_ == Compression::kNone ? plain_start : member_offset_;
  if (!n) return tl::unexpected(n.error());
  auto header = parse_warc_header(plain_.view().substr(0, *n));
  if (!header) return tl::unexpected(header.error());
  record.raw_header = plain_.view().substr(0, *n);
  plain_.use(*n);
  record.header = std::move(*header);
  return finish(std::move(record));
}

/// First place at or behind `from` where a member or record seems to begin.
Result<std::optional<std::uint64_t>> WarcReader::find_start(std::uint64_t from) {
  std::string_view magic = compression_ == Compression::kZstd   ? std::string_view("\x28\xB5\x2F\xFD")
                           : compression_ == Compression::kGzip ? std::string_view("\x1F\x8B\x08")
                                                                : std::string_view("WARC/");
  while (from < file_size_) {
    auto piece = file_.read_at(from, kInput);
    if (!piece) return tl::unexpected(piece.error());
    std::size_t at = piece->find(magic);
    if (at != std::string::npos) return from + at;
    if (piece->size() < kInput) break;
    from += piece->size() - magic.size() + 1;
  }
  return std::nullopt;
}

/// Tries each possible start behind `from` until a record begins there.
Result<bool> WarcReader::resynchronise(std::uint64_t from) {
  for (;;) {
    auto at = find_start(from);
    if (!at) return tl::unexpected(at.error());
    if (!*at) return false;
    seek(**at);
    if (arc_) {
      bool decodes = fill().has_value();
      seek(**at);
      if (decodes) return true;
      from = **at + 1;
      continue;
    }
    auto n = find_header_end();
    bool good = n && parse_warc_header(plain_.view().substr(0, *n)).has_value();
    seek(**at);
    if (good) return true;
    from = **at + 1;
  }
}

void WarcReader::note_damage(std::uint64_t from, std::uint64_t to, std::string reason, bool at_end) {
  damage_.push_back({from, to - from, std::move(reason), at_end});
}

Result<std::optional<StoredRecord>> WarcReader::next() {
  for (;;) {
    bool fresh = plain_.empty();
    if (fresh && raw_position() >= file_size_) return std::nullopt;
    if (fresh && !in_member_) {
      auto more = begin_member();
      if (!more) return tl::unexpected(more.error());
      if (!*more) return std::nullopt;
    }
    std::uint64_t start = compression_ == Compression::kNone ? plain_position() : member_offset_;
    auto record = read_record();
    if (record) return std::optional<StoredRecord>(std::move(*record));
    if (record.error().kind == ErrorKind::kIo) return tl::unexpected(record.error());
    auto again = resynchronise(start + 1);
    if (!again) return tl::unexpected(again.error());
    note_damage(start, *again ? raw_position() : file_size_, record.error().message, !*again);
    if (!*again) {
      seek(file_size_);
      return std::nullopt;
    }
  }
}

}  // namespace offprint
