#include "services/registry/core/position_rules.h"

#include <algorithm>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "services/registry/core/authority.h"
#include "services/registry/core/field_checks.h"

namespace muster::registry {

absl::Status StampMeasured(std::optional<Location>& location, Time now, const std::string& field) {
  if (!location) {
    return absl::OkStatus();
  }
  const Time measured = location->time.value_or(now);
  if (measured > now + kClockTolerance) {
    return BadTime(field, "测量时间在将来", "it was measured in the future");
  }
  // A clock that is a little ahead must not keep later reports out.
  location->time = std::min(measured, now);
  return absl::OkStatus();
}

absl::StatusOr<ReportedPosition> Decide(const ReportPosition& command, const Facts& facts, const Context& context) {
  if (facts.teams.empty()) {
    return Error(Reason::kNotFound, "team_id");
  }
  const Team& team = facts.teams.front().team;
  if (command.expected_version != 0) {
    MUSTER_RETURN_IF_ERROR(CheckVersion(command.expected_version, team.version));
  }
  MUSTER_RETURN_IF_ERROR(Require(Authority::kOperator,
                                 AuthorityOver(context.principal, team.organization_id, team.district_path),
                                 "ReportPosition"));
  if (team.disbanded) {
    return IllegalMove("team", "disbanded", "reported", "none");
  }
  std::optional<Location> reported = command.location;
  MUSTER_RETURN_IF_ERROR(StampMeasured(reported, context.now, "position.time"));
  const std::optional<Location>& known = LastSeen(team);
  const bool is_later = !known || !known->time || *known->time < *reported->time;
  return ReportedPosition{is_later ? reported : known, is_later};
}

}  // namespace muster::registry
