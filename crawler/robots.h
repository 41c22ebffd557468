// RobotsTxt: the Robots Exclusion Protocol (RFC 9309), with Crawl-delay and Sitemap lines.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace offprint {

/// A parsed robots.txt. Immutable; any thread.
class RobotsTxt {
 public:
  static constexpr std::size_t kMaxBytes = 500 * 1024;  ///< RFC 9309, 2.5

  static RobotsTxt parse(std::string_view text);
  static RobotsTxt allow_all() { return {}; }
  static RobotsTxt disallow_all();

  /// `agent` is a product token or a whole User-Agent; `target` is path and query of a URL.
  bool allows(std::string_view agent, std::string_view target) const;
  /// Seconds, if the agent's group asks for a delay.
  std::optional<double> crawl_delay(std::string_view agent) const;
  const std::vector<std::string>& sitemaps() const { return sitemaps_; }

 private:
  struct Rule {
    std::string pattern;
    bool allow = false;
  };
  struct Group {
    std::vector<std::string> agents;  ///< In lower case.
    std::vector<Rule> rules;
    std::optional<double> delay;
  };
  std::vector<const Group*> groups_for(std::string_view agent) const;
  std::vector<Group> groups_;
  std::vector<std::string> sitemaps_;
};

}  // namespace offprint
