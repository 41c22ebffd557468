// Lines are read one by one; consecutive user-agent lines open a group, groups of the same
// agent count as one (RFC 9309, 2.2.1). The longest matching pattern wins, allow before
// disallow on a tie (2.2.2).
#include "crawler/robots.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace offprint {
namespace {

bool is_hex(char c) { return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'f'); }

/// Escapes in capitals, so that patterns and paths compare; with `escape`, what is not ASCII is
/// escaped too (patterns are written by people, paths come out of a URL and are escaped already).
std::string normalize(std::string_view s, bool escape) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    unsigned char c = static_cast<unsigned char>(s[i]);
    if (c == '%' && i + 2 < s.size() && is_hex(s[i + 1]) && is_hex(s[i + 2])) {
      auto up = [](char x) { return x >= 'a' ? static_cast<char>(x - 32) : x; };
      out += {'%', up(s[i + 1]), up(s[i + 2])};
      i += 2;
    } else if (escape && c >= 0x80) {
      out += {'%', kHex[c >> 4], kHex[c & 15]};
    } else {
      out += s[i];
    }
  }
  return out;
}

/// '*' matches anything, '$' at the end anchors. Linear in the product of the lengths.
bool pattern_matches(std::string_view pattern, std::string_view path) {
  bool anchored = pattern.ends_with('$');
  if (anchored) pattern.remove_suffix(1);
  std::size_t p = 0, s = 0, star = std::string_view::npos, retry = 0;
  while (true) {
    if (p == pattern.size() && (!anchored || s == path.size())) return true;
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = s;
    } else if (p < pattern.size() && s < path.size() && pattern[p] == path[s]) {
      ++p, ++s;
    } else if (star != std::string_view::npos && retry < path.size()) {
      p = star + 1;
      s = ++retry;
    } else {
      return false;
    }
  }
}

/// The product token that an agent line or header begins with: letters, '_' and '-'.
std::string product_token(std::string_view agent) {
  std::size_t n = 0;
  while (n < agent.size() && (((agent[n] | 32) >= 'a' && (agent[n] | 32) <= 'z') || agent[n] == '_' || agent[n] == '-')) ++n;
  return ascii_lower(agent.substr(0, n));
}

enum class Key { kAgent, kAllow, kDisallow, kDelay, kSitemap, kOther };

Key key_of(std::string_view name) {
  for (std::string_view n : {"user-agent", "useragent", "user agent"})
    if (iequals(name, n)) return Key::kAgent;
  for (std::string_view n : {"disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"})
    if (iequals(name, n)) return Key::kDisallow;
  if (iequals(name, "allow")) return Key::kAllow;
  if (iequals(name, "crawl-delay")) return Key::kDelay;
  if (iequals(name, "sitemap") || iequals(name, "site-map")) return Key::kSitemap;
  return Key::kOther;
}

}  // namespace

RobotsTxt RobotsTxt::disallow_all() {
  RobotsTxt out;
  out.groups_.push_back({{"*"}, {{"/", false}}, std::nullopt});
  return out;
}

RobotsTxt RobotsTxt::parse(std::string_view text) {
  RobotsTxt out;
  text = text.substr(0, kMaxBytes);
  for (std::string_view bom : {"\xEF\xBB\xBF", "\xEF\xBB", "\xEF"})
    if (text.starts_with(bom)) {
      text.remove_prefix(bom.size());
      break;
    }
  bool reading_agents = false;
  while (!text.empty()) {
    std::size_t end = text.find_first_of("\r\n");
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    line = trim(line.substr(0, line.find('#')));
    std::size_t colon = line.find(':');
    std::size_t gap = colon;
    if (colon == std::string_view::npos) {  // "Disallow /x": exactly one gap stands for the colon.
      gap = line.find_first_of(" \t");
      if (gap == std::string_view::npos || trim(line.substr(gap)).find_first_of(" \t") != std::string_view::npos) continue;
    }
    std::string_view value = trim(line.substr(gap + 1));
    switch (key_of(trim(line.substr(0, gap)))) {
      case Key::kAgent:
        if (!reading_agents) out.groups_.emplace_back();
        reading_agents = true;
        if (value.starts_with('*') && (value.size() == 1 || value[1] == ' ' || value[1] == '\t')) out.groups_.back().agents.emplace_back("*");
        else out.groups_.back().agents.push_back(product_token(value));
        break;
      case Key::kAllow:
      case Key::kDisallow:
        reading_agents = false;
        if (!out.groups_.empty() && !value.empty()) out.groups_.back().rules.push_back({normalize(value, true), key_of(trim(line.substr(0, gap))) == Key::kAllow});
        break;
      case Key::kDelay: {
        reading_agents = false;
        double seconds = -1;
        std::from_chars(value.data(), value.data() + value.size(), seconds);
        if (!out.groups_.empty() && seconds >= 0 && seconds < 1e9) out.groups_.back().delay = seconds;
        break;
      }
      case Key::kSitemap:
        if (!value.empty() && out.sitemaps_.size() < 1000) out.sitemaps_.emplace_back(value);
        break;
      case Key::kOther: break;
    }
  }
  return out;
}

std::vector<const RobotsTxt::Group*> RobotsTxt::groups_for(std::string_view agent) const {
  std::string token = product_token(agent);
  std::vector<const Group*> own, all;
  for (const Group& g : groups_) {
    if (!token.empty() && std::find(g.agents.begin(), g.agents.end(), token) != g.agents.end()) own.push_back(&g);
    if (std::find(g.agents.begin(), g.agents.end(), "*") != g.agents.end()) all.push_back(&g);
  }
  return own.empty() ? all : own;
}

bool RobotsTxt::allows(std::string_view agent, std::string_view target) const {
  std::string path = normalize(target.empty() ? "/" : target, false);
  std::size_t longest = 0;
  bool allowed = true, matched = false;
  for (const Group* g : groups_for(agent)) {
    for (const Rule& r : g->rules) {
      if (!pattern_matches(r.pattern, path)) continue;
      if (!matched || r.pattern.size() > longest || (r.pattern.size() == longest && r.allow)) {
        longest = r.pattern.size();
        allowed = r.allow;
        matched = true;
      }
    }
  }
  return allowed;
}

std::optional<double> RobotsTxt::crawl_delay(std::string_view agent) const {
  std::optional<double> most;
  for (const Group* g : groups_for(agent))
    if (g->delay) most = std::max(most.value_or(0), *g->delay);
  return most;
}

}  // namespace offprint
