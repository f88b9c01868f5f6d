#include "services/registry/core/partner_rules.h"

#include <algorithm>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "services/registry/core/authority.h"
#include "services/registry/core/field_checks.h"

namespace muster::registry {
namespace {

using Partners = std::vector<Partner>;

Partners::const_iterator Find(const Partners& partners, const OrganizationId& id) {
  return std::find_if(partners.begin(), partners.end(), [&](const Partner& p) { return p.organization_id == id; });
}

RegistryChanges ChangeOf(const TeamProfile& before, Partners partners, Time now) {
  TeamProfile after = before;
  std::sort(partners.begin(), partners.end(),
            [](const Partner& a, const Partner& b) { return a.organization_id < b.organization_id; });
  after.team.partners = std::move(partners);
  after.team.version = before.team.version + 1;
  after.team.update_time = now;
  RegistryChanges changes;
  changes.teams.push_back({before, std::move(after), "TeamUpdated"});
  return changes;
}

absl::Status CheckApproved(const Facts& facts) {
  const OrganizationState state = facts.partner_state.value_or(OrganizationState::kDraft);
  return state == OrganizationState::kApproved ? absl::OkStatus()
                                               : IllegalMove("organization", Name(state), "partner", "approved");
}

absl::Status CheckStands(const Team& team) {
  return team.disbanded ? IllegalMove("team", "disbanded", "partnership", "none") : absl::OkStatus();
}

}  // namespace

absl::StatusOr<RegistryChanges> Decide(const InvitePartner& command, const Facts& facts, const Context& context) {
  if (facts.teams.empty()) {
    return Error(Reason::kNotFound, "team_id");
  }
  const TeamProfile& before = facts.teams.front();
  const Team& team = before.team;
  MUSTER_RETURN_IF_ERROR(CheckVersion(command.expected_version, team.version));
  MUSTER_RETURN_IF_ERROR(Require(Authority::kManager,
                                 AuthorityOver(context.principal, team.organization_id, team.district_path),
                                 "InvitePartner"));
  MUSTER_RETURN_IF_ERROR(CheckStands(team));
  if (!IsUuid(command.organization_id.value()) || command.organization_id == team.organization_id) {
    return Error(Reason::kInvalidField, "organization_id");
  }
  if (Find(team.partners, command.organization_id) != team.partners.end()) {
    return Error(Reason::kDuplicate, "organization_id");
  }
  Partners partners = team.partners;
  partners.push_back({command.organization_id, false});
  MUSTER_RETURN_IF_ERROR(CheckRange(static_cast<int64_t>(partners.size()), 0, kMaxPartners, "organization_id"));
  return ChangeOf(before, std::move(partners), context.now);
}

absl::StatusOr<RegistryChanges> Decide(const AnswerPartner& command, const Facts& facts, const Context& context) {
  if (facts.teams.empty()) {
    return Error(Reason::kNotFound, "team_id");
  }
  const TeamProfile& before = facts.teams.front();
  const Team& team = before.team;
  MUSTER_RETURN_IF_ERROR(CheckVersion(command.expected_version, team.version));
  const Authority over_team = AuthorityOver(context.principal, team.organization_id, team.district_path);
  const Authority over_partner = AuthorityOver(context.principal, command.organization_id, "");
  const bool may = over_partner >= Authority::kManager || (!command.accept && over_team >= Authority::kManager);
  MUSTER_RETURN_IF_ERROR(Require(Authority::kManager, may ? Authority::kManager : Authority::kNone, "AnswerPartner"));
  const auto asked = Find(team.partners, command.organization_id);
  if (asked == team.partners.end()) {
    return Error(Reason::kNotFound, "organization_id");
  }
  if (command.accept) {
    MUSTER_RETURN_IF_ERROR(CheckStands(team));
    MUSTER_RETURN_IF_ERROR(CheckApproved(facts));
  }
  if (command.accept && asked->accepted) {
    return IllegalMove("partner", "accepted", "accepted", "none");
  }
  Partners partners = team.partners;
  const auto place = partners.begin() + (asked - team.partners.begin());
  if (command.accept) {
    place->accepted = true;
  } else {
    partners.erase(place);
  }
  return ChangeOf(before, std::move(partners), context.now);
}

}  // namespace muster::registry
