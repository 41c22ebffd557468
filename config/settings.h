// Settings of a run: every bound, delay and switch, with its default. config/offprint.toml
// documents the same keys for people; a test keeps the two in step.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/url_identity.h"

namespace offprint {

struct CrawlSettings {
  std::string user_agent = "offprint/0.1 (+https://offprint.example/bot)";
  std::string robots_agent = "offprint";
  std::string operator_name;
  std::int64_t limit = 0;
  std::int64_t max_bytes = 0;
  double max_time = 0;
  std::int64_t host_limit = 0;
  std::int64_t host_max_bytes = 0;
  std::int64_t depth = -1;
  std::int64_t max_in_flight = 64;
  std::int64_t workers = 2;
};

struct ScopeSettings {
  std::string mode = "site";
  std::vector<std::string> hosts;
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  std::int64_t max_url_length = 2048;
  std::int64_t max_path_segments = 32;
  std::int64_t max_repeated_segments = 3;
};

struct PolitenessSettings {
  double delay = 1.0;
  std::int64_t per_host = 1;
  bool robots = true;
  double robots_ttl = 86400;
  double crawl_delay_max = 120;
  double retry_after_max = 3600;
  double max_wait = 900;
  double adaptive = 0.0;
  bool nofollow = false;
  std::int64_t block_after = 20;
};

struct FetchSettings {
  double timeout_connect = 20;
  double timeout_total = 180;
  double timeout_first_byte = 60;
  double timeout_idle = 60;
  std::int64_t min_rate = 1;
  double dns_timeout = 10;
  double dns_min_ttl = 60;
  std::int64_t retries = 3;
  double retry_delay = 5;
  std::int64_t max_body = 64 << 20;
  std::int64_t max_header = 64 << 10;
  std::int64_t max_redirects = 10;
  std::int64_t spool_memory = 1 << 20;
  std::string accept_encoding = "identity";
  bool conditional = true;
  bool http2 = true;
  bool verify_tls = true;
  std::vector<std::string> allow_net;
  std::string proxy;
  bool cookies = false;
  std::vector<std::string> auth;
  std::string client_cert;
  std::string client_key;
};

/// How often a scheduled publication is visited.
struct ScheduleSettings {
  std::string feeds = "5m, 1d";
  std::string articles = "10m, 1h, 1d, 7d, 30d";
  std::string sitemaps = "1h, 7d";
  std::int64_t gone_after = 3;
  std::int64_t max_visit = 3600;
};

struct DiscoverySettings {
  bool sitemaps = true;
  bool feeds = true;
  std::string requisites = "site";
  bool frames = true;
  bool json_ld = true;
  bool listings = false;
  std::int64_t max_listing_pages = 1000;
  std::int64_t max_links_per_page = 1500;
  std::int64_t trap_pages = 100;
  std::int64_t max_sitemap_urls = 50000;
  std::int64_t max_parse_bytes = 16 << 20;
};

struct WarcSettings {
  std::string compression = "zstd";
  std::int64_t zstd_level = 3;
  std::int64_t dictionary = 2 << 20;
  std::int64_t dictionary_level = 9;
  std::int64_t max_size = std::int64_t{1} << 30;
  double max_age = 30 * 86400.0;
  std::int64_t group_records = 64;
  std::int64_t min_free = 256 << 20;
  bool redact = true;
  bool dns = true;
};

struct ExtractSettings {
  bool enabled = true;
  std::int64_t max_html = 2 << 20;
  std::int64_t max_depth = 512;
  std::int64_t max_memory = 72 << 20;
};

struct LogSettings {
  double interval = 60;
  bool live = true;
  std::string format = "text";
  std::string metrics;
};

struct Settings {
  CrawlSettings crawl;
  ScopeSettings scope;
  PolitenessSettings politeness;
  FetchSettings fetch;
  DiscoverySettings discovery;
  WarcSettings warc;
  ExtractSettings extract;
  IdentityRules identity;
  ScheduleSettings schedule;
  LogSettings log;
};

}  // namespace offprint
