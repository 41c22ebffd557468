// offprint debug NAME: one JSON object a line in, one out, so that conformance suites and
// people can ask the real code.
#include <fmt/format.h>

#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "base/charset.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/surt.h"
#include "base/text.h"
#include "base/url.h"
#include "cli/commands.h"
#include "config/schema.h"
#include "crawler/robots.h"
#include "extractors/dates.h"
#include "extractors/feature_dump.h"
#include "extractors/feed.h"
#include "extractors/links.h"
#include "extractors/sitemap.h"

namespace offprint {
namespace {

using Json = nlohmann::json;

std::string text_of(const Json& j, const char* key) {
  auto it = j.find(key);
  return it != j.end() && it->is_string() ? it->get<std::string>() : "";
}

std::string bytes_of(const Json& j, const char* plain, const char* encoded) { return j.contains(encoded) ? base64_decode(text_of(j, encoded)) : text_of(j, plain); }

std::string decoded(const std::string& bytes) { return decode(bytes, sniff_html_encoding(bytes, "")).text; }

Json robots(const Json& in) {
  auto rules = RobotsTxt::parse(bytes_of(in, "robots", "robots_b64"));
  // As it is given, not as Url would escape it: the suites test the matching alone.
  std::string text = text_of(in, "url");
  std::size_t scheme = text.find("://"), slash = text.find('/', scheme == std::string::npos ? 0 : scheme + 3);
  std::string target = slash == std::string::npos ? "/" : text.substr(slash, text.find('#', slash) - slash);
  return {{"allowed", rules.allows(text_of(in, "agent"), target)}};
}

Json url(const Json& in) {
  std::optional<Url> base;
  if (in.contains("base") && in["base"].is_string()) {
    if (auto b = Url::parse(in["base"].get<std::string>())) base = *b;
  }
  auto u = Url::parse(text_of(in, "input"), base ? &*base : nullptr);
  return u ? Json{{"href", u->href()}} : Json{{"failure", true}};
}

Json url_ascii(const Json& in) {
  auto host = domain_to_ascii(text_of(in, "input"));
  if (!host) return {{"failure", true}};
  return {{"ascii", *host}};
}

Json sitemap(const Json& in) {
  Json locs = Json::array();
  for (const auto& e : parse_sitemap(decoded(bytes_of(in, "body", "body_b64")), 1'000'000).entries) locs.push_back(e.loc);
  return {{"locs", locs}};
}

Json feed(const Json& in) {
  Feed f = parse_feed(decoded(bytes_of(in, "feed", "feed_b64")), 1'000'000);
  std::size_t n = in.value("entry", std::size_t{0});
  if (n >= f.entries.size()) return {{"value", nullptr}, {"entries", f.entries.size()}};
  const FeedEntry& e = f.entries[n];
  std::string field = text_of(in, "field");
  return {{"value", field == "id" ? e.id : field == "title" ? e.title : field == "published" ? e.published : e.link}};
}

Json charset(const Json& in) {
  if (in.contains("label")) {
    auto name = encoding_for_label(text_of(in, "label"));
    return {{"name", name.empty() ? Json(nullptr) : Json(std::string(name))}};
  }
  if (in.contains("html_b64")) {
    std::string html = base64_decode(text_of(in, "html_b64"));
    auto found = encoding_from_bom(html);
    if (found.empty()) found = encoding_from_meta(html);
    return {{"encoding", found.empty() ? std::string("windows-1252") : std::string(found)}};
  }
  std::string name = detect_encoding(base64_decode(text_of(in, "body_b64")));
  return {{"charset", name.empty() ? Json(nullptr) : Json(name)}};
}

Json links(const Json& in) {
  auto base = Url::parse(text_of(in, "base"));
  Json out = Json::array();
  if (!base) return {{"failure", true}};
  for (const Link& l : find_links(bytes_of(in, "html", "html_b64"), *base, {.limit = 1'000'000}).links) out.push_back(l.url.href());
  return {{"links", out}};
}

Json date(const Json& in) {
  std::string text = text_of(in, "text");
  auto d = normalize_date(text);
  if (!d) d = find_visible_date(text, in.value("day_first", true));
  return {{"date", d ? Json(*d) : Json(nullptr)}};
}

/// debug features SET OUT
int write_features(const std::vector<std::string>& a) {
  if (a.size() < 2) {
    log_error("debug features: usage: offprint debug features SET OUT");
    return 2;
  }
  auto ok = dump_features(a[0], a[1]);
  if (!ok) log_error("{}", ok.error().message);
  return ok ? 0 : 1;
}

/// A comment of at most 100 columns a line.
void print_comment(std::string_view text) {
  constexpr std::size_t kColumns = 98;
  while (!text.empty()) {
    std::size_t end = text.size() <= kColumns ? text.size() : text.rfind(' ', kColumns);
    if (end == std::string_view::npos) end = text.size();
    fmt::print("# {}\n", text.substr(0, end));
    text = trim(text.substr(end));
  }
}

/// config/offprint.toml as it is shipped.
int print_settings() {
  print_comment("Every setting of Offprint with its default. A run reads this form by --config FILE; a publication profile may hold the same sections; --set key=value changes one for a "
                "run. Later ones win: defaults, --config, profiles, --set. An unknown key or a value that is not allowed is an error that names file, line and key.");
  Settings defaults;
  std::string_view section;
  for (const SettingRow& row : setting_rows()) {
    std::string_view head = row.key.substr(0, row.key.find('.'));
    if (head != section) fmt::print("{}\n[{}]\n", section.empty() ? "" : "\n", head);
    else fmt::print("\n");
    section = head;
    std::string meaning(row.meaning);
    bool name_first = meaning.substr(0, 2) == "ro";  // robots.txt and the like keep their case.
    if (!name_first && !meaning.empty()) meaning[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(meaning[0])));
    print_comment(meaning + ". Allowed: " + allowed_values(row) + ".");
    fmt::print("{} = {}\n", row.key.substr(head.size() + 1), setting_text(row, defaults));
  }
  return 0;
}

}  // namespace

