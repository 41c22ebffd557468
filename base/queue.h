// BoundedQueue: the hand-over between threads. It blocks the producer when full,
// so memory stays bounded, and counts how often that happened.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace offprint {

/// Any thread may call any method. The end of the stream is a message of the
/// user's own type, so nothing queued is ever dropped.
template <class T>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) {}

  /// Waits while the queue is full.
  void push(T value) {
    std::unique_lock lock(mutex_);
    if (items_.size() >= capacity_) {
      ++times_full_;
      not_full_.wait(lock, [&] { return items_.size() < capacity_; });
    }
    items_.push_back(std::move(value));
    not_empty_.notify_one();
  }

  /// Adds beyond the capacity rather than wait: for the thread that must never
  /// block and has its own bound on what it sends.
  void push_now(T value) {
    std::lock_guard lock(mutex_);
    if (items_.size() >= capacity_) ++times_full_;
    items_.push_back(std::move(value));
    not_empty_.notify_one();
  }

  /// Waits for an item.
  T pop() {
    std::unique_lock lock(mutex_);
    not_empty_.wait(lock, [&] { return !items_.empty(); });
    return take();
  }

  /// Waits at most `timeout` for an item.
  std::optional<T> pop_for(std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    if (!not_empty_.wait_for(lock, timeout, [&] { return !items_.empty(); })) return std::nullopt;
    return take();
  }

  std::optional<T> try_pop() {
    std::lock_guard lock(mutex_);
    if (items_.empty()) return std::nullopt;
    return take();
  }

  std::size_t size() const {
    std::lock_guard lock(mutex_);
    return items_.size();
  }
  bool full() const { return size() >= capacity_; }
  std::uint64_t times_full() const {
    std::lock_guard lock(mutex_);
    return times_full_;
  }

 private:
  T take() {
    T value = std::move(items_.front());
    items_.pop_front();
    not_full_.notify_one();
    return value;
  }

  mutable std::mutex mutex_;
  std::condition_variable not_full_, not_empty_;
  std::deque<T> items_;
  std::size_t capacity_;
  std::uint64_t times_full_ = 0;
};

}  // namespace offprint
