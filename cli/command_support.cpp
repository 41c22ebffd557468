#include "cli/command_support.h"

#include "base/log.h"

namespace offprint {

int status_of(const Error& error) {
  log_error("{}", error.message);
  return error.kind == ErrorKind::kInvalid ? 2 : 1;
}

Result<ArchiveLayout> existing_archive(const std::string& folder) {
  if (!is_archive(folder)) return fail(ErrorKind::kInvalid, folder + " is no archive (it has no folder warc/)");
  return ArchiveLayout{folder};
}

}  // namespace offprint
