#include <boost/asio/post.hpp>
#include <cstdio>

#include "base/digest.h"
#include "crawler/crawl_run.h"

namespace asio = boost::asio;

namespace offprint {

void CrawlRun::committed(StoreEvents e) {
  if (!e.error.empty()) return broken(e.error);
  acknowledged_ += e.messages;
  unsaved_bytes_ -= e.body_bytes;
  counters_.warc_bytes = e.warc_bytes;
  counters_.urls_added += e.urls_added;
  counters_.articles += e.articles_new;
  counters_.versions += e.versions_new;
  extracting_ -= e.articles_done;
  queued_ += e.urls_added;
  if (plan_.acks) print_acks(e);
  for (auto& s : e.stored) stored(s);
  for (std::int64_t id : e.leases_done) release(id);
  for (std::int64_t host : e.hosts) frontier_.host_has_urls(host);
  if (e.ended) return finish();
  pump();
}

void CrawlRun::print_acks(const StoreEvents& e) {
  for (const auto& s : e.stored) (void)std::fprintf(stdout, "STORED %s\n", s.capture.summary.url.c_str());
  (void)std::fflush(stdout);
}

void CrawlRun::stored(StoreEvents::Stored& s) {
  const CaptureSummary& c = s.capture.summary;
  ++counters_.captures;
  ++(c.revisit ? counters_.revisits : counters_.responses);
  if (!c.truncated.empty()) ++counters_.truncated;
  ++counters_.statuses[c.status];
  counters_.body_bytes += c.payload_length;
  if (s.lease >= 0) {
    if (queued_ > 0) --queued_;
    release(s.lease);
  }
  if (s.pending == Pending::kArticle && s.body) extract(s);
  else if (s.body) held_bytes_ -= s.body->size();
}

void CrawlRun::extract(StoreEvents::Stored& s) {
  ++extracting_;
  asio::post(pool_, [this, capture = s.capture, body = s.body, type = s.content_type] {
    const CaptureSummary& c = capture.summary;
    ExtractOptions options = setup_.extract;
    options.captured = format_iso8601(c.date);
    auto article = std::make_shared<Article>(extract_article(*body, type, c.url, options));
    auto m = std::make_shared<StoreArticle>();
    m->capture = capture.id;
    if (article->kind == "article") m->article = std::move(article);
    m->provenance = {c.url, c.record_id, c.file, format_iso8601(c.date), "sha1:" + base32(c.payload_digest), c.offset};
    asio::post(io_, [this, m, size = body->size()] {
      held_bytes_ -= size;
      send(std::move(*m));
    });
  });
}

}  // namespace offprint
