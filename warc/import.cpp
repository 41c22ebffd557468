#include "warc/import.h"

#include <fmt/format.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "warc/convert.h"
#include "warc/recovery.h"

namespace fs = std::filesystem;

namespace offprint {
namespace {

struct Look {
  bool addressable = true;
  std::uint64_t records = 0;
  std::vector<Damage> damage;
  Compression compression = Compression::kNone;
};

Result<Look> look_through(const fs::path& file) {
  auto reader = WarcReader::open(file);
  if (!reader) return tl::unexpected(reader.error());
  Look out;
  std::string name = file.filename().string();
  out.addressable = name.find(".arc") == std::string::npos;
  for (;;) {
    auto r = reader->next();
    if (!r) return tl::unexpected(r.error());
    if (!*r) break;
    ++out.records;
    out.addressable = out.addressable && !(*r)->shares_member;
  }
  out.damage = reader->damage();
  out.compression = reader->compression();
  return out;
}

/// Letters, digits, '-', '_' and '.' of the file's own name, and the ending that its form asks for.
std::string adopted_name(const fs::path& file, Compression compression) {
  std::string stem = file.filename().string();
  for (std::string_view ending : {".zst", ".gz", ".warc", ".arc"})
    if (stem.ends_with(ending)) stem.resize(stem.size() - ending.size());
  for (char& c : stem)
    if (!((c | 32) >= 'a' && (c | 32) <= 'z') && !(c >= '0' && c <= '9') && c != '-' && c != '_' && c != '.') c = '-';
  while (stem.starts_with('.')) stem.erase(0, 1);
  return stem.substr(0, 180) + std::string(warc_extension(compression));
}

Result<void> copy_durably(const fs::path& from, const fs::path& to) {
  std::error_code ec;
  fs::copy_file(from, to, fs::copy_options::overwrite_existing, ec);
  if (ec) return fail(ErrorKind::kIo, fmt::format("cannot copy {} to {}: {}", from.string(), to.string(), ec.message()));
  auto file = File::open_append(to);
  if (!file) return tl::unexpected(file.error());
  return file->sync();
}

}  // namespace

Result<Imported> import_file(Archive& archive, const fs::path& file) {
  auto look = look_through(file);
  if (!look) return tl::unexpected(look.error());
  if (look->records == 0) return fail(ErrorKind::kInvalid, file.string() + " holds no WARC or ARC record");
  Imported out;
  out.rewritten = !look->addressable || !look->damage.empty();
  out.damage = std::move(look->damage);
  const ArchiveLayout& layout = archive.layout();
  out.name = adopted_name(file, look->compression);
  if (archive.state().file(out.name)) return fail(ErrorKind::kInvalid, out.name + " is in the archive already");
  fs::path target = layout.warc() / out.name, work = layout.warc() / (out.name + ".importing");
  std::error_code ec;
  fs::remove(work, ec);
  if (out.rewritten) {
    ConvertOptions options;
    options.to = look->compression;
    auto copied = convert_file(file, work, options);
    if (!copied) return tl::unexpected(copied.error());
  } else if (auto ok = copy_durably(file, work); !ok) {
    return tl::unexpected(ok.error());
  }
  fs::rename(work, target, ec);
  if (ec) return fail(ErrorKind::kIo, "cannot rename " + work.string() + ": " + ec.message());
  if (auto ok = sync_directory(layout.warc()); !ok) return tl::unexpected(ok.error());
  if (auto ok = recover(layout, archive.database(), archive.state(), false); !ok) return tl::unexpected(ok.error());
  auto row = archive.state().file(out.name);
  auto sha = file_sha256(target);
  if (!row || !sha) return fail(ErrorKind::kIo, out.name + " could not be taken in");
  archive.state().set_file(row->id, FileState::kSealed, row->size, *sha);
  out.captures = archive.state().captures_of_file(out.name).size();
  if (auto ok = write_sums(layout, archive.state()); !ok) return tl::unexpected(ok.error());
  return out;
}

}  // namespace offprint
