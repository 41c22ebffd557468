// Log lines on standard error, one event a line. Any byte from outside is escaped here,
// so that a fetched page can neither forge a line nor drive a terminal.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace offprint {

enum class LogLevel { kError, kWarning, kInfo, kDebug };

/// Lines above this level are not written. Set once at start, before threads.
void set_log_level(LogLevel level);

/// Writes one line; any thread. Control characters in `message` are escaped.
void log_line(LogLevel level, std::string_view message);

/// JSON objects ({"time","level","message"}) in place of lines for people. Set once at start, before threads.
void set_log_json(bool json);

/// Live lines to keep at the bottom of a terminal, with '\n' between them ("" removes them).
void set_status_line(std::string_view lines);

template <class... A>
void log_info(fmt::format_string<A...> f, A&&... a) {
  log_line(LogLevel::kInfo, fmt::format(f, std::forward<A>(a)...));
}
template <class... A>
void log_warning(fmt::format_string<A...> f, A&&... a) {
  log_line(LogLevel::kWarning, fmt::format(f, std::forward<A>(a)...));
}
template <class... A>
void log_error(fmt::format_string<A...> f, A&&... a) {
  log_line(LogLevel::kError, fmt::format(f, std::forward<A>(a)...));
}

}  // namespace offprint
