// Resolver: host names to addresses, on a thread of its own (c-ares), with a cache by the records' TTL.
// Each answer that came fresh is told, so that it can be archived.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"

namespace boost::asio {
class io_context;
}

namespace offprint {

/// What the name service said of a host.
struct DnsAnswer {
  struct Record {
    std::string address;  ///< As text.
    bool v6 = false;
    std::int64_t ttl = 0;  ///< Seconds.
  };
  std::string host;
  TimePoint date;
  std::vector<Record> records;
  std::string server;  ///< The first of those configured; "" if none is known.
  std::string error;   ///< Not empty: no address.
};

/// The text/dns form of an answer, as crawlers archive it: the time, then a line a record.
std::string dns_record_text(const DnsAnswer& answer);

/// Methods and callbacks on the io thread.
class Resolver {
 public:
  struct Limits {
    double timeout = 10;      ///< Seconds for a question, its repetitions included.
    double min_ttl = 60;      ///< Answers are believed at least this long, in seconds…
    double max_ttl = 86400;   ///< … and no longer than this.
    std::size_t max_cached = 20000;
  };
  using Callback = std::function<void(const std::shared_ptr<const DnsAnswer>& answer, bool fresh)>;

  Resolver(boost::asio::io_context& io, Limits limits);
  ~Resolver();
  /// Calls back once, never from within this call; not at all if the resolver goes first.
  void resolve(const std::string& host, Callback done);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace offprint
