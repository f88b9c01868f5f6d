#include "services/registry/core/organization_change_rules.h"

#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "services/registry/core/authority.h"
#include "services/registry/core/field_checks.h"
#include "services/registry/core/field_mask.h"
#include "services/registry/core/organization_rules.h"

namespace muster::registry {
namespace {

absl::Status CheckOpen(const OrganizationChange& change, ChangeState to) {
  if (change.state == ChangeState::kOpen) {
    return absl::OkStatus();
  }
  return IllegalMove("organization_change", Name(change.state), Name(to), "none");
}

/// Only what has been checked once changes by request.
absl::Status CheckVouchedFor(const Organization& organization) {
  const bool vouched =
      organization.state == OrganizationState::kApproved || organization.state == OrganizationState::kSuspended;
  return vouched ? absl::OkStatus()
                 : IllegalMove("organization", Name(organization.state), "changed by request", "none");
}

/// What the organization becomes by the change. An officer's `reason` accepts a credit code whose check fails.
absl::StatusOr<Organization> Applied(const OrganizationChange& change, const std::string& reason, const Facts& facts) {
  const Organization& before = *facts.organization;
  MUSTER_RETURN_IF_ERROR(CheckVouchedFor(before));
  Organization after = before;
  MUSTER_RETURN_IF_ERROR(ApplyVouched(change.paths, change.values, after));
  if (before.credit_code != after.credit_code) {
    after.credit_code_reason = reason;
  }
  Normalize(after);
  MUSTER_RETURN_IF_ERROR(CheckNext(before, after, !after.credit_code_reason.empty(), facts));
  return after;
}

}  // namespace

Changed<OrganizationChange> EndOf(const OrganizationChange& open, ChangeState state, AccountId by, std::string reason,
                                  Time now, std::string event) {
  OrganizationChange after = open;
  after.version += 1;
  after.update_time = now;
  after.state = state;
  after.reviewer = std::move(by);
  after.decision_reason = std::move(reason);
  return {open, std::move(after), std::move(event)};
}

absl::StatusOr<RegistryChanges> Decide(const RequestOrganizationChange& command, const Facts& facts,
                                       const Context& context) {
  if (!facts.organization) {
    return Error(Reason::kNotFound, "organization.id");
  }
  const Organization& before = *facts.organization;
  MUSTER_RETURN_IF_ERROR(CheckVersion(command.expected_version, before.version));
  MUSTER_RETURN_IF_ERROR(
      Require(Authority::kManager, AuthorityOverOrganization(context.principal, before), "RequestOrganizationChange"));
  MUSTER_RETURN_IF_ERROR(CheckGiven(command.reason, "reason"));
  OrganizationChange change{command.change_id,
                            1,
                            context.now,
                            context.now,
                            before.id,
                            ChangeState::kOpen,
                            command.values,
                            command.paths,
                            command.reason,
                            context.principal.account_id,
                            {},
                            {}};
  MUSTER_RETURN_IF_ERROR(Applied(change, "", facts).status());
  if (facts.change) {
    return ErrorWithTexts(Reason::kDuplicate, "organization.id",
                          "该组织已有一份待审的变更申请。请等待审核，或先撤回它。",
                          "The organization has a request open already. Wait for its review, or take it back first.",
                          {{"change_id", facts.change->id.value()}});
  }
  RegistryChanges changes;
  changes.district_path = before.district_path;
  changes.note = command.reason;
  changes.organization_changes.push_back({std::nullopt, std::move(change), "OrganizationChangeRequested"});
  return changes;
}

absl::StatusOr<RegistryChanges> Decide(const ReviewOrganizationChange& command, const Facts& facts,
                                       const Context& context) {
  if (!facts.change || !facts.organization) {
    return Error(Reason::kNotFound);
  }
  const OrganizationChange& change = *facts.change;
  const Organization& before = *facts.organization;
  MUSTER_RETURN_IF_ERROR(CheckVersion(command.expected_version, change.version));
  MUSTER_RETURN_IF_ERROR(
      Require(Authority::kOfficer, AuthorityOverOrganization(context.principal, before), "ReviewOrganizationChange"));
  MUSTER_RETURN_IF_ERROR(CheckOpen(change, command.state));
  RegistryChanges changes;
  if (command.state == ChangeState::kApproved) {
    MUSTER_ASSIGN_OR_RETURN(Organization after, Applied(change, command.reason, facts));
    if (!DistrictCovers(context.principal.district_path, after.district_path)) {
      return Error(Reason::kForbidden, "organization.district_path",
                   {{"action", "ReviewOrganizationChange: district_path"}});
    }
    changes = NextVersion(before, std::move(after), "OrganizationUpdated", facts, context.now);
  } else {
    MUSTER_RETURN_IF_ERROR(CheckGiven(command.reason, "reason"));
  }
  changes.district_path = before.district_path;
  changes.note = command.reason.empty() ? change.reason : command.reason;
  changes.organization_changes.push_back(EndOf(change, command.state, context.principal.account_id, command.reason,
                                               context.now, "OrganizationChangeReviewed"));
  return changes;
}

absl::StatusOr<RegistryChanges> Decide(const WithdrawOrganizationChange& command, const Facts& facts,
                                       const Context& context) {
  if (!facts.change || !facts.organization) {
    return Error(Reason::kNotFound);
  }
  const OrganizationChange& change = *facts.change;
  MUSTER_RETURN_IF_ERROR(CheckVersion(command.expected_version, change.version));
  if (change.author != context.principal.account_id) {
    return Error(Reason::kForbidden, "", {{"action", "WithdrawOrganizationChange"}});
  }
  MUSTER_RETURN_IF_ERROR(CheckOpen(change, ChangeState::kWithdrawn));
  RegistryChanges changes;
  changes.district_path = facts.organization->district_path;
  changes.organization_changes.push_back(
      EndOf(change, ChangeState::kWithdrawn, {}, "", context.now, "OrganizationChangeWithdrawn"));
  return changes;
}

}  // namespace muster::registry
