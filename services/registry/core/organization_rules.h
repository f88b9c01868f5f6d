#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/registry/core/authority.h"
#include "services/registry/core/facts.h"

namespace muster::registry {

/// Makes an organization: a draft for its manager, approved at once for an officer, who may also open a draft for its
/// manager to complete, and accept a credit code whose check fails with a reason. Reads credit_code_taken,
/// filing_number_taken. Errors: FORBIDDEN (outside the officer's district, or a manager who has an organization), those
/// of CheckOrganization, DUPLICATE.
struct CreateOrganization {
  Organization values;  ///< id, version, times and state are set here
  bool draft = false;   ///< by an officer: a draft all the same
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

/// What holds for every organization, with the fields named below `prefix`. `vouched`: an officer with a reason or an
/// imported register stands for the credit code, or it was accepted before. Errors: INVALID_FIELD, OUT_OF_RANGE,
/// BAD_TIME.
absl::Status CheckOrganization(const Organization& organization, bool vouched, const std::string& prefix);

/// What the first two characters of a credit code say (51 association, 52 service agency, 53 foundation, 91 to 93
/// enterprise); none where they leave it open.
std::optional<OrganizationKind> KindOfCreditCode(std::string_view credit_code);

/// INVALID_FIELD naming the kind that fits, where a kind of legal person has a credit code of another kind.
absl::Status CheckKind(const Organization& organization, const std::string& prefix);

/// Normalizes the credit code, trims the name, drops a reason for a credit code that needs none, places an organization
/// without a position at its district's centre.
void Normalize(Organization& organization);

// For the other rules about organizations.

/// What the principal may say about this organization: a manager may still write everything in a draft.
Authority AuthorityOverOrganization(const Principal& principal, const Organization& organization);

/// DUPLICATE where the facts say that another has the credit code or the filing number.
absl::Status CheckUnique(const Organization& organization, const Facts& facts);

/// ILLEGAL_TRANSITION for an organization that is revoked or withdrawn; `step` names what was tried.
absl::Status CheckStands(const Organization& organization, std::string_view step);

/// Copies what an officer vouches for. Errors: INVALID_FIELD (update_mask) when `paths` names nothing, UNKNOWN_FIELD,
/// READ_ONLY_FIELD (also for what needs no request, with how to change it).
absl::Status ApplyVouched(const std::vector<std::string>& paths, const Organization& values, Organization& into);

/// Checks what `before` becomes. A credit code that was accepted before is not asked again; `vouched`: an officer gives
/// a reason for a new one. Errors: those of CheckOrganization, CheckKind and CheckUnique.
absl::Status CheckNext(const Organization& before, const Organization& after, bool vouched, const Facts& facts);

/// The organization with its next version, and its teams where they see a difference.
RegistryChanges NextVersion(const Organization& before, Organization after, std::string event, const Facts& facts,
                            Time now);

/// The next version of a team whose organization has changed.
Changed<TeamProfile> Follow(const TeamProfile& before, const Organization& organization, Time now);

}  // namespace muster::registry
