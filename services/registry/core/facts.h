#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "muster/base/random.h"
#include "muster/domain/principal.h"
#include "services/registry/core/belongings.h"
#include "services/registry/core/model.h"
#include "services/registry/core/organization_records.h"
#include "services/registry/core/people.h"
#include "services/registry/core/readiness_model.h"

namespace muster::registry {

/// What a command has read, as far as the principal may see it. Each command says which of these it needs; the others
/// stay empty.
struct Facts {
  std::optional<Organization> organization;
  std::vector<TeamProfile> teams;  ///< the team concerned, or all teams of the organization
  std::optional<Member> member;
  std::optional<OrganizationId> leader_organization;  ///< of the member named as leader; none: no such member
  std::vector<Team> member_teams;                     ///< of those named by a member, the ones that exist
  bool credit_code_taken = false;                     ///< by another organization that is still registered
  bool filing_number_taken = false;
  std::string district_of_organization;            ///< that the team concerned belongs to
  int64_t team_count = 0;                          ///< teams of the organization that are not disbanded
  std::optional<Organization> other_organization;  ///< the second of two
  std::vector<TeamProfile> other_teams;            ///< all of its teams
  std::vector<Member> other_members;               ///< all of its members, in order of id
  Belongings other_belongings;                     ///< what else is its
  std::optional<OrganizationChange> change;        ///< the requested change concerned, or the organization's open one
  std::optional<OrganizationState> partner_state;  ///< of the organization named as partner; none: no such one
  std::optional<Readiness> readiness;              ///< what the subject declared before
  std::optional<Capacity> capacity;                ///< the one concerned
  PeopleFacts people;
};

/// When and for whom a command is decided.
struct Context {
  Time now{};
  Principal principal;
  Random* random = nullptr;
};

/// An object before and after a command, and the event that tells of it.
template <class T>
struct Changed {
  std::optional<T> before;  ///< none for a new object
  T after;
  std::string event;  ///< "TeamUpdated"; empty: a change that others need not hear of
};

/// The windows that a team declares, in place of all earlier ones.
struct DeclaredWindows {
  TeamId team_id;
  std::vector<Availability> availabilities;
  std::vector<WeeklyTime> weekly;
  std::vector<std::string> blackout_days;
};

/// Everything that a command changes, in the order in which it is written.
struct RegistryChanges {
  std::vector<Changed<Organization>> organizations;
  std::vector<Changed<TeamProfile>> teams;
  std::vector<Changed<Member>> members;
  std::vector<Changed<Certificate>> certificates;
  std::vector<Changed<Membership>> memberships;
  std::vector<Changed<Recruitment>> recruitments;
  std::vector<Changed<Application>> applications;
  std::optional<Unmasking> unmasking;
  std::optional<DeclaredWindows> windows;
  std::vector<Changed<OrganizationChange>> organization_changes;
  std::vector<Changed<DuplicateDismissal>> dismissals;
  /// Where the organization of `organization_changes` and `dismissals` lies, for their events.
  std::string district_path;
  std::vector<Changed<Readiness>> readiness;
  std::vector<Changed<Capacity>> capacities;
  std::vector<Changed<Reminder>> reminders;
  std::string note;  ///< why, for the audit trail
};

}  // namespace muster::registry
