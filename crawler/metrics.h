// Metrics of a running crawl for Prometheus: GET /metrics on an address of the settings.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "crawler/progress.h"

namespace boost::asio {
class io_context;
}

namespace offprint {

/// The text format of Prometheus, version 0.0.4.
std::string metrics_text(const CrawlCounters& c, const CrawlGauges& g);

/// Used by the io thread. One short request a connection; anything else is closed.
class MetricsServer {
 public:
  /// `address` is "HOST:PORT" with a literal address; one that cannot be listened on is logged.
  MetricsServer(boost::asio::io_context& io, const std::string& address, std::function<std::string()> text);
  ~MetricsServer();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace offprint
