// Fetcher: libcurl's multi interface driven by Boost.Asio, on one thread. It follows no
// redirect and decodes nothing: each hop comes back as a Capture.
#pragma once

#include <functional>
#include <memory>

#include "base/net.h"
#include "base/url.h"
#include "config/settings.h"
#include "crawler/resolver.h"
#include "crawler/transfer.h"

namespace boost::asio {
class io_context;
}

namespace offprint {

/// All methods and callbacks on the io thread. Settings and policy must outlive it.
class Fetcher {
 public:
  /// `on_dns` is told of each answer of the name service that came fresh.
  using OnDns = std::function<void(const DnsAnswer&)>;
  Fetcher(boost::asio::io_context& io, const Settings& settings, const AddressPolicy& policy, OnDns on_dns = {});
  ~Fetcher();

  /// Calls back once, never from within this call.
  void fetch(FetchRequest request, FetchCallback done);
  /// Ends all transfers; their callbacks come with the error "stopped".
  void stop();
  std::size_t in_flight() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace offprint
