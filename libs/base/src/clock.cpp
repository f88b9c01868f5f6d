#include "muster/base/clock.h"

#include <ctime>

#include "clock_offset.h"
#include "muster/base/jump_proof_clock.h"

namespace muster {
namespace {

Duration Read(clockid_t id) {
  timespec time{};
  clock_gettime(id, &time);
  return std::chrono::duration_cast<Duration>(std::chrono::seconds(time.tv_sec) +
                                              std::chrono::nanoseconds(time.tv_nsec));
}

class MachineClock final : public Clock {
 public:
  Time Now() const override { return Time(Read(CLOCK_REALTIME) + ClockOffset(Steady())); }
  Duration Steady() const override { return Read(CLOCK_BOOTTIME); }
};

}  // namespace

const Clock& SystemClock() {
  static const JumpProofClock* const clock = new JumpProofClock(*new MachineClock);  // stays: threads may outlive main
  return *clock;
}

}  // namespace muster
