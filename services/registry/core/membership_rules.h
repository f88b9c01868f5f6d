#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/registry/core/facts.h"

namespace muster::registry {

/// Asks for a person to be in a team: for the team its manager or an officer, or for the person who may consent for
/// them. Within one organization the manager's word is enough, and the person is in the team at once. Reads member,
/// member_teams (the team), people.memberships. Errors: NOT_FOUND (team_id, member_id), those of entering (see
/// AnswerMembership), DUPLICATE (asked for or in the team already).
struct JoinTeam {
  MembershipId id;  ///< of the new membership
  TeamId team_id;
  bool by_phone = false;  ///< the person was named by phone and identity number: by the team only
};

/// Answers for the side that was asked; never by the account that asked. A yes puts the person into the team. Reads
/// member, member_teams, people.membership. Errors: NOT_FOUND, VERSION_CONFLICT, FORBIDDEN, ILLEGAL_TRANSITION
/// (answered already, a team that is disbanded, a person who was forgotten), NOT_ELIGIBLE (no consent to be
/// dispatched), OUT_OF_RANGE (too many teams), INVALID_FIELD (a no needs a reason).
struct AnswerMembership {
  int64_t expected_version = 0;
  bool accept = false;
  std::string reason;
};

/// Takes a person out of a team, or ends what was only asked for: by who speaks for them, or by the team's manager or
/// officer. Reads member, member_teams, people.memberships. Errors: NOT_FOUND (member_id, team_id), VERSION_CONFLICT,
/// FORBIDDEN.
struct LeaveTeam {
  TeamId team_id;
  int64_t expected_version = 0;  ///< of the member
  std::string reason;
};

absl::StatusOr<RegistryChanges> Decide(const JoinTeam& command, const Facts& facts, const Context& context);
absl::StatusOr<RegistryChanges> Decide(const AnswerMembership& command, const Facts& facts, const Context& context);
absl::StatusOr<RegistryChanges> Decide(const LeaveTeam& command, const Facts& facts, const Context& context);

/// Ends these memberships, which are asked or accepted.
void EndMemberships(const std::vector<Membership>& memberships, const std::string& reason, Time now,
                    RegistryChanges& changes);

}  // namespace muster::registry
