#pragma once

#include "absl/status/statusor.h"
#include "services/registry/core/facts.h"

namespace muster::registry {

inline constexpr int64_t kMaxPartners = 20;

/// Asks another organization to take part in a team. Whether there is such an organization is not told: one that is not
/// there never answers. Reads the team. Errors: NOT_FOUND, VERSION_CONFLICT, FORBIDDEN, ILLEGAL_TRANSITION (disbanded),
/// INVALID_FIELD (no id, or the team's own organization), DUPLICATE (asked already), OUT_OF_RANGE (too many).
struct InvitePartner {
  TeamId id;
  int64_t expected_version = 0;
  OrganizationId organization_id;
};

/// What the organization that was asked says: it takes part, or not, or not any more. The manager of the team's own
/// organization may take the invitation or the partnership back. Reads the team, partner_state. Errors: NOT_FOUND (the
/// team, or the organization was not asked), VERSION_CONFLICT, FORBIDDEN, ILLEGAL_TRANSITION (the team is disbanded,
/// the organization not approved, accepted already).
struct AnswerPartner {
  TeamId id;
  int64_t expected_version = 0;
  OrganizationId organization_id;
  bool accept = false;
};

absl::StatusOr<RegistryChanges> Decide(const InvitePartner& command, const Facts& facts, const Context& context);
absl::StatusOr<RegistryChanges> Decide(const AnswerPartner& command, const Facts& facts, const Context& context);

}  // namespace muster::registry
