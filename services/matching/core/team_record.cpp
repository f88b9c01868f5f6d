#include "services/matching/core/team_record.h"

#include <algorithm>
#include <limits>

#include "muster/domain/taxonomy.h"

namespace muster::matching {
namespace {

Need NeedIn(const TeamNeed& need, const Window& window) {
  return {need.capability, need.lowest_level, window, need.place, need.windows};
}

bool ReachesLevel(const HeldCapability& held, const TeamNeed& need) {
  return held.capability == need.capability && (need.lowest_level == 0 || held.level <= need.lowest_level);
}

bool HoldsCapability(const TeamRecord& team, const TeamNeed& need, const Window& window) {
  return std::any_of(team.facts.capabilities.begin(), team.facts.capabilities.end(),
                     [&](const HeldCapability& held) { return ReachesLevel(held, need) && held.valid.Covers(window); });
}

bool IsInGoodStanding(const TeamFacts& facts, const Window& window) {
  return !(facts.registration_end && *facts.registration_end < window.end) &&
         !(facts.blacklisted_until && *facts.blacklisted_until > window.start);
}

}  // namespace

TeamFacts FactsFor(const TeamRecord& team, Mode mode) {
  TeamFacts facts = team.facts;
  facts.booked = team.WorkOf(mode).booked;
  facts.worked = team.WorkOf(mode).worked;
  facts.last_work_end = team.WorkOf(mode).last_work_end;
  return facts;
}

Window HullOf(const TeamNeed& need) {
  Window hull = need.windows.front();
  for (const Window& window : need.windows) {
    hull.start = std::min(hull.start, window.start);
    hull.end = std::max(hull.end, window.end);
  }
  return hull;
}

std::vector<RuleFailure> FailuresOf(const TeamRecord& team, const TeamNeed& need) {
  const TeamFacts facts = FactsFor(team, need.mode);
  std::vector<RuleFailure> all;
  for (const Window& window : need.windows) {
    for (RuleFailure& failure : CheckEligibility(facts, NeedIn(need, window))) {
      const auto told = [&](const RuleFailure& other) {
        return other.rule == failure.rule && other.message_en == failure.message_en;
      };
      if (std::none_of(all.begin(), all.end(), told)) {
        all.push_back(std::move(failure));
      }
    }
  }
  return all;
}

bool IsEligible(const TeamRecord& team, const TeamNeed& need) {
  const TeamFacts& facts = team.facts;
  if (facts.disbanded || facts.organization_state != OrganizationState::kApproved ||
      (need.place == Place::kRemote && !facts.works_remotely)) {
    return false;
  }
  const auto fits = [&](const Window& window) {
    return HoldsCapability(team, need, window) && IsInGoodStanding(facts, window) && IsAvailable(facts, window);
  };
  return std::all_of(need.windows.begin(), need.windows.end(), fits) && IsUndisturbed(team, need);
}

bool IsUndisturbed(const TeamRecord& team, const TeamNeed& need) {
  const TeamWork& work = team.WorkOf(need.mode);
  const WorkTimes times{work.booked, work.worked, work.last_work_end};
  const RestLimits& limits = RestLimitsOf(need.capability);
  const std::optional<Window>& suspended = team.facts.suspended;
  return std::none_of(need.windows.begin(), need.windows.end(), [&](const Window& window) {
    const bool booked = std::any_of(work.booked.begin(), work.booked.end(),
                                    [&](const Window& booking) { return booking.Overlaps(window); });
    const bool tired = WorkTooNear(times, window, limits.least_rest).has_value() ||
                       BusiestDay(times, window, need.windows) > limits.most_work;
    return booked || tired || (suspended && suspended->Overlaps(window));
  });
}

int ServingLevel(const TeamRecord& team, const TeamNeed& need) {
  // A certificate renewed between two shifts: none covers them all, the one of the first shift counts.
  for (const Window& window : {HullOf(need), need.windows.front()}) {
    int best = std::numeric_limits<int>::max();
    for (const HeldCapability& held : team.facts.capabilities) {
      if (ReachesLevel(held, need) && held.valid.Covers(window)) {
        best = std::min(best, held.level);
      }
    }
    if (best != std::numeric_limits<int>::max()) {
      return best;
    }
  }
  return 0;
}

}  // namespace muster::matching
