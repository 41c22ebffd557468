// What commands over archives share: exit statuses of errors, and the check that a folder is an archive.
#pragma once

#include <string>

#include "base/result.h"
#include "warc/archive.h"

namespace offprint {

/// Logs the error; 2 for a mistake of the caller (kInvalid), else 1.
int status_of(const Error& error);

/// kInvalid for a folder that is no archive.
Result<ArchiveLayout> existing_archive(const std::string& folder);

}  // namespace offprint
