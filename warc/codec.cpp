#include "warc/codec.h"

#define ZSTD_STATIC_LINKING_ONLY  // For ZSTD_c_forceAttachDict, a parameter by number as the others are.
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <bit>
#include <vector>

#include "warc/warc_format.h"

namespace offprint {
namespace {

constexpr std::uint64_t kHeld = 4 << 20;

Result<void> zstd_ok(std::size_t code, const char* what) {
  if (ZSTD_isError(code)) return fail(ErrorKind::kCorrupt, std::string(what) + ": " + ZSTD_getErrorName(code));
  return {};
}

void configure(ZSTD_CCtx* c, int level) {
  ZSTD_CCtx_setParameter(c, ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 1);
  ZSTD_CCtx_setParameter(c, ZSTD_c_contentSizeFlag, 1);
  if (level > 15) ZSTD_CCtx_setParameter(c, ZSTD_c_windowLog, warc_format::kMaxWindowLog);
}

/// zstd's own choice for these levels takes 26 MB for 2 MiB of text and finds no more with it.
void bound_tables(ZSTD_CCtx* c, int level, std::size_t bytes) {
  if (level < 5 || level > 12) return;
  int log = static_cast<int>(std::bit_width(bytes));
  ZSTD_CCtx_setParameter(c, ZSTD_c_hashLog, std::clamp(log - 3, 19, 21));
  ZSTD_CCtx_setParameter(c, ZSTD_c_chainLog, std::clamp(log - 2, 20, 22));
}

}  // namespace

Compression compression_from_name(std::string_view name) {
  return name == "gzip" ? Compression::kGzip : name == "none" ? Compression::kNone : Compression::kZstd;
}

Compression compression_of_name(const std::filesystem::path& path) {
  std::string file = path.filename().string();
  std::string_view name = file;
  if (name.ends_with(warc_format::kOpenSuffix)) name.remove_suffix(warc_format::kOpenSuffix.size());
  return name.ends_with(".zst") ? Compression::kZstd : name.ends_with(".gz") ? Compression::kGzip : Compression::kNone;
}

std::string_view warc_extension(Compression c) {
  return c == Compression::kZstd ? ".warc.zst" : c == Compression::kGzip ? ".warc.gz" : ".warc";
}

/// A context that compresses at this level, with the dictionary where there is one.
ZSTD_CCtx* make_context(int level, std::string_view dictionary) {
  ZSTD_CCtx* c = ZSTD_createCCtx();
  configure(c, level);
  if (dictionary.empty()) return c;
  ZSTD_CCtx_setParameter(c, ZSTD_c_windowLog, warc_format::kMaxWindowLog);  // It has to reach back over all of it.
  bound_tables(c, level, dictionary.size());
  // Records are much smaller than the dictionary: copying its tables for each would cost more than all else.
  ZSTD_CCtx_setParameter(c, ZSTD_c_forceAttachDict, ZSTD_dictForceAttach);
  ZSTD_CCtx_loadDictionary(c, dictionary.data(), dictionary.size());
  return c;
}

struct RecordEncoder::Impl {
  Compression compression;
  ByteSink sink;
  ZSTD_CCtx* zstd = nullptr;   ///< The one in use: `thorough` or `quick`.
  ZSTD_CCtx* thorough = nullptr;
  ZSTD_CCtx* quick = nullptr;  ///< Made when first wanted.
  int quick_level = 0;
  std::string dictionary;      ///< For `quick`.
  z_stream gzip{};
  std::vector<char> out = std::vector<char>(128 << 10);
  std::string held;      ///< Of a small record: compressed in one go, which spares zstd its own copies.
  bool holding = false;

  Result<void> run_zstd(std::string_view bytes, ZSTD_EndDirective mode) {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    for (;;) {
      ZSTD_outBuffer o{out.data(), out.size(), 0};
      std::size_t left = ZSTD_compressStream2(zstd, &o, &in, mode);
      if (auto ok = zstd_ok(left, "zstd"); !ok) return ok;
      if (auto ok = sink({out.data(), o.pos}); !ok) return ok;
      if (mode == ZSTD_e_end ? left == 0 : in.pos == in.size) return {};
    }
  }