int run_debug(const std::string& name, const std::vector<std::string>& arguments) {
  if (name == "features") return write_features(arguments);
  if (name == "settings") return print_settings();
  using Handler = Json (*)(const Json&);
  static const std::map<std::string, Handler> handlers = {
      {"robots", robots}, {"url", url}, {"url-ascii", url_ascii}, {"sitemap", sitemap}, {"feed", feed}, {"charset", charset}, {"links", links}, {"date", date},
      {"url-normalize", [](const Json& in) -> Json { return {{"normalized", normalize_url(text_of(in, "input"))}}; }},
      {"url-identity",
       [](const Json& in) -> Json {
         auto u = Url::parse(text_of(in, "url"));
         std::vector<std::string> rules;
         if (!u) return {{"failure", true}};
         std::string identity = url_identity(*u, {}, &rules);
         return {{"identity", identity}, {"rules", rules}};
       }},
      {"surt", [](const Json& in) -> Json { return {{"surt", surt_key(text_of(in, "url"))}}; }},
  };
  auto it = handlers.find(name);
  if (it == handlers.end()) {
    std::string known = "features, settings";
    for (const auto& [k, h] : handlers) known += ", " + k;
    log_error("debug {}: unknown; there are {}", name, known);
    return 2;
  }
  for (std::string line; std::getline(std::cin, line);) {
    if (trim(line).empty()) continue;
    Json in = Json::parse(line, nullptr, false);
    Json out = in.is_object() ? it->second(in) : Json{{"error", "not a JSON object"}};
    fmt::print("{}\n", out.dump(-1, ' ', false, Json::error_handler_t::replace));
  }
  return 0;
}

}  // namespace offprint
