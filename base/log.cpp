#include "base/log.h"

#include <unistd.h>

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

void set_log_level(LogLevel level) { g_level = level; }

void log_line(LogLevel level, std::string_view message) {
  if (level > g_level.load()) return;
  std::lock_guard lock(g_mutex);
  std::string line;
  if (!g_status.empty()) line += "\r\x1b[K";
  line += format_iso8601(Clock::now()).substr(0, 19);
  line += "Z ";
  line += name(level);
  line += ' ';
  line += printable(message);
  line += '\n';
  line += g_status;
  write_all(line);
}

void set_status_line(std::string_view text) {
  std::lock_guard lock(g_mutex);
  if (g_status.empty() && text.empty()) return;
  g_status = printable(text);
  write_all("\r\x1b[K" + g_status);
}

}  // namespace offprint
