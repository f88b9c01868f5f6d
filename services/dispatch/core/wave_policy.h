#pragma once

#include "services/dispatch/core/facts.h"
#include "services/dispatch/core/wave_plan.h"

namespace muster::dispatch {

/// By when the line is to be filled: as its policy says, else the start of its first shift.
Time FillBy(const RequestLine& line);

/// True when the line's waves are as large as its probability asks for: it has one, and its time has not passed.
bool AsksByChance(const RequestLine& line, Time now);

/// What to do for such a line now. Reads as SendWave. The teams that wait and may come are `waiting`, in their order.
WavePlan PlanOf(const Facts& facts, const std::vector<Candidate>& waiting, Time now);

/// Those of the line's candidates who may do its work and have not been asked, in their order.
std::vector<Candidate> MayBeAsked(const Facts& facts);

/// When the line's next look is, after a plan made now.
WaveLook LookAfter(const RequestLine& line, const WavePlan& plan, Time now);

/// A look at once, with a price found anew: for a line that has more teams to ask or another policy.
WaveLook LookNow(const RequestLine& line, Time now);

}  // namespace muster::dispatch
