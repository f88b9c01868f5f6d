#include "services/dispatch/core/alarm.h"

#include <algorithm>

#include "services/dispatch/core/assignment.h"
#include "services/dispatch/core/deployment.h"

namespace muster::dispatch {
namespace {

/// What of the standing still has to hold while a team is out; being booked and rested is its own doing.
bool ConcernsStanding(EligibilityRule rule) {
  return rule != EligibilityRule::kBooked && !ConcernsRest(rule) && rule != EligibilityRule::kNotAvailable &&
         rule != EligibilityRule::kNotEnrolled;
}

std::vector<std::string> AlarmsOf(const Assignment& assignment, const RequestLine& line, const TeamFacts& team) {
  std::vector<std::string> alarms;
  for (const Window& window : assignment.windows) {
    for (const RuleFailure& failure :
         CheckEligibility(team, {line.capability, line.lowest_level, window, line.place})) {
      const std::string name(Name(failure.rule));
      if (ConcernsStanding(failure.rule) && std::find(alarms.begin(), alarms.end(), name) == alarms.end()) {
        alarms.push_back(name);
      }
    }
  }
  return alarms;
}

}  // namespace

absl::StatusOr<DispatchChanges> Decide(const CheckStanding& command, const Facts& facts, const Context& context) {
  DispatchChanges changes;
  const auto team = facts.teams.find(command.team_id);
  if (team == facts.teams.end()) {
    return changes;
  }
  for (const Assignment& assignment : facts.assignments) {
    const auto line = std::find_if(facts.lines.begin(), facts.lines.end(),
                                   [&](const RequestLine& one) { return one.id == assignment.line_id; });
    if (line == facts.lines.end()) {
      continue;
    }
    std::vector<std::string> alarms = AlarmsOf(assignment, *line, team->second.facts);
    for (const std::string& alarm : assignment.alarms) {
      if (alarm == kArrivalOverdue || alarm == kCoverTooShort) {
        alarms.push_back(alarm);  // not the registry's to take back
      }
    }
    if (alarms != assignment.alarms) {
      Assignment& after = Change(changes.assignments, assignment, "AssignmentAlarmed");
      after.alarms = std::move(alarms);
      after.update_time = context.now;
    }
  }
  changes.note = "the registry changed the team";
  return changes;
}

}  // namespace muster::dispatch
