#pragma once

#include <optional>

#include "services/matching/core/team_record.h"

namespace muster::matching {

/// How the parts of a score weigh, in minutes: every part says how many minutes of travel it is worth. A policy of
/// this project; a city may set its own.
struct ScorePolicy {
  /// For each level above the one needed: scarce specialists are kept for the work that needs them.
  double spare_level_minutes = 6;
  /// For a team that brings nothing of what is asked, or of whose people nearly all would be idle.
  double headcount_minutes = 20;
  /// For a team that has only just finished its last work; falls in a straight line to 0 at `full_rest`.
  double rest_minutes = 20;
  Duration full_rest = std::chrono::hours(48);
  /// Approached as its organization's recent work grows; half of it at `fairness_half`.
  double fairness_minutes = 15;
  Duration fairness_half = std::chrono::hours(48);
  /// Approached as the facts get older; half of it at `freshness_half`.
  double freshness_minutes = 10;
  Duration freshness_half = std::chrono::hours(24 * 180);
  /// For a way longer than the team has said it will go.
  double beyond_range_minutes = 60;
};

/// What a team costs for a need, in minutes; lower is better. A part without its input is absent, and then adds
/// nothing. That cannot lift a team over others: `travel`, whose input a team may lack alone, ranks first of all (see
/// RanksBefore), and the inputs of the other parts are missing for all teams or for none.
struct Score {
  double cost = 0;                  ///< the sum of the parts
  std::optional<double> fit;        ///< the level held against the level needed; absent when none is needed
  std::optional<double> travel;     ///< minutes from the call to arrival
  std::optional<double> headcount;  ///< people brought against people asked; absent when no number is asked
  std::optional<double> rest;       ///< since its last work; absent until dispatch's history is known
  std::optional<double> fairness;   ///< its organization's recent work; absent likewise
  std::optional<double> freshness;  ///< the age of the facts; absent when they were never confirmed
  /// True on site when the need has a position and the team has none: such teams rank behind all others.
  bool travel_unknown = false;
  bool beyond_range = false;         ///< farther than the team has said it will go
  std::optional<double> distance_m;  ///< straight line
  std::optional<Duration> travel_time;
  int level = 0;  ///< at which it serves; 0: none
};

/// What a score is made of, of one team in one mode: the little of a record that a search reads again and again.
struct ScoreInputs {
  std::optional<geo::Position> position;
  double fixed_minutes = 0;  ///< travel takes `fixed_minutes` + distance * `minutes_per_metre`
  double minutes_per_metre = 0;
  double range_m = 0;  ///< 0: anywhere
  std::optional<Time> last_work_end;
  std::optional<Time> confirmed_time;
  Duration organization_recent_work{};
  int headcount = 0;
  bool history_known = false;
};
ScoreInputs InputsOf(const TeamRecord& team, Mode mode);

/// The score of an eligible team at the time `now`. Its cost never falls when the distance grows: the searches rely on
/// it.
Score ScoreTeam(const TeamRecord& team, const TeamNeed& need, const ScorePolicy& policy, Time now);
/// The same from its inputs in the need's mode and the level at which it serves.
Score ScoreTeam(const ScoreInputs& team, const TeamNeed& need, const ScorePolicy& policy, Time now, int level);

/// The order of a ranking: known travel first, then cost, then team id, so that it is total.
bool RanksBefore(const Score& a, const TeamId& a_id, const Score& b, const TeamId& b_id);

/// The parts that the searches bound before they look at a team.
double FitCost(int level, int lowest_level, const ScorePolicy& policy);
double HeadcountCost(double headcount, double people, const ScorePolicy& policy);

}  // namespace muster::matching
