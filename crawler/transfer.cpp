#include "crawler/transfer.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/text.h"
#include "warc/http_message.h"

namespace offprint {
namespace {

// HTTP/2 has no head as text; archives keep what libcurl makes of it in the form of HTTP/1.1, and say
// "h2" in WARC-Protocol: "HTTP/2" in a block breaks readers.
constexpr std::string_view kHttp2 = "HTTP/2", kHttp1 = "HTTP/1.1";

bool status_line(std::string_view line) { return line.starts_with("HTTP/"); }

/// Errors that another try may not meet.
bool transient_code(int code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_SSL_CONNECT_ERROR: return true;
    default: return false;
  }
}

}  // namespace

int open_socket_for(Transfer& t, int family, int type, int protocol, const void* address) {
  auto parsed = Address::from_sockaddr(static_cast<const sockaddr*>(address));
  std::string refusal = parsed ? t.policy_.refusal(*parsed) : parsed.error().message;
  if (!refusal.empty() && t.settings_.fetch.proxy.empty()) {
    t.refused_ = refusal;
    return CURL_SOCKET_BAD;
  }
  int fd = ::socket(family, type | SOCK_CLOEXEC, protocol);
  if (fd >= 0) t.sockets_.add(fd, t.origin_);
  return fd;
}

static int close_socket(void* sockets, curl_socket_t fd) {
  static_cast<OpenSockets*>(sockets)->remove(fd);
  return ::close(fd);
}

static curl_socket_t open_socket(void* self, curlsocktype, curl_sockaddr* a) {
  return open_socket_for(*static_cast<Transfer*>(self), a->family, a->socktype, a->protocol, &a->addr);
}

Transfer::Transfer(CURL* handle, const Settings& settings, const AddressPolicy& policy, OpenSockets& sockets, void* shared, FetchCallback done)
    : handle_(handle), settings_(settings), policy_(policy), sockets_(sockets), shared_(shared), done_(std::move(done)) {}

Transfer::~Transfer() {
  curl_slist_free_all(static_cast<curl_slist*>(headers_));
  curl_slist_free_all(static_cast<curl_slist*>(resolved_));
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  return static_cast<Transfer*>(self)->header({data, size * count});
}
std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  return static_cast<Transfer*>(self)->body({data, size * count});
}
int Transfer::on_debug(CURL*, int type, char* data, std::size_t size, void* self) {
  if (type != CURLINFO_HEADER_OUT) return 0;
  auto& t = *static_cast<Transfer*>(self);
  t.capture_.request_head += std::string_view(data, size);
  t.asked_ = std::chrono::steady_clock::now();
  // A server that sends head and body apart holds the body back until the head is acknowledged (Nagle), and we
  // would delay that by 40 ms: acknowledge at once.
  int on = 1;
  for (int fd : t.sockets_.of(t.origin_)) ::setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
  return 0;
}

/// libcurl has no limit for the first byte of its own. It calls this about once a second.
int Transfer::on_progress(void* self, std::int64_t, std::int64_t, std::int64_t, std::int64_t) {
  auto& t = *static_cast<Transfer*>(self);
  if (!t.capture_.response_head.empty() || t.capture_.request_head.empty()) return 0;
  double waited = std::chrono::duration<double>(std::chrono::steady_clock::now() - t.asked_).count();
  if (waited < t.settings_.fetch.timeout_first_byte) return 0;
  t.first_byte_late_ = true;
  return 1;
}