  Result<void> run_gzip(std::string_view bytes, int flush) {
    do {
      std::string_view piece = bytes.substr(0, 1u << 30);
      bytes.remove_prefix(piece.size());
      gzip.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
      gzip.avail_in = static_cast<uInt>(piece.size());
      int code = Z_OK;
      do {
        gzip.next_out = reinterpret_cast<Bytef*>(out.data());
        gzip.avail_out = static_cast<uInt>(out.size());
        code = deflate(&gzip, bytes.empty() ? flush : Z_NO_FLUSH);
        if (auto ok = sink({out.data(), out.size() - gzip.avail_out}); !ok) return ok;
      } while (gzip.avail_in > 0 || (flush == Z_FINISH && bytes.empty() && code != Z_STREAM_END));
    } while (!bytes.empty());
    return {};
  }
};

RecordEncoder::RecordEncoder(Compression compression, int level, int quick_level, std::string_view dictionary, ByteSink sink) : impl_(std::make_unique<Impl>()) {
  impl_->compression = compression;
  impl_->sink = std::move(sink);
  if (compression == Compression::kZstd) {
    impl_->zstd = impl_->thorough = make_context(level, dictionary);
    impl_->quick_level = quick_level;
    if (quick_level < level) impl_->dictionary = dictionary;
    else impl_->quick = impl_->thorough;
  } else if (compression == Compression::kGzip) {
    deflateInit2(&impl_->gzip, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY);
  }
}

RecordEncoder::RecordEncoder(RecordEncoder&&) noexcept = default;
RecordEncoder::~RecordEncoder() {
  if (!impl_) return;
  if (impl_->quick != impl_->thorough) ZSTD_freeCCtx(impl_->quick);
  ZSTD_freeCCtx(impl_->thorough);
  if (impl_->compression == Compression::kGzip) deflateEnd(&impl_->gzip);
}

void RecordEncoder::hurry(bool on) {
  if (on && !impl_->quick) impl_->quick = impl_->thorough ? make_context(impl_->quick_level, impl_->dictionary) : nullptr;
  impl_->zstd = on ? impl_->quick : impl_->thorough;
}

Result<void> RecordEncoder::begin(std::uint64_t size) {
  if (impl_->zstd) {
    ZSTD_CCtx_reset(impl_->zstd, ZSTD_reset_session_only);
    impl_->holding = size <= kHeld;
    if (impl_->holding && impl_->out.size() < ZSTD_compressBound(size)) impl_->out.resize(ZSTD_compressBound(size));
    return zstd_ok(ZSTD_CCtx_setPledgedSrcSize(impl_->zstd, size), "zstd");
  }
  if (impl_->compression == Compression::kGzip) deflateReset(&impl_->gzip);
  return {};
}

Result<void> RecordEncoder::add(std::string_view bytes) {
  if (bytes.empty()) return {};
  if (impl_->holding) return impl_->held += bytes, Result<void>{};
  if (impl_->zstd) return impl_->run_zstd(bytes, ZSTD_e_continue);
  if (impl_->compression == Compression::kGzip) return impl_->run_gzip(bytes, Z_NO_FLUSH);
  return impl_->sink(bytes);
}

Result<void> RecordEncoder::end() {
  if (impl_->zstd) {
    auto ok = impl_->run_zstd(impl_->held, ZSTD_e_end);
    impl_->held.clear();
    return ok;
  }
  if (impl_->compression == Compression::kGzip) return impl_->run_gzip({}, Z_FINISH);
  return {};
}

struct MemberDecoder::Impl {
  Compression compression = Compression::kNone;
  ZSTD_DCtx* zstd = nullptr;
  ZSTD_DDict* dictionary = nullptr;
  z_stream gzip{};
  bool gzip_ready = false;
  ~Impl() {
    ZSTD_freeDCtx(zstd);
    ZSTD_freeDDict(dictionary);
    if (gzip_ready) inflateEnd(&gzip);
  }
};

MemberDecoder::MemberDecoder() : impl_(std::make_unique<Impl>()) {}
MemberDecoder::~MemberDecoder() = default;
MemberDecoder::MemberDecoder(MemberDecoder&&) noexcept = default;
MemberDecoder& MemberDecoder::operator=(MemberDecoder&&) noexcept = default;

Result<void> MemberDecoder::begin(Compression compression) {
  impl_->compression = compression;
  if (compression == Compression::kZstd) {
    if (!impl_->zstd) {
      impl_->zstd = ZSTD_createDCtx();
      ZSTD_DCtx_setParameter(impl_->zstd, ZSTD_d_windowLogMax, 27);
    }
    ZSTD_DCtx_reset(impl_->zstd, ZSTD_reset_session_only);
    if (impl_->dictionary) ZSTD_DCtx_refDDict(impl_->zstd, impl_->dictionary);
  } else if (compression == Compression::kGzip) {
    int code = impl_->gzip_ready ? inflateReset2(&impl_->gzip, 15 + 16) : inflateInit2(&impl_->gzip, 15 + 16);
    if (code != Z_OK) return fail(ErrorKind::kLimit, "zlib has no memory");
    impl_->gzip_ready = true;
  }
  return {};
}

Result<MemberDecoder::Step> MemberDecoder::step(std::string_view in, char* out, std::size_t out_size) {
  Step step;
  if (impl_->compression == Compression::kNone) {
    step.consumed = step.produced = std::min(in.size(), out_size);
    std::copy_n(in.data(), step.produced, out);
  } else if (impl_->compression == Compression::kZstd) {
    ZSTD_inBuffer i{in.data(), in.size(), 0};
    ZSTD_outBuffer o{out, out_size, 0};
    std::size_t left = ZSTD_decompressStream(impl_->zstd, &o, &i);
    if (auto ok = zstd_ok(left, "zstd frame"); !ok) return tl::unexpected(ok.error());
    step = {i.pos, o.pos, left == 0};
  } else {
    z_stream& z = impl_->gzip;
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    z.avail_in = static_cast<uInt>(std::min<std::size_t>(in.size(), 1u << 30));
    z.next_out = reinterpret_cast<Bytef*>(out);
    z.avail_out = static_cast<uInt>(std::min<std::size_t>(out_size, 1u << 30));
    uInt had_in = z.avail_in, had_out = z.avail_out;
    int code = inflate(&z, Z_NO_FLUSH);
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
      return fail(ErrorKind::kCorrupt, std::string("gzip member: ") + (z.msg ? z.msg : "damaged"));
    step = {had_in - z.avail_in, had_out - z.avail_out, code == Z_STREAM_END};
  }
  return step;
}

Result<void> MemberDecoder::use_dictionary(std::string_view bytes) {
  ZSTD_freeDDict(impl_->dictionary);
  impl_->dictionary = ZSTD_createDDict(bytes.data(), bytes.size());
  if (!impl_->dictionary) return fail(ErrorKind::kCorrupt, "dictionary is damaged");
  return {};
}

std::uint64_t zstd_content_size(std::string_view frame) {
  unsigned long long size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  return size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR ? 0 : size;
}

bool zstd_frame_complete(std::string_view bytes) { return !ZSTD_isError(ZSTD_findFrameCompressedSize(bytes.data(), bytes.size())); }

std::string zstd_frame(std::string_view bytes, int level) {
  ZSTD_CCtx* c = ZSTD_createCCtx();
  configure(c, level);
  bound_tables(c, level, bytes.size());
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  std::size_t n = ZSTD_compress2(c, out.data(), out.size(), bytes.data(), bytes.size());
  ZSTD_freeCCtx(c);
  out.resize(ZSTD_isError(n) ? 0 : n);
  return out;
}

}  // namespace offprint
