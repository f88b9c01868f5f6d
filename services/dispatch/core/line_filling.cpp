#include "services/dispatch/core/line_filling.h"

#include <algorithm>

namespace muster::dispatch {

int Capacity(const RequestLine& line) {
  return static_cast<int>(int64_t{line.quantity} * (100 + line.tolerance_percent) / 100);
}

int Missing(const RequestLine& line) { return std::max(0, line.quantity - line.filled - line.held); }

bool MayAsk(const RequestLine& line, Time now) {
  const bool over = line.state == LineState::kClosed || line.state == LineState::kCancelled ||
                    (!line.windows.empty() && line.windows.back().end <= now);
  return !over && !line.waves_stopped && line.waiting > 0;
}

bool NeedsWave(const RequestLine& line, Time now) { return MayAsk(line, now) && line.asked < Missing(line); }

void Settle(RequestLine& line, Time now) {
  if (line.state != LineState::kClosed && line.state != LineState::kCancelled) {
    line.state = line.filled >= line.quantity ? LineState::kFilled
                 : line.filled > 0            ? LineState::kPartlyFilled
                                              : LineState::kOpen;
  }
  line.needs_wave = NeedsWave(line, now);
}

bool CountsPeople(const RequestLine& line) { return line.unit == QuantityUnit::kPeople && line.equipment.empty(); }

int Contribution(const RequestLine& line, int people, int room) {
  return std::min(line.unit == QuantityUnit::kTeams ? 1 : people, room);
}

void StandDownWhenFilled(RequestLine& line, const std::vector<Offer>& open, const OfferId& except, Time now,
                         DispatchChanges& changes) {
  if (line.filled < line.quantity) {
    return;
  }
  for (const Offer& offer : open) {
    if (offer.state == OfferState::kInvited && offer.line_id == line.id && offer.id != except) {
      Offer& after = Change(changes.offers, offer, "OfferStoodDown");
      after.state = OfferState::kStoodDown;
      after.update_time = now;
      line.asked -= offer.count_asked;
    }
  }
}

std::string LineEvent(const RequestLine& before, const RequestLine& after) {
  if (after.state == LineState::kFilled && before.state != LineState::kFilled) {
    return "LineFilled";
  }
  const bool nobody_left = after.asked == 0 && after.waiting == 0 && after.held == 0 && Missing(after) > 0;
  return nobody_left && (before.asked > 0 || before.waiting > 0) ? "LineShort" : "LineChanged";
}

}  // namespace muster::dispatch
