// The site models of all publications that a run meets, for several threads at once.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "extractors/site_model.h"

namespace offprint {

/// Keyed by the site of a page's host (site_of_host). At most `max_sites` are held: the one
/// that was used longest ago goes first.
class SiteKnowledge {
 public:
  explicit SiteKnowledge(std::size_t max_sites = 64) : max_sites_(max_sites) {}

  void learn(std::string_view url, const SitePage& page);
  /// How many blocks went; SiteModel::prune().
  std::size_t prune(std::string_view url, const Analysis& analysis, const SitePage& page, Body& body);

  /// To and from the state: site → serialised model. What cannot be read is left out.
  std::vector<std::pair<std::string, std::string>> serialize();
  void load(const std::string& site, std::string_view model);

 private:
  static constexpr std::size_t kTextsPerSite = 20'000;
  struct Entry {
    SiteModel model{kTextsPerSite};
    std::uint64_t used = 0;
  };
  Entry& entry(const std::string& site);

  std::mutex mutex_;
  std::size_t max_sites_;
  std::uint64_t clock_ = 0;
  std::map<std::string, Entry> sites_;
};

}  // namespace offprint
