#include "extractors/site_knowledge.h"

#include <algorithm>

#include "base/url.h"

namespace offprint {
namespace {

std::string site_of(std::string_view url) {
  auto parsed = Url::parse(url);
  return parsed ? std::string(site_of_host(parsed->host)) : std::string();
}

}  // namespace

SiteKnowledge::Entry& SiteKnowledge::entry(const std::string& site) {
  if (!sites_.contains(site) && sites_.size() >= max_sites_) {
    auto oldest = std::min_element(sites_.begin(), sites_.end(), [](const auto& a, const auto& b) { return a.second.used < b.second.used; });
    sites_.erase(oldest);
  }
  Entry& e = sites_[site];
  e.used = ++clock_;
  return e;
}

void SiteKnowledge::learn(std::string_view url, const SitePage& page) {
  std::string site = site_of(url);
  std::lock_guard lock(mutex_);
  entry(site).model.learn(page);
}

std::size_t SiteKnowledge::prune(std::string_view url, const Analysis& analysis, const SitePage& page, Body& body) {
  std::string site = site_of(url);
  std::lock_guard lock(mutex_);
  return entry(site).model.prune(analysis, page, body);
}

std::vector<std::pair<std::string, std::string>> SiteKnowledge::serialize() {
  std::lock_guard lock(mutex_);
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& [site, e] : sites_) out.emplace_back(site, e.model.serialize());
  return out;
}

void SiteKnowledge::load(const std::string& site, std::string_view model) {
  auto parsed = SiteModel::parse(model);
  if (!parsed) return;
  std::lock_guard lock(mutex_);
  entry(site).model = std::move(*parsed);
}

}  // namespace offprint
