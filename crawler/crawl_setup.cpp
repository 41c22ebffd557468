#include "crawler/crawl_setup.h"

#include <algorithm>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "config/schema.h"

namespace offprint {
namespace {

Result<SelectorRules> compile_rules(const std::vector<SelectorSet>& sets) {
  SelectorRules rules;
  std::string today = format_iso8601(now()).substr(0, 10);
  const SelectorSet* valid = nullptr;
  for (const SelectorSet& s : sets)
    if (s.from <= today && (!valid || s.from >= valid->from)) valid = &s;
  if (!valid) return rules;
  const std::pair<const std::vector<std::string>*, std::vector<Selector>*> lists[] = {{&valid->body, &rules.body}, {&valid->title, &rules.title},     {&valid->authors, &rules.authors},
                                                                                     {&valid->date, &rules.date}, {&valid->section, &rules.section}, {&valid->remove, &rules.remove}};
  for (const auto& [texts, to] : lists) {
    for (const std::string& t : *texts) {
      auto s = Selector::parse(t);
      if (!s) return fail(ErrorKind::kInvalid, "selectors: " + s.error().message);
      to->push_back(std::move(*s));
    }
  }
  return rules;
}

/// The archive keeps the settings that made it, where people look for them.
Result<void> keep_settings(const CrawlPlan& plan) {
  std::filesystem::path path = plan.archive / "offprint.toml";
  std::error_code ec;
  if (std::filesystem::exists(path, ec)) return {};
  std::string text = "# Settings of the crawl that began this archive. Archive format 1.\n";
  Settings settings = plan.settings;
  std::string_view section;
  for (const SettingRow& row : setting_rows()) {
    std::string_view head = row.key.substr(0, row.key.find('.'));
    if (head != section) text += "\n[" + std::string(head) + "]\n";
    section = head;
    bool proxy = row.key == "fetch.proxy" && !settings.fetch.proxy.empty();  // May hold a password.
    bool auth = row.key == "fetch.auth" && !settings.fetch.auth.empty();
    text += std::string(row.key.substr(head.size() + 1)) + " = " + (proxy ? "\"\"  # redacted" : auth ? "[]  # redacted" : setting_text(row, settings)) + "\n";
  }
  return write_file_durably(path, text);
}

}  // namespace

std::string seed_key_of(const CrawlPlan& plan) {
  std::vector<std::string> all;
  for (const auto* list : {&plan.seeds, &plan.feeds, &plan.sitemaps, &plan.listings})
    for (const std::string& s : *list)
      if (auto url = Url::parse(s)) all.push_back(url->fetch_url());
  std::sort(all.begin(), all.end());
  std::string text = "depth " + std::to_string(plan.settings.crawl.depth);
  for (const std::string& s : all) text += "\n" + s;
  return hex(sha1(text)).substr(0, 24);
}

std::string safe_name(std::string_view name) {
  std::string out;
  for (char c : name.substr(0, 60)) out += ((c | 32) >= 'a' && (c | 32) <= 'z') || (c >= '0' && c <= '9') ? c : '-';
  while (out.starts_with('-')) out.erase(0, 1);
  return out.empty() ? "crawl" : out;
}

std::vector<CrawlUrl> seed_urls(const CrawlPlan& plan) {
  std::vector<CrawlUrl> out;
  auto add = [&](const std::vector<std::string>& texts, UrlKind kind, int priority) {
    for (const std::string& text : texts) {
      auto url = Url::parse(text);
      if (!url) continue;
      CrawlUrl u;
      u.url = url->fetch_url();
      u.kind = kind;
      u.priority = priority;
      out.push_back(std::move(u));
    }
  };
  if (plan.only_due) return plan.due;
  add(plan.seeds, UrlKind::kPage, 0);
  add(plan.feeds, UrlKind::kFeed, 1);
  add(plan.sitemaps, UrlKind::kSitemap, 2);
  add(plan.listings, UrlKind::kListing, 2);
  out.insert(out.end(), plan.due.begin(), plan.due.end());
  return out;
}

ArchiveWriterOptions writer_options(const CrawlPlan& plan, const CrawlSetup& setup) {
  const Settings& settings = plan.settings;
  ArchiveWriterOptions o;
  o.compression = compression_from_name(settings.warc.compression);
  o.zstd_level = static_cast<int>(settings.warc.zstd_level);
  o.dictionary = static_cast<std::uint64_t>(settings.warc.dictionary);
  o.dictionary_level = static_cast<int>(settings.warc.dictionary_level);
  o.max_size = static_cast<std::uint64_t>(settings.warc.max_size);
  o.max_age_seconds = settings.warc.max_age;
  o.series = safe_name(plan.name);
  o.software = "offprint/0.1 libcurl";
  o.user_agent = settings.crawl.user_agent;
  o.operator_name = settings.crawl.operator_name;
  o.robots = settings.politeness.robots ? "obey" : "ignore";
  o.crawl = setup.crawl_id;
  o.seed_key = setup.seed_key;
  return o;
}

void choose_crawl(const CrawlPlan& plan, CrawlSetup& s) {
  Database& db = s.archive->database();
  s.seed_key = seed_key_of(plan);
  Statement find = db.prepare("SELECT number,id,finished FROM crawls WHERE seed_key=? ORDER BY number DESC LIMIT 1");
  find.bind(1, s.seed_key);
  if (find.step() && !plan.again) {
    s.crawl = find.integer(0);
    s.crawl_id = find.text(1);
    s.complete = find.integer(2) > 0;
    return;
  }
  std::string stem = safe_name(plan.name) + "-" + format_timestamp14(now());
  for (int n = 1;; ++n) {
    s.crawl_id = n == 1 ? stem : stem + "-" + std::to_string(n);
    db.prepare("INSERT OR IGNORE INTO crawls(id,seed_key,started) VALUES(?,?,?)").bind(1, s.crawl_id).bind(2, s.seed_key).bind(3, to_micros(now())).run();
    if (db.changes() > 0) break;
  }
  s.crawl = db.last_insert_rowid();
}

Result<CrawlSetup> prepare_crawl(const CrawlPlan& plan) {
  CrawlSetup s;
  for (const auto* list : {&plan.seeds, &plan.feeds, &plan.sitemaps, &plan.listings}) {
    for (const std::string& text : *list) {
      auto url = Url::parse(text);
      if (!url) return fail(ErrorKind::kInvalid, "\"" + printable(text) + "\" cannot be crawled: " + url.error().message);
      s.seeds.push_back(std::move(*url));
    }
  }
  auto scope = Scope::make(plan.settings.scope, s.seeds);
  if (!scope) return tl::unexpected(scope.error());
  s.scope = std::move(*scope);
  std::vector<Cidr> allowed;
  for (const std::string& net : plan.settings.fetch.allow_net) {
    auto cidr = Cidr::parse(net);
    if (!cidr) return tl::unexpected(cidr.error());
    allowed.push_back(*cidr);
  }
  s.policy = AddressPolicy(std::move(allowed));
  auto credentials = parse_credentials(plan.settings.fetch.auth);
  if (!credentials) return tl::unexpected(credentials.error());
  s.credentials = std::move(*credentials);
  auto rules = compile_rules(plan.selectors);
  if (!rules) return tl::unexpected(rules.error());
  s.rules = std::move(*rules);
  s.extract.strip.max_bytes = static_cast<std::size_t>(plan.settings.extract.max_html);
  s.extract.strip.max_depth = static_cast<int>(plan.settings.extract.max_depth);
  s.extract.dom.max_memory = static_cast<std::size_t>(plan.settings.extract.max_memory);
  auto archive = Archive::open_for_writing(plan.archive);
  if (!archive) return tl::unexpected(archive.error());
  s.archive = std::move(*archive);
  if (auto ok = keep_settings(plan); !ok) return tl::unexpected(ok.error());
  return s;
}

}  // namespace offprint
