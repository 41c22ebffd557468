// libcurl says which sockets it watches and when it wants to be called (socket and timer
// callbacks); Asio does the watching. Results are posted, never delivered within libcurl.
#include "crawler/fetcher.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <vector>

namespace asio = boost::asio;

namespace offprint {
namespace {

constexpr std::chrono::milliseconds kSettle{2};
constexpr std::size_t kMaxOrigins = 10000;

}  // namespace

struct Fetcher::Impl : std::enable_shared_from_this<Fetcher::Impl> {
  struct Watch {
    explicit Watch(asio::io_context& io) : descriptor(io) {}
    asio::posix::stream_descriptor descriptor;
    int wants = 0;
    bool reading = false, writing = false, gone = false;
  };

  Impl(asio::io_context& context, const Settings& s, const AddressPolicy& p) : io(context), timer(context), settings(s), policy(p), resolver(context, {s.fetch.dns_timeout, s.fetch.dns_min_ttl}) {
    static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT);
    (void)global;
    multi = curl_multi_init();
    if (settings.fetch.cookies) {
      cookies = curl_share_init();
      curl_share_setopt(cookies, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE);
    }
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &Impl::on_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &Impl::on_timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(settings.crawl.max_in_flight * 2));
  }

  ~Impl() {
    for (auto& [handle, transfer] : transfers) {
      curl_multi_remove_handle(multi, handle);
      curl_easy_cleanup(handle);
    }
    for (CURL* handle : idle) curl_easy_cleanup(handle);
    curl_multi_cleanup(multi);
    if (cookies) curl_share_cleanup(cookies);
  }

  static int on_timer(CURLM*, long ms, void* self) {
    static_cast<Impl*>(self)->arm_timer(ms);
    return 0;
  }

  void arm_timer(long ms) {
    timer.cancel();
    if (ms < 0) return;
    timer.expires_after(std::chrono::milliseconds(ms));
    timer.async_wait([weak = weak_from_this()](boost::system::error_code error) {
      if (error) return;
      if (auto self = weak.lock()) self->act(CURL_SOCKET_TIMEOUT, 0);
    });
  }

  static int on_socket(CURL*, curl_socket_t fd, int what, void* self, void*) {
    static_cast<Impl*>(self)->watch(fd, what);
    return 0;
  }

  void watch(curl_socket_t fd, int what) {
    auto it = watches.find(fd);
    if (what == CURL_POLL_REMOVE) {
      if (it == watches.end()) return;
      it->second->gone = true;
      it->second->descriptor.release();  // libcurl closes it.
      watches.erase(it);
      return;
    }
    if (it == watches.end()) {
      auto made = std::make_shared<Watch>(io);
      made->descriptor.assign(fd);
      it = watches.emplace(fd, std::move(made)).first;
    }
    it->second->wants = what;
    wait(fd, it->second);
  }

  void wait(curl_socket_t fd, const std::shared_ptr<Watch>& w) {
    if ((w->wants & CURL_POLL_IN) && !w->reading) {
      w->reading = true;
      w->descriptor.async_wait(asio::posix::stream_descriptor::wait_read, [weak = weak_from_this(), fd, w](boost::system::error_code error) {
        w->reading = false;
        if (auto self = weak.lock()) self->ready(fd, w, CURL_CSELECT_IN, error);
      });
    }
    if ((w->wants & CURL_POLL_OUT) && !w->writing) {
      w->writing = true;
      w->descriptor.async_wait(asio::posix::stream_descriptor::wait_write, [weak = weak_from_this(), fd, w](boost::system::error_code error) {
        w->writing = false;
        if (auto self = weak.lock()) self->ready(fd, w, CURL_CSELECT_OUT, error);
      });
    }
  }

  void ready(curl_socket_t fd, const std::shared_ptr<Watch>& w, int event, boost::system::error_code error) {
    if (w->gone || error == asio::error::operation_aborted) return;
    if (!(w->wants & (event == CURL_CSELECT_IN ? CURL_POLL_IN : CURL_POLL_OUT))) return;
    act(fd, error ? CURL_CSELECT_ERR : event);
    if (!w->gone) wait(fd, w);
  }

  void act(curl_socket_t fd, int event) {
    int running = 0;
    curl_multi_socket_action(multi, fd, event, &running);
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi, &left))
      if (message->msg == CURLMSG_DONE) complete(message->easy_handle, message->data.result);
  }

  void complete(CURL* handle, CURLcode code) {
    auto it = transfers.find(handle);
    if (it == transfers.end()) return;
    std::shared_ptr<Transfer> transfer = std::move(it->second);
    transfers.erase(it);
    curl_multi_remove_handle(multi, handle);
    note_done(transfer->origin());
    auto result = std::make_shared<FetchResult>(transfer->finish(code));
    idle.push_back(handle);
    asio::post(io, [done = transfer->take_callback(), result] { done(std::move(*result)); });
  }

  void begin(FetchRequest request, FetchCallback done);
  void start(const FetchRequest& request, FetchCallback done);
  void note_done(const std::string& origin);
  void drop_spoiled(const Url& url);
  void resolved(std::int64_t ticket, const DnsAnswer& answer, bool fresh);
  void fail_later(FetchCallback done, const std::string& error, bool transient, bool forbidden);

  asio::io_context& io;
  asio::steady_timer timer;
  const Settings& settings;
  const AddressPolicy& policy;
  CURLM* multi = nullptr;
  CURLSH* cookies = nullptr;  ///< The crawl's, if it keeps any.
  std::map<curl_socket_t, std::shared_ptr<Watch>> watches;
  std::map<CURL*, std::shared_ptr<Transfer>> transfers;
  std::vector<CURL*> idle;
  OpenSockets sockets;
  Resolver resolver;
  OnDns on_dns;
  std::map<std::int64_t, std::pair<FetchRequest, FetchCallback>> waiting;  ///< For the name service, or for a connection to settle.
  std::map<std::string, std::chrono::steady_clock::time_point> last_done;  ///< By origin.
  std::int64_t last_ticket = 0;
};

