#include "config/schema.h"

#include <fmt/format.h>

#include <algorithm>

namespace offprint {
namespace {

constexpr double kAny = std::numeric_limits<double>::max();
constexpr double kBytes = 1e15;

// clang-format off
#define SLOT(member) [](Settings& s) -> SettingSlot { return &s.member; }
constexpr SettingRow kRows[] = {
    {"crawl.user_agent", "", "User-Agent header; name a page or address by which a webmaster can reach you", 0, 0, "", SLOT(crawl.user_agent)},
    {"crawl.robots_agent", "", "product token that robots.txt groups are matched with", 0, 0, "", SLOT(crawl.robots_agent)},
    {"crawl.operator", "", "who runs the crawl, written into warcinfo", 0, 0, "", SLOT(crawl.operator_name)},
    {"crawl.limit", "captures", "stop after this many captures in one run; 0 is no limit", 0, kAny, "", SLOT(crawl.limit)},
    {"crawl.max_bytes", "bytes", "stop after this much of bodies in one run; 0 is no limit", 0, kBytes, "", SLOT(crawl.max_bytes)},
    {"crawl.max_time", "seconds", "stop after this long; 0 is no limit", 0, kAny, "", SLOT(crawl.max_time)},
    {"crawl.host_limit", "captures", "ask no more of a host after this many captures in one run; 0 is no limit", 0, kAny, "", SLOT(crawl.host_limit)},
    {"crawl.host_max_bytes", "bytes", "ask no more of a host after this much of bodies in one run; 0 is no limit", 0, kBytes, "", SLOT(crawl.host_max_bytes)},
    {"crawl.depth", "hops", "how many links away from a seed; -1 is no limit", -1, 1000000, "", SLOT(crawl.depth)},
    {"crawl.max_in_flight", "transfers", "transfers at once over all hosts", 1, 4096, "", SLOT(crawl.max_in_flight)},
    {"crawl.workers", "threads", "threads that scan and extract pages", 1, 256, "", SLOT(crawl.workers)},
    {"scope.mode", "", "site: the seeds' hosts, www. and port aside; domain: with all subdomains of the registered domain; host: exactly; any: every host", 0, 0, "site|domain|host|any", SLOT(scope.mode)},
    {"scope.hosts", "", "further hosts in scope", 0, 0, "", SLOT(scope.hosts)},
    {"scope.include", "", "regular expressions (RE2); when given, a URL must match one", 0, 0, "", SLOT(scope.include)},
    {"scope.exclude", "", "regular expressions (RE2); a URL that matches one is left out", 0, 0, "", SLOT(scope.exclude)},
    {"scope.max_url_length", "bytes", "longer URLs are left out", 64, 65536, "", SLOT(scope.max_url_length)},
    {"scope.max_path_segments", "", "URLs with more path segments are left out (growing paths)", 1, 1000, "", SLOT(scope.max_path_segments)},
    {"scope.max_repeated_segments", "", "URLs in which a path segment recurs more often are left out", 1, 1000, "", SLOT(scope.max_repeated_segments)},
    {"politeness.delay", "seconds", "pause between two requests to a host", 0, 86400, "", SLOT(politeness.delay)},
    {"politeness.per_host", "transfers", "transfers at once to a host", 1, 256, "", SLOT(politeness.per_host)},
    {"politeness.robots", "", "obey robots.txt", 0, 0, "", SLOT(politeness.robots)},
    {"politeness.robots_ttl", "seconds", "how long a robots.txt is believed", 0, 604800, "", SLOT(politeness.robots_ttl)},
    {"politeness.crawl_delay_max", "seconds", "cap on Crawl-delay of robots.txt", 0, 86400, "", SLOT(politeness.crawl_delay_max)},
    {"politeness.retry_after_max", "seconds", "cap on Retry-After", 0, 604800, "", SLOT(politeness.retry_after_max)},
    {"politeness.max_wait", "seconds", "a crawl ends, and names what is deferred, when only longer waits are left", 0, 604800, "", SLOT(politeness.max_wait)},
    {"politeness.adaptive", "", "pause at least this many times the last response time; 0 is off", 0, 1000, "", SLOT(politeness.adaptive)},
    {"politeness.nofollow", "", "follow no links of pages whose meta robots or X-Robots-Tag forbids it", 0, 0, "", SLOT(politeness.nofollow)},
    {"politeness.block_after", "answers", "a host that refuses so many requests in a row (401, 403, challenge pages) blocks us: it is left alone, and the crawl ends with an alarm; 0 is off", 0, 1000000, "", SLOT(politeness.block_after)},
    {"fetch.timeout_connect", "seconds", "time to connect, TLS included", 0.01, 3600, "", SLOT(fetch.timeout_connect)},
    {"fetch.timeout_total", "seconds", "time for a whole transfer; what has come by then is kept and marked truncated", 0.01, 86400, "", SLOT(fetch.timeout_total)},
    {"fetch.timeout_first_byte", "seconds", "time from the request to the first byte of the answer", 0.01, 3600, "", SLOT(fetch.timeout_first_byte)},
    {"fetch.timeout_idle", "seconds", "time below fetch.min_rate", 0.01, 3600, "", SLOT(fetch.timeout_idle)},
    {"fetch.min_rate", "bytes/s", "slower transfers end after fetch.timeout_idle", 1, kBytes, "", SLOT(fetch.min_rate)},
    {"fetch.dns_timeout", "seconds", "time for a question to the name service", 0.01, 3600, "", SLOT(fetch.dns_timeout)},
    {"fetch.dns_min_ttl", "seconds", "addresses are believed at least this long, whatever their TTL", 0, 86400, "", SLOT(fetch.dns_min_ttl)},
    {"fetch.retries", "", "further tries after a failure that may pass", 0, 100, "", SLOT(fetch.retries)},
    {"fetch.retry_delay", "seconds", "pause before the first further try; doubles each time", 0, 86400, "", SLOT(fetch.retry_delay)},
    {"fetch.max_body", "bytes", "bodies are cut here and marked truncated", 1024, kBytes, "", SLOT(fetch.max_body)},
    {"fetch.max_header", "bytes", "longer response heads are a failure", 1024, 1048576, "", SLOT(fetch.max_header)},
    {"fetch.max_redirects", "hops", "redirects in a row", 0, 100, "", SLOT(fetch.max_redirects)},
    {"fetch.spool_memory", "bytes", "larger bodies wait in a temporary file", 0, kBytes, "", SLOT(fetch.spool_memory)},
    {"fetch.accept_encoding", "", "Accept-Encoding header; identity compresses best in the archive", 0, 0, "", SLOT(fetch.accept_encoding)},
    {"fetch.conditional", "", "ask for pages that the archive has with If-None-Match and If-Modified-Since", 0, 0, "", SLOT(fetch.conditional)},
    {"fetch.http2", "", "speak HTTP/2 with servers that offer it under TLS", 0, 0, "", SLOT(fetch.http2)},
    {"fetch.verify_tls", "", "refuse servers with a bad certificate", 0, 0, "", SLOT(fetch.verify_tls)},
    {"fetch.allow_net", "", "networks (CIDR) that may be connected to although they are private, loopback or link-local", 0, 0, "", SLOT(fetch.allow_net)},
    {"fetch.proxy", "", "proxy URL (http, socks5h), or empty", 0, 0, "", SLOT(fetch.proxy)},
    {"fetch.cookies", "", "keep cookies for the time of a crawl", 0, 0, "", SLOT(fetch.cookies)},
    {"fetch.auth", "", "who we are to a server: \"ORIGIN basic USER:PASSWORD\" or \"ORIGIN bearer TOKEN\"; env:NAME in place of the secret takes it from the environment; sent to that origin alone, and kept out of the archive", 0, 0, "", SLOT(fetch.auth)},
    {"fetch.client_cert", "", "file with our certificate (PEM) for servers that ask for one, or empty", 0, 0, "", SLOT(fetch.client_cert)},
    {"fetch.client_key", "", "file with its key (PEM), or empty if it stands in the same file", 0, 0, "", SLOT(fetch.client_key)},
    {"discovery.sitemaps", "", "follow sitemaps that robots.txt announces", 0, 0, "", SLOT(discovery.sitemaps)},
    {"discovery.feeds", "", "follow feeds that pages announce", 0, 0, "", SLOT(discovery.feeds)},
    {"discovery.requisites", "", "images, styles, scripts, fonts and media that pages need to be shown: none, those of hosts in scope, or all", 0, 0, "none|site|all", SLOT(discovery.requisites)},
    {"discovery.frames", "", "follow iframes", 0, 0, "", SLOT(discovery.frames)},
    {"discovery.json_ld", "", "follow the addresses in JSON-LD", 0, 0, "", SLOT(discovery.json_ld)},
    {"discovery.listings", "", "follow the list of all posts that WordPress announces (REST), page by page", 0, 0, "", SLOT(discovery.listings)},
    {"discovery.max_listing_pages", "pages", "further pages of a publishing system's list are left", 1, 1000000, "", SLOT(discovery.max_listing_pages)},
    {"discovery.max_links_per_page", "links", "more links of one page are left out, and counted", 1, 1000000, "", SLOT(discovery.max_links_per_page)},
    {"discovery.trap_pages", "pages", "where so many pages of a folder have repeated each other's words, and hardly one did not, the rest is left; 0 is off", 0, 1000000, "", SLOT(discovery.trap_pages)},
    {"discovery.max_sitemap_urls", "URLs", "more URLs of one sitemap or feed are left out, and counted", 1, 1000000, "", SLOT(discovery.max_sitemap_urls)},
    {"discovery.max_parse_bytes", "bytes", "links are looked for in this much of a body", 1024, kBytes, "", SLOT(discovery.max_parse_bytes)},
    {"warc.compression", "", "zstd is smaller and faster, gzip is read by every replay tool", 0, 0, "zstd|gzip|none", SLOT(warc.compression)},
    {"warc.zstd_level", "", "compression level of zstd", 1, 19, "", SLOT(warc.zstd_level)},
    {"warc.dictionary", "bytes", "of a publication's latest pages that become the dictionary of its next zstd file; 0 for none", 0, 8 << 20, "", SLOT(warc.dictionary)},
    {"warc.dictionary_level", "", "compression level of zstd in files with a dictionary; while more captures wait than it can keep up with, zstd_level is used", 1, 19, "", SLOT(warc.dictionary_level)},
    {"warc.max_size", "bytes", "a file that has reached this is sealed and a new one begun", 65536, kBytes, "", SLOT(warc.max_size)},
    {"warc.max_age", "seconds", "a file older than this is sealed", 1, kAny, "", SLOT(warc.max_age)},
    {"warc.group_records", "captures", "captures made durable together at most", 1, 100000, "", SLOT(warc.group_records)},
    {"warc.min_free", "bytes", "a crawl pauses while the archive's disk has less room than this; 0 is off", 0, kBytes, "", SLOT(warc.min_free)},
    {"warc.redact", "", "keep the values of Authorization and Cookie out of the archive", 0, 0, "", SLOT(warc.redact)},
    {"warc.dns", "", "keep the name service's answers as resource records (dns:HOST)", 0, 0, "", SLOT(warc.dns)},
    {"extract.enabled", "", "extract articles into the corpus", 0, 0, "", SLOT(extract.enabled)},
    {"extract.max_html", "bytes", "markup over this (scripts and styles not counted) is read as a stream instead of a tree", 65536, 1 << 26, "", SLOT(extract.max_html)},
    {"extract.max_depth", "", "deeper nesting of elements is flattened", 16, 4096, "", SLOT(extract.max_depth)},
    {"extract.max_memory", "bytes", "memory for one page's tree", 1 << 20, 1 << 30, "", SLOT(extract.max_memory)},
    {"identity.canonical", "", "one article over all its addresses: rel=canonical of the same site stands for the page", 0, 0, "", SLOT(identity.canonical)},
    {"identity.tracking", "", "tracking parameters (utm_source, fbclid, …) do not count", 0, 0, "", SLOT(identity.tracking)},
    {"identity.session", "", "session ids (PHPSESSID, ;jsessionid=, …) do not count", 0, 0, "", SLOT(identity.session)},
    {"identity.amp", "", "AMP twins (/amp, .amp, ?amp=1, amp.HOST) are the article", 0, 0, "", SLOT(identity.amp)},
    {"identity.mobile", "", "mobile twins (m.HOST, mobile.HOST, ?m=1) are the article", 0, 0, "", SLOT(identity.mobile)},
    {"identity.print", "", "print pages (/print, ?print=1, ?view=print) are the article", 0, 0, "", SLOT(identity.print)},
    {"schedule.feeds", "", "shortest and longest time between two visits of feeds and front pages; learned from what changes; one time alone is kept to", 0, 0, "durations", SLOT(schedule.feeds)},
    {"schedule.articles", "", "when an article is visited again, each after the one before; the last one repeats", 0, 0, "durations", SLOT(schedule.articles)},
    {"schedule.sitemaps", "", "shortest and longest time between two visits of sitemaps", 0, 0, "durations", SLOT(schedule.sitemaps)},
    {"schedule.gone_after", "answers", "a page is gone after so many answers in a row that say so (404, 410, sent to the front page), and visited no more", 1, 100, "", SLOT(schedule.gone_after)},
    {"schedule.max_visit", "seconds", "a visit ends after this long; what it had no time for is due in the next one", 1, 31536000, "", SLOT(schedule.max_visit)},
    {"log.interval", "seconds", "time between two progress lines when there is no terminal", 1, 86400, "", SLOT(log.interval)},
    {"log.live", "", "a live dashboard on a terminal", 0, 0, "", SLOT(log.live)},
    {"log.format", "", "lines for people, or JSON objects", 0, 0, "text|json", SLOT(log.format)},
    {"log.metrics", "", "ADDRESS:PORT on which Prometheus may ask for /metrics while a crawl runs, or empty", 0, 0, "", SLOT(log.metrics)},
};
#undef SLOT
// clang-format on

std::string number(double v) { return v == static_cast<double>(static_cast<std::int64_t>(v)) ? fmt::format("{}", static_cast<std::int64_t>(v)) : fmt::format("{}", v); }

std::string quoted(std::string_view s) {
  std::string out = "\"";
  for (char c : s) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      std::size_t cost = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1])});
      diagonal = row[j];
      row[j] = cost;
    }
  }
  return row[b.size()];
}

}  // namespace

