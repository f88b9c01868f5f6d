#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/domain/principal.h"
#include "muster/storage/database.h"
#include "services/registry/core/duplicates.h"
#include "services/registry/core/model.h"
#include "services/registry/core/organization_records.h"
#include "services/registry/store/team_snapshot.h"

namespace muster::registry {

/// A circle on the ground.
struct Neighbourhood {
  geo::Position center;
  double radius_m = 0;
};

/// A capability at this level or a better one, whenever it is valid.
struct CapabilityFilter {
  std::string code;
  int lowest_level = 0;
};

/// Which organizations to list; empty: all that the caller sees.
struct OrganizationFilter {
  std::string district_path;
  std::optional<OrganizationKind> kind;
  std::optional<OrganizationState> state;
  std::string text;                            ///< in its search form; in name, credit code or filing number
  std::optional<CapabilityFilter> capability;  ///< held by one of its teams that stand
  std::optional<Neighbourhood> near;
};

struct TeamFilter {
  OrganizationId organization_id;
  std::string district_path;
  std::optional<CapabilityFilter> capability;
  std::string text;  ///< in its search form; in the name
  std::optional<OrganizationKind> organization_kind;
  std::optional<Time> usable_at;  ///< not disbanded, not suspended, of an organization in good standing
  std::optional<Neighbourhood> near;
  bool works_remotely = false;
};

struct MemberFilter {
  OrganizationId organization_id;
  TeamId team_id;
  std::optional<Sealed> phone_index;
  std::optional<Sealed> name_digest;
  std::optional<Sealed> id_number_digest;
};

struct ChangeFilter {
  OrganizationId organization_id;
  std::optional<ChangeState> state;
};

/// Where a page starts and how long it is.
struct PageStart {
  std::string after;  ///< id of the last item of the page before; empty: from the beginning
  int limit = 50;
};

template <class T>
struct Page {
  std::vector<T> items;  ///< in order of id
  bool more = false;
  std::string next;  ///< where there is more: the id after which it goes on
};

/// The queries of this service. A list looks at a bounded number of rows for a page (see SearchQuery): a page may hold
/// fewer items than its limit, even none, and still have more after it. Each takes the principal and answers only what
/// it may see; everything else is NOT_FOUND or left out. Thread-safe.
class RegistryStore {
 public:
  /// The database must outlive it.
  explicit RegistryStore(storage::Database& database) : database_(database) {}

  absl::StatusOr<Organization> GetOrganization(const Principal& principal, const OrganizationId& id) const;
  absl::StatusOr<TeamProfile> GetTeam(const Principal& principal, const TeamId& id) const;
  absl::StatusOr<Member> GetMember(const Principal& principal, const MemberId& id) const;
  absl::StatusOr<std::vector<Availability>> ListAvailability(const Principal& principal, const TeamId& id) const;

  absl::StatusOr<Page<Organization>> ListOrganizations(const Principal& principal, const OrganizationFilter& filter,
                                                       const PageStart& start) const;
  absl::StatusOr<Page<Team>> ListTeams(const Principal& principal, const TeamFilter& filter,
                                       const PageStart& start) const;
  absl::StatusOr<Page<Member>> ListMembers(const Principal& principal, const MemberFilter& filter,
                                           const PageStart& start) const;

  absl::StatusOr<OrganizationChange> GetChange(const Principal& principal, const OrganizationChangeId& id) const;
  absl::StatusOr<Page<OrganizationChange>> ListChanges(const Principal& principal, const ChangeFilter& filter,
                                                       const PageStart& start) const;
  /// All members of an organization that the principal sees, in order of id, at most `limit`.
  absl::StatusOr<std::vector<Member>> MembersOf(const Principal& principal, const OrganizationId& id,
                                                int64_t limit) const;
  /// Pairs of organizations of the district that may be one and are not dismissed, in order of their ids. What is
  /// revoked or withdrawn is left out.
  absl::StatusOr<std::vector<DuplicatePair>> FindDuplicatesIn(const Principal& principal,
                                                              const std::string& district_path) const;

  /// All teams that the principal sees, read in one snapshot of the database.
  absl::StatusOr<TeamSnapshot> SnapshotTeams(const Principal& principal) const;

 private:
  storage::Database& database_;
};

}  // namespace muster::registry