Result<std::vector<Credential>> parse_credentials(const std::vector<std::string>& list) {
  auto bad = [](std::size_t at, std::string_view what) { return fail(ErrorKind::kInvalid, "fetch.auth: entry " + std::to_string(at + 1) + ": " + std::string(what) + "; allowed: \"ORIGIN basic USER:PASSWORD\" or \"ORIGIN bearer TOKEN\", with env:NAME for what stands behind basic or bearer"); };
  std::vector<Credential> out;
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto parts = split(list[i], ' ');
    if (parts.size() != 3) return bad(i, "not three parts");
    auto url = Url::parse(parts[0]);
    if (!url) return bad(i, "no origin");
    std::string secret(parts[2]);
    if (secret.starts_with("env:")) {
      const char* value = std::getenv(secret.c_str() + 4);
      if (!value) return bad(i, "environment variable " + printable(secret.substr(4)) + " is not set");
      secret = value;
    }
    if (secret.find_first_of("\r\n") != std::string::npos) return bad(i, "the secret has a line end");
    bool basic = parts[1] == "basic", bearer = parts[1] == "bearer";
    if (!basic && !bearer) return bad(i, "neither basic nor bearer");
    out.push_back({url->origin(), basic ? "Basic " + base64(secret) : "Bearer " + secret});
  }
  return out;
}

void Transfer::prepare(const FetchRequest& request) {
  const FetchSettings& f = settings_.fetch;
  capture_.url = request.url.fetch_url();
  origin_ = request.url.origin();
  capture_.date = now();
  capture_.body = Spool(static_cast<std::size_t>(f.spool_memory));
  start_ = std::chrono::steady_clock::now();
  curl_easy_reset(handle_);
  auto milliseconds = [](double seconds) { return static_cast<long>(std::max(1.0, seconds * 1000)); };
  auto set = [this](CURLoption option, auto value) { curl_easy_setopt(handle_, option, value); };
  curl_slist* list = curl_slist_append(nullptr, ("Accept-Encoding: " + f.accept_encoding).c_str());
  if (!request.etag.empty()) list = curl_slist_append(list, ("If-None-Match: " + request.etag).c_str());
  if (!request.last_modified.empty()) list = curl_slist_append(list, ("If-Modified-Since: " + request.last_modified).c_str());
  if (!request.authorization.empty()) list = curl_slist_append(list, ("Authorization: " + request.authorization).c_str());
  headers_ = list;
  set(CURLOPT_URL, capture_.url.c_str());
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_HTTPHEADER, list);
  if (!request.addresses.empty()) {
    std::string entry = "+" + request.url.host + ":" + std::to_string(request.url.port.value_or(request.url.scheme == "https" ? 443 : 80)) + ":";
    for (std::size_t i = 0; i < request.addresses.size(); ++i) entry += (i > 0 ? "," : "") + request.addresses[i];
    resolved_ = curl_slist_append(nullptr, entry.c_str());
    set(CURLOPT_RESOLVE, static_cast<curl_slist*>(resolved_));
  }
  set(CURLOPT_USERAGENT, settings_.crawl.user_agent.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_HTTP_VERSION, static_cast<long>(f.http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
  set(CURLOPT_HTTP_TRANSFER_DECODING, 0L);
  set(CURLOPT_HTTP_CONTENT_DECODING, 0L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(f.timeout_connect));
  set(CURLOPT_TIMEOUT_MS, milliseconds(f.timeout_total));
  set(CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(f.min_rate));
  set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(std::max(1.0, f.timeout_idle)));
  set(CURLOPT_SSL_VERIFYPEER, f.verify_tls ? 1L : 0L);
  set(CURLOPT_SSL_VERIFYHOST, f.verify_tls ? 2L : 0L);
  if (!f.client_cert.empty()) set(CURLOPT_SSLCERT, f.client_cert.c_str());
  if (!f.client_key.empty()) set(CURLOPT_SSLKEY, f.client_key.c_str());
  if (shared_) {
    set(CURLOPT_SHARE, static_cast<CURLSH*>(shared_));
    set(CURLOPT_COOKIEFILE, "");
  }
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &Transfer::on_progress);
  set(CURLOPT_XFERINFODATA, this);
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(CURLOPT_PROXY, f.proxy.c_str());
  set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  set(CURLOPT_WRITEDATA, this);
  set(CURLOPT_DEBUGFUNCTION, &Transfer::on_debug);
  set(CURLOPT_DEBUGDATA, this);
  set(CURLOPT_VERBOSE, 1L);
  set(CURLOPT_OPENSOCKETFUNCTION, &open_socket);
  set(CURLOPT_OPENSOCKETDATA, this);
  set(CURLOPT_CLOSESOCKETFUNCTION, &close_socket);
  set(CURLOPT_CLOSESOCKETDATA, &sockets_);
  set(CURLOPT_PRIVATE, this);
}

