// One HTTP exchange in libcurl: what goes out, and the Capture that comes of it.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/digest.h"
#include "base/net.h"
#include "base/result.h"
#include "base/url.h"
#include "config/settings.h"
#include "warc/capture.h"
#include "warc/dechunker.h"
#include "warc/summary.h"

using CURL = void;

namespace offprint {

/// What ends a fetch. `capture` holds whatever came, if a whole response head did.
struct FetchResult {
  bool captured = false;
  Capture capture;
  std::string error;        ///< Why there is no capture.
  bool transient = false;   ///< Another try may help.
  bool no_network = false;  ///< It is not the server: nothing can be reached.
  bool forbidden = false;   ///< Address or scheme policy refused it: never try again.
  std::string retry_after;  ///< Header value.
  std::string location;     ///< Header value of a redirect.
  std::string content_type, content_encoding;
  std::string robots_tag;   ///< X-Robots-Tag.
  std::optional<CaptureSummary> original;  ///< Set by the crawl for a 304: the stored response with the payload.
};

/// What is asked for. A validator turns it into a conditional request (RFC 9110, 13).
struct FetchRequest {
  Url url;
  std::string etag, last_modified;
  std::string authorization = {};           ///< Value of the header, or "".
  std::vector<std::string> addresses = {};  ///< What its host resolves to; nothing: libcurl asks (or the proxy).
};

/// What a server is told of us: an Authorization header for one origin (fetch.auth).
struct Credential {
  std::string origin, header;
};
/// Parses fetch.auth; "env:NAME" is looked up. Errors: kInvalid, never with the secret in the message.
Result<std::vector<Credential>> parse_credentials(const std::vector<std::string>& list);

/// Sockets that libcurl has open, with the origin of the transfer for which each was opened.
class OpenSockets {
 public:
  void add(int fd, const std::string& origin) {
    origins_[fd] = origin;
    of_[origin].push_back(fd);
  }
  void remove(int fd) {
    auto it = origins_.find(fd);
    if (it == origins_.end()) return;
    auto of = of_.find(it->second);
    if (of != of_.end() && std::erase(of->second, fd) > 0 && of->second.empty()) of_.erase(of);
    origins_.erase(it);
  }
  /// Few, however many there are in all.
  const std::vector<int>& of(const std::string& origin) const {
    static const std::vector<int> kNone;
    auto it = of_.find(origin);
    return it == of_.end() ? kNone : it->second;
  }

 private:
  std::unordered_map<int, std::string> origins_;
  std::unordered_map<std::string, std::vector<int>> of_;
};

using FetchCallback = std::function<void(FetchResult)>;

/// Used by the io thread alone. Must stay where it is while libcurl knows it.
class Transfer {
 public:
  /// `shared`: libcurl's share handle with the crawl's cookies, or null.
  Transfer(CURL* handle, const Settings& settings, const AddressPolicy& policy, OpenSockets& sockets, void* shared, FetchCallback done);
  ~Transfer();
  Transfer(const Transfer&) = delete;

  void prepare(const FetchRequest& request);
  /// libcurl is done with it (a CURLcode), or the crawl is.
  FetchResult finish(int code);
  const std::string& origin() const { return origin_; }
  FetchCallback take_callback() { return std::move(done_); }
  CURL* handle() const { return handle_; }

 private:
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static int on_progress(void* self, std::int64_t, std::int64_t down, std::int64_t, std::int64_t);
  static int on_debug(CURL*, int type, char* data, std::size_t size, void* self);
  std::size_t header(std::string_view line);
  std::size_t body(std::string_view bytes);
  void head_complete();
  void note_connection();
  void note_certificate(void* connection);
  std::string redact(std::string_view request_head) const;
  void digest_as_read();
  void explain(int code, FetchResult& out);

  CURL* handle_;
  void* headers_ = nullptr;   ///< curl_slist of the request.
  void* resolved_ = nullptr;  ///< curl_slist of host, port and addresses.
  const Settings& settings_;
  const AddressPolicy& policy_;
  OpenSockets& sockets_;
  void* shared_;
  FetchCallback done_;
  std::string origin_;
  Capture capture_;
  std::chrono::steady_clock::time_point start_, asked_;
  bool first_byte_late_ = false;
  Digest payload_{DigestAlgorithm::kSha1};
  Dechunker dechunker_;
  bool head_done_ = false, chunked_ = false, body_seen_ = false;
  std::string refused_, cut_;
  FetchResult result_;

  friend int open_socket_for(Transfer& transfer, int family, int type, int protocol, const void* address);
};

}  // namespace offprint
