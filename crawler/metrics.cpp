#include "crawler/metrics.h"

#include <fmt/format.h>

#include <charconv>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include "base/log.h"
#include "base/text.h"

namespace asio = boost::asio;
using asio::ip::tcp;

namespace offprint {
namespace {

constexpr std::size_t kMaxRequest = 8192;
constexpr std::chrono::seconds kPatience{5};

/// A label's value in the exposition format: backslash, quote and line feed escaped.
std::string label(std::string_view s) { return replace_all(replace_all(printable(s), "\\", "\\\\"), "\"", "\\\""); }

struct Session : std::enable_shared_from_this<Session> {
  Session(tcp::socket s, std::function<std::string()> t) : socket(std::move(s)), timer(socket.get_executor()), text(std::move(t)) {}

  void run() {
    timer.expires_after(kPatience);
    timer.async_wait([self = shared_from_this()](boost::system::error_code error) {
      boost::system::error_code ignored;
      if (!error) self->socket.close(ignored);
    });
    asio::async_read_until(socket, asio::dynamic_buffer(in, kMaxRequest), "\r\n\r\n", [self = shared_from_this()](boost::system::error_code error, std::size_t) {
      if (error) return self->end();
      self->reply();
    });
  }

  void reply() {
    bool known = in.starts_with("GET /metrics ") || in.starts_with("GET /metrics?");
    std::string body = known ? text() : "see /metrics\n";
    out = fmt::format("HTTP/1.1 {}\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", known ? "200 OK" : "404 Not Found", body.size()) + body;
    asio::async_write(socket, asio::buffer(out), [self = shared_from_this()](boost::system::error_code, std::size_t) { self->end(); });
  }

  void end() {
    boost::system::error_code ignored;
    timer.cancel();
    socket.shutdown(tcp::socket::shutdown_both, ignored);
  }

  tcp::socket socket;
  asio::steady_timer timer;
  std::function<std::string()> text;
  std::string in, out;
};

}  // namespace

std::string metrics_text(const CrawlCounters& c, const CrawlGauges& g) {
  std::string out;
  auto metric = [&](std::string_view name, std::string_view type, std::string_view help, auto value) {
    out += fmt::format("# HELP offprint_{0} {2}\n# TYPE offprint_{0} {1}\noffprint_{0} {3}\n", name, type, help, value);
  };
  metric("captures_total", "counter", "Captures that are on the disk.", c.captures);
  metric("responses_total", "counter", "Captures stored as responses.", c.responses);
  metric("revisits_total", "counter", "Captures stored as revisits.", c.revisits);
  metric("truncated_total", "counter", "Captures that were cut.", c.truncated);
  metric("articles_total", "counter", "Articles that were new.", c.articles);
  metric("article_versions_total", "counter", "Further versions of known articles.", c.versions);
  metric("failed_total", "counter", "URLs given up.", c.failed);
  metric("excluded_total", "counter", "URLs rightly left.", c.excluded);
  metric("retries_total", "counter", "Further tries.", c.retries);
  metric("body_bytes_total", "counter", "Bytes of bodies.", c.body_bytes);
  metric("warc_bytes_total", "counter", "Bytes of WARC files.", c.warc_bytes);
  metric("queued", "gauge", "URLs that wait.", g.queued);
  metric("in_flight", "gauge", "Transfers under way.", g.in_flight);
  metric("hosts", "gauge", "Host queues.", g.hosts);
  metric("hosts_stopped", "gauge", "Hosts that are asked no more in this run.", g.stopped);
  metric("hosts_blocking", "gauge", "Hosts that block us.", g.blocking);
  metric("paused", "gauge", "1 while the crawl is paused.", g.paused.empty() ? 0 : 1);
  metric("seconds", "gauge", "Time since the run began.", g.seconds);
  out += "# HELP offprint_answers_total Answers by status.\n# TYPE offprint_answers_total counter\n";
  for (const auto& [status, n] : c.statuses) out += fmt::format("offprint_answers_total{{status=\"{}\"}} {}\n", status, n);
  out += "# HELP offprint_errors_total URLs without an answer, by reason.\n# TYPE offprint_errors_total counter\n";
  for (const auto& [reason, n] : c.errors) out += fmt::format("offprint_errors_total{{reason=\"{}\"}} {}\n", label(reason), n);
  return out;
}

struct MetricsServer::Impl : std::enable_shared_from_this<MetricsServer::Impl> {
  explicit Impl(asio::io_context& io) : acceptor(io) {}
  void accept() {
    acceptor.async_accept([self = shared_from_this()](boost::system::error_code error, tcp::socket socket) {
      if (error) return;
      std::make_shared<Session>(std::move(socket), self->text)->run();
      self->accept();
    });
  }
  tcp::acceptor acceptor;
  std::function<std::string()> text;
};

MetricsServer::MetricsServer(asio::io_context& io, const std::string& address, std::function<std::string()> text) {
  std::size_t colon = address.rfind(':');
  boost::system::error_code error;
  std::string host = address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  auto ip = asio::ip::make_address(host, error);
  int port = -1;
  if (colon != std::string::npos) (void)std::from_chars(address.data() + colon + 1, address.data() + address.size(), port);
  if (error || port < 0 || port > 65535) {
    log_warning("log.metrics: {} is no ADDRESS:PORT; nothing listens", address);
    return;
  }
  impl_ = std::make_shared<Impl>(io);
  impl_->text = std::move(text);
  tcp::endpoint at(ip, static_cast<std::uint16_t>(port));
  impl_->acceptor.open(at.protocol(), error);
  if (!error) impl_->acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) impl_->acceptor.bind(at, error);
  if (!error) impl_->acceptor.listen(16, error);
  if (error) {
    log_warning("log.metrics: cannot listen on {}: {}", address, error.message());
    impl_.reset();
    return;
  }
  impl_->accept();
}

MetricsServer::~MetricsServer() {
  boost::system::error_code error;
  if (impl_) impl_->acceptor.close(error);
}

}  // namespace offprint
