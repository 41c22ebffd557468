#include "crawler/store_thread.h"

#include <algorithm>

#include "base/log.h"

namespace offprint {
namespace {

constexpr std::size_t kBehind = 2;  ///< So many messages waiting are more than a polite crawl has.

template <class... F>
struct Overload : F... {
  using F::operator()...;
};
template <class... F>
Overload(F...) -> Overload<F...>;

}  // namespace

StoreThread::StoreThread(Archive& archive, ArchiveWriterOptions options, const IdentityRules& identity, std::int64_t crawl, std::size_t group, std::function<void(StoreEvents)> on_commit)
    : archive_(archive),
      writer_(archive, std::move(options)),
      frontier_(archive.database(), crawl),
      identity_(identity),
      crawl_(crawl),
      group_(group),
      on_commit_(std::move(on_commit)),
      queue_(std::max<std::size_t>(64, group)) {
  thread_ = std::thread([this] { run(); });
}

StoreThread::~StoreThread() { join(); }

void StoreThread::join() {
  if (thread_.joinable()) thread_.join();
}

void StoreThread::note_host(std::int64_t host, StoreEvents& events) {
  if (std::find(events.hosts.begin(), events.hosts.end(), host) == events.hosts.end()) events.hosts.push_back(host);
}

void StoreThread::add_urls(std::vector<CrawlUrl>& urls, StoreEvents& events) {
  frontier_.enqueue_all(urls, [&](const CrawlUrl& u) {
    ++events.urls_added;
    note_host(u.host, events);
  });
}

void StoreThread::apply_outcome(const UrlOutcome& o) {
  if (o.id == 0) return;
  if (o.state == UrlState::kQueued) frontier_.defer(o.id, o.tries, o.not_before, o.reason);
  else frontier_.set_state(o.id, o.state, o.reason);
}

void StoreThread::add_article(const Article& article, const Provenance& p, std::int64_t capture, StoreEvents& events) {
  auto added = corpus_->add(article, p, capture);
  if (!added.is_new) return;
  ++(added.version == 1 ? events.articles_new : events.versions_new);
}

Result<void> StoreThread::apply_capture(StoreCapture& m, StoreEvents& events) {
  writer_.hurry(queue_.size() > kBehind);
  events.body_bytes += held_in_memory(m.capture);
  auto stored = writer_.store(m.capture, m.pending);
  if (!stored) return tl::unexpected(stored.error());
  apply_outcome(m.outcome);
  add_urls(m.found, events);
  Pending pending = stored->summary.revisit ? Pending::kNothing : m.pending;
  events.stored.push_back({m.lease, std::move(*stored), std::move(m.body), std::move(m.content_type), pending});
  return {};
}

Result<void> StoreThread::apply(StoreMessage& message, StoreEvents& events) {
  return std::visit(Overload{
                        [&](StoreCapture& m) { return apply_capture(m, events); },
                        [&](StoreOutcome& m) -> Result<void> {
                          apply_outcome(m.outcome);
                          events.leases_done.push_back(m.lease);
                          return m.record ? writer_.store_failure(m.url, m.via, m.outcome.reason) : Result<void>{};
                        },
                        [&](StoreUrls& m) -> Result<void> {
                          add_urls(m.urls, events);
                          return {};
                        },
                        [&](StoreRobots& m) -> Result<void> {
                          frontier_.set_robots(m.origin, m.row);
                          return {};
                        },
                        [&](StoreHostStop& m) -> Result<void> {
                          frontier_.set_host_stop(m.host, m.reason);
                          return {};
                        },
                        [&](StoreResource& m) { return writer_.store_resource(m.uri, m.date, m.content_type, m.ip, m.block); },
                        [&](StoreArticle& m) -> Result<void> {
                          if (m.article) add_article(*m.article, m.provenance, m.capture, events);
                          archive_.state().set_pending(m.capture, Pending::kNothing);
                          ++events.articles_done;
                          return {};
                        },
                        [&](StoreEnd&) -> Result<void> { return {}; },
                    },
                    message);
}

/// Takes what is waiting, up to the group's size, and commits it. False at the end.
bool StoreThread::commit_group(StoreMessage first) {
  StoreEvents events;
  std::optional<StoreMessage> message = std::move(first);
  std::optional<StoreEnd> ending;
  auto work = [&]() -> Result<void> {
    Transaction transaction(archive_.database());
    for (std::size_t n = 0; message; ++n) {
      ++events.messages;
      if (auto* end_message = std::get_if<StoreEnd>(&*message)) {
        ending = *end_message;
        break;
      }
      if (auto ok = apply(*message, events); !ok) return ok;
      message = n + 1 < group_ ? queue_.try_pop() : std::nullopt;
    }
    if (auto ok = writer_.acknowledge(); !ok) return ok;
    if (auto ok = corpus_->acknowledge(); !ok) return ok;
    transaction.commit();
    frontier_.merge_seen();
    return writer_.rotate_if_due();
  };
  Result<void> result;
  try {
    result = work();
    if (result && ending) end(*ending);
  } catch (const DatabaseError& e) {
    result = fail(ErrorKind::kIo, e.what());
  }
  if (!result) {
    StoreEvents broken;
    broken.error = result.error().message;
    broken.ended = true;
    on_commit_(std::move(broken));
    return false;
  }
  events.warc_bytes = writer_.bytes_written();
  events.ended = ending.has_value();
  on_commit_(std::move(events));
  return !ending;
}

void StoreThread::end(const StoreEnd& m) {
  frontier_.merge_seen(true);
  if (m.complete) {
    Transaction transaction(archive_.database());
    archive_.database().prepare("UPDATE crawls SET finished=?,summary=? WHERE number=?").bind(1, to_micros(now())).bind(2, m.summary).bind(3, crawl_).run();
    transaction.commit();
  }
  if (auto ok = writer_.close(); !ok) throw DatabaseError(0, ok.error().message);
  archive_.database().exec("PRAGMA wal_checkpoint(TRUNCATE)");
}

void StoreThread::run() {
  try {
    auto corpus = CorpusWriter::open(archive_.layout().corpus(), archive_.database(), identity_);
    if (!corpus) throw DatabaseError(0, corpus.error().message);
    corpus_ = std::make_unique<CorpusWriter>(std::move(*corpus));
  } catch (const DatabaseError& e) {
    StoreEvents broken;
    broken.error = e.what();
    broken.ended = true;
    on_commit_(std::move(broken));
    return;
  }
  while (commit_group(queue_.pop())) {
  }
}

}  // namespace offprint
