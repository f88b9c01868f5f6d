#pragma once

#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "tests/scenario/support/cluster.h"

namespace muster::testing {

/// Does to a cluster what can happen to one, each kind several times in ten rounds: kills a process or two with kill
/// -9, the database or Redis among them, and starts them again a random while later; stops a process for seconds;
/// throws away all that Redis holds. Each strike is printed.
class ClusterStrikes {
 public:
  ClusterStrikes(const Cluster& cluster, unsigned seed);

  /// Strikes once and mends what it did; false when that did not work.
  bool operator()(int round);

 private:
  enum class Kind { kOne, kPair, kDatabase, kRedis, kFreeze, kFlush };

  bool Kill(const std::vector<std::string>& processes);
  bool Freeze(const std::string& process);
  bool Flush();

  std::vector<std::string> SomeMembers(size_t count);
  std::chrono::milliseconds Between(int from_ms, int to_ms);
  void Tell(const std::string& what) const;

  const Cluster& cluster_;
  std::mt19937 random_;
  std::vector<Kind> next_;  ///< from the last on
  std::chrono::steady_clock::time_point start_;
};

}  // namespace muster::testing
