#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "muster/domain/eligibility.h"
#include "muster/domain/mode.h"
#include "muster/geo/position.h"
#include "muster/geo/travel.h"

namespace muster::matching {

/// What a team does in one mode. Exercises and reality do not block each other.
struct TeamWork {
  std::vector<Window> booked;           ///< active bookings
  std::vector<Window> worked;           ///< its finished work of the last 30 days
  std::optional<Time> last_work_end;    ///< the end of its latest finished work
  Duration organization_recent_work{};  ///< what all teams of its organization worked lately; see history_known
};

/// A team as matching knows it: what the registry vouches for and what dispatch has booked.
struct TeamRecord {
  /// `booked`, `worked` and `last_work_end` stay empty here: they depend on the mode and are in `work`.
  TeamFacts facts;
  std::string name;
  std::string organization_name;
  std::string district_path;              ///< "3205/320506" or deeper
  std::optional<geo::Position> position;  ///< where it starts from
  geo::TravelMode travel_mode = geo::TravelMode::kCar;
  std::optional<Duration> turnout;     ///< from the call to departure, where the team has said so
  double range_m = 0;                  ///< how far it will go; 0: anywhere
  std::optional<Time> confirmed_time;  ///< when the registry last confirmed these facts
  std::array<TeamWork, 3> work;        ///< by Mode
  bool history_known = false;          ///< dispatch's history has been read: "no work" means that there was none

  const TeamWork& WorkOf(Mode mode) const { return work[static_cast<size_t>(mode)]; }
  TeamWork& WorkOf(Mode mode) { return work[static_cast<size_t>(mode)]; }
};

/// What CheckEligibility looks at, for one mode.
TeamFacts FactsFor(const TeamRecord& team, Mode mode);

/// A need to find teams for.
struct TeamNeed {
  std::string capability;
  int lowest_level = 0;         ///< the worst level that will do; 0: any
  std::vector<Window> windows;  ///< one for each shift, each with start < end; a team must be fit for all of them
  Place place = Place::kOnSite;
  Mode mode = Mode::kReal;
  std::optional<geo::Position> position{};  ///< where to go; without it, and for remote work, no travel is counted
  int people = 0;                           ///< how many are asked; 0: not said
};

/// The smallest window that holds every shift.
Window HullOf(const TeamNeed& need);

/// Every rule that keeps the team from the need, over all its windows, each told once; empty: eligible. Calls
/// CheckEligibility and so says exactly what every other service says.
std::vector<RuleFailure> FailuresOf(const TeamRecord& team, const TeamNeed& need);

/// The same answer as FailuresOf(team, need).empty(), without building any text: what the searches use.
bool IsEligible(const TeamRecord& team, const TeamNeed& need);

/// The part of IsEligible that bookings, rest and a suspension decide: what changes most often.
bool IsUndisturbed(const TeamRecord& team, const TeamNeed& need);

/// The level at which an eligible team serves the need: its best valid one, 1 the highest; 0 when it has no level.
int ServingLevel(const TeamRecord& team, const TeamNeed& need);

}  // namespace muster::matching
