#include "muster/rpc/rate_limiter.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "muster/domain/reason.h"

namespace muster::rpc {
namespace {

/// A bucket that nobody has touched for so long is full again at every rate that makes sense.
constexpr Duration kIdle = std::chrono::minutes(10);

std::string AnonymousKey(const std::string& address) { return "address " + address; }

}  // namespace

RateLimiter::RateLimiter(RateLimits limits, const Clock& clock) : limits_(std::move(limits)), clock_(clock) {}

absl::Status RateLimiter::Check(const Call& call) {
  if (IsLocalSource(call.source_address) || call.principal.Has(Role::kService)) {
    return absl::OkStatus();
  }
  if (call.principal.account_id.empty()) {
    return Take(AnonymousKey(call.source_address), limits_.anonymous);
  }
  for (const MethodRate& limited : limits_.methods) {
    if (limited.method == call.method) {
      return Take(limited.method + " " + call.principal.account_id.value(), limited.rate);
    }
  }
  return absl::OkStatus();
}

void RateLimiter::OnEnd(const CallRecord& record) {
  if (!record.account_id.empty() || record.code != absl::StatusCode::kOk) {
    return;
  }
  MutexLock lock(mutex_);
  if (const auto found = buckets_.find(AnonymousKey(record.source_address)); found != buckets_.end()) {
    found->second.tokens = std::min(found->second.tokens + 1, static_cast<double>(limits_.anonymous.burst));
  }
}

absl::Status RateLimiter::Take(const std::string& key, const Rate& rate) {
  const double per_second = rate.per_minute / 60.0;
  const Duration now = clock_.Steady();
  MutexLock lock(mutex_);
  if (buckets_.size() >= limits_.max_buckets && !buckets_.contains(key)) {
    MakeRoom();
  }
  const auto [place, is_new] = buckets_.try_emplace(key, Bucket{static_cast<double>(rate.burst), now});
  Bucket& bucket = place->second;
  const double seconds = std::chrono::duration<double>(now - bucket.filled).count();
  bucket.tokens = std::min(bucket.tokens + seconds * per_second, static_cast<double>(rate.burst));
  bucket.filled = now;
  if (bucket.tokens >= 1) {
    bucket.tokens -= 1;
    return absl::OkStatus();
  }
  const double wait = std::ceil((1 - bucket.tokens) / per_second);
  return Error(Reason::kRateLimited, {}, {{"retry_after_s", std::to_string(static_cast<int>(wait))}});
}

void RateLimiter::MakeRoom() {
  const Duration now = clock_.Steady();
  std::erase_if(buckets_, [now](const auto& entry) { return now - entry.second.filled > kIdle; });
  if (buckets_.size() >= limits_.max_buckets) {
    buckets_.clear();  // a flood of addresses: better to forget than to grow
  }
}

}  // namespace muster::rpc
