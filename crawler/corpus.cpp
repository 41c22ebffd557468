#include "crawler/corpus.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/digest.h"
#include "base/text.h"
#include "base/url.h"
#include "crawler/discover.h"
#include "extractors/site_knowledge.h"
#include "warc/codec.h"
#include "warc/exclusions.h"
#include "warc/http_message.h"

namespace fs = std::filesystem;

namespace offprint {
namespace {

constexpr std::uint64_t kMaxFile = std::uint64_t{256} << 20;

std::string extra_members(const Provenance& p, int version) {
  return fmt::format(R"("version":{},"warc":{{"url":{},"record_id":{},"file":{},"offset":{},"date":{},"payload_digest":{}}})", version, json_quote(p.url),
                     json_quote(p.record_id), json_quote(p.file), p.offset, json_quote(p.date), json_quote(p.digest));
}

std::string file_name(int number) { return fmt::format("articles-{:05}.jsonl.zst", number); }

}  // namespace

std::string article_identity(const Article& a, const IdentityRules& rules) {
  auto own = Url::parse(a.url), canonical = rules.canonical ? Url::parse(a.canonical) : Result<Url>(fail(ErrorKind::kInvalid, ""));
  bool use_canonical = canonical && (!own || site_of_host(canonical->host) == site_of_host(own->host)) && canonical->path.size() > 1;
  return use_canonical ? url_identity(*canonical, rules) : own ? url_identity(*own, rules) : a.url;
}

std::string version_digest(const Article& a) {
  std::string all = a.title + '\n' + a.dek + '\n';
  for (const std::string& name : a.authors) all += name + '\n';
  return hex(sha1(all + a.text()));
}

std::string corpus_line(const Article& a, const Provenance& p, int version) { return article_json(a, extra_members(p, version)); }

void CorpusWriter::migrate(Database& db) {
  db.exec(R"sql(
CREATE TABLE IF NOT EXISTS corpus_files(number INTEGER PRIMARY KEY, size INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS articles(id INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE, url TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sightings(capture INTEGER PRIMARY KEY, article INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS versions(
  article INTEGER NOT NULL, version INTEGER NOT NULL, digest TEXT NOT NULL, capture INTEGER NOT NULL, date TEXT NOT NULL,
  title TEXT NOT NULL, published TEXT NOT NULL, file INTEGER NOT NULL, offset INTEGER NOT NULL,
  PRIMARY KEY(article, version)) WITHOUT ROWID;
)sql");
}

Result<void> CorpusWriter::open_file(int number, std::uint64_t size) {
  number_ = number;
  size_ = size;
  auto file = File::open_append(directory_ / file_name(number));
  if (!file) return tl::unexpected(file.error());
  file_ = std::move(*file);
  if (auto ok = file_.truncate(size); !ok) return ok;
  return sync_directory(directory_);
}

Result<CorpusWriter> CorpusWriter::open(const fs::path& directory, Database& db, const IdentityRules& identity) {
  CorpusWriter out(directory, db);
  out.identity_ = identity;
  std::int64_t number = 0, size = 0;
  Statement s = db.prepare("SELECT number,size FROM corpus_files ORDER BY number DESC LIMIT 1");
  if (s.step()) number = s.integer(0), size = s.integer(1);
  std::error_code ec;
  for (const auto& entry : fs::directory_iterator(directory, ec)) {  // Files that the state does not know are rebuilt.
    std::string name = entry.path().filename().string();
    if (name.starts_with("articles-") && name > file_name(static_cast<int>(number))) fs::remove(entry.path(), ec);
  }
  std::uint64_t there = fs::file_size(directory / file_name(static_cast<int>(std::max<std::int64_t>(number, 1))), ec);
  if (number > 0 && (ec || there < static_cast<std::uint64_t>(size)))
    return fail(ErrorKind::kCorrupt, fmt::format("{} is shorter than what was committed; remove state.sqlite to rebuild index and corpus from the WARC files", (directory / file_name(static_cast<int>(number))).string()));
  if (auto ok = out.open_file(number > 0 ? static_cast<int>(number) : 1, number > 0 ? static_cast<std::uint64_t>(size) : 0); !ok) return tl::unexpected(ok.error());
  return out;
}

CorpusWriter::Added CorpusWriter::add(const Article& a, const Provenance& p, std::int64_t capture) {
  std::string identity = article_identity(a, identity_), digest = version_digest(a);
  db_->prepare("INSERT OR IGNORE INTO articles(identity,url) VALUES(?,?)").bind(1, identity).bind(2, a.url).run();
  Statement find = db_->prepare("SELECT id FROM articles WHERE identity=?");
  find.bind(1, identity);
  std::int64_t article = find.step() ? find.integer(0) : 0;
  db_->prepare("INSERT OR REPLACE INTO sightings(capture,article) VALUES(?,?)").bind(1, capture).bind(2, article).run();
  Added out;
  Statement last = db_->prepare("SELECT version,digest FROM versions WHERE article=? ORDER BY version DESC LIMIT 1");
  last.bind(1, article);
  if (last.step()) {
    out.version = static_cast<int>(last.integer(0));
    if (last.text(1) == digest) return out;
  }
  out.is_new = true;
  ++out.version;
  Statement insert = db_->prepare("INSERT INTO versions(article,version,digest,capture,date,title,published,file,offset) VALUES(?,?,?,?,?,?,?,?,?)");
  insert.bind(1, article).bind(2, out.version).bind(3, digest).bind(4, capture).bind(5, p.date).bind(6, a.title).bind(7, a.published);
  insert.bind(8, number_).bind(9, static_cast<std::int64_t>(size_)).run();
  pending_ += corpus_line(a, p, out.version) + "\n";
  return out;
}

Result<void> CorpusWriter::acknowledge() {
  if (pending_.empty()) return {};
  std::string frame = zstd_frame(pending_, 9);
  pending_.clear();
  if (auto ok = file_.write(frame); !ok) return ok;
  if (auto ok = file_.sync(); !ok) return ok;
  size_ += frame.size();
  db_->prepare("INSERT OR REPLACE INTO corpus_files(number,size) VALUES(?,?)").bind(1, number_).bind(2, static_cast<std::int64_t>(size_)).run();
  return size_ > kMaxFile ? open_file(number_ + 1, 0) : Result<void>{};
}

Result<void> for_each_corpus_line(const ArchiveLayout& layout, const std::function<Result<void>(std::string_view)>& sink) {
  std::vector<fs::path> files;
  std::error_code ec;
  for (const auto& e : fs::directory_iterator(layout.corpus(), ec))
    if (e.path().string().ends_with(".jsonl.zst")) files.push_back(e.path());
  std::sort(files.begin(), files.end());
  constexpr std::size_t kPiece = 256 << 10;
  std::string out(kPiece, '\0');
  for (const fs::path& path : files) {
    auto file = File::open_read(path);
    if (!file) return tl::unexpected(file.error());
    MemberDecoder decoder;
    if (auto ok = decoder.begin(Compression::kZstd); !ok) return ok;
    std::string text;
    for (std::uint64_t at = 0;;) {
      auto in = file->read_at(at, kPiece);
      if (!in) return tl::unexpected(in.error());
      if (in->empty()) break;
      auto step = decoder.step(*in, out.data(), out.size());
      if (!step) return fail(ErrorKind::kCorrupt, path.string() + ": " + step.error().message);
      at += step->consumed;
      text.append(out, 0, step->produced);
      std::size_t used = 0;
      for (std::size_t end; (end = text.find('\n', used)) != std::string::npos; used = end + 1)
        if (auto ok = sink(std::string_view(text).substr(used, end - used)); !ok) return ok;
      text.erase(0, used);
      if (step->ended)
        if (auto ok = decoder.begin(Compression::kZstd); !ok) return ok;
    }
  }
  return {};
}

namespace {

/// The article of a stored response, if it is a page.
std::optional<std::pair<Article, Provenance>> article_of_record(const StoredRecord& r, const std::string& file, const ExtractOptions& options) {
  auto s = summarize(r, false);
  if (!s || s->capture.revisit || s->capture.status < 200 || s->capture.status >= 300 || !is_page_type(s->capture.mime)) return std::nullopt;
  auto start = r.block.head(1 << 20);
  std::size_t head_size = start ? http_head_size(*start) : std::string::npos;
  if (head_size == std::string::npos) return std::nullopt;
  HttpHead head = parse_http_head(std::string_view(*start).substr(0, head_size));
  std::string payload;
  constexpr std::size_t kMax = 16 << 20;
  (void)read_payload(r.block, head, head_size, [&](std::string_view piece) -> Result<void> {
    payload += piece;
    return payload.size() > kMax ? Result<void>(fail(ErrorKind::kLimit, "enough")) : Result<void>{};
  });
  payload = remove_content_coding(std::move(payload), head.get("content-encoding"), kMax).bytes;
  const CaptureSummary& c = s->capture;
  Provenance p{c.url, c.record_id, file, format_iso8601(c.date), "sha1:" + base32(c.payload_digest), r.offset};
  ExtractOptions dated = options;
  dated.captured = p.date;
  return std::pair(extract_article(payload, head.get("content-type"), c.url, dated), p);
}

using ArticleSink = std::function<void(Article&, const Provenance&)>;

Result<void> for_each_article(const ArchiveLayout& layout, const ExtractOptions& options, const ArticleSink& sink) {
  auto names = layout.warc_names();
  if (!names) return tl::unexpected(names.error());
  auto exclusions = Exclusions::load(layout);
  if (!exclusions) return tl::unexpected(exclusions.error());
  for (const std::string& name : *names) {
    auto reader = WarcReader::open(layout.find_warc(name));
    if (!reader) return tl::unexpected(reader.error());
    for (;;) {
      auto record = reader->next();
      if (!record) return tl::unexpected(record.error());
      if (!*record) break;
      const WarcHeader& h = (*record)->header;
      if (exclusions->excludes(h.target_uri(), parse_iso8601(h.get("WARC-Date")).value_or(TimePoint{}))) continue;
      auto found = article_of_record(**record, name, options);
      if (found && found->first.kind == "article") sink(found->first, found->second);
    }
  }
  return {};
}

}  // namespace

Result<void> for_each_article_version(const ArchiveLayout& layout, const ExtractOptions& options, const std::function<void(const Article&, const std::string&)>& sink) {
  SiteKnowledge sites;
  ExtractOptions learning = options, using_it = options;
  learning.sites = using_it.sites = &sites;
  learning.use_sites = using_it.learn_sites = false;
  if (auto ok = for_each_article(layout, learning, [](Article&, const Provenance&) {}); !ok) return ok;
  std::map<std::string, std::pair<int, std::string>> latest;  // identity → version, digest
  return for_each_article(layout, using_it, [&](Article& a, const Provenance& p) {
    auto& [version, digest] = latest[article_identity(a, {})];
    std::string now_digest = version_digest(a);
    if (now_digest == digest) return;
    digest = now_digest;
    sink(a, extra_members(p, ++version));
  });
}

}  // namespace offprint
