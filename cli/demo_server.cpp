// One poll loop over plain sockets; HTTP/1.1 with keep-alive and nothing more.
#include "cli/demo_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <vector>

namespace offprint {
namespace {

std::string answer(const std::string& request, const DemoResponse& r) {
  std::string etag = r.etag.empty() ? "" : "ETag: " + r.etag + "\r\n";
  if (!r.etag.empty() && request.find("\r\nIf-None-Match: " + r.etag + "\r\n") != std::string::npos) return "HTTP/1.1 304 Not Modified\r\nServer: courier\r\n" + etag + "\r\n";
  return fmt::format("HTTP/1.1 {} {}\r\nServer: courier\r\nContent-Type: {}\r\n{}{}Content-Length: {}\r\n\r\n{}", r.status, r.status == 200 ? "OK" : "Gone", r.type, r.location.empty() ? "" : "Location: " + r.location + "\r\n", etag, r.body.size(), r.body);
}

}  // namespace

Result<std::unique_ptr<DemoServer>> DemoServer::start(const std::string& address, std::uint16_t port, Handler handler) {
  std::unique_ptr<DemoServer> s(new DemoServer);
  s->handler_ = std::move(handler);
  s->listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int on = 1;
  ::setsockopt(s->listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  ::inet_pton(AF_INET, address.c_str(), &at.sin_addr);
  if (::bind(s->listener_, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0 || ::listen(s->listener_, 64) != 0)
    return fail(ErrorKind::kIo, fmt::format("cannot listen on {}:{}: {}", address, port, std::strerror(errno)));
  socklen_t size = sizeof at;
  ::getsockname(s->listener_, reinterpret_cast<sockaddr*>(&at), &size);
  s->port_ = ntohs(at.sin_port);
  if (::pipe(s->wake_) != 0) return fail(ErrorKind::kIo, "cannot create a pipe");
  s->thread_ = std::thread([p = s.get()] { p->run(); });
  return s;
}

DemoServer::~DemoServer() {
  if (thread_.joinable()) {
    (void)!::write(wake_[1], "x", 1);
    thread_.join();
  }
  for (int fd : {listener_, wake_[0], wake_[1]})
    if (fd >= 0) ::close(fd);
}

void DemoServer::run() {
  std::map<int, std::string> open;  // connection → what has come of its request
  for (;;) {
    std::vector<pollfd> fds{{wake_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
    for (const auto& [fd, text] : open) fds.push_back({fd, POLLIN, 0});
    if (::poll(fds.data(), fds.size(), -1) < 0 && errno != EINTR) break;
    if (fds[0].revents) break;
    if (fds[1].revents)
      if (int c = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC); c >= 0) open.emplace(c, "");
    for (std::size_t i = 2; i < fds.size(); ++i) {
      if (!fds[i].revents) continue;
      char buffer[8192];
      ssize_t n = ::recv(fds[i].fd, buffer, sizeof buffer, 0);
      std::string& text = open[fds[i].fd];
      bool keep = n > 0 && text.size() < 65536;
      if (keep) text.append(buffer, static_cast<std::size_t>(n));
      for (std::size_t end; keep && (end = text.find("\r\n\r\n")) != std::string::npos;) {
        std::size_t from = text.find(' '), to = text.find(' ', from + 1);
        std::string path = from < end && to < end ? text.substr(from + 1, to - from - 1) : "/";
        std::string head = text.substr(0, end + 2);
        text.erase(0, end + 4);
        ++requests_;
        std::string out = answer(head, handler_(path));
        for (std::size_t sent = 0; keep && sent < out.size();) {
          ssize_t k = ::send(fds[i].fd, out.data() + sent, out.size() - sent, MSG_NOSIGNAL);
          keep = k > 0;
          if (keep) sent += static_cast<std::size_t>(k);
        }
      }
      if (keep) continue;
      ::close(fds[i].fd);
      open.erase(fds[i].fd);
    }
  }
  for (const auto& [fd, text] : open) ::close(fd);
}

}  // namespace offprint
