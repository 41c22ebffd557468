// Reads settings and publication profiles from TOML. Every mistake is one message that
// names file, line, key and what is allowed; nothing is half loaded.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/settings.h"

namespace offprint {

/// What to take from a page by CSS selector, from a date on (a publication's layout changes).
struct SelectorSet {
  std::string from;  ///< "2024-05-01" or "" (always).
  std::vector<std::string> body, title, authors, date, section, remove;
};

/// A publication as an archivist describes it: config/publications/*.toml.
struct Profile {
  std::string name;
  std::vector<std::string> seeds, feeds, sitemaps;
  std::vector<std::string> listings;       ///< First pages of "load more" lists (JSON with addresses).
  std::vector<std::string> archive_pages;  ///< Patterns with {yyyy}, {mm}, {dd}: archives by date,
  std::string archive_from;                ///< from this day on ("2020-01-01").
  std::vector<SelectorSet> selectors;
};

/// Loads `path` over what `settings` holds. Errors are kInvalid, or kIo for an unreadable file.
Result<void> load_settings(const std::filesystem::path& path, Settings& settings);

/// Loads a profile; its [crawl], [scope], [politeness], … sections change `settings`.
Result<Profile> load_profile(const std::filesystem::path& path, Settings& settings);

/// "key=value" of the command line; the value is TOML, or a bare string.
Result<void> apply_override(std::string_view assignment, Settings& settings);

}  // namespace offprint
