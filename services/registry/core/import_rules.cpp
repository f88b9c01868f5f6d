#include "services/registry/core/import_rules.h"

#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "services/registry/core/authority.h"
#include "services/registry/core/consent_rules.h"
#include "services/registry/core/field_checks.h"
#include "services/registry/core/member_rules.h"
#include "services/registry/core/organization_rules.h"
#include "services/registry/core/team_rules.h"

namespace muster::registry {
namespace {

/// Goes through one batch, with what it has made known so far.
class Importer {
 public:
  Importer(const ImportFacts& facts, const Context& context)
      : facts_(facts), now_(context.now), by_(context.principal) {}

  absl::Status Add(const Organization& organization, const std::string& at) {
    MUSTER_ASSIGN_OR_RETURN(const bool is_new, Admit(organization.id.value(), at));
    if (!is_new) {
      return absl::OkStatus();
    }
    Organization row = organization;
    Normalize(row);
    MUSTER_RETURN_IF_ERROR(CheckOrganization(row, true, at));
    MUSTER_RETURN_IF_ERROR(CheckAuthority(row.district_path));
    new_organizations_.insert(row.id);
    changes_.organizations.push_back(Stamped(std::move(row)));
    changes_.organization_fields.push_back(at);
    return absl::OkStatus();
  }

  absl::Status Add(const Team& team, const std::string& at) {
    MUSTER_ASSIGN_OR_RETURN(const bool is_new, Admit(team.id.value(), at));
    if (!is_new) {
      return absl::OkStatus();
    }
    MUSTER_RETURN_IF_ERROR(CheckTeam(team, at));
    MUSTER_RETURN_IF_ERROR(CheckAuthority(team.district_path));
    MUSTER_RETURN_IF_ERROR(CheckOrganizationKnown(team.organization_id, at));
    new_teams_.emplace(team.id, TeamPlace{team.organization_id, team.district_path});
    changes_.teams.push_back(Stamped(team));
    return absl::OkStatus();
  }

  absl::Status Add(const Member& member, const std::string& at) {
    MUSTER_ASSIGN_OR_RETURN(const bool is_new, Admit(member.id.value(), at));
    if (!is_new) {
      return absl::OkStatus();
    }
    MUSTER_RETURN_IF_ERROR(CheckMember(member, at));
    MUSTER_RETURN_IF_ERROR(CheckConsents(member.consents, now_, at + ".consents"));
    MUSTER_RETURN_IF_ERROR(CheckAuthority(member.district_path));
    if (!member.organization_id.empty()) {
      MUSTER_RETURN_IF_ERROR(CheckOrganizationKnown(member.organization_id, at));
    }
    for (const TeamId& id : member.team_ids) {
      const TeamPlace* team = PlaceOf(id);
      if (team == nullptr || team->organization_id != member.organization_id) {
        return Unknown(at + ".team_ids", id.value());
      }
    }
    changes_.members.push_back(Stamped(member));
    SortTeams(changes_.members.back());
    return absl::OkStatus();
  }

  absl::Status Add(const Availability& availability, const std::string& at) {
    MUSTER_ASSIGN_OR_RETURN(const bool is_new, Admit(availability.id.value(), at));
    if (!is_new) {
      return absl::OkStatus();
    }
    MUSTER_RETURN_IF_ERROR(CheckWindow(availability.window, at + ".window"));
    if (PlaceOf(availability.team_id) == nullptr) {
      return Unknown(at + ".team_id", availability.team_id.value());
    }
    changes_.availabilities.push_back(availability);
    changes_.availabilities.back().create_time = now_;
    return absl::OkStatus();
  }

  ImportChanges Take() { return std::move(changes_); }

 private:
  /// Whether the row is new.
  absl::StatusOr<bool> Admit(const std::string& id, const std::string& at) {
    if (!IsUuid(id) || !seen_.insert(id).second) {
      return Error(Reason::kInvalidField, at + ".id");
    }
    const bool is_new = !facts_.ids.contains(id);
    changes_.skipped += is_new ? 0 : 1;
    return is_new;
  }

  /// An officer imports what lies in the own district.
  absl::Status CheckAuthority(const std::string& district_path) const {
    return Require(Authority::kOfficer, AuthorityOver(by_, OrganizationId(), district_path), "ImportBatch");
  }
  bool Covers(const std::string& district_path) const { return CheckAuthority(district_path).ok(); }

  absl::Status CheckOrganizationKnown(const OrganizationId& id, const std::string& at) const {
    const auto stored = facts_.organizations.find(id);
    const bool known =
        new_organizations_.contains(id) || (stored != facts_.organizations.end() && Covers(stored->second));
    return known ? absl::OkStatus() : Unknown(at + ".organization_id", id.value());
  }

  /// Of a team that the caller may add to; null for others, be they there or not.
  const TeamPlace* PlaceOf(const TeamId& id) const {
    const auto fresh = new_teams_.find(id);
    if (fresh != new_teams_.end()) {
      return &fresh->second;
    }
    const auto stored = facts_.teams.find(id);
    return stored == facts_.teams.end() || !Covers(stored->second.district_path) ? nullptr : &stored->second;
  }

  template <class T>
  T Stamped(T row) const {
    row.version = 1;
    row.create_time = now_;
    row.update_time = now_;
    return row;
  }

  static absl::Status Unknown(const std::string& field, const std::string& id) {
    return Error(Reason::kUnknownReference, field, {{"reference", id}});
  }

  const ImportFacts& facts_;
  const Time now_;
  const Principal& by_;
  ImportChanges changes_;
  std::set<std::string> seen_;
  std::set<OrganizationId> new_organizations_;
  std::map<TeamId, TeamPlace> new_teams_;
};

template <class T>
absl::Status AddAll(Importer& importer, const std::vector<T>& rows, const std::string& field) {
  for (size_t i = 0; i < rows.size(); ++i) {
    MUSTER_RETURN_IF_ERROR(importer.Add(rows[i], field + "[" + std::to_string(i) + "]"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ImportChanges> Decide(const ImportBatch& command, const ImportFacts& facts, const Context& context) {
  Importer importer(facts, context);
  MUSTER_RETURN_IF_ERROR(AddAll(importer, command.organizations, "organizations"));
  MUSTER_RETURN_IF_ERROR(AddAll(importer, command.teams, "teams"));
  MUSTER_RETURN_IF_ERROR(AddAll(importer, command.members, "members"));
  MUSTER_RETURN_IF_ERROR(AddAll(importer, command.availabilities, "availabilities"));
  return importer.Take();
}

}  // namespace muster::registry
