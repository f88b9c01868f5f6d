#pragma once

#include "services/dispatch/core/facts.h"

namespace muster::dispatch {

/// What a line may take at most: its quantity and the tolerance.
int Capacity(const RequestLine& line);

/// What is still to be found: the quantity less what is filled and held, not below 0.
int Missing(const RequestLine& line);

/// True when the line may ask on: teams wait, and neither the policy nor the end of the work stops it.
bool MayAsk(const RequestLine& line, Time now);

/// True when a further wave should go out: even if everyone asked said yes, the line would stay short; teams wait; and
/// neither the policy nor the end of the work stops it.
bool NeedsWave(const RequestLine& line, Time now);

/// Sets state and needs_wave from the counts; closed and cancelled lines stay what they are.
void Settle(RequestLine& line, Time now);

/// True when the line counts people, not teams or equipment.
bool CountsPeople(const RequestLine& line);

/// What a team with `people` people, or pieces of the line's equipment, takes of a line that still has room for `room`.
int Contribution(const RequestLine& line, int people, int room);

/// When the line is filled, stands down every offer of it in `open` that still waits for its answer. Those who wait for
/// later waves go on waiting: a place may become free again. `line` is the line's changed state.
void StandDownWhenFilled(RequestLine& line, const std::vector<Offer>& open, const OfferId& except, Time now,
                         DispatchChanges& changes);

/// The event that a line's change deserves: "LineFilled" when it became full, "LineShort" when it stays short and
/// nobody is left to ask, else "LineChanged".
std::string LineEvent(const RequestLine& before, const RequestLine& after);

}  // namespace muster::dispatch
