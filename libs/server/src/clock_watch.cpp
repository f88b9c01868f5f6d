#include "clock_watch.h"

#include <cstdlib>

#include "muster/base/jump_proof_clock.h"
#include "muster/telemetry/log.h"

namespace muster::server {
namespace {

int64_t InSeconds(Duration skew) { return std::chrono::duration_cast<std::chrono::seconds>(skew).count(); }

bool IsAway(Duration skew) { return std::abs(skew.count()) > JumpProofClock::kTrusted.count(); }

}  // namespace

Duration ClockWatch::Step() {
  const Duration skew = clock_.Skew();
  const bool away = IsAway(skew);
  if (away && !away_) {
    telemetry::LogError("the machine's clock has jumped", {{"reason", "CLOCK_SKEW"}, {"seconds", InSeconds(skew)}});
  } else if (!away && away_) {
    telemetry::LogInfo("the machine's clock is back", {});
  }
  away_ = away;
  return std::chrono::seconds(1);
}

std::string ClockWatch::Reason() const {
  const Duration skew = clock_.Skew();
  if (!IsAway(skew)) {
    return {};
  }
  const int64_t seconds = InSeconds(skew);
  return "clock: the machine's clock has jumped " + std::to_string(std::abs(seconds)) + " s " +
         (seconds > 0 ? "forward" : "back") +
         ", this process goes on with its own time; set it right, or restart when it is right";
}

}  // namespace muster::server
