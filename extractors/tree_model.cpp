#include "extractors/tree_model.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "extractors/page_features.h"

// The models' bytes, put into the object file as they are.
asm(".section .rodata\n"
    ".balign 16\n"
    "offprint_body_model_begin:\n"
    ".incbin \"" OFFPRINT_MODELS "/body.model\"\n"
    "offprint_body_model_end:\n"
    ".byte 0\n"
    ".balign 16\n"
    "offprint_kind_model_begin:\n"
    ".incbin \"" OFFPRINT_MODELS "/kind.model\"\n"
    "offprint_kind_model_end:\n"
    ".byte 0\n"
    ".text\n");

extern "C" {
extern const char offprint_body_model_begin[] __attribute__((visibility("hidden")));
extern const char offprint_body_model_end[] __attribute__((visibility("hidden")));
extern const char offprint_kind_model_begin[] __attribute__((visibility("hidden")));
extern const char offprint_kind_model_end[] __attribute__((visibility("hidden")));
}

namespace offprint {
namespace {

/// Reads little-endian values off the front.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : bytes_(bytes) {}
  template <class T>
  bool read(T& out) {
    if (bytes_.size() < sizeof(T)) return false;
    std::memcpy(&out, bytes_.data(), sizeof(T));
    bytes_.remove_prefix(sizeof(T));
    return true;
  }
  bool at_end() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
};

constexpr std::size_t kGiveUpEvery = 64;  ///< Trees.
constexpr double kHopeless = -2;          ///< Log odds at which rows are given up: of 60,000 blocks, 24 would have come back.
constexpr std::string_view kMagic("OPBM1\0\0\0", 8);

}  // namespace

Result<TreeModel> TreeModel::parse(std::string_view bytes) {
  auto bad = [](const char* what) { return fail(ErrorKind::kCorrupt, std::string("model: ") + what); };
  if (!bytes.starts_with(kMagic)) return bad("not a model file");
  Cursor in(bytes.substr(kMagic.size()));
  TreeModel m;
  std::uint32_t columns = 0, trees = 0;
  if (!in.read(m.threshold_) || !in.read(columns) || !in.read(trees)) return bad("cut short");
  m.columns_ = columns;
  for (std::uint32_t t = 0; t < trees; ++t) {
    std::uint16_t nodes = 0, leaves = 0;
    if (!in.read(nodes) || !in.read(leaves) || leaves == 0) return bad("cut short");
    m.trees_.push_back({static_cast<std::uint32_t>(m.nodes_.size()), static_cast<std::uint32_t>(m.leaves_.size()), nodes == 0});
    for (int i = 0; i < nodes; ++i) {
      Node n{};
      if (!in.read(n.feature) || !in.read(n.left) || !in.read(n.right) || !in.read(n.threshold)) return bad("cut short");
      auto sound = [&](std::int16_t child) { return child >= 0 ? child > i && child < nodes : ~child < leaves; };
      if (n.feature >= columns || !sound(n.left) || !sound(n.right)) return bad("a node points nowhere");
      m.nodes_.push_back(n);
    }
    for (int i = 0; i < leaves; ++i) {
      float v = 0;
      if (!in.read(v)) return bad("cut short");
      m.leaves_.push_back(v);
    }
  }
  if (!in.at_end()) return bad("bytes behind its end");
  double rest = 0;
  for (std::size_t t = m.trees_.size(); t-- > 0;) {
    auto from = m.leaves_.begin() + m.trees_[t].leaves, to = t + 1 < m.trees_.size() ? m.leaves_.begin() + m.trees_[t + 1].leaves : m.leaves_.end();
    m.trees_[t].rest = rest += static_cast<double>(*std::max_element(from, to));
  }
  return m;
}

const TreeModel* body_model() {
  static const auto model = TreeModel::parse({offprint_body_model_begin, static_cast<std::size_t>(offprint_body_model_end - offprint_body_model_begin)});
  return model && model->columns() == feature_names().size() ? &*model : nullptr;
}

const TreeModel* kind_model() {
  static const auto model = TreeModel::parse({offprint_kind_model_begin, static_cast<std::size_t>(offprint_kind_model_end - offprint_kind_model_begin)});
  return model && model->columns() == page_feature_names().size() ? &*model : nullptr;
}

/// Takes a few rows down one tree side by side: while one waits for memory, the others go on.
void TreeModel::walk(const Node* nodes, const float* leaves, const float* values, std::span<const std::size_t> rows, std::vector<double>& sum) const {
  std::int32_t at[kAbreast] = {};
  const float* x[kAbreast];
  for (std::size_t k = 0; k < kAbreast; ++k) x[k] = values + rows[std::min(k, rows.size() - 1)] * columns_;
  for (std::int32_t inner = 0; inner >= 0;) {
    inner = -1;
    for (std::size_t k = 0; k < kAbreast; ++k) {
      const Node& n = nodes[std::max(at[k], 0)];
      std::int32_t next = x[k][n.feature] <= n.threshold ? n.left : n.right;
      at[k] = at[k] < 0 ? at[k] : next;
      inner &= at[k];
    }
  }
  for (std::size_t k = 0; k < rows.size(); ++k) sum[rows[k]] += static_cast<double>(leaves[~at[k]]);
}

std::vector<float> TreeModel::scores(const FeatureTable& features, const std::vector<char>& wanted) const {
  std::size_t rows = columns_ > 0 && features.columns == columns_ ? features.values.size() / columns_ : 0;
  std::vector<std::size_t> pick;
  for (std::size_t r = 0; r < rows; ++r)
    if (wanted.empty() || wanted[r]) pick.push_back(r);
  std::vector<double> sum(rows, 0);
  double least = std::log(static_cast<double>(threshold_) / (1 - static_cast<double>(threshold_)));
  for (std::size_t t = 0; t < trees_.size(); ++t) {  // Tree by tree: its nodes stay in the cache for all blocks.
    const Tree& tree = trees_[t];
    if (!wanted.empty() && t > 0 && t % kGiveUpEvery == 0) std::erase_if(pick, [&](std::size_t r) { return sum[r] < kHopeless || sum[r] + tree.rest < least; });
    const float* leaves = leaves_.data() + tree.leaves;
    if (tree.single) {
      for (std::size_t r : pick) sum[r] += static_cast<double>(leaves[0]);
      continue;
    }
    const Node* nodes = nodes_.data() + tree.nodes;
    for (std::size_t k = 0; k < pick.size(); k += kAbreast) walk(nodes, leaves, features.values.data(), {pick.data() + k, std::min(kAbreast, pick.size() - k)}, sum);
  }
  std::vector<float> out(rows, 0.0f);
  for (std::size_t r = 0; r < rows; ++r)
    if (wanted.empty() || wanted[r]) out[r] = static_cast<float>(1 / (1 + std::exp(-sum[r])));
  return out;
}

}  // namespace offprint
