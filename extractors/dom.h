// Document: a Gumbo tree in an arena with a budget of bytes and time, so that no page can
// take more than its share. The tree is dropped with the arena, never walked to be freed.
#pragma once

#include <gumbo.h>

#include <chrono>
#include <memory>
#include <string>

#include "base/result.h"

namespace offprint {

struct DomLimits {
  std::size_t max_memory = std::size_t{72} << 20;
  std::chrono::milliseconds max_time{1500};
};

/// Owns the text and the tree over it. Movable; one thread at a time.
class Document {
 public:
  /// Parses stripped UTF-8. kLimit when the budget is used up.
  static Result<Document> parse(std::string html, const DomLimits& limits);
  ~Document();
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;

  const GumboNode* root() const;

 private:
  struct Impl;
  explicit Document(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace offprint
