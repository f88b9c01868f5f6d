#include "services/dispatch/rpc/timers.h"

#include <chrono>

namespace muster::dispatch {
namespace {

constexpr Duration kInterval = std::chrono::seconds(1);
/// At most this many offers end in a second, so that a clock that jumps ahead does not end them all at once.
constexpr int kExpiriesPerInterval = 50;
constexpr int kWavesPerStep = 100;
/// Nobody is told of a late team sooner than this, and of so many at a time.
constexpr Duration kArrivalInterval = std::chrono::seconds(5);
constexpr int kAlarmsPerInterval = 100;

}  // namespace

Duration Timers::Step(Time now) {
  if (clock_.Steady() >= next_expiry_) {
    next_expiry_ = clock_.Steady() + kInterval;
    if (const auto expired = service_.queries().ExpiredOffers(now, kExpiriesPerInterval); expired.ok()) {
      for (const OfferId& offer : *expired) {
        service_.ExpireOffer(offer);
      }
    }
  }
  if (clock_.Steady() >= next_arrival_) {
    next_arrival_ = clock_.Steady() + kArrivalInterval;
    service_.CheckArrivals(now, kAlarmsPerInterval);
  }
  if (const auto lines = service_.queries().ShortLines(kWavesPerStep); lines.ok()) {
    for (const RequestLineId& line : *lines) {
      service_.SendWave(line);
    }
  }
  if (const auto lines = service_.queries().DueLooks(now, kWavesPerStep); lines.ok()) {
    for (const RequestLineId& line : *lines) {
      service_.SendWave(line);
    }
  }
  return kInterval;
}

}  // namespace muster::dispatch