Fetcher::Fetcher(asio::io_context& io, const Settings& settings, const AddressPolicy& policy, OnDns on_dns) : impl_(std::make_shared<Impl>(io, settings, policy)) {
  impl_->on_dns = std::move(on_dns);
}
Fetcher::~Fetcher() { stop(); }

void Fetcher::Impl::fail_later(FetchCallback done, const std::string& error, bool transient, bool forbidden) {
  asio::post(io, [done = std::move(done), error, transient, forbidden] {
    FetchResult result;
    result.error = error;
    result.transient = transient;
    result.forbidden = forbidden;
    done(std::move(result));
  });
}

/// A server may send more than one answer to a request, and the second must not become the answer to the
/// next request on that connection. Bytes that wait on an idle connection spoil it; this gives them the
/// moment that they need to arrive, where no politeness does.
void Fetcher::Impl::begin(FetchRequest request, FetchCallback done) {
  auto last = request.url.scheme == "http" ? last_done.find(request.url.origin()) : last_done.end();
  auto since = last == last_done.end() ? kSettle : std::chrono::steady_clock::now() - last->second;
  if (since >= kSettle) return start(request, std::move(done));
  std::int64_t ticket = ++last_ticket;
  waiting.emplace(ticket, std::pair(std::move(request), std::move(done)));
  auto later = std::make_shared<asio::steady_timer>(io, kSettle - since);
  later->async_wait([weak = weak_from_this(), ticket, later](boost::system::error_code) {
    auto self = weak.lock();
    auto it = self ? self->waiting.find(ticket) : decltype(self->waiting.find(ticket)){};
    if (!self || it == self->waiting.end()) return;
    auto [held, callback] = std::move(it->second);
    self->waiting.erase(it);
    self->start(held, std::move(callback));
  });
}

