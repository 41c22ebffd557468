// Result<T>: a value or an Error. A bad page, server or archive is data, so
// nothing in Offprint throws across a function that can fail in normal use. The one
// exception is DatabaseError: a broken state database ends what is being done.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace offprint {

/// What kind of failure it was; callers branch on this, people read `message`.
enum class ErrorKind {
  kInvalid,   ///< Malformed input: URL, record, configuration.
  kNotFound,  ///< Something named does not exist.
  kIo,        ///< The operating system refused: disk full, permission, I/O.
  kLimit,     ///< A configured bound was reached.
  kRefused,   ///< Policy forbids it.
  kCorrupt,   ///< Stored data does not agree with itself.
  kBusy,      ///< Another process holds it.
};

struct Error {
  ErrorKind kind = ErrorKind::kInvalid;
  std::string message;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return tl::unexpected<Error>(Error{kind, std::move(message)});
}

}  // namespace offprint
