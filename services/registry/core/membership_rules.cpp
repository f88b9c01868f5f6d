#include "services/registry/core/membership_rules.h"

#include <algorithm>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "services/registry/core/authority.h"
#include "services/registry/core/consent_rules.h"
#include "services/registry/core/field_checks.h"
#include "services/registry/core/member_rules.h"
#include "services/registry/core/people_authority.h"

namespace muster::registry {
namespace {

bool SpeaksForTeam(const Principal& principal, const Team& team) {
  return AuthorityOver(principal, team.organization_id, team.district_path) >= Authority::kManager;
}

Changed<Membership> Moved(const Membership& before, MembershipState state, const std::string& reason, Time now) {
  Membership after = before;
  after.state = state;
  after.reason = reason;
  after.version = before.version + 1;
  after.update_time = now;
  return {before, std::move(after), ""};
}

/// The member's change that puts them into a team.
absl::StatusOr<Changed<Member>> Enter(const Member& member, const Team& team, Time now) {
  MUSTER_RETURN_IF_ERROR(CheckNotErased(member));
  MUSTER_RETURN_IF_ERROR(CheckDispatchConsent(member, "member_id"));
  if (team.disbanded) {
    return IllegalMove("team", "disbanded", "joined", "none");
  }
  Member after = member;
  after.team_ids.push_back(team.id);
  SortTeams(after);
  MUSTER_RETURN_IF_ERROR(CheckMember(after, "member"));
  return NextVersion(member, std::move(after), now);
}

bool IsIn(const Member& member, const TeamId& team) {
  return std::find(member.team_ids.begin(), member.team_ids.end(), team) != member.team_ids.end();
}

absl::Status Twice() {
  return ErrorWithTexts(Reason::kDuplicate, "team_id",
                        "此人已在该队，或已有待答复的申请或邀请。请查看 ListMemberships。",
                        "The person is in this team already, or an answer is awaited. See ListMemberships.");
}

Membership NewMembership(const JoinTeam& command, const Team& team, const Member& member, const Context& context) {
  Membership membership;
  membership.id = command.id;
  membership.version = 1;
  membership.create_time = context.now;
  membership.update_time = context.now;
  membership.team_id = team.id;
  membership.member_id = member.id;
  membership.organization_id = team.organization_id;
  membership.district_path = team.district_path;
  membership.asker_account_id = context.principal.account_id;
  return membership;
}

}  // namespace

void EndMemberships(const std::vector<Membership>& memberships, const std::string& reason, Time now,
                    RegistryChanges& changes) {
  for (const Membership& membership : memberships) {
    changes.memberships.push_back(Moved(membership, MembershipState::kLeft, reason, now));
  }
}

absl::StatusOr<RegistryChanges> Decide(const JoinTeam& command, const Facts& facts, const Context& context) {
  const bool team_asks = !facts.member_teams.empty() && SpeaksForTeam(context.principal, facts.member_teams.front());
  // Who looks for somebody by phone learns nothing without a team of their own.
  if (!facts.member || (command.by_phone && !team_asks)) {
    return Error(Reason::kNotFound, command.by_phone ? "phone" : "member_id");
  }
  const Member& member = *facts.member;
  if (facts.member_teams.empty() || (!team_asks && !ConsentsFor(context.principal, member))) {
    return Error(Reason::kNotFound, "team_id");
  }
  const Team& team = facts.member_teams.front();
  const bool alive = std::any_of(facts.people.memberships.begin(), facts.people.memberships.end(),
                                 [&](const Membership& one) { return one.team_id == team.id; });
  if (alive || IsIn(member, team.id)) {
    return Twice();
  }
  MUSTER_ASSIGN_OR_RETURN(Changed<Member> entered, Enter(member, team, context.now));
  Membership membership = NewMembership(command, team, member, context);
  membership.asked_by_team = team_asks;
  RegistryChanges changes;
  if (team_asks && team.organization_id == member.organization_id) {
    membership.state = MembershipState::kAccepted;
    changes.members.push_back(std::move(entered));
  }
  changes.memberships.push_back({std::nullopt, std::move(membership), ""});
  return changes;
}

absl::StatusOr<RegistryChanges> Decide(const AnswerMembership& command, const Facts& facts, const Context& context) {
  if (!facts.people.membership || !facts.member || facts.member_teams.empty()) {
    return Error(Reason::kNotFound, "id");
  }
  const Membership& membership = *facts.people.membership;
  const Team& team = facts.member_teams.front();
  MUSTER_RETURN_IF_ERROR(CheckVersion(command.expected_version, membership.version));
  const bool may =
      membership.asked_by_team ? ConsentsFor(context.principal, *facts.member) : SpeaksForTeam(context.principal, team);
  if (membership.asker_account_id == context.principal.account_id) {
    return ErrorWithTexts(
        Reason::kForbidden, "", "提出的一方不能自己答复。请由另一方（队伍的管理员，或本人及其代理人）答复。",
        "Who asked does not answer. Have the other side answer: the team's manager, or the person and "
        "who speaks for them.",
        {{"action", "AnswerMembership"}});
  }
  if (!may) {
    return Error(Reason::kForbidden, "", {{"action", "AnswerMembership"}});
  }
  const MembershipState to = command.accept ? MembershipState::kAccepted : MembershipState::kDeclined;
  MUSTER_RETURN_IF_ERROR(CheckMove(membership.state, to));
  RegistryChanges changes;
  if (command.accept) {
    MUSTER_ASSIGN_OR_RETURN(Changed<Member> entered, Enter(*facts.member, team, context.now));
    changes.members.push_back(std::move(entered));
  } else {
    MUSTER_RETURN_IF_ERROR(CheckGiven(command.reason, "reason"));
  }
  changes.memberships.push_back(Moved(membership, to, command.reason, context.now));
  changes.note = command.reason;
  return changes;
}

absl::StatusOr<RegistryChanges> Decide(const LeaveTeam& command, const Facts& facts, const Context& context) {
  if (!facts.member) {
    return Error(Reason::kNotFound, "member_id");
  }
  const Member& member = *facts.member;
  const bool asked = std::any_of(facts.people.memberships.begin(), facts.people.memberships.end(),
                                 [&](const Membership& one) { return one.team_id == command.team_id; });
  if (facts.member_teams.empty() || (!asked && !IsIn(member, command.team_id))) {
    return Error(Reason::kNotFound, "team_id");
  }
  MUSTER_RETURN_IF_ERROR(CheckVersion(command.expected_version, member.version));
  if (!SpeaksForTeam(context.principal, facts.member_teams.front())) {
    MUSTER_RETURN_IF_ERROR(CheckSpeaksFor(context.principal, member, "LeaveTeam"));
  }
  Member after = member;
  std::erase(after.team_ids, command.team_id);
  RegistryChanges changes;
  changes.members.push_back(NextVersion(member, std::move(after), context.now));
  for (const Membership& membership : facts.people.memberships) {
    if (membership.team_id == command.team_id) {
      changes.memberships.push_back(Moved(membership, MembershipState::kLeft, command.reason, context.now));
    }
  }
  changes.note = command.reason;
  return changes;
}

}  // namespace muster::registry
