#include "base/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace offprint {
namespace {

tl::unexpected<Error> os_error(std::string_view what, const std::string& name) {
  ErrorKind kind = errno == ENOENT ? ErrorKind::kNotFound : ErrorKind::kIo;
  return fail(kind, std::string(what) + " " + name + ": " + std::strerror(errno));
}

Result<File> open_with(const std::filesystem::path& path, int flags) {
  int fd = ::open(path.c_str(), flags | O_CLOEXEC, 0644);
  if (fd < 0) return os_error("cannot open", path.string());
  return File(fd, path.string());
}

}  // namespace

File::~File() { close(); }
File::File(File&& o) noexcept : fd_(std::exchange(o.fd_, -1)), name_(std::move(o.name_)) {}
File& File::operator=(File&& o) noexcept {
  if (this != &o) {
    close();
    fd_ = std::exchange(o.fd_, -1);
    name_ = std::move(o.name_);
  }
  return *this;
}

void File::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

Result<File> File::open_read(const std::filesystem::path& path) { return open_with(path, O_RDONLY); }
Result<File> File::open_append(const std::filesystem::path& path) { return open_with(path, O_RDWR | O_CREAT | O_APPEND); }

Result<File> File::temporary(const std::filesystem::path& directory) {
  int fd = ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0) return File(fd, "temporary file in " + directory.string());
  std::string name = (directory / "offprint-XXXXXX").string();  // File systems without O_TMPFILE.
  fd = ::mkostemp(name.data(), O_CLOEXEC);
  if (fd < 0) return os_error("cannot create a temporary file in", directory.string());
  ::unlink(name.c_str());
  return File(fd, "temporary file in " + directory.string());
}

Result<std::uint64_t> File::size() const {
  struct stat st {};
  if (::fstat(fd_, &st) != 0) return os_error("cannot stat", name_);
  return static_cast<std::uint64_t>(st.st_size);
}

Result<void> File::write(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t n = ::write(fd_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return os_error("cannot write", name_);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

Result<std::size_t> File::read_at(std::uint64_t offset, char* to, std::size_t size) const {
  std::size_t got = 0;
  while (got < size) {
    ssize_t n = ::pread(fd_, to + got, size - got, static_cast<off_t>(offset + got));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return os_error("cannot read", name_);
    if (n == 0) break;
    got += static_cast<std::size_t>(n);
  }
  return got;
}

Result<std::string> File::read_at(std::uint64_t offset, std::size_t size) const {
  std::string out(size, '\0');
  auto n = read_at(offset, out.data(), size);
  if (!n) return tl::unexpected(n.error());
  out.resize(*n);
  return out;
}

Result<void> File::truncate(std::uint64_t size) {
  if (::ftruncate(fd_, static_cast<off_t>(size)) != 0) return os_error("cannot cut", name_);
  return {};
}

Result<void> File::sync() {
  if (::fsync(fd_) != 0) return os_error("cannot sync", name_);
  return {};
}

Result<void> sync_directory(const std::filesystem::path& directory) {
  auto d = open_with(directory, O_RDONLY | O_DIRECTORY);
  if (!d) return tl::unexpected(d.error());
  return d->sync();
}

Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t max_bytes) {
  auto f = File::open_read(path);
  if (!f) return tl::unexpected(f.error());
  struct stat st {};
  if (::fstat(f->fd(), &st) != 0 || S_ISDIR(st.st_mode)) return fail(ErrorKind::kIo, path.string() + " is not a file");
  std::string out;
  char buffer[65536];
  for (;;) {  // Not by size: pipes and /proc have none.
    ssize_t n = ::read(f->fd(), buffer, sizeof buffer);
    if (n < 0) return os_error("cannot read", path.string());
    if (n == 0) return out;
    out.append(buffer, static_cast<std::size_t>(n));
    if (out.size() > max_bytes) return fail(ErrorKind::kLimit, path.string() + " is larger than allowed here");
  }
}

Result<void> write_file_durably(const std::filesystem::path& path, std::string_view bytes) {
  std::filesystem::path temporary = path;
  temporary += ".tmp";
  ::unlink(temporary.c_str());
  auto f = File::open_append(temporary);
  if (!f) return tl::unexpected(f.error());
  if (auto ok = f->write(bytes); !ok) return ok;
  if (auto ok = f->sync(); !ok) return ok;
  f->close();
  if (::rename(temporary.c_str(), path.c_str()) != 0) return os_error("cannot rename to", path.string());
  return sync_directory(path.parent_path().empty() ? "." : path.parent_path());
}

Result<FileLock> FileLock::acquire(const std::filesystem::path& path) {
  auto f = open_with(path, O_RDWR | O_CREAT);
  if (!f) return tl::unexpected(f.error());
  if (::flock(f->fd(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return fail(ErrorKind::kBusy, "another offprint process is using " + path.parent_path().string());
    return os_error("cannot lock", path.string());
  }
  FileLock lock;
  lock.file_ = std::move(*f);
  return lock;
}

}  // namespace offprint