std::size_t Transfer::header(std::string_view line) {
  if (body_seen_ || (head_done_ && !status_line(line))) return line.size();  // A trailer: it stands in the body as sent.
  if (head_done_) {  // Another head behind one that was complete: the first was interim.
    capture_.interim_heads += capture_.response_head;
    capture_.response_head.clear();
    head_done_ = false;
  }
  if (capture_.response_head.size() + capture_.interim_heads.size() + line.size() > static_cast<std::size_t>(settings_.fetch.max_header)) {
    refused_ = "response head is over fetch.max_header";
    return 0;
  }
  if (line.starts_with(kHttp2)) (capture_.response_head += kHttp1) += line.substr(kHttp2.size());
  else capture_.response_head += line;
  if (line == "\r\n" || line == "\n") head_complete();
  return line.size();
}

void Transfer::head_complete() {
  head_done_ = true;
  HttpHead head = parse_http_head(capture_.response_head);
  capture_.status = head.status;
  if (head.status / 100 == 1 && head.status != 101) return;
  capture_.mime = clean_utf8(clip(head.mime(), kMaxMime));
  chunked_ = head.chunked();
  result_.retry_after = head.get("retry-after");
  result_.location = head.get("location");
  result_.content_type = head.get("content-type");
  result_.content_encoding = head.get("content-encoding");
  result_.robots_tag = head.get("x-robots-tag");
  note_connection();
}

void Transfer::note_connection() {
  char* ip = nullptr;
  if (curl_easy_getinfo(handle_, CURLINFO_PRIMARY_IP, &ip) == CURLE_OK && ip) capture_.ip = ip;
  long spoken = 0;
  curl_easy_getinfo(handle_, CURLINFO_HTTP_VERSION, &spoken);
  capture_.protocols = {spoken == CURL_HTTP_VERSION_2_0 ? "h2" : capture_.response_head.starts_with("HTTP/1.0") ? "http/1.0" : "http/1.1"};
  curl_tlssessioninfo* tls = nullptr;
  if (curl_easy_getinfo(handle_, CURLINFO_TLS_SSL_PTR, &tls) != CURLE_OK || !tls || !tls->internals || tls->backend != CURLSSLBACKEND_OPENSSL) return;
  auto* ssl = static_cast<SSL*>(tls->internals);
  std::string version = ascii_lower(SSL_get_version(ssl));  // "TLSv1.3" → "tls/1.3"
  if (version.starts_with("tlsv")) capture_.protocols.push_back("tls/" + version.substr(4));
  if (const char* cipher = SSL_get_cipher_name(ssl)) capture_.cipher = cipher;
  if (!settings_.fetch.verify_tls) note_certificate(ssl);
}

/// What would have been refused is archived, and said to be.
void Transfer::note_certificate(void* connection) {
  auto* ssl = static_cast<SSL*>(connection);
  long verdict = SSL_get_verify_result(ssl);
  if (verdict != X509_V_OK) {
    capture_.certificate = X509_verify_cert_error_string(verdict);
    return;
  }
  X509* own = SSL_get1_peer_certificate(ssl);
  if (!own) return;
  auto url = Url::parse(capture_.url);
  bool right = url && (X509_check_host(own, url->host.c_str(), url->host.size(), 0, nullptr) == 1 || X509_check_ip_asc(own, url->host.c_str(), 0) == 1);
  if (!right) capture_.certificate = "is of another host";
  X509_free(own);
}