std::span<const SettingRow> setting_rows() { return kRows; }

const SettingRow* find_setting(std::string_view key) {
  auto it = std::find_if(std::begin(kRows), std::end(kRows), [&](const SettingRow& r) { return r.key == key; });
  return it == std::end(kRows) ? nullptr : it;
}

std::string allowed_values(const SettingRow& row) {
  Settings scratch;
  SettingSlot slot = row.slot(scratch);
  std::string unit = row.unit.empty() ? "" : fmt::format(" ({})", row.unit);
  if (std::holds_alternative<bool*>(slot)) return "true or false";
  if (std::holds_alternative<std::vector<std::string>*>(slot)) return "a list of strings";
  if (std::holds_alternative<std::string*>(slot)) {
    if (row.choices == "durations") return "durations such as \"15m\" or \"10m, 1h, 1d\" (s, m, h, d, w)";
    if (row.choices.empty()) return "a string without control characters";
    std::string out = "one of";
    for (std::size_t at = 0; at <= row.choices.size();) {
      std::size_t end = std::min(row.choices.find('|', at), row.choices.size());
      out += fmt::format("{} \"{}\"", at == 0 ? "" : ",", row.choices.substr(at, end - at));
      at = end + 1;
    }
    return out;
  }
  std::string what = std::holds_alternative<double*>(slot) ? "a number" : "a whole number";
  if (row.max >= kBytes) return fmt::format("{} of at least {}{}", what, number(row.min), unit);
  return fmt::format("{} from {} to {}{}", what, number(row.min), number(row.max), unit);
}

std::string setting_text(const SettingRow& row, Settings& settings) {
  struct Text {
    std::string operator()(bool* v) const { return *v ? "true" : "false"; }
    std::string operator()(std::int64_t* v) const { return fmt::format("{}", *v); }
    std::string operator()(double* v) const {
      std::string s = number(*v);
      return s.find('.') == std::string::npos ? s + ".0" : s;
    }
    std::string operator()(std::string* v) const { return quoted(*v); }
    std::string operator()(std::vector<std::string>* v) const {
      std::string out = "[";
      for (auto& s : *v) out += (out.size() > 1 ? ", " : "") + quoted(s);
      return out + "]";
    }
  };
  return std::visit(Text{}, row.slot(settings));
}

std::string_view nearest_setting(std::string_view key) {
  std::string_view best;
  std::size_t least = 4;
  for (const SettingRow& r : kRows) {
    std::size_t d = edit_distance(key, r.key);
    if (d < least) least = d, best = r.key;
  }
  return best;
}

}  // namespace offprint
