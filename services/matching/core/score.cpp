#include "services/matching/core/score.h"

#include <algorithm>

#include "muster/geo/distance.h"

namespace muster::matching {
namespace {

double Minutes(Duration duration) { return static_cast<double>(duration.count()) / 60e6; }

/// 0 at 0, a half at `half`, towards 1.
double Saturating(Duration value, Duration half) {
  const double amount = static_cast<double>(std::max(value, Duration(0)).count());
  return amount / (amount + static_cast<double>(half.count()));
}

void AddTravel(const ScoreInputs& team, const TeamNeed& need, const ScorePolicy& policy, Score& score) {
  if (need.place == Place::kRemote || !need.position) {
    return;
  }
  if (!team.position) {
    score.travel_unknown = true;
    return;
  }
  const double distance_m = geo::DistanceMeters(*team.position, *need.position);
  const double minutes = team.fixed_minutes + distance_m * team.minutes_per_metre;
  score.distance_m = distance_m;
  score.travel_time = Duration(static_cast<int64_t>(minutes * 60e6));
  score.beyond_range = team.range_m > 0 && distance_m > team.range_m;
  score.travel = minutes + (score.beyond_range ? policy.beyond_range_minutes : 0);
}

std::optional<double> RestCost(const ScoreInputs& team, const TeamNeed& need, const ScorePolicy& policy) {
  if (!team.last_work_end) {
    return team.history_known ? std::optional<double>(0.0) : std::nullopt;
  }
  const double rested = static_cast<double>((HullOf(need).start - *team.last_work_end).count());
  const double share = std::clamp(rested / static_cast<double>(policy.full_rest.count()), 0.0, 1.0);
  return policy.rest_minutes * (1 - share);
}

}  // namespace

ScoreInputs InputsOf(const TeamRecord& team, Mode mode) {
  const geo::TravelPolicy& policy = geo::PolicyOf(team.travel_mode);
  ScoreInputs inputs;
  inputs.position = team.position;
  inputs.fixed_minutes = Minutes(team.turnout.value_or(policy.assembling));
  inputs.minutes_per_metre = policy.road_factor / 1000.0 / policy.speed_kmh * 60.0;
  inputs.range_m = team.range_m;
  inputs.last_work_end = team.WorkOf(mode).last_work_end;
  inputs.confirmed_time = team.confirmed_time;
  inputs.organization_recent_work = team.WorkOf(mode).organization_recent_work;
  inputs.headcount = team.facts.headcount;
  inputs.history_known = team.history_known;
  return inputs;
}

double FitCost(int level, int lowest_level, const ScorePolicy& policy) {
  return level == 0 || lowest_level == 0 ? 0 : policy.spare_level_minutes * std::max(0, lowest_level - level);
}

double HeadcountCost(double headcount, double people, const ScorePolicy& policy) {
  const double larger = std::max(headcount, people);
  return larger <= 0 ? 0 : policy.headcount_minutes * (larger - std::min(headcount, people)) / larger;
}

Score ScoreTeam(const TeamRecord& team, const TeamNeed& need, const ScorePolicy& policy, Time now) {
  return ScoreTeam(InputsOf(team, need.mode), need, policy, now, ServingLevel(team, need));
}

Score ScoreTeam(const ScoreInputs& team, const TeamNeed& need, const ScorePolicy& policy, Time now, int level) {
  Score score;
  score.level = level;
  AddTravel(team, need, policy, score);
  if (need.lowest_level != 0 && score.level != 0) {
    score.fit = FitCost(score.level, need.lowest_level, policy);
  }
  if (need.people > 0 && team.headcount > 0) {
    score.headcount = HeadcountCost(team.headcount, need.people, policy);
  }
  score.rest = RestCost(team, need, policy);
  if (team.history_known) {
    score.fairness = policy.fairness_minutes * Saturating(team.organization_recent_work, policy.fairness_half);
  }
  if (team.confirmed_time) {
    score.freshness = policy.freshness_minutes * Saturating(now - *team.confirmed_time, policy.freshness_half);
  }
  for (const auto* part :
       {&score.travel, &score.fit, &score.headcount, &score.rest, &score.fairness, &score.freshness}) {
    score.cost += part->value_or(0);
  }
  return score;
}

bool RanksBefore(const Score& a, const TeamId& a_id, const Score& b, const TeamId& b_id) {
  if (a.travel_unknown != b.travel_unknown) {
    return b.travel_unknown;
  }
  if (a.cost != b.cost) {
    return a.cost < b.cost;
  }
  return a_id < b_id;
}

}  // namespace muster::matching
