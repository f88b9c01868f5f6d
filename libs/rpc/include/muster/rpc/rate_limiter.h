#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "muster/base/clock.h"
#include "muster/base/mutex.h"
#include "muster/rpc/pipeline.h"

namespace muster::rpc {

/// A token bucket: `burst` calls at once, then `per_minute`.
struct Rate {
  int per_minute = 60;
  int burst = 20;
};

/// The rate of some methods for one account.
struct MethodRate {
  std::string method;  ///< full name
  Rate rate;
};

struct RateLimits {
  /// Calls without a principal that failed, by source address: guessing keys. Those that succeed cost nothing.
  Rate anonymous{30, 30};
  std::vector<MethodRate> methods = {
      {"muster.dispatch.v1.DispatchService.Dispatch", {60, 20}},
      {"muster.exchange.v1.ExchangeService.SubmitDocument", {600, 100}},
  };
  size_t max_buckets = 20'000;
};

/// Limits how often an account or address may call; for Checks::rate_limit. Services and the local socket are not
/// limited. Holds a bounded number of buckets. Thread-safe.
class RateLimiter {
 public:
  RateLimiter(RateLimits limits, const Clock& clock);

  /// OK, or RATE_LIMITED with metadata retry_after_s.
  absl::Status Check(const Call& call) MUSTER_EXCLUDES(mutex_);
  /// To be told of every ended call (PipelineOptions::observe): gives back what a successful anonymous call took.
  void OnEnd(const CallRecord& record) MUSTER_EXCLUDES(mutex_);

 private:
  struct Bucket {
    double tokens = 0;
    Duration filled{};  ///< Clock::Steady() of the last look
  };

  absl::Status Take(const std::string& key, const Rate& rate) MUSTER_EXCLUDES(mutex_);
  void MakeRoom() MUSTER_REQUIRES(mutex_);

  const RateLimits limits_;
  const Clock& clock_;
  Mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_ MUSTER_GUARDED_BY(mutex_);
};

}  // namespace muster::rpc
