// The thread owns the c-ares channel: it takes names from a queue, watches c-ares' sockets with
// poll, and posts answers to the io thread, which owns the cache.
#include "crawler/resolver.h"

#include <arpa/inet.h>
#include <ares.h>
#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <deque>
#include <mutex>
#include <thread>
#include <unordered_map>

namespace asio = boost::asio;

namespace offprint {
namespace {

/// Initialises the library once for the program.
bool library_ready() {
  static const bool ready = ares_library_init(ARES_LIB_INIT_ALL) == ARES_SUCCESS;
  return ready;
}

DnsAnswer::Record record_of(const ares_addrinfo_node& node) {
  DnsAnswer::Record r;
  char text[INET6_ADDRSTRLEN] = "";
  r.v6 = node.ai_family == AF_INET6;
  const void* address = r.v6 ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6*>(node.ai_addr)->sin6_addr) : &reinterpret_cast<const sockaddr_in*>(node.ai_addr)->sin_addr;
  inet_ntop(node.ai_family, address, text, sizeof text);
  r.address = text;
  constexpr int kMaxTtl = 86400 * 7;
  r.ttl = std::clamp(node.ai_ttl, 0, kMaxTtl);
  return r;
}

}  // namespace

std::string dns_record_text(const DnsAnswer& a) {
  std::string out = format_timestamp14(a.date) + "\n";
  for (const DnsAnswer::Record& r : a.records) out += fmt::format("{}.\t{}\tIN\t{}\t{}\n", a.host, r.ttl, r.v6 ? "AAAA" : "A", r.address);
  return out;
}

struct Resolver::Impl : std::enable_shared_from_this<Resolver::Impl> {
  struct Question {
    Impl* self;
    std::string host;
  };

  Impl(asio::io_context& context, Limits l) : io(context), limits(l), wake(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

  ~Impl() {
    if (wake >= 0) ::close(wake);
  }

  // -- the thread

  void run(std::weak_ptr<Impl> me) {
    weak = std::move(me);
    ares_options options{};
    options.tries = 2;
    options.timeout = std::max(1, static_cast<int>(limits.timeout * 1000 / 3));  // The second try waits twice as long.
    bool ready = library_ready() && ares_init_options(&channel, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES) == ARES_SUCCESS;
    if (ready) note_server();
    while (!stopping) {
      if (!ready) answer_all("the name service cannot be started");
      else ask_waiting();
      wait(ready);
    }
    if (ready) ares_destroy(channel);
  }

  void note_server() {
    ares_addr_port_node* servers = nullptr;
    if (ares_get_servers_ports(channel, &servers) != ARES_SUCCESS || !servers) return;
    char text[INET6_ADDRSTRLEN] = "";
    if (inet_ntop(servers->family, &servers->addr, text, sizeof text)) server = text;
    ares_free_data(servers);
  }

  std::deque<std::string> take_waiting() {
    std::lock_guard lock(mutex);
    return std::exchange(waiting, {});
  }

  void ask_waiting() {
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    for (std::string& host : take_waiting()) {
      auto* question = new Question{this, host};  // Freed in answered(), which c-ares always calls.
      ares_getaddrinfo(channel, host.c_str(), nullptr, &hints, &Impl::answered, question);
    }
  }

  void answer_all(const char* error) {
    for (std::string& host : take_waiting()) post({std::move(host), now(), {}, "", error});
  }

  static void answered(void* argument, int status, int, ares_addrinfo* result) {
    std::unique_ptr<Question> q(static_cast<Question*>(argument));
    DnsAnswer a{std::move(q->host), now(), {}, q->self->server, ""};
    if (status == ARES_SUCCESS && result)
      for (auto* node = result->nodes; node; node = node->ai_next)
        if (node->ai_family == AF_INET || node->ai_family == AF_INET6) a.records.push_back(record_of(*node));
    if (result) ares_freeaddrinfo(result);
    if (a.records.empty()) a.error = fmt::format("DNS: {}", status == ARES_SUCCESS ? "no address" : ares_strerror(status));
    if (!q->self->stopping) q->self->post(std::move(a));
  }

  void post(DnsAnswer answer) {
    auto shared = std::make_shared<const DnsAnswer>(std::move(answer));
    asio::post(io, [weak_me = weak, shared] {
      if (auto self = weak_me.lock()) self->deliver(shared);
    });
  }

  void wait(bool ready) {
    ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
    int bits = ready ? ares_getsock(channel, sockets, ARES_GETSOCK_MAXNUM) : 0;
    std::vector<pollfd> fds{{wake, POLLIN, 0}};
    for (int i = 0; i < ARES_GETSOCK_MAXNUM; ++i) {
      short events = static_cast<short>((ARES_GETSOCK_READABLE(bits, i) ? POLLIN : 0) | (ARES_GETSOCK_WRITABLE(bits, i) ? POLLOUT : 0));
      if (events) fds.push_back({sockets[i], events, 0});
    }
    timeval most{1, 0}, left{};
    timeval* t = ready ? ares_timeout(channel, &most, &left) : &most;
    if (::poll(fds.data(), fds.size(), static_cast<int>(t->tv_sec * 1000 + t->tv_usec / 1000 + 1)) < 0) return;
    std::uint64_t n = 0;
    if (fds[0].revents) (void)!::read(wake, &n, sizeof n);
    if (!ready) return;
    for (std::size_t i = 1; i < fds.size(); ++i)
      ares_process_fd(channel, fds[i].revents & (POLLIN | POLLERR | POLLHUP) ? fds[i].fd : ARES_SOCKET_BAD, fds[i].revents & POLLOUT ? fds[i].fd : ARES_SOCKET_BAD);
    ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);  // Timeouts.
  }

