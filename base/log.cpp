#include "base/log.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>

#include "base/text.h"
#include "base/time.h"

namespace offprint {
namespace {

std::atomic<LogLevel> g_level{LogLevel::kInfo};
std::mutex g_mutex;
std::string g_status;
std::atomic<bool> g_json{false};

/// To the status' first line, and all of it cleared.
std::string clear_status() {
  if (g_status.empty()) return "";
  auto lines = std::count(g_status.begin(), g_status.end(), '\n');
  return (lines > 0 ? "\r\x1b[" + std::to_string(lines) + "A" : "\r") + "\x1b[J";
}

void write_all(std::string_view s) {
  while (!s.empty()) {
    ssize_t n = ::write(STDERR_FILENO, s.data(), s.size());
    if (n <= 0) return;  // Nobody is left to tell.
    s.remove_prefix(static_cast<std::size_t>(n));
  }
}

const char* name(LogLevel level) {
  switch (level) {
    case LogLevel::kError: return "error";
    case LogLevel::kWarning: return "warning";
    case LogLevel::kInfo: return "info";
    case LogLevel::kDebug: return "debug";
  }
  return "";
}

}  // namespace

void set_log_json(bool json) { g_json = json; }

void set_log_level(LogLevel level) { g_level = level; }

void log_line(LogLevel level, std::string_view message) {
  if (level > g_level.load()) return;
  std::lock_guard lock(g_mutex);
  std::string line = clear_status(), time = format_iso8601(now()).substr(0, 19) + "Z";
  if (g_json.load()) line += "{\"time\":\"" + time + "\",\"level\":\"" + name(level) + "\",\"message\":" + json_quote(message) + "}\n";
  else line += time + " " + name(level) + " " + printable(message) + "\n";
  line += g_status;
  write_all(line);
}

void set_status_line(std::string_view text) {
  std::lock_guard lock(g_mutex);
  if (g_status.empty() && text.empty()) return;
  std::string clear = clear_status();
  g_status.clear();
  for (std::string_view line : split(text, '\n')) g_status += (g_status.empty() ? "" : "\n") + printable(line);
  write_all(clear + g_status);
}

}  // namespace offprint
