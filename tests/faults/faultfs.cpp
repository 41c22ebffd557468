// A library for LD_PRELOAD that lets the n-th storage call below a folder fail, as full and dying disks do.
// FAULT_DIR: the folder. FAULT_AT: which call, counted from 1. FAULT_ERRNO: ENOSPC, EIO or EDQUOT. FAULT_TORN=1: half
// of the bytes of a failing write are written first. FAULT_STAYS=1: every later call fails too.
// FAULT_COUNT: a file that gets the number of calls at the end.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

std::atomic<long> g_calls{0};

const char* setting(const char* name) {
  const char* v = std::getenv(name);
  return v ? v : "";
}

int error_number() {
  std::string name = setting("FAULT_ERRNO");
  return name == "EIO" ? EIO : name == "EDQUOT" ? EDQUOT : ENOSPC;
}

bool below(const char* path) {
  static const std::string dir = setting("FAULT_DIR");
  return !dir.empty() && std::strncmp(path, dir.c_str(), dir.size()) == 0;
}

bool watched(int fd) {
  char link[64], path[PATH_MAX];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = ::readlink(link, path, sizeof path - 1);
  if (n <= 0) return false;
  path[n] = '\0';
  return below(path);
}

/// Counts a call; true when it is to fail.
bool fails() {
  static const long at = std::atol(setting("FAULT_AT"));
  static const bool stays = *setting("FAULT_STAYS") == '1';
  long n = ++g_calls;
  return at > 0 && (n == at || (stays && n > at));
}

template <class F>
F real(const char* name) {
  return reinterpret_cast<F>(dlsym(RTLD_NEXT, name));
}

struct Report {
  ~Report() {
    const char* path = std::getenv("FAULT_COUNT");
    if (!path) return;
    if (FILE* f = std::fopen(path, "w")) {
      std::fprintf(f, "%ld\n", g_calls.load());
      std::fclose(f);
    }
  }
} g_report;

}  // namespace

extern "C" {

ssize_t write(int fd, const void* data, size_t size) {
  static auto next = real<ssize_t (*)(int, const void*, size_t)>("write");
  if (!watched(fd) || !fails()) return next(fd, data, size);
  if (*setting("FAULT_TORN") == '1') (void)!next(fd, data, size / 2);
  errno = error_number();
  return -1;
}

ssize_t pwrite64(int fd, const void* data, size_t size, off64_t at) {
  static auto next = real<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
  if (!watched(fd) || !fails()) return next(fd, data, size, at);
  if (*setting("FAULT_TORN") == '1') (void)!next(fd, data, size / 2, at);
  errno = error_number();
  return -1;
}

ssize_t pwrite(int fd, const void* data, size_t size, off_t at) { return pwrite64(fd, data, size, at); }

int fsync(int fd) {
  static auto next = real<int (*)(int)>("fsync");
  if (!watched(fd) || !fails()) return next(fd);
  errno = error_number();
  return -1;
}

int fdatasync(int fd) {
  static auto next = real<int (*)(int)>("fdatasync");
  if (!watched(fd) || !fails()) return next(fd);
  errno = error_number();
  return -1;
}

int ftruncate64(int fd, off64_t size) {
  static auto next = real<int (*)(int, off64_t)>("ftruncate64");
  if (!watched(fd) || !fails()) return next(fd, size);
  errno = error_number();
  return -1;
}

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

int rename(const char* from, const char* to) {
  static auto next = real<int (*)(const char*, const char*)>("rename");
  if (!below(from) || !fails()) return next(from, to);
  errno = error_number();
  return -1;
}
}
