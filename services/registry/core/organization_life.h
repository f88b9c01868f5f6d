#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "services/registry/core/facts.h"

namespace muster::registry {

/// Hands a draft in. Reads organization, its teams. Errors: NOT_FOUND, VERSION_CONFLICT, FORBIDDEN, ILLEGAL_TRANSITION,
/// INVALID_FIELD naming the first field that is missing, with all of them as `missing`: address, contact_name,
/// contact_phone, and help_offered but for a unit that asks for help.
struct SubmitOrganization {
  OrganizationId id;
  int64_t expected_version = 0;
};

/// Bars an organization until a time, or lifts that; its teams follow. Reads organization, its teams. Errors:
/// NOT_FOUND, VERSION_CONFLICT, FORBIDDEN, INVALID_FIELD (a reason is always needed; nothing to lift), BAD_TIME (over
/// already).
struct BlacklistOrganization {
  OrganizationId id;
  int64_t expected_version = 0;
  std::optional<Time> until;  ///< none: lift it
  std::string reason;
};

/// Notes an inspection: the annual one of a year takes the place of an earlier note for that year. Reads organization.
/// Errors: NOT_FOUND, VERSION_CONFLICT, FORBIDDEN, ILLEGAL_TRANSITION (revoked, withdrawn), OUT_OF_RANGE (the year; too
/// many), BAD_TIME (in the future).
struct RecordInspection {
  OrganizationId id;
  int64_t expected_version = 0;
  Inspection inspection;
};

absl::StatusOr<RegistryChanges> Decide(const SubmitOrganization& command, const Facts& facts, const Context& context);
absl::StatusOr<RegistryChanges> Decide(const BlacklistOrganization& command, const Facts& facts,
                                       const Context& context);
absl::StatusOr<RegistryChanges> Decide(const RecordInspection& command, const Facts& facts, const Context& context);

/// Adds an inspection in its place, or in the place of an earlier annual one of its year. OUT_OF_RANGE (inspection)
/// beyond 100.
absl::Status AddInspection(const Inspection& inspection, std::vector<Inspection>& into);

}  // namespace muster::registry
