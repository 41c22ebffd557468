// ByteWindow: bytes that come in at the back and are used up at the front.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace offprint {

/// Room is not cleared before it is written to, and kept for the next bytes. Views end with the next room().
class ByteWindow {
 public:
  std::string_view view() const { return {data_.get() + from_, to_ - from_}; }
  bool empty() const { return from_ == to_; }
  void use(std::size_t n) { from_ += n; }
  void clear() { from_ = to_ = 0; }
  /// Room for `n` bytes behind what is there; what is written to it counts with add().
  char* room(std::size_t n) {
    if (from_ == to_) clear();
    if (capacity_ - to_ < n) make_room(n);
    return data_.get() + to_;
  }
  void add(std::size_t n) { to_ += n; }
  std::size_t capacity() const { return capacity_; }
  /// Gives the buffer away, with what view() shows at its offset() within; empty afterwards.
  std::unique_ptr<char[]> release() {
    clear();
    capacity_ = 0;
    return std::move(data_);
  }
  std::size_t offset() const { return from_; }

 private:
  void make_room(std::size_t n) {
    std::size_t size = to_ - from_;
    if (capacity_ < size + n) {
      std::size_t capacity = size + n + capacity_ / 2;
      std::unique_ptr<char[]> larger(new char[capacity]);
      if (size > 0) std::memcpy(larger.get(), data_.get() + from_, size);
      data_ = std::move(larger);
      capacity_ = capacity;
    } else {
      std::memmove(data_.get(), data_.get() + from_, size);
    }
    from_ = 0;
    to_ = size;
  }

  std::unique_ptr<char[]> data_;
  std::size_t capacity_ = 0, from_ = 0, to_ = 0;
};

}  // namespace offprint
