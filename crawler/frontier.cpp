#include "crawler/frontier.h"

#include <algorithm>

namespace offprint {

Frontier::Frontier(int per_host, double delay_seconds, Refill refill, NextDeferred next_deferred)
    : per_host_(per_host), delay_(delay_seconds), refill_(std::move(refill)), next_deferred_(std::move(next_deferred)) {}

/// Puts the host into the ready set if it may have work, at the time at which it may go.
void Frontier::schedule(std::int64_t number, HostQueue& q) {
  if (q.ready_at) ready_.erase({*q.ready_at, number});
  q.ready_at.reset();
  if (q.stopped || q.in_flight >= per_host_ || (!q.on_disk && q.heads.empty())) return;
  q.ready_at = q.next_time;
  ready_.emplace(q.next_time, number);
}

void Frontier::host_has_urls(std::int64_t host) {
  HostQueue& q = hosts_[host];
  if (q.on_disk && !q.heads.empty()) return;
  q.on_disk = true;
  schedule(host, q);
}

void Frontier::refill(std::int64_t number, HostQueue& q, std::int64_t now) {
  auto more = refill_(number, now, q.busy);
  q.on_disk = !more.empty();
  for (CrawlUrl& u : more) {
    q.busy.insert(u.id);
    q.heads.push_back(std::move(u));
  }
}

std::optional<Lease> Frontier::next(std::int64_t now) {
  while (!ready_.empty() && ready_.begin()->first <= now) {
    std::int64_t number = ready_.begin()->second;
    HostQueue& q = hosts_[number];
    ready_.erase(ready_.begin());
    q.ready_at.reset();
    if (q.heads.empty()) refill(number, q, now);
    if (q.heads.empty()) {
      if (auto later = next_deferred_(number, now)) {  // Only deferred URLs are left.
        q.on_disk = true;
        q.next_time = std::max(q.next_time, *later);
        schedule(number, q);
      }
      continue;
    }
    Lease lease{std::move(q.heads.front()), q.next_time, 0};
    q.heads.pop_front();
    ++q.in_flight;
    ++leased_;
    // With several transfers at once the delay stands between their starts, too.
    q.next_time = now + static_cast<std::int64_t>(std::max(delay_, q.delay) * 1e6);
    lease.after = q.next_time;
    schedule(number, q);
    return lease;
  }
  return std::nullopt;
}

void Frontier::request_done(const Lease& lease, std::int64_t now) {
  HostQueue& q = hosts_[lease.url.host];
  --q.in_flight;
  q.next_time = std::max(q.next_time, now + static_cast<std::int64_t>(std::max(delay_, q.delay) * 1e6));
  schedule(lease.url.host, q);
}

void Frontier::not_requested(const Lease& lease) {
  HostQueue& q = hosts_[lease.url.host];
  --q.in_flight;
  if (q.next_time == lease.after) q.next_time = lease.before;
  schedule(lease.url.host, q);
}

void Frontier::finish(const Lease& lease) {
  HostQueue& q = hosts_[lease.url.host];
  q.busy.erase(lease.url.id);
  --leased_;
  q.on_disk = true;  // A deferred URL is back on disk.
  schedule(lease.url.host, q);
}

std::optional<std::int64_t> Frontier::next_wakeup() const {
  if (ready_.empty()) return std::nullopt;
  return ready_.begin()->first;
}

void Frontier::hold(std::int64_t host, std::int64_t until) {
  HostQueue& q = hosts_[host];
  q.next_time = std::max(q.next_time, until);
  schedule(host, q);
}

void Frontier::stop(std::int64_t host) {
  HostQueue& q = hosts_[host];
  q.stopped = true;
  q.heads.clear();
  schedule(host, q);
}

std::vector<Frontier::HostState> Frontier::busiest(std::size_t limit) const {
  std::vector<HostState> out;
  for (int busy = 1; busy >= 0; --busy)
    for (const auto& [number, q] : hosts_) {
      if (out.size() >= limit) return out;
      if ((q.in_flight > 0) == (busy == 1)) out.push_back({number, q.in_flight, std::max(delay_, q.delay), q.next_time});
    }
  return out;
}

void Frontier::set_delay(std::int64_t host, double seconds) { hosts_[host].delay = seconds; }

}  // namespace offprint
