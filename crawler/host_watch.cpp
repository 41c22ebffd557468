#include "crawler/host_watch.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "base/text.h"
#include "warc/http_message.h"

namespace offprint {
namespace {

constexpr std::size_t kLooked = 32 << 10;  ///< Of a body, for the marks of challenge pages.
constexpr std::int64_t kAlikeTimes = 3;    ///< So many times block_after pages with the same bytes: nothing else comes.

/// Marks that firewalls leave in their pages, and pages have for no other reason.
constexpr std::string_view kMarks[] = {"/cdn-cgi/challenge-platform/", "cf-browser-verification", "/_Incapsula_Resource?", "px-captcha", "captcha-delivery.com", "geo.captcha-delivery",
                                       "<title>Just a moment...</title>", "<title>Attention Required! | Cloudflare</title>", "awsWafCookieDomainList", "_sec/cp_challenge", "Request unsuccessful. Incapsula"};

}  // namespace

bool is_block_page(const Capture& c) {
  HttpHead head = parse_http_head(c.response_head);
  if (iequals(head.get("cf-mitigated"), "challenge")) return true;
  std::string_view waf = head.get("x-amzn-waf-action");
  if (iequals(waf, "challenge") || iequals(waf, "captcha")) return true;
  if (c.status == 403 && !head.get("x-datadome").empty()) return true;
  // An article may speak of such pages, or show a captcha beside its comments: a page that blocks is short.
  bool suspect = c.status == 403 || c.status == 429 || c.status == 503 || c.status == 405 || c.body.size() < kLooked;
  if (!suspect || c.mime.find("html") == std::string::npos) return false;
  auto start = c.body.head(kLooked);
  if (!start) return false;
  for (std::string_view mark : kMarks)
    if (start->find(mark) != std::string::npos) return true;
  return false;
}

const HostWatch::Stop* HostWatch::stop(std::int64_t host, std::string reason, bool alarm) {
  auto [it, is_new] = stopped_.try_emplace(host, Stop{std::move(reason), alarm});
  blocking_ += is_new && alarm;
  return is_new ? &it->second : nullptr;
}

const HostWatch::Stop* HostWatch::answered(std::int64_t number, const Capture& c) {
  Host& h = hosts_[number];
  ++h.captures;
  h.bytes += static_cast<std::int64_t>(c.payload_length);
  bool refused = c.status == 401 || c.status == 403 || is_block_page(c);
  h.refused = refused ? h.refused + 1 : 0;
  bool page = c.status == 200 && c.payload_length > 0 && c.mime.find("html") != std::string::npos;
  std::uint64_t body = page ? hash64(c.payload_digest) : 0;
  if (page) h.alike = body == h.last_body ? h.alike + 1 : 0;
  h.last_body = page ? body : h.last_body;
  std::int64_t most = settings_.politeness.block_after;
  if (most > 0 && h.refused >= most) return stop(number, fmt::format("it blocks us: {} requests in a row were refused (politeness.block_after)", h.refused), true);
  if (most > 0 && h.alike >= most * kAlikeTimes) return stop(number, fmt::format("it answers {} different addresses in a row with the same page (politeness.block_after)", h.alike + 1), true);
  const CrawlSettings& s = settings_.crawl;
  if (s.host_limit > 0 && h.captures >= s.host_limit) return stop(number, "crawl.host_limit", false);
  if (s.host_max_bytes > 0 && h.bytes >= s.host_max_bytes) return stop(number, "crawl.host_max_bytes", false);
  return nullptr;
}

}  // namespace offprint
