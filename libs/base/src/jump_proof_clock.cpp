#include "muster/base/jump_proof_clock.h"

#include <algorithm>
#include <cstdlib>

namespace muster {
namespace {

constexpr Duration kFollowInterval = std::chrono::milliseconds(100);
constexpr int64_t kSlew = 2000;  ///< one part in 2,000: half a millisecond a second

int64_t OffsetOf(const Clock& clock) { return ToMicros(clock.Now()) - clock.Steady().count(); }

}  // namespace

JumpProofClock::JumpProofClock(const Clock& source)
    : source_(source), offset_us_(OffsetOf(source)), followed_us_(source.Steady().count()) {}

Time JumpProofClock::Now() const {
  const Duration steady = source_.Steady();
  Follow(steady);
  return FromMicros(offset_us_.load() + steady.count());
}

Duration JumpProofClock::Skew() const { return Duration(OffsetOf(source_) - offset_us_.load()); }

void JumpProofClock::Follow(Duration steady) const {
  int64_t last = followed_us_.load();
  const int64_t passed = steady.count() - last;
  // One thread corrects, the others go on with what there is.
  if (passed < kFollowInterval.count() || !followed_us_.compare_exchange_strong(last, steady.count())) {
    return;
  }
  const int64_t away = Skew().count();
  if (std::abs(away) <= kTrusted.count()) {
    offset_us_ += std::clamp(away, -passed / kSlew, passed / kSlew);
  }
}

}  // namespace muster