std::size_t Transfer::body(std::string_view bytes) {
  body_seen_ = true;
  std::size_t size = bytes.size();
  std::uint64_t room = static_cast<std::uint64_t>(settings_.fetch.max_body) - capture_.body.size();
  bool over = bytes.size() > room;
  if (over) bytes = bytes.substr(0, static_cast<std::size_t>(room));
  auto take = [this](std::string_view payload) {
    payload_.update(payload);
    capture_.payload_length += payload.size();
  };
  if (chunked_) bytes = bytes.substr(0, dechunker_.feed(bytes, take));
  else take(bytes);
  if (auto ok = capture_.body.append(bytes); !ok) {
    refused_ = ok.error().message;
    return 0;
  }
  if (!over) return size;
  cut_ = "length";
  return 0;
}

std::string Transfer::redact(std::string_view head) const {
  if (!settings_.warc.redact) return std::string(head);
  std::string out;
  for (std::string_view line : split(head, '\n')) {
    bool secret = istarts_with(line, "authorization:") || istarts_with(line, "cookie:") || istarts_with(line, "proxy-authorization:");
    out += secret ? std::string(line.substr(0, line.find(':'))) + ": [redacted]\r" : std::string(line);
    out += '\n';
  }
  if (!out.empty()) out.pop_back();
  return out;
}

void Transfer::explain(int code, FetchResult& out) {
  out.error = curl_easy_strerror(static_cast<CURLcode>(code));
  out.transient = transient_code(code);
  long error = 0;
  if (code == CURLE_COULDNT_CONNECT && curl_easy_getinfo(handle_, CURLINFO_OS_ERRNO, &error) == CURLE_OK) out.no_network = error == ENETUNREACH || error == ENETDOWN;
  if (first_byte_late_) {
    out.error = "no byte of an answer within fetch.timeout_first_byte";
    out.transient = true;
  }
  if (refused_.empty()) return;
  out.error = refused_;
  bool address = code == CURLE_COULDNT_CONNECT;
  out.forbidden = address;
  out.no_network = false;
  out.transient = false;
}

/// The payload of a body whose chunks are broken is what a reader of the archive makes of it.
void Transfer::digest_as_read() {
  Digest digest(DigestAlgorithm::kSha1);
  capture_.payload_length = 0;
  (void)read_payload(capture_.body, parse_http_head(capture_.response_head), 0, [&](std::string_view piece) -> Result<void> {
    digest.update(piece);
    capture_.payload_length += piece.size();
    return {};
  });
  capture_.payload_digest = digest.finish();
}

FetchResult Transfer::finish(int code) {
  FetchResult out = std::move(result_);
  capture_.fetch_ms = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start_).count();
  std::size_t line_end = capture_.request_head.find("\r\n"), version = capture_.request_head.find(" HTTP/2\r\n");
  if (version != std::string::npos && version < line_end) capture_.request_head.replace(version + 1, kHttp2.size(), kHttp1);
  capture_.request_head = redact(capture_.request_head);
  bool whole_head = head_done_ && capture_.status >= 200;
  if (code != CURLE_OK && cut_.empty()) explain(code, out);
  if (!whole_head || (!refused_.empty() && code != CURLE_OK)) {
    if (out.error.empty()) out.error = "no response";
    return out;
  }
  if (!cut_.empty()) {
    capture_.truncated = cut_;
    capture_.note = "body is over fetch.max_body";
  } else if (code != CURLE_OK) {
    capture_.truncated = code == CURLE_OPERATION_TIMEDOUT ? "time" : "disconnect";
    capture_.note = out.error;
  } else if (chunked_ && !dechunker_.complete() && capture_.body.size() > 0) {
    capture_.truncated = "disconnect";
    capture_.note = "chunked body ends early";
  }
  capture_.payload_digest = payload_.finish();
  if (chunked_ && !dechunker_.complete()) digest_as_read();
  out.captured = true;
  out.capture = std::move(capture_);
  return out;
}

}  // namespace offprint
