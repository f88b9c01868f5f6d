#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "muster/domain/principal.h"
#include "muster/storage/database.h"
#include "services/registry/core/people.h"
#include "services/registry/store/registry_store.h"

namespace muster::registry {

struct CertificateFilter {
  MemberId member_id;
  TeamId team_id;
  std::optional<CertificateState> state;
};

struct MembershipFilter {
  TeamId team_id;
  MemberId member_id;
  std::optional<MembershipState> state;
};

struct RecruitmentFilter {
  std::string district_path;
  OrganizationId organization_id;
  std::optional<RecruitmentState> state;
};

struct ApplicationFilter {
  RecruitmentId recruitment_id;
  MemberId member_id;
  std::optional<ApplicationState> state;
};

/// Queries about people, as those of RegistryStore. Thread-safe.
class PeopleStore {
 public:
  /// The database must outlive it.
  explicit PeopleStore(storage::Database& database) : database_(database) {}

  absl::StatusOr<Recruitment> GetRecruitment(const Principal& principal, const RecruitmentId& id) const;

  absl::StatusOr<Page<Certificate>> List(const Principal& principal, const CertificateFilter& filter,
                                         const PageStart& start) const;
  absl::StatusOr<Page<Membership>> List(const Principal& principal, const MembershipFilter& filter,
                                        const PageStart& start) const;
  absl::StatusOr<Page<Recruitment>> List(const Principal& principal, const RecruitmentFilter& filter,
                                         const PageStart& start) const;
  absl::StatusOr<Page<Application>> List(const Principal& principal, const ApplicationFilter& filter,
                                         const PageStart& start) const;

 private:
  storage::Database& database_;
};

}  // namespace muster::registry
