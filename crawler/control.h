// Control of a running crawl: a local socket in the archive's folder, a command a line, an answer a line.
// A socket, because a signal can carry no host or pattern, and a command wants an answer.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"

namespace boost::asio {
class io_context;
}

namespace offprint {

/// Where it listens: ARCHIVE/control.sock, for the archive's owner alone.
std::filesystem::path control_socket(const std::filesystem::path& archive);

/// Used by the io thread.
class ControlServer {
 public:
  /// `answer` gets a line and gives the reply. A path too long for a socket is logged, and nothing listens.
  ControlServer(boost::asio::io_context& io, const std::filesystem::path& archive, std::function<std::string(const std::string&)> answer);
  ~ControlServer();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

/// Sends a command to the crawl that runs in this archive. Errors: kIo when none does.
Result<std::string> send_control(const std::filesystem::path& archive, const std::string& command);

}  // namespace offprint
