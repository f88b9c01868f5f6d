#include "services/registry/core/model.h"

#include <algorithm>
#include <array>

#include "services/registry/core/organization_records.h"
#include "services/registry/core/schedule.h"

namespace muster::registry {
namespace {

constexpr std::array<std::string_view, 8> kKindNames{"association",     "service_agency",    "foundation",
                                                     "filed_group",     "government_rescue", "social_work_station",
                                                     "requesting_unit", "enterprise"};

constexpr std::array<std::string_view, 4> kChangeNames{"open", "approved", "refused", "withdrawn"};

}  // namespace

std::string_view Name(OrganizationKind kind) { return kKindNames[static_cast<size_t>(kind)]; }

std::optional<OrganizationKind> OrganizationKindFromName(std::string_view name) {
  const auto found = std::find(kKindNames.begin(), kKindNames.end(), name);
  if (found == kKindNames.end()) {
    return std::nullopt;
  }
  return static_cast<OrganizationKind>(found - kKindNames.begin());
}

std::string_view Name(ChangeState state) { return kChangeNames[static_cast<size_t>(state)]; }

std::optional<ChangeState> ChangeStateFromName(std::string_view name) {
  const auto found = std::find(kChangeNames.begin(), kChangeNames.end(), name);
  if (found == kChangeNames.end()) {
    return std::nullopt;
  }
  return static_cast<ChangeState>(found - kChangeNames.begin());
}

bool NeedsCreditCode(OrganizationKind kind) {
  return kind == OrganizationKind::kAssociation || kind == OrganizationKind::kServiceAgency ||
         kind == OrganizationKind::kFoundation || kind == OrganizationKind::kEnterprise;
}

const std::optional<Location>& LastSeen(const Team& team) {
  const bool is_later = team.reported && !(team.current && team.current->time && team.reported->time &&
                                           *team.current->time > *team.reported->time);
  return is_later ? team.reported : team.current;
}

Standing StandingOf(const Organization& organization) {
  return {organization.state, organization.registration_end, organization.blacklisted_until, organization.name,
          organization.kind};
}

absl::Status CheckMayMobilize(const Standing& standing, Time now, std::string_view purpose) {
  if (standing.state != OrganizationState::kApproved) {
    return IllegalMove("organization", Name(standing.state), purpose, "none");
  }
  if (standing.blacklisted_until && *standing.blacklisted_until > now) {
    return IllegalMove("organization", "blacklisted", purpose, "none");
  }
  return absl::OkStatus();
}

TeamFacts FactsOf(const TeamProfile& profile) {
  TeamFacts facts;
  facts.team_id = profile.team.id;
  facts.organization_id = profile.team.organization_id;
  facts.disbanded = profile.team.disbanded;
  facts.organization_state = profile.standing.state;
  facts.registration_end = profile.standing.registration_end;
  facts.blacklisted_until = profile.standing.blacklisted_until;
  facts.suspended = profile.team.suspended;
  facts.headcount = profile.team.headcount;
  facts.works_remotely = profile.team.works_remotely;
  facts.capabilities = profile.team.capabilities;
  facts.available = profile.available;
  facts.weekly = profile.weekly;
  facts.blackouts = BlackoutsOf(profile.blackout_days);
  return facts;
}

}  // namespace muster::registry
