#include "extractors/tree_model.h"

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

std::vector<float> TreeModel::scores(const FeatureTable& features) const {
  std::size_t rows = columns_ > 0 && features.columns == columns_ ? features.values.size() / columns_ : 0;
  std::vector<double> sum(rows, 0);
  for (const Tree& tree : trees_) {  // Tree by tree: its nodes stay in the cache for all blocks.
    const Node* nodes = nodes_.data() + tree.nodes;
    const float* leaves = leaves_.data() + tree.leaves;
    for (std::size_t r = 0; r < rows; ++r) {
      const float* x = features.values.data() + r * columns_;
      std::int32_t at = tree.single ? -1 : 0;
      while (at >= 0) at = x[nodes[at].feature] <= nodes[at].threshold ? nodes[at].left : nodes[at].right;
      sum[r] += static_cast<double>(leaves[~at]);
    }
  }
  std::vector<float> out(rows);
  for (std::size_t r = 0; r < rows; ++r) out[r] = static_cast<float>(1 / (1 + std::exp(-sum[r])));
  return out;
}

}  // namespace offprint
