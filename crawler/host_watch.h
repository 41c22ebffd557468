// HostWatch: which hosts are asked no more in this run, and why: they block us, or their budget is used up.
// An archive of block pages looks like a success, so a host that blocks is an alarm.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "config/settings.h"
#include "crawler/transfer.h"

namespace offprint {

/// The answer is a firewall's or a challenge page, whatever its status. Looks at headers and the body's start.
bool is_block_page(const Capture& capture);

/// Used by the io thread. Hosts are numbers of host queues.
class HostWatch {
 public:
  explicit HostWatch(const Settings& settings) : settings_(settings) {}

  struct Stop {
    std::string reason;
    bool alarm = false;  ///< It blocks us; otherwise a budget of ours.
  };
  /// An answer of a page has come. Not null when the host is to be asked no more from now on.
  const Stop* answered(std::int64_t host, const Capture& capture);
  const std::map<std::int64_t, Stop>& stopped() const { return stopped_; }
  /// Hosts that block us.
  std::size_t blocking() const { return blocking_; }

 private:
  struct Host {
    std::int64_t captures = 0, bytes = 0;
    std::int64_t refused = 0;            ///< 401, 403 and block pages in a row.
    std::int64_t alike = 0;              ///< Pages with the same bytes in a row.
    std::uint64_t last_body = 0;
  };
  const Stop* stop(std::int64_t host, std::string reason, bool alarm);

  const Settings& settings_;
  std::map<std::int64_t, Host> hosts_;
  std::map<std::int64_t, Stop> stopped_;
  std::size_t blocking_ = 0;
};

}  // namespace offprint
