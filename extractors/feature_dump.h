// Writes the features of a set's pages for training: `offprint debug features`.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace offprint {

/// Writes OUT.jsonl (a line a page: id, url, page_type, texts of the blocks, what may be kept at
/// all, what the model gives, the features of the page) and OUT.f32 (rows of 32-bit floats, a row a block).
Result<void> dump_features(const std::filesystem::path& set, const std::filesystem::path& out);

}  // namespace offprint
