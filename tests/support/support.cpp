#include "tests/support/support.h"

#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace offprint::test {

TempDir::TempDir() {
  std::string name = (std::filesystem::temp_directory_path() / "offprint-test-XXXXXX").string();
  if (!::mkdtemp(name.data())) std::abort();
  path_ = name;
}
TempDir::~TempDir() {
  std::error_code ec;
  std::filesystem::remove_all(path_, ec);
}

void write_text(const std::filesystem::path& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

std::string read_text(const std::filesystem::path& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

Ran run(const std::string& command) {
  Ran out;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (!pipe) return out;
  char buffer[4096];
  for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) out.out.append(buffer, n);
  int status = ::pclose(pipe);
  out.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return out;
}

Ran offprint(const std::string& arguments) { return run(std::string(OFFPRINT_PROGRAM) + " " + arguments); }

}  // namespace offprint::test
