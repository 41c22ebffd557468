// What tests share: folders that vanish, files, and running the program itself.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace offprint::test {

/// A folder of its own, removed with everything in it.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  std::filesystem::path path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

void write_text(const std::filesystem::path& path, const std::string& text);
std::string read_text(const std::filesystem::path& path);

/// Runs a shell command; its standard output and exit status.
struct Ran {
  int status = -1;
  std::string out;
};
Ran run(const std::string& command);
/// Runs the program under test with these arguments; standard error is kept apart.
Ran offprint(const std::string& arguments);

}  // namespace offprint::test