void Fetcher::Impl::note_done(const std::string& origin) {
  if (last_done.size() >= kMaxOrigins) last_done.clear();
  last_done[origin] = std::chrono::steady_clock::now();
  // A sender may hold a small second answer back until the first is acknowledged: acknowledge it now.
  int on = 1;
  for (int fd : sockets.of(origin))
    if (!watches.count(fd)) ::setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

/// libcurl takes a connection with bytes on it for a good one; without them, and shut down, it does not.
/// Under TLS waiting bytes may be session tickets, so there they are left alone.
void Fetcher::Impl::drop_spoiled(const Url& url) {
  if (url.scheme != "http") return;
  std::string origin = url.origin();
  char bytes[4096];
  for (int fd : sockets.of(origin)) {
    if (watches.count(fd)) continue;
    ssize_t first = ::recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (first <= 0) continue;
    for (int i = 0; i < 256 && ::recv(fd, bytes, sizeof bytes, MSG_DONTWAIT) > 0; ++i) {
    }
    ::shutdown(fd, SHUT_RDWR);
  }
}

void Fetcher::Impl::start(const FetchRequest& request, FetchCallback done) {
  drop_spoiled(request.url);
  CURL* handle = idle.empty() ? curl_easy_init() : idle.back();
  if (!idle.empty()) idle.pop_back();
  auto transfer = std::make_shared<Transfer>(handle, settings, policy, sockets, cookies, std::move(done));
  transfer->prepare(request);
  transfers.emplace(handle, std::move(transfer));
  curl_multi_add_handle(multi, handle);
}

void Fetcher::Impl::resolved(std::int64_t ticket, const DnsAnswer& answer, bool fresh) {
  if (fresh && on_dns) on_dns(answer);
  auto it = waiting.find(ticket);
  if (it == waiting.end()) return;  // Stopped in between.
  auto [request, done] = std::move(it->second);
  waiting.erase(it);
  if (!answer.error.empty()) return fail_later(std::move(done), answer.error, true, false);
  for (const DnsAnswer::Record& r : answer.records) request.addresses.push_back(r.v6 ? "[" + r.address + "]" : r.address);
  begin(std::move(request), std::move(done));
}

void Fetcher::fetch(FetchRequest request, FetchCallback done) {
  // A literal address is judged here too: through a proxy nothing else would see it.
  auto literal = Address::parse(request.url.host);
  if (literal) {
    if (std::string refusal = impl_->policy.refusal(*literal); !refusal.empty()) return impl_->fail_later(std::move(done), refusal, false, true);
  }
  if (literal || request.url.host.starts_with('[') || !impl_->settings.fetch.proxy.empty()) return impl_->begin(std::move(request), std::move(done));
  std::int64_t ticket = ++impl_->last_ticket;
  std::string host = request.url.host;
  impl_->waiting.emplace(ticket, std::pair(std::move(request), std::move(done)));
  impl_->resolver.resolve(host, [weak = std::weak_ptr<Impl>(impl_), ticket](const std::shared_ptr<const DnsAnswer>& answer, bool fresh) {
    if (auto self = weak.lock()) self->resolved(ticket, *answer, fresh);
  });
}

void Fetcher::stop() {
  auto ending = std::move(impl_->transfers);
  impl_->transfers.clear();
  for (auto& [handle, transfer] : ending) {
    curl_multi_remove_handle(impl_->multi, handle);
    curl_easy_cleanup(handle);
    impl_->fail_later(transfer->take_callback(), "stopped", true, false);
  }
  auto held = std::move(impl_->waiting);
  impl_->waiting.clear();
  for (auto& [ticket, request] : held) impl_->fail_later(std::move(request.second), "stopped", true, false);
}

std::size_t Fetcher::in_flight() const { return impl_->transfers.size() + impl_->waiting.size(); }

}  // namespace offprint
