#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/domain/principal.h"
#include "muster/storage/database.h"
#include "services/registry/core/readiness_rules.h"
#include "services/registry/store/reads.h"
#include "services/registry/store/registry_store.h"

namespace muster::registry {

/// Which readiness, capacity or reminders to list; empty: all that the caller sees.
struct DeclaredFilter {
  OrganizationId organization_id;
  std::string district_path;
  IncidentId incident_id = {};            ///< capacity only
  std::optional<ReminderKind> kind = {};  ///< reminders only
};

/// Pages in order of id, of what the principal sees. Readiness and capacity that has expired or was taken back is left
/// out.
absl::StatusOr<Page<Readiness>> ListReadiness(storage::Database& database, const Principal& principal,
                                              const DeclaredFilter& filter, Time now, const PageStart& start);
absl::StatusOr<Page<Capacity>> ListCapacity(storage::Database& database, const Principal& principal,
                                            const DeclaredFilter& filter, Time now, const PageStart& start);
absl::StatusOr<Page<Reminder>> ListReminders(storage::Database& database, const Principal& principal,
                                             const DeclaredFilter& filter, const PageStart& start);

/// The organization or team that a command speaks of, as far as the principal sees it.
void ReadSubject(const Principal& principal, const SubjectName& subject, Facts& facts, Reads& reads);
/// What a subject declared before; for a subject that the principal was shown.
void ReadReadiness(const std::string& subject_id, std::optional<Readiness>& into, Reads& reads);
void ReadCapacity(const Principal& principal, const CapacityId& id, std::optional<Capacity>& into, Reads& reads);
/// The state of an organization, whoever asks.
void ReadOrganizationState(const OrganizationId& id, std::optional<OrganizationState>& into, Reads& reads);

}  // namespace muster::registry
