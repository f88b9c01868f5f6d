#include "services/registry/core/merge_rules.h"

#include <algorithm>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "services/registry/core/authority.h"
#include "services/registry/core/field_checks.h"
#include "services/registry/core/organization_change_rules.h"
#include "services/registry/core/organization_life.h"
#include "services/registry/core/organization_rules.h"
#include "services/registry/core/team_rules.h"

namespace muster::registry {
namespace {

absl::Status CheckBoth(const MergeOrganizations& command, const Facts& facts, const Context& context) {
  if (!facts.organization) {
    return Error(Reason::kNotFound, "survivor_id");
  }
  if (!facts.other_organization) {
    return Error(Reason::kNotFound, "merged_id");
  }
  const Organization& survivor = *facts.organization;
  const Organization& merged = *facts.other_organization;
  if (survivor.id == merged.id) {
    return Error(Reason::kInvalidField, "merged_id");
  }
  MUSTER_RETURN_IF_ERROR(CheckVersion(command.expected_version, survivor.version));
  MUSTER_RETURN_IF_ERROR(CheckVersion(command.merged_expected_version, merged.version, "merged_expected_version"));
  for (const Organization* organization : {&survivor, &merged}) {
    MUSTER_RETURN_IF_ERROR(Require(Authority::kOfficer, AuthorityOverOrganization(context.principal, *organization),
                                   "MergeOrganizations"));
  }
  MUSTER_RETURN_IF_ERROR(CheckGiven(command.reason, "reason"));
  MUSTER_RETURN_IF_ERROR(CheckStands(survivor, "survivor of a merge"));
  if (merged.state == OrganizationState::kSuspended && survivor.state != OrganizationState::kSuspended) {
    // Its teams would be free to go again.
    return IllegalMove("organization", "suspended", "merged into one that is not", "approved, revoked, withdrawn");
  }
  return CheckMove(merged.state, OrganizationState::kWithdrawn);
}

absl::Status CheckTeamCount(const Facts& facts) {
  const auto stands = [](const TeamProfile& profile) { return !profile.team.disbanded; };
  const auto count = std::count_if(facts.teams.begin(), facts.teams.end(), stands) +
                     std::count_if(facts.other_teams.begin(), facts.other_teams.end(), stands);
  return CheckRange(count, 0, kMaxTeamsOfOrganization, "merged_id");
}

/// What the survivor gains.
absl::StatusOr<Organization> Joined(Organization survivor, const Organization& merged) {
  for (const ExternalReference& reference : merged.external_refs) {
    if (std::find(survivor.external_refs.begin(), survivor.external_refs.end(), reference) ==
        survivor.external_refs.end()) {
      survivor.external_refs.push_back(reference);
    }
  }
  MUSTER_RETURN_IF_ERROR(CheckReferences(survivor.external_refs, "merged_id"));
  for (const Inspection& inspection : merged.inspections) {
    const auto same_year = [&](const Inspection& own) {
      return own == inspection || (own.year == inspection.year && own.kind == InspectionKind::kAnnual &&
                                   inspection.kind == InspectionKind::kAnnual);
    };
    if (std::none_of(survivor.inspections.begin(), survivor.inspections.end(), same_year)) {
      MUSTER_RETURN_IF_ERROR(AddInspection(inspection, survivor.inspections));
    }
  }
  if (merged.blacklisted_until > survivor.blacklisted_until) {  // a merge does not wash clean; none is the least
    survivor.blacklisted_until = merged.blacklisted_until;
    survivor.blacklist_reason = merged.blacklist_reason;
  }
  return survivor;
}

/// The teams of the merged organization, disbanded ones too, as the survivor's.
void MoveTeams(const Facts& facts, const Organization& survivor, Time now, RegistryChanges& changes) {
  for (const TeamProfile& team : facts.other_teams) {
    Changed<TeamProfile> moved = Follow(team, survivor, now);
    moved.after.team.organization_id = survivor.id;
    std::erase_if(moved.after.team.partners,
                  [&](const Partner& partner) { return partner.organization_id == survivor.id; });
    changes.teams.push_back(std::move(moved));
  }
}

/// VERSION_CONFLICT where somebody has come, gone or changed since they were sealed anew.
absl::Status MoveMembers(const MergeOrganizations& command, const Facts& facts, Time now, RegistryChanges& changes) {
  const auto same = [](const Member& sealed, const Member& stored) {
    return sealed.id == stored.id && sealed.version == stored.version;
  };
  if (!std::equal(command.members.begin(), command.members.end(), facts.other_members.begin(),
                  facts.other_members.end(), same)) {
    return Error(Reason::kVersionConflict, "merged_expected_version",
                 {{"current_version", std::to_string(command.merged_expected_version)}});
  }
  for (size_t i = 0; i < command.members.size(); ++i) {
    Member after = command.members[i];
    after.organization_id = command.survivor_id;
    after.version += 1;
    after.update_time = now;
    changes.members.push_back({facts.other_members[i], std::move(after), ""});
  }
  return absl::OkStatus();
}

template <class Object>
Object& Next(const Object& before, std::vector<Changed<Object>>& into, std::string event = "") {
  Object after = before;
  after.version += 1;
  into.push_back({before, std::move(after), std::move(event)});
  return into.back().after;
}

/// Memberships, drives and their applications go on as the survivor's.
template <class Object>
void MoveAll(const std::vector<Object>& list, const OrganizationId& survivor, Time now,
             std::vector<Changed<Object>>& into) {
  for (const Object& before : list) {
    Object& after = Next(before, into);
    after.update_time = now;
    after.organization_id = survivor;
  }
}

/// What teams have declared goes with them; what the merged organization has declared for itself ends.
void MoveDeclarations(const Belongings& belongings, const OrganizationId& survivor, Time now,
                      RegistryChanges& changes) {
  for (const Readiness& before : belongings.readiness) {
    Readiness& after = Next(before, changes.readiness);
    if (before.subject_kind == SubjectKind::kTeam) {
      after.organization_id = survivor;
    } else {
      after.expire_time = std::min(after.expire_time, std::max(now, after.declare_time + Duration(1)));
    }
  }
  for (const Capacity& before : belongings.capacities) {
    Capacity& after = Next(before, changes.capacities);
    after.update_time = now;
    if (before.subject_kind == SubjectKind::kTeam) {
      after.organization_id = survivor;
    } else if (!before.withdrawn) {
      after.withdrawn = true;
      changes.capacities.back().event = "CapacityWithdrawn";
    }
  }
}

absl::Status MoveBelongings(const Belongings& belongings, const OrganizationId& survivor, Time now,
                            RegistryChanges& changes) {
  const size_t most =
      std::max({belongings.memberships.size(), belongings.recruitments.size(), belongings.applications.size(),
                belongings.readiness.size(), belongings.capacities.size()});
  MUSTER_RETURN_IF_ERROR(CheckRange(static_cast<int64_t>(most), 0, kMaxMergedMembers, "merged_id"));
  MoveAll(belongings.memberships, survivor, now, changes.memberships);
  MoveAll(belongings.recruitments, survivor, now, changes.recruitments);
  MoveAll(belongings.applications, survivor, now, changes.applications);
  MoveDeclarations(belongings, survivor, now, changes);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RegistryChanges> Decide(const MergeOrganizations& command, const Facts& facts, const Context& context) {
  MUSTER_RETURN_IF_ERROR(CheckBoth(command, facts, context));
  MUSTER_RETURN_IF_ERROR(CheckTeamCount(facts));
  MUSTER_ASSIGN_OR_RETURN(Organization survivor, Joined(*facts.organization, *facts.other_organization));
  RegistryChanges changes =
      NextVersion(*facts.organization, std::move(survivor), "OrganizationUpdated", facts, context.now);
  MoveTeams(facts, changes.organizations.front().after, context.now, changes);
  MUSTER_RETURN_IF_ERROR(MoveMembers(command, facts, context.now, changes));
  MUSTER_RETURN_IF_ERROR(MoveBelongings(facts.other_belongings, command.survivor_id, context.now, changes));
  Organization merged = *facts.other_organization;
  merged.version += 1;
  merged.update_time = context.now;
  merged.state = OrganizationState::kWithdrawn;
  merged.merged_into = command.survivor_id;
  changes.organizations.push_back({*facts.other_organization, std::move(merged), "OrganizationMerged"});
  if (facts.change) {
    changes.organization_changes.push_back(EndOf(*facts.change, ChangeState::kWithdrawn, context.principal.account_id,
                                                 command.reason, context.now, "OrganizationChangeWithdrawn"));
  }
  changes.district_path = facts.other_organization->district_path;
  changes.note = command.reason;
  return changes;
}

}  // namespace muster::registry
