#include "muster/base/clock.h"

namespace muster {
namespace {

class RealClock final : public Clock {
 public:
  Time Now() const override { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }
  Duration Steady() const override {
    return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch());
  }
};

}  // namespace

const Clock& SystemClock() {
  static const RealClock* const clock = new RealClock;  // stays: threads of gRPC may outlive main
  return *clock;
}

}  // namespace muster
