#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/registry/core/facts.h"

namespace muster::registry {

/// Makes an organization: a draft for its manager, approved at once for an officer. Reads credit_code_taken,
/// filing_number_taken. Errors: FORBIDDEN (outside the officer's district, or a manager who has an organization),
/// those of CheckOrganization, DUPLICATE.
struct CreateOrganization {
  Organization values;  ///< id, version, times and state are set here
};

/// Changes the fields named in `paths` (names of the wire). Reads organization, its teams, credit_code_taken,
/// filing_number_taken. Its teams follow where what eligibility or dispatch sees of it has changed.
/// Errors: NOT_FOUND, VERSION_CONFLICT, FORBIDDEN, UNKNOWN_FIELD, READ_ONLY_FIELD, those of CheckOrganization,
/// DUPLICATE.
struct UpdateOrganization {
  OrganizationId id;
  int64_t expected_version = 0;
  Organization values;
  std::vector<std::string> paths;
  /// The version whose contact `values` was sealed from; 0 when the contact is not in `paths`.
  int64_t contact_version = 0;
};

/// Moves an organization along its life cycle; its teams follow. Reads organization, its teams. Errors: NOT_FOUND,
/// VERSION_CONFLICT, FORBIDDEN, ILLEGAL_TRANSITION, INVALID_FIELD (a reason is needed except on the way to approval).
struct ReviewOrganization {
  OrganizationId id;
  int64_t expected_version = 0;
  OrganizationState state = OrganizationState::kDraft;
  std::string reason;
};

absl::StatusOr<RegistryChanges> Decide(const CreateOrganization& command, const Facts& facts, const Context& context);
absl::StatusOr<RegistryChanges> Decide(const UpdateOrganization& command, const Facts& facts, const Context& context);
absl::StatusOr<RegistryChanges> Decide(const ReviewOrganization& command, const Facts& facts, const Context& context);

/// What holds for every organization, with the fields named below `prefix`. `vouched`: an officer or an imported
/// register stands for the credit code. Errors: INVALID_FIELD, OUT_OF_RANGE.
absl::Status CheckOrganization(const Organization& organization, bool vouched, const std::string& prefix);

/// Normalizes the credit code, trims the name, places an organization without a position at its district's centre.
void Normalize(Organization& organization);

/// The next version of a team whose organization has changed.
Changed<TeamProfile> Follow(const TeamProfile& before, const Organization& organization, Time now);

}  // namespace muster::registry
