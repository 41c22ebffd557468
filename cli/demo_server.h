// A small HTTP server on loopback for the demo and for tests.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "base/result.h"
#include "cli/demo_site.h"

namespace offprint {

/// Serves until destroyed, on a thread of its own.
class DemoServer {
 public:
  /// Called on the server's thread.
  using Handler = std::function<DemoResponse(const std::string& path)>;
  /// `address` is of 127.0.0.0/8; port 0 takes a free one.
  static Result<std::unique_ptr<DemoServer>> start(const std::string& address, std::uint16_t port, Handler handler);
  ~DemoServer();
  std::uint16_t port() const { return port_; }
  std::uint64_t requests() const { return requests_; }

 private:
  DemoServer() = default;
  void run();

  Handler handler_;
  int listener_ = -1, wake_[2] = {-1, -1};
  std::uint16_t port_ = 0;
  std::atomic<std::uint64_t> requests_{0};
  std::thread thread_;
};

}  // namespace offprint
