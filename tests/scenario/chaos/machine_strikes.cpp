// The disk is full; the clock jumps.

#include <csignal>
#include <fstream>
#include <thread>

#include "tests/scenario/chaos/strike.h"

namespace muster::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kHour_s = 3600;

/// What is removed meanwhile makes no room either.
bool FillDisk(Victim& victim, Chance& chance) {
  const auto length = chance.Milliseconds(500, 4000);
  Tell("disk full for " + std::to_string(length.count()) + " ms");
  const auto end = steady_clock::now() + length;
  bool filled = true;
  while (steady_clock::now() < end) {
    filled = victim.disk().Fill() && filled;
    std::this_thread::sleep_for(milliseconds(20));
  }
  const bool freed = victim.disk().Free();
  const std::string ended = victim.EndsOnFullDisk();
  return (ended.empty() || victim.Await(ended)) && filled && freed;
}

/// The clock of one process, or of all, is wrong for a while.
bool JumpClock(Victim& victim, Chance& chance) {
  const int seconds = chance.OneOf(std::vector<int>{-24 * kHour_s, -kHour_s, kHour_s, 24 * kHour_s});
  const bool one = chance.OneIn(2);
  const auto length = chance.Milliseconds(500, 4000);
  const auto clocks = chance.Some(victim.Clocks(), one ? 1 : victim.Clocks().size());
  Tell("clock of " + (one ? clocks.front().filename().string() : "all") + " " + std::to_string(seconds) + " s for " +
       std::to_string(length.count()) + " ms");
  for (const auto& clock : clocks) {
    std::ofstream(clock) << seconds << "\n";
  }
  std::this_thread::sleep_for(length);
  bool back = true;
  for (const auto& clock : clocks) {
    back = std::filesystem::remove(clock) && back;
  }
  return back;
}

}  // namespace

std::vector<Strike> MachineStrikes(const Victim& victim) {
  std::vector<Strike> strikes{{"clock", JumpClock}};
  if (victim.disk().is_mounted()) {
    strikes.push_back({"disk-full", FillDisk});
  } else {
    Tell("no disk is filled: may not mount");
  }
  return strikes;
}

}  // namespace muster::testing
