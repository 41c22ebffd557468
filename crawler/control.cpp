#include "crawler/control.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>

#include "base/log.h"

namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace offprint {
namespace {

constexpr std::size_t kMaxCommand = 8192;

using Protocol = asio::local::stream_protocol;

struct Session : std::enable_shared_from_this<Session> {
  Session(Protocol::socket s, std::function<std::string(const std::string&)> a) : socket(std::move(s)), answer(std::move(a)) {}

  void read() {
    asio::async_read_until(socket, asio::dynamic_buffer(in, kMaxCommand), '\n', [self = shared_from_this()](boost::system::error_code error, std::size_t n) {
      if (error) return;
      self->reply(n);
    });
  }

  void reply(std::size_t n) {
    out = answer(in.substr(0, n - 1)) + "\n";
    in.erase(0, n);
    asio::async_write(socket, asio::buffer(out), [self = shared_from_this()](boost::system::error_code error, std::size_t) {
      if (!error) self->read();
    });
  }

  Protocol::socket socket;
  std::function<std::string(const std::string&)> answer;
  std::string in, out;
};

}  // namespace

fs::path control_socket(const fs::path& archive) { return archive / "control.sock"; }

struct ControlServer::Impl : std::enable_shared_from_this<ControlServer::Impl> {
  Impl(asio::io_context& io, fs::path at) : acceptor(io), path(std::move(at)) {}

  void accept() {
    acceptor.async_accept([self = shared_from_this()](boost::system::error_code error, Protocol::socket socket) {
      if (error) return;
      std::make_shared<Session>(std::move(socket), self->answer)->read();
      self->accept();
    });
  }

  Protocol::acceptor acceptor;
  fs::path path;
  std::function<std::string(const std::string&)> answer;
};

ControlServer::ControlServer(asio::io_context& io, const fs::path& archive, std::function<std::string(const std::string&)> answer) {
  fs::path path = control_socket(archive);
  if (path.native().size() >= sizeof(sockaddr_un::sun_path)) {
    log_warning("{} is too long for a control socket: this crawl listens to signals alone", path.string());
    return;
  }
  impl_ = std::make_shared<Impl>(io, path);
  impl_->answer = std::move(answer);
  ::unlink(path.c_str());  // Of a process that was killed: the archive's lock says that none runs.
  boost::system::error_code error;
  Protocol::endpoint endpoint(path.string());
  impl_->acceptor.open(endpoint.protocol(), error);
  mode_t mask = ::umask(0177);
  if (!error) impl_->acceptor.bind(endpoint, error);
  ::umask(mask);
  if (!error) impl_->acceptor.listen(8, error);
  if (error) {
    log_warning("no control socket: {}: {}", path.string(), error.message());
    impl_.reset();
    return;
  }
  impl_->accept();
}

ControlServer::~ControlServer() {
  if (!impl_) return;
  boost::system::error_code error;
  impl_->acceptor.close(error);
  ::unlink(impl_->path.c_str());
}

Result<std::string> send_control(const fs::path& archive, const std::string& command) {
  asio::io_context io;
  Protocol::socket socket(io);
  boost::system::error_code error;
  fs::path path = control_socket(archive);
  if (path.native().size() >= sizeof(sockaddr_un::sun_path)) return fail(ErrorKind::kInvalid, path.string() + " is too long for a control socket");
  socket.connect(Protocol::endpoint(path.string()), error);
  if (error) return fail(ErrorKind::kIo, "no crawl runs in " + archive.string() + " (" + error.message() + ")");
  asio::write(socket, asio::buffer(command + "\n"), error);
  std::string reply;
  if (!error) asio::read_until(socket, asio::dynamic_buffer(reply, 1 << 20), '\n', error);
  if (error) return fail(ErrorKind::kIo, "the crawl gave no answer: " + error.message());
  if (reply.ends_with('\n')) reply.pop_back();
  return reply;
}

}  // namespace offprint
