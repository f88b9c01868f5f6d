#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/registry/core/facts.h"

namespace muster::registry {

/// How long a declaration of readiness may hold.
inline constexpr Duration kLongestReadiness = std::chrono::hours(24 * 366);

/// Of whom a command speaks. Reads the organization or the team.
struct SubjectName {
  SubjectKind kind = SubjectKind::kOrganization;
  std::string id;
};

/// Says how ready somebody is, in place of what was said before. Reads the subject, readiness. Errors: NOT_FOUND
/// (subject_id), FORBIDDEN, ILLEGAL_TRANSITION (disbanded, revoked or withdrawn), BAD_TIME (over already, more than a
/// year ahead).
struct DeclareReadiness {
  ReadinessId id;  ///< for a first declaration
  SubjectName subject;
  ReadinessLevel people = ReadinessLevel::kReady;
  ReadinessLevel equipment = ReadinessLevel::kReady;
  ReadinessLevel funds = ReadinessLevel::kReady;
  std::optional<Time> expire_time;
  Duration holds{};  ///< where no end is given
};

/// Offers what there is for an incident. Reads the subject. Errors: as DeclareReadiness; INVALID_FIELD (incident_id, or
/// neither people nor equipment), OUT_OF_RANGE, BAD_TIME.
struct DeclareCapacity {
  CapacityId id;
  SubjectName subject;
  IncidentId incident_id;
  int32_t people = 0;
  std::vector<Equipment> equipment;
  Window window;
  std::optional<Time> expire_time;  ///< none: the end of the window
};

/// Takes it back. Reads capacity. Errors: NOT_FOUND, VERSION_CONFLICT, FORBIDDEN, ILLEGAL_TRANSITION (taken back
/// already).
struct WithdrawCapacity {
  CapacityId id;
  int64_t expected_version = 0;
};

absl::StatusOr<RegistryChanges> Decide(const DeclareReadiness& command, const Facts& facts, const Context& context);
absl::StatusOr<RegistryChanges> Decide(const DeclareCapacity& command, const Facts& facts, const Context& context);
absl::StatusOr<RegistryChanges> Decide(const WithdrawCapacity& command, const Facts& facts, const Context& context);

}  // namespace muster::registry
