// RobotsCache: the robots.txt of each origin, fetched once and believed for a while.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/url.h"
#include "config/settings.h"
#include "crawler/fetcher.h"
#include "crawler/frontier_store.h"
#include "crawler/robots.h"

namespace offprint {

struct RobotsEntry {
  RobotsTxt rules;
  bool unreachable = false;   ///< No answer, or a server error: nothing may be fetched (RFC 9309, 2.3.1.4).
  std::string refused;        ///< Why policy forbids even asking for it, or "".
  std::int64_t until = 0;     ///< Microseconds since 1970.
};

/// Used by the io thread alone.
class RobotsCache {
 public:
  using Answer = std::function<void(std::shared_ptr<const RobotsEntry>, bool fetched_now)>;
  /// Takes every capture on the way, for the archive.
  using OnCapture = std::function<void(Capture, std::string via)>;
  /// Takes what is to be remembered across runs.
  using OnLearned = std::function<void(std::string origin, FrontierStore::RobotsRow)>;

  RobotsCache(Fetcher& fetcher, FrontierStore& store, const Settings& settings, OnCapture on_capture, OnLearned on_learned);

  /// The rules for this URL's scheme, host and port; at once if they are known.
  void get(const Url& url, Answer answer);

 private:
  void fetch(const std::string& origin, const Url& at, int redirects, const std::string& via);
  void learn(const std::string& origin, int status, std::string text, const std::string& refused = "");
  std::shared_ptr<const RobotsEntry> entry(const FrontierStore::RobotsRow& row) const;

  Fetcher& fetcher_;
  FrontierStore& store_;
  const Settings& settings_;
  OnCapture on_capture_;
  OnLearned on_learned_;
  std::map<std::string, std::shared_ptr<const RobotsEntry>> known_;
  std::map<std::string, std::vector<Answer>> waiting_;
};

}  // namespace offprint
