// StoreThread: the one writer. It owns the WARC file, the corpus file and all writing to the
// state, and commits in groups: bytes to disk, then index, dedup, outcomes and discovered
// URLs in one transaction, then the acknowledgement.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "base/queue.h"
#include "crawler/corpus.h"
#include "crawler/crawl_url.h"
#include "crawler/frontier_store.h"
#include "warc/archive_writer.h"

namespace offprint {

/// What becomes of a URL with the message that carries it.
struct UrlOutcome {
  std::int64_t id = 0;  ///< 0: no URL of the frontier (robots.txt).
  UrlState state = UrlState::kDone;
  std::string reason;
  int tries = 0;
  std::int64_t not_before = 0;  ///< For kQueued: when to try again.
};

struct StoreCapture {
  Capture capture;
  UrlOutcome outcome;
  std::vector<CrawlUrl> found;
  std::shared_ptr<std::string> body;  ///< For the extractor, if it turns out to be new.
  std::string content_type;
  Pending pending = Pending::kNothing;
  std::int64_t lease = -1;            ///< Given back in the Stored event.
};
/// What a capture holds in memory on its way to the writer.
inline std::size_t held_in_memory(const Capture& c) { return c.body.in_memory() ? static_cast<std::size_t>(c.body.size()) : 0; }

struct StoreOutcome {
  UrlOutcome outcome;
  std::string url, via;
  bool record = false;  ///< Write a metadata record about the failure.
  std::int64_t lease = -1;
};
struct StoreUrls {
  std::vector<CrawlUrl> urls;
};
struct StoreRobots {
  std::string origin;
  FrontierStore::RobotsRow row;
};
/// A host is asked no more in this run.
struct StoreHostStop {
  std::int64_t host = 0;
  std::string reason;
};
/// An answer of the name service.
struct StoreResource {
  std::string uri, content_type, block, ip;
  TimePoint date;
};
/// Article of a capture, or none; either way the capture waits for nothing any more.
struct StoreArticle {
  std::int64_t capture = 0;
  std::shared_ptr<const Article> article;
  Provenance provenance;
};
/// The crawl is over: mark it so if it is complete, close the files, end the thread.
struct StoreEnd {
  bool complete = false;
  std::string summary;
};
using StoreMessage = std::variant<StoreCapture, StoreOutcome, StoreUrls, StoreRobots, StoreHostStop, StoreResource, StoreArticle, StoreEnd>;

/// What a commit has made durable.
struct StoreEvents {
  struct Stored {
    std::int64_t lease = -1;
    StoredCapture capture;
    std::shared_ptr<std::string> body;
    std::string content_type;
    Pending pending = Pending::kNothing;
  };
  std::vector<Stored> stored;
  std::vector<std::int64_t> leases_done;   ///< Of outcomes without a capture.
  std::vector<std::int64_t> hosts;         ///< Have new URLs.
  std::size_t urls_added = 0, articles_new = 0, versions_new = 0, articles_done = 0;
  std::uint64_t warc_bytes = 0;            ///< Written by this run so far.
  std::size_t body_bytes = 0;              ///< held_in_memory() of the captures in it.
  std::size_t messages = 0;                ///< How many sent messages this commit took in.
  bool ended = false;                      ///< The last event.
  std::string error;                       ///< Not empty: writing failed, nothing more will be stored.
};

class StoreThread {
 public:
  /// `on_commit` is called on the writer thread, once per commit.
  StoreThread(Archive& archive, ArchiveWriterOptions options, const IdentityRules& identity, std::int64_t crawl, std::size_t group, std::function<void(StoreEvents)> on_commit);
  ~StoreThread();

  /// The io thread's; never waits. Leasing must stop while full().
  void send(StoreMessage message) { queue_.push_now(std::move(message)); }
  bool full() const { return queue_.full(); }
  std::size_t waiting() const { return queue_.size(); }
  void join();

 private:
  void run();
  bool commit_group(StoreMessage first);
  Result<void> apply(StoreMessage& message, StoreEvents& events);
  Result<void> apply_capture(StoreCapture& m, StoreEvents& events);
  void apply_outcome(const UrlOutcome& outcome);
  void add_urls(std::vector<CrawlUrl>& urls, StoreEvents& events);
  void add_article(const Article& article, const Provenance& p, std::int64_t capture, StoreEvents& events);
  void note_host(std::int64_t host, StoreEvents& events);
  void end(const StoreEnd& m);

  Archive& archive_;
  ArchiveWriter writer_;
  FrontierStore frontier_;
  std::unique_ptr<CorpusWriter> corpus_;
  IdentityRules identity_;
  std::int64_t crawl_;
  std::size_t group_;
  std::function<void(StoreEvents)> on_commit_;
  BoundedQueue<StoreMessage> queue_;
  std::thread thread_;
};

}  // namespace offprint
