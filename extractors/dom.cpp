#include "extractors/dom.h"

#include <csetjmp>
#include <semaphore>
#include <vector>

namespace offprint {
namespace {

std::binary_semaphore large_trees{1};

/// Hands out memory and takes none back. When the budget is spent it jumps out of the
/// parser, which is C and holds nothing but memory of this arena.
class Arena {
 public:
  explicit Arena(const DomLimits& limits) : limits_(limits), deadline_(std::chrono::steady_clock::now() + limits.max_time) {}
  Arena(const Arena&) = delete;
  ~Arena() {
    if (large_) large_trees.release();
  }

  void* take(std::size_t size) {
    size = (size + 15) & ~std::size_t{15};
    if (used_ + size > limits_.max_memory) std::longjmp(out, 1);
    if ((++calls_ & 1023) == 0 && std::chrono::steady_clock::now() > deadline_) std::longjmp(out, 1);
    used_ += size;
    if (used_ > kLarge && !large_) become_large();
    if (size > left_) {
      std::size_t chunk = std::max(size, kChunk);
      chunks_.push_back(std::unique_ptr<char[]>(new char[chunk]));
      next_ = chunks_.back().get();
      left_ = chunk;
    }
    char* p = next_;
    next_ += size;
    left_ -= size;
    return p;
  }

  std::jmp_buf out;

 private:
  static constexpr std::size_t kChunk = 256 << 10;
  static constexpr std::size_t kLarge = 24 << 20;
  static constexpr std::chrono::seconds kPatience{10};

  /// One large tree at a time in the program, so that its memory does not grow with its threads. Waiting
  /// costs the page nothing of its time; it ends, so that nobody can wait for himself.
  void become_large() {
    auto start = std::chrono::steady_clock::now();
    large_ = large_trees.try_acquire_for(kPatience);
    deadline_ += std::chrono::steady_clock::now() - start;
  }

  DomLimits limits_;
  std::chrono::steady_clock::time_point deadline_;
  std::vector<std::unique_ptr<char[]>> chunks_;
  char* next_ = nullptr;
  std::size_t left_ = 0, used_ = 0;
  unsigned calls_ = 0;
  bool large_ = false;
};

void* arena_allocate(void* arena, size_t size) { return static_cast<Arena*>(arena)->take(size); }
void arena_release(void*, void*) {}

/// Alone in its frame: nothing here needs a destructor when the arena jumps.
GumboOutput* guarded_parse(const std::string& html, Arena& arena) {
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = arena_allocate;
  options.deallocator = arena_release;
  options.userdata = &arena;
  options.max_errors = 0;
  options.stop_on_first_error = false;
  if (setjmp(arena.out) != 0) return nullptr;
  return gumbo_parse_with_options(&options, html.data(), html.size());
}

}  // namespace

struct Document::Impl {
  Impl(std::string text, const DomLimits& limits) : html(std::move(text)), arena(limits) {}
  std::string html;
  Arena arena;
  GumboOutput* output = nullptr;
};

Document::Document(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Document::~Document() = default;
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;

Result<Document> Document::parse(std::string html, const DomLimits& limits) {
  auto impl = std::make_unique<Impl>(std::move(html), limits);
  impl->output = guarded_parse(impl->html, impl->arena);
  if (!impl->output) return fail(ErrorKind::kLimit, "the page's tree exceeds its budget of memory or time");
  return Document(std::move(impl));
}

const GumboNode* Document::root() const { return impl_->output->root; }

}  // namespace offprint
