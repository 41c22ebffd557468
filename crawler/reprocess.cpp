#include "crawler/reprocess.h"

#include "base/digest.h"
#include "base/log.h"
#include "crawler/corpus.h"
#include "crawler/discover.h"
#include "crawler/frontier_store.h"
#include "crawler/stored_answer.h"

namespace offprint {
namespace {

constexpr int kBatch = 100;

class Reprocessor {
 public:
  Reprocessor(Archive& archive, std::string crawl_id, std::int64_t crawl, Scope& scope, const Settings& settings, const ExtractOptions& options, CorpusWriter corpus)
      : archive_(archive), crawl_id_(std::move(crawl_id)), frontier_(archive.database(), crawl), scope_(scope), settings_(settings), options_(options), corpus_(std::move(corpus)) {}

  Result<ReprocessCounts> run() {
    for (std::int64_t after = 0;;) {
      auto batch = archive_.state().pending("", after, kBatch);
      if (batch.empty()) return counts_;
      Transaction transaction(archive_.database());
      for (auto& [row, pending] : batch) {
        after = row.id;
        if (auto ok = one(row, pending); !ok) return tl::unexpected(ok.error());
      }
      if (auto ok = corpus_.acknowledge(); !ok) return tl::unexpected(ok.error());
      transaction.commit();
      frontier_.merge_seen();
      if (counts_.captures % 1000 < kBatch && counts_.captures > 0) log_info("{} captures read back", counts_.captures);
    }
  }

 private:
  /// Head and payload of the capture; a revisit's payload is its original's.
  Result<Answer> read_answer(const CaptureRow& row) {
    auto original = row.summary.revisit ? archive_.state().original(row.summary.payload_digest) : std::optional(row);
    return stored_answer(reader_, row.summary, original ? original->summary : row.summary, static_cast<std::size_t>(settings_.discovery.max_parse_bytes));
  }

  CrawlUrl url_of(const CaptureRow& row) {
    if (auto known = frontier_.find(row.summary.url)) return known->url;
    CrawlUrl u;
    u.url = row.summary.url;
    return u;
  }

  Result<void> one(const CaptureRow& row, Pending pending) {
    bool ours = row.crawl == crawl_id_;
    bool links = pending != Pending::kArticle;
    if (pending == Pending::kLinks && !ours) return {};  // They wait for their own crawl.
    ++counts_.captures;
    auto url = Url::parse(row.summary.url);
    bool robots = url && url->path == "/robots.txt";
    auto answer = robots || !url ? Result<Answer>(Answer{}) : read_answer(row);
    if (!answer) {
      log_warning("{} cannot be read back from {}: {}", row.summary.url, row.summary.file, answer.error().message);
    } else if (!robots && url) {
      work(row, links && ours, pending != Pending::kLinks, std::move(*answer));
    }
    archive_.state().set_pending(row.id, links && !ours && !robots && !row.crawl.empty() ? Pending::kLinks : Pending::kNothing);
    return {};
  }

  void work(const CaptureRow& row, bool links, bool article, Answer answer) {
    answer.from = url_of(row);
    std::string content_type = answer.content_type;
    CrawlUrl from = answer.from;
    Discovery d = discover(std::move(answer), scope_, settings_);
    if (links) {
      frontier_.enqueue(from);
      frontier_.set_state(from.id, UrlState::kDone, "");
      for (CrawlUrl& u : d.found) counts_.urls_added += frontier_.enqueue(u);
    }
    if (!d.body || !article || !settings_.extract.enabled) return;
    ExtractOptions options = options_;
    options.captured = format_iso8601(row.summary.date);
    Article a = extract_article(*d.body, content_type, row.summary.url, options);
    if (a.kind != "article") return;
    const CaptureSummary& s = row.summary;
    Provenance p{s.url, s.record_id, s.file, format_iso8601(s.date), "sha1:" + base32(s.payload_digest), s.offset};
    counts_.articles += corpus_.add(a, p, row.id).is_new;
  }

  Archive& archive_;
  RecordReader reader_{archive_.layout()};
  std::string crawl_id_;
  FrontierStore frontier_;
  Scope& scope_;
  const Settings& settings_;
  const ExtractOptions& options_;
  CorpusWriter corpus_;
  ReprocessCounts counts_;
};

}  // namespace

Result<ReprocessCounts> reprocess_pending(Archive& archive, const std::string& crawl_id, std::int64_t crawl, Scope& scope, const Settings& settings, const ExtractOptions& options) {
  auto corpus = CorpusWriter::open(archive.layout().corpus(), archive.database(), settings.identity);
  if (!corpus) return tl::unexpected(corpus.error());
  return Reprocessor(archive, crawl_id, crawl, scope, settings, options, std::move(*corpus)).run();
}

}  // namespace offprint
