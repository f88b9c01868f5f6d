#include "tests/scenario/chaos/cluster_strikes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <iostream>
#include <thread>

#include "tests/scenario/kill/until.h"

namespace muster::testing {
namespace {

/// A new postmaster starts only when the children of the killed one are gone.
constexpr std::chrono::seconds kStarts{20};
constexpr int kLongestAbsence_ms = 3000;
constexpr int kLongestFreeze_ms = 8000;

std::string Joined(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) {
    line += " " + word;
  }
  return line;
}

}  // namespace

ClusterStrikes::ClusterStrikes(const Cluster& cluster, unsigned seed)
    : cluster_(cluster), random_(seed), start_(std::chrono::steady_clock::now()) {}

bool ClusterStrikes::operator()(int) {
  if (next_.empty()) {
    next_ = {Kind::kOne,      Kind::kOne,   Kind::kOne,    Kind::kPair,   Kind::kPair,
             Kind::kDatabase, Kind::kRedis, Kind::kFreeze, Kind::kFreeze, Kind::kFlush};
    std::shuffle(next_.begin(), next_.end(), random_);
  }
  const Kind kind = next_.back();
  next_.pop_back();
  switch (kind) {
    case Kind::kOne:
      return Kill(SomeMembers(1));
    case Kind::kPair:
      return Kill(SomeMembers(2));
    case Kind::kDatabase:
      return Kill({"postgresql"});
    case Kind::kRedis:
      return Kill({"redis"});
    case Kind::kFreeze:
      return Freeze(SomeMembers(1).front());
    case Kind::kFlush:
      return Flush();
  }
  return false;
}

bool ClusterStrikes::Kill(const std::vector<std::string>& processes) {
  const auto absence = Between(0, kLongestAbsence_ms);
  Tell("kill -9 for " + std::to_string(absence.count()) + " ms:" + Joined(processes));
  for (const std::string& process : processes) {
    EXPECT_TRUE(cluster_.Signal(process, SIGKILL)) << process << " had ended before";
  }
  std::this_thread::sleep_for(absence);
  return std::all_of(processes.begin(), processes.end(), [&](const std::string& process) {
    const bool starts = Until([&] { return cluster_.Start(process); }, kStarts);
    EXPECT_TRUE(starts) << process << " does not start\n" << cluster_.LogTail();
    return starts;
  });
}

bool ClusterStrikes::Freeze(const std::string& process) {
  const auto length = Between(500, kLongestFreeze_ms);
  Tell("SIGSTOP for " + std::to_string(length.count()) + " ms: " + process);
  EXPECT_TRUE(cluster_.Signal(process, SIGSTOP)) << process << " had ended before";
  std::this_thread::sleep_for(length);
  return cluster_.Signal(process, SIGCONT);
}

bool ClusterStrikes::Flush() {
  Tell("FLUSHALL");
  const bool flushed = Until([&] { return cluster_.FlushRedis(); }, kStarts);
  EXPECT_TRUE(flushed) << "Redis was never there to be flushed";
  return flushed;
}

std::vector<std::string> ClusterStrikes::SomeMembers(size_t count) {
  std::vector<std::string> members = Cluster::Members();
  std::shuffle(members.begin(), members.end(), random_);
  members.resize(count);
  return members;
}

std::chrono::milliseconds ClusterStrikes::Between(int from_ms, int to_ms) {
  return std::chrono::milliseconds(std::uniform_int_distribution<int>(from_ms, to_ms)(random_));
}

void ClusterStrikes::Tell(const std::string& what) const {
  const std::chrono::duration<double> since = std::chrono::steady_clock::now() - start_;
  std::cout << since.count() << " s: " << what << std::endl;
}

}  // namespace muster::testing
