#include "config/loader.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include "base/file.h"
#include "base/net.h"
#include "base/text.h"
#include "base/time.h"
#include "config/profile.h"
#include "config/schema.h"

namespace offprint {
namespace {

constexpr std::uint64_t kMaxConfigBytes = 1 << 20;

/// Where a message points: a file and line, or the command line.
struct Place {
  std::string file;
  std::size_t line = 0;
  std::string text() const { return line == 0 ? file : fmt::format("{}:{}", file, line); }
};

Place place_of(const std::string& file, const toml::node& node) { return {file, node.source().begin.line}; }

tl::unexpected<Error> wrong(const Place& at, std::string_view key, std::string_view what) {
  return fail(ErrorKind::kInvalid, fmt::format("{}: {}: {}", at.text(), printable(key), what));
}

bool clean_string(std::string_view s) {
  return valid_utf8(s) && std::none_of(s.begin(), s.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

Result<std::vector<std::string>> string_list(const toml::node& node, const Place& at, std::string_view key) {
  std::vector<std::string> out;
  if (auto one = node.value_exact<std::string>()) return std::vector<std::string>{*one};
  const toml::array* array = node.as_array();
  if (!array) return wrong(at, key, "must be a list of strings");
  for (const toml::node& item : *array) {
    auto s = item.value_exact<std::string>();
    if (!s || !clean_string(*s)) return wrong(at, key, "must be a list of strings without control characters");
    out.push_back(*s);
  }
  return out;
}

Result<void> check_networks(const std::vector<std::string>& list, const Place& at, std::string_view key) {
  for (const std::string& s : list)
    if (!Cidr::parse(s)) return wrong(at, key, fmt::format("\"{}\" is not a network; allowed: CIDR such as 10.0.0.0/8 or ::1/128", printable(s)));
  return {};
}

/// Puts one TOML value where the schema says, or tells what would be allowed.
Result<void> set_value(const SettingRow& row, const toml::node& node, const Place& at, Settings& settings) {
  auto not_allowed = [&] { return wrong(at, row.key, "allowed is " + allowed_values(row)); };
  SettingSlot slot = row.slot(settings);
  if (auto* b = std::get_if<bool*>(&slot)) {
    auto v = node.value_exact<bool>();
    if (!v) return not_allowed();
    **b = *v;
  } else if (auto* i = std::get_if<std::int64_t*>(&slot)) {
    auto v = node.value_exact<std::int64_t>();
    if (!v || static_cast<double>(*v) < row.min || static_cast<double>(*v) > row.max) return not_allowed();
    **i = *v;
  } else if (auto* d = std::get_if<double*>(&slot)) {
    auto v = node.is_number() ? node.value<double>() : std::nullopt;
    if (!v || !(*v >= row.min && *v <= row.max)) return not_allowed();
    **d = *v;
  } else if (auto* s = std::get_if<std::string*>(&slot)) {
    auto v = node.value_exact<std::string>();
    bool chosen = row.choices.empty();
    if (v && row.choices == "durations") chosen = valid_durations(*v);
    else if (v && !chosen)
      for (auto c : split(row.choices, '|')) chosen = chosen || c == *v;
    if (!v || !chosen || !clean_string(*v)) return not_allowed();
    **s = *v;
  } else if (auto* l = std::get_if<std::vector<std::string>*>(&slot)) {
    auto v = string_list(node, at, row.key);
    if (!v) return tl::unexpected(v.error());
    if (row.key == "fetch.allow_net")
      if (auto ok = check_networks(*v, at, row.key); !ok) return ok;
    **l = *v;
  }
  return {};
}

Result<void> unknown_key(const Place& at, std::string_view key) {
  std::string_view near = nearest_setting(key);
  if (!near.empty()) return wrong(at, key, fmt::format("unknown key; did you mean {}?", near));
  std::string_view section = key.substr(0, key.find('.'));
  std::string allowed;
  for (const SettingRow& r : setting_rows())
    if (r.key.substr(0, r.key.find('.')) == section) allowed += (allowed.empty() ? "" : ", ") + std::string(r.key);
  if (allowed.empty()) allowed = "sections crawl, scope, politeness, fetch, discovery, warc, extract, identity, schedule, log";
  return wrong(at, key, "unknown key; allowed: " + allowed);
}

Result<void> apply_section(const std::string& section, const toml::node& node, const std::string& file, Settings& settings) {
  const toml::table* table = node.as_table();
  if (!table) return unknown_key(place_of(file, node), section);
  for (auto&& [k, v] : *table) {
    std::string key = section + "." + std::string(k.str());
    Place at{file, k.source().begin.line};
    const SettingRow* row = find_setting(key);
    if (!row) return unknown_key(at, key);
    if (auto ok = set_value(*row, v, at, settings); !ok) return ok;
  }
  return {};
}

Result<toml::table> parse_file(const std::filesystem::path& path) {
  auto text = read_file(path, kMaxConfigBytes);
  if (!text) return tl::unexpected(text.error());
  try {
    return toml::parse(*text, path.string());
  } catch (const toml::parse_error& e) {
    return fail(ErrorKind::kInvalid, fmt::format("{}:{}: not valid TOML: {}", path.string(), e.source().begin.line, e.description()));
  }
}

Result<SelectorSet> read_selectors(const toml::table& table, const std::string& file) {
  SelectorSet out;
  for (auto&& [k, v] : table) {
    Place at{file, k.source().begin.line};
    std::string key = "selectors." + std::string(k.str());
    std::vector<std::string>* to = k.str() == "body"      ? &out.body
                                   : k.str() == "title"   ? &out.title
                                   : k.str() == "authors" ? &out.authors
                                   : k.str() == "date"    ? &out.date
                                   : k.str() == "section" ? &out.section
                                   : k.str() == "remove"  ? &out.remove
                                                          : nullptr;
    if (k.str() == "from") {
      auto s = v.value_exact<std::string>();
      if (!s || s->size() != 10) return wrong(at, key, "allowed is a date such as \"2024-05-01\"");
      out.from = *s;
      continue;
    }
    if (!to) return wrong(at, key, "unknown key; allowed: from, body, title, authors, date, section, remove");
    auto list = string_list(v, at, key);
    if (!list) return tl::unexpected(list.error());
    *to = *list;
  }
  return out;
}

Result<void> read_profile_key(std::string_view key, const toml::node& v, const Place& at, Profile& profile, Settings& settings) {
  if (key == "name") {
    auto s = v.value_exact<std::string>();
    if (!s || s->empty() || !clean_string(*s)) return wrong(at, key, "allowed is a string that is not empty");
    profile.name = *s;
    return {};
  }
  if (key == "archive_from") {
    auto s = v.value_exact<std::string>();
    if (!s || !parse_iso8601(*s + "T00:00:00Z")) return wrong(at, key, "allowed is a date such as \"2020-01-01\"");
    profile.archive_from = *s;
    return {};
  }
  if (key == "archive_pages") {
    auto patterns = string_list(v, at, key);
    if (!patterns) return tl::unexpected(patterns.error());
    for (const std::string& p : *patterns)
      if (p.find("{yyyy}") == std::string::npos || !check_urls(expand_dates(p, "2020-01-01", "2020-01-01")))
        return wrong(at, key, "\"" + printable(p) + "\": allowed are http and https URLs with {yyyy}, and {mm} and {dd} if wanted");
    profile.archive_pages = *patterns;
    return {};
  }
  for (auto [name, list] : {std::pair{"seeds", &profile.seeds}, {"feeds", &profile.feeds}, {"sitemaps", &profile.sitemaps}, {"listings", &profile.listings}}) {
    if (key != name) continue;
    auto urls = string_list(v, at, key);
    if (!urls) return tl::unexpected(urls.error());
    if (auto ok = check_urls(*urls); !ok) return wrong(at, key, ok.error().message);
    *list = *urls;
    return {};
  }
  if (key == "selectors") {
    std::vector<const toml::table*> tables;
    if (v.is_table()) tables.push_back(v.as_table());
    if (const toml::array* a = v.as_array())
      for (const toml::node& n : *a)
        if (n.is_table()) tables.push_back(n.as_table());
    for (const toml::table* t : tables) {
      auto set = read_selectors(*t, at.file);
      if (!set) return tl::unexpected(set.error());
      profile.selectors.push_back(*set);
    }
    return tables.empty() ? wrong(at, key, "must be a table [selectors] or tables [[selectors]]") : Result<void>{};
  }
  if (v.is_table()) return apply_section(std::string(key), v, at.file, settings);
  return wrong(at, key, "unknown key; allowed: name, seeds, feeds, sitemaps, listings, archive_pages, archive_from, [selectors] and the sections of offprint.toml");
}

}  // namespace

Result<void> load_settings(const std::filesystem::path& path, Settings& settings) {
  auto table = parse_file(path);
  if (!table) return tl::unexpected(table.error());
  Settings next = settings;
  for (auto&& [k, v] : *table)
    if (auto ok = apply_section(std::string(k.str()), v, path.string(), next); !ok) return ok;
  settings = next;
  return {};
}

Result<Profile> load_profile(const std::filesystem::path& path, Settings& settings) {
  auto table = parse_file(path);
  if (!table) return tl::unexpected(table.error());
  Settings next = settings;
  Profile profile;
  for (auto&& [k, v] : *table) {
    Place at{path.string(), k.source().begin.line};
    if (auto ok = read_profile_key(k.str(), v, at, profile, next); !ok) return tl::unexpected(ok.error());
  }
  if (profile.name.empty()) profile.name = path.stem().string();
  if (!profile.archive_pages.empty() && profile.archive_from.empty())
    return fail(ErrorKind::kInvalid, path.string() + ": archive_from: missing; archive_pages needs the day of the first");
  if (profile.seeds.empty() && profile.feeds.empty() && profile.sitemaps.empty() && profile.listings.empty())
    return fail(ErrorKind::kInvalid, path.string() + ": seeds: missing; a profile needs at least one of seeds, feeds, sitemaps, listings");
  settings = next;
  return profile;
}

Result<void> apply_override(std::string_view assignment, Settings& settings) {
  std::size_t eq = assignment.find('=');
  Place at{"--set " + printable(assignment), 0};
  if (eq == std::string_view::npos) return fail(ErrorKind::kInvalid, at.file + ": must be key=value");
  std::string_view key = trim(assignment.substr(0, eq));
  std::string value(trim(assignment.substr(eq + 1)));
  const SettingRow* row = find_setting(key);
  if (!row) return unknown_key(at, key);
  try {
    toml::table table = toml::parse("v = " + value);
    if (toml::node* node = table.get("v"); node && set_value(*row, *node, at, settings)) return {};
  } catch (const toml::parse_error&) {  // Not TOML: then it is a bare string.
  }
  return set_value(*row, toml::value<std::string>(value), at, settings);
}

}  // namespace offprint