  void poke() {
    std::uint64_t one = 1;
    (void)!::write(wake, &one, sizeof one);
  }

  // -- the io thread

  struct Cached {
    std::shared_ptr<const DnsAnswer> answer;
    TimePoint until;
  };

  void deliver(const std::shared_ptr<const DnsAnswer>& answer) {
    double ttl = answer->error.empty() ? limits.max_ttl : limits.min_ttl;
    for (const DnsAnswer::Record& r : answer->records) ttl = std::min(ttl, static_cast<double>(r.ttl));
    ttl = std::max(ttl, limits.min_ttl);
    if (cache.size() >= limits.max_cached) cache.erase(cache.begin());
    cache[answer->host] = {answer, answer->date + std::chrono::microseconds(static_cast<std::int64_t>(ttl * 1e6))};
    auto calls = std::move(asked[answer->host]);
    asked.erase(answer->host);
    bool fresh = true;
    for (Callback& done : calls) done(answer, std::exchange(fresh, false));
  }

  void resolve(const std::string& host, Callback done) {
    auto known = cache.find(host);
    if (known != cache.end() && known->second.until > now()) {
      asio::post(io, [answer = known->second.answer, done = std::move(done)] { done(answer, false); });
      return;
    }
    auto& calls = asked[host];
    calls.push_back(std::move(done));
    if (calls.size() > 1) return;
    {
      std::lock_guard lock(mutex);
      waiting.push_back(host);
    }
    poke();
  }

  asio::io_context& io;
  Limits limits;
  int wake;
  std::atomic<bool> stopping{false};
  std::weak_ptr<Impl> weak;
  ares_channel channel = nullptr;
  std::string server;
  std::mutex mutex;
  std::deque<std::string> waiting;
  std::unordered_map<std::string, Cached> cache;
  std::unordered_map<std::string, std::vector<Callback>> asked;
  std::thread thread;
};

Resolver::Resolver(asio::io_context& io, Limits limits) : impl_(std::make_shared<Impl>(io, limits)) {
  impl_->thread = std::thread([p = impl_.get(), weak = std::weak_ptr<Impl>(impl_)] { p->run(weak); });
}

Resolver::~Resolver() {
  impl_->stopping = true;
  impl_->poke();
  impl_->thread.join();
}

void Resolver::resolve(const std::string& host, Callback done) { impl_->resolve(host, std::move(done)); }

}  // namespace offprint
