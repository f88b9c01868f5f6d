#include "services/registry/core/team_rules.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/domain/capability.h"
#include "muster/domain/reason.h"
#include "services/registry/core/authority.h"
#include "services/registry/core/field_checks.h"
#include "services/registry/core/field_mask.h"
#include "services/registry/core/means.h"
#include "services/registry/core/position_rules.h"

namespace muster::registry {
namespace {

using Field = UpdatableField<Team>;

constexpr int64_t kMaxHeadcount = 10'000;
constexpr int64_t kMaxTurnoutMinutes = 24 * 60;
constexpr int64_t kMaxRangeKm = 5'000;
constexpr int64_t kMaxLanguages = 20;

constexpr auto kFields = std::to_array<Field>({
    {"name", Authority::kManager, [](Team& to, const Team& from) { to.name = from.name; }},
    {"leader_member_id", Authority::kManager,
     [](Team& to, const Team& from) { to.leader_member_id = from.leader_member_id; }},
    {"headcount", Authority::kLeader, [](Team& to, const Team& from) { to.headcount = from.headcount; }},
    {"base_position", Authority::kManager, [](Team& to, const Team& from) { to.base = from.base; }},
    {"current_position", Authority::kLeader,
     [](Team& to, const Team& from) {
       to.current = from.current;
       to.reported = from.current ? to.reported : std::nullopt;
     }},
    {"travel_mode", Authority::kLeader, [](Team& to, const Team& from) { to.travel_mode = from.travel_mode; }},
    {"turnout_minutes", Authority::kLeader,
     [](Team& to, const Team& from) { to.turnout_minutes = from.turnout_minutes; }},
    {"range_km", Authority::kLeader, [](Team& to, const Team& from) { to.range_km = from.range_km; }},
    {"works_remotely", Authority::kLeader, [](Team& to, const Team& from) { to.works_remotely = from.works_remotely; }},
    {"languages", Authority::kLeader, [](Team& to, const Team& from) { to.languages = from.languages; }},
    {"capabilities", Authority::kManager, [](Team& to, const Team& from) { to.capabilities = from.capabilities; }},
    {"district_path", Authority::kManager, [](Team& to, const Team& from) { to.district_path = from.district_path; }},
    {"suspended", Authority::kOfficer, [](Team& to, const Team& from) { to.suspended = from.suspended; }},
    {"external_refs", Authority::kManager, [](Team& to, const Team& from) { to.external_refs = from.external_refs; }},
    {"equipment", Authority::kLeader, [](Team& to, const Team& from) { to.equipment = from.equipment; }},
    {"limits", Authority::kLeader, [](Team& to, const Team& from) { to.limits = from.limits; }},
    {"partner_organization_ids", Authority::kNobody, nullptr},
    {"invited_organization_ids", Authority::kNobody, nullptr},
    {"id", Authority::kNobody, nullptr},
    {"version", Authority::kNobody, nullptr},
    {"create_time", Authority::kNobody, nullptr},
    {"update_time", Authority::kNobody, nullptr},
    {"organization_id", Authority::kNobody, nullptr},
    {"disbanded", Authority::kNobody, nullptr},
});

bool IsLanguageTag(const std::string& text) {
  return text.size() >= 2 && text.size() <= 35 && std::all_of(text.begin(), text.end(), [](char c) {
           return c == '-' || std::isalnum(static_cast<unsigned char>(c)) != 0;
         });
}

absl::Status CheckCapability(const HeldCapability& held, const std::string& field) {
  MUSTER_RETURN_IF_ERROR(CheckCapabilityCode(held.capability, field + ".capability"));
  const int lowest = FindCapability(held.capability)->LowestLevel();
  MUSTER_RETURN_IF_ERROR(CheckRange(held.level, 1, lowest, field + ".level"));
  return CheckWindow(held.valid, field + ".valid_until_time");
}

absl::Status CheckCapabilities(const std::vector<HeldCapability>& capabilities, const std::string& field) {
  MUSTER_RETURN_IF_ERROR(
      CheckRange(static_cast<int64_t>(capabilities.size()), 0, static_cast<int64_t>(kMaxCapabilitiesOfTeam), field));
  for (size_t i = 0; i < capabilities.size(); ++i) {
    MUSTER_RETURN_IF_ERROR(CheckCapability(capabilities[i], field + "[" + std::to_string(i) + "]"));
  }
  return absl::OkStatus();
}

bool Same(const HeldCapability& a, const HeldCapability& b) {
  return a.capability == b.capability && a.level == b.level && a.valid == b.valid;
}

/// A grade of a rescue speciality is given by the authority after an assessment, so only an officer enters or changes
/// one; a manager may keep it and give it up.
absl::Status CheckGrades(const std::vector<HeldCapability>& before, const std::vector<HeldCapability>& after,
                         Authority held) {
  for (size_t i = 0; i < after.size(); ++i) {
    const Capability* capability = FindCapability(after[i].capability);
    const bool kept =
        std::any_of(before.begin(), before.end(), [&](const auto& earlier) { return Same(earlier, after[i]); });
    if (capability != nullptr && capability->graded && !kept && held < Authority::kOfficer) {
      return Error(Reason::kForbidden, "team.capabilities[" + std::to_string(i) + "]",
                   {{"action", "UpdateTeam: " + after[i].capability}});
    }
  }
  return absl::OkStatus();
}

absl::Status CheckLeader(const Team& team, const Facts& facts) {
  const bool fits = team.leader_member_id.empty() ||
                    (facts.leader_organization && *facts.leader_organization == team.organization_id);
  return fits ? absl::OkStatus() : Error(Reason::kInvalidField, "team.leader_member_id");
}

absl::Status CheckStands(const Team& team, const char* to) {
  return team.disbanded ? IllegalMove("team", "disbanded", to, "none") : absl::OkStatus();
}

/// Whose officers vouch for a team and may suspend it goes by its district, so nobody but an officer moves it out of
/// its organization's, and an officer only within their own.
absl::Status CheckTeamDistrict(const Team& team, const std::string& district_of_organization, Authority held,
                               const Principal& principal) {
  const bool may = held >= Authority::kOfficer ? DistrictCovers(principal.district_path, team.district_path)
                                               : DistrictCovers(district_of_organization, team.district_path);
  return may ? absl::OkStatus()
             : Error(Reason::kForbidden, "team.district_path", {{"action", "team outside the district"}});
}

/// The change of one team to its next version.
RegistryChanges ChangeOf(const TeamProfile& before, TeamProfile after, std::string event, Time now) {
  after.team.version = before.team.version + 1;
  after.team.update_time = now;
  RegistryChanges changes;
  changes.teams.push_back({before, std::move(after), std::move(event)});
  return changes;
}

}  // namespace

absl::Status CheckTeam(const Team& team, const std::string& prefix) {
  MUSTER_RETURN_IF_ERROR(CheckGiven(team.name, prefix + ".name"));
  MUSTER_RETURN_IF_ERROR(CheckDistrict(team.district_path, prefix + ".district_path"));
  MUSTER_RETURN_IF_ERROR(CheckRange(team.headcount, 1, kMaxHeadcount, prefix + ".headcount"));
  MUSTER_RETURN_IF_ERROR(CheckRange(team.turnout_minutes, 0, kMaxTurnoutMinutes, prefix + ".turnout_minutes"));
  MUSTER_RETURN_IF_ERROR(CheckRange(team.range_km, 0, kMaxRangeKm, prefix + ".range_km"));
  MUSTER_RETURN_IF_ERROR(
      CheckRange(static_cast<int64_t>(team.languages.size()), 0, kMaxLanguages, prefix + ".languages"));
  if (!std::all_of(team.languages.begin(), team.languages.end(), IsLanguageTag)) {
    return Error(Reason::kInvalidField, prefix + ".languages");
  }
  if (team.suspended) {
    MUSTER_RETURN_IF_ERROR(CheckWindow(*team.suspended, prefix + ".suspended"));
  }
  MUSTER_RETURN_IF_ERROR(CheckCapabilities(team.capabilities, prefix + ".capabilities"));
  MUSTER_RETURN_IF_ERROR(CheckEquipment(team.equipment, prefix + ".equipment"));
  MUSTER_RETURN_IF_ERROR(CheckLimits(team.limits, prefix + ".limits"));
  return CheckReferences(team.external_refs, prefix + ".external_refs");
}

absl::StatusOr<RegistryChanges> Decide(const CreateTeam& command, const Facts& facts, const Context& context) {
  if (!facts.organization) {
    return Error(Reason::kNotFound, "team.organization_id");
  }
  const Organization& organization = *facts.organization;
  const Authority held = AuthorityOver(context.principal, organization.id, organization.district_path);
  MUSTER_RETURN_IF_ERROR(Require(Authority::kManager, held, "CreateTeam"));
  if (organization.state == OrganizationState::kRevoked || organization.state == OrganizationState::kWithdrawn) {
    return IllegalMove("organization", Name(organization.state), "new team", "none");
  }
  TeamProfile profile{command.values, StandingOf(organization), {}};
  Team& team = profile.team;
  team.name = std::string(TrimBlanks(team.name));
  team.district_path = team.district_path.empty() ? organization.district_path : team.district_path;
  team.base = team.base ? team.base : organization.location;
  MUSTER_RETURN_IF_ERROR(CheckTeam(team, "team"));
  MUSTER_RETURN_IF_ERROR(CheckTeamDistrict(team, organization.district_path, held, context.principal));
  MUSTER_RETURN_IF_ERROR(StampMeasured(team.current, context.now, "team.current_position.time"));
  team.partners.clear();
  MUSTER_RETURN_IF_ERROR(CheckGrades({}, team.capabilities, held));
  MUSTER_RETURN_IF_ERROR(CheckLeader(team, facts));
  if (team.suspended && held < Authority::kOfficer) {
    return Error(Reason::kForbidden, "team.suspended", {{"action", "CreateTeam: suspended"}});
  }
  MUSTER_RETURN_IF_ERROR(CheckRange(facts.team_count + 1, 1, kMaxTeamsOfOrganization, "team.organization_id"));
  team.version = 1;
  team.create_time = context.now;
  team.update_time = context.now;
  team.disbanded = false;
  RegistryChanges changes;
  changes.teams.push_back({std::nullopt, std::move(profile), "TeamCreated"});
  return changes;
}

absl::StatusOr<RegistryChanges> Decide(const UpdateTeam& command, const Facts& facts, const Context& context) {
  if (facts.teams.empty()) {
    return Error(Reason::kNotFound);
  }
  const TeamProfile& before = facts.teams.front();
  MUSTER_RETURN_IF_ERROR(CheckVersion(command.expected_version, before.team.version));
  const Authority held = AuthorityOver(context.principal, before.team.organization_id, before.team.district_path);
  TeamProfile after = before;
  MUSTER_RETURN_IF_ERROR(ApplyMask<Team>(kFields, command.paths, held, "UpdateTeam", command.values, after.team));
  MUSTER_RETURN_IF_ERROR(CheckStands(before.team, "updated"));
  after.team.name = std::string(TrimBlanks(after.team.name));
  after.team.base = after.team.base ? after.team.base : CentreOf(after.team.district_path);
  MUSTER_RETURN_IF_ERROR(CheckTeam(after.team, "team"));
  if (Names(command.paths, "district_path")) {
    MUSTER_RETURN_IF_ERROR(CheckTeamDistrict(after.team, facts.district_of_organization, held, context.principal));
  }
  MUSTER_RETURN_IF_ERROR(CheckGrades(before.team.capabilities, after.team.capabilities, held));
  if (Names(command.paths, "current_position")) {
    MUSTER_RETURN_IF_ERROR(StampMeasured(after.team.current, context.now, "team.current_position.time"));
  }
  if (Names(command.paths, "leader_member_id")) {
    MUSTER_RETURN_IF_ERROR(CheckLeader(after.team, facts));
  }
  return ChangeOf(before, std::move(after), "TeamUpdated", context.now);
}

absl::StatusOr<RegistryChanges> Decide(const DisbandTeam& command, const Facts& facts, const Context& context) {
  if (facts.teams.empty()) {
    return Error(Reason::kNotFound);
  }
  const TeamProfile& before = facts.teams.front();
  MUSTER_RETURN_IF_ERROR(CheckVersion(command.expected_version, before.team.version));
  MUSTER_RETURN_IF_ERROR(
      Require(Authority::kManager,
              AuthorityOver(context.principal, before.team.organization_id, before.team.district_path), "DisbandTeam"));
  MUSTER_RETURN_IF_ERROR(CheckStands(before.team, "disbanded"));
  TeamProfile after = before;
  after.team.disbanded = true;
  return ChangeOf(before, std::move(after), "TeamDisbanded", context.now);
}

absl::StatusOr<RegistryChanges> Decide(const DeclareAvailability& command, const Facts& facts, const Context& context) {
  if (facts.teams.empty()) {
    return Error(Reason::kNotFound);
  }
  const TeamProfile& before = facts.teams.front();
  MUSTER_RETURN_IF_ERROR(Require(
      Authority::kOperator, AuthorityOver(context.principal, before.team.organization_id, before.team.district_path),
      "DeclareAvailability"));
  MUSTER_RETURN_IF_ERROR(CheckStands(before.team, "available"));
  Schedule schedule = command.schedule;
  MUSTER_RETURN_IF_ERROR(SortAndCheck(schedule, context.now));
  DeclaredWindows declared{before.team.id, {}, schedule.weekly, schedule.blackout_days};
  for (const Window& window : schedule.windows) {
    declared.availabilities.push_back(
        {AvailabilityId(NewUuid(context.now, *context.random)), before.team.id, window, context.now});
  }
  TeamProfile after = before;
  after.available = std::move(schedule.windows);
  after.weekly = std::move(schedule.weekly);
  after.blackout_days = std::move(schedule.blackout_days);
  RegistryChanges changes = ChangeOf(before, std::move(after), "TeamUpdated", context.now);
  changes.windows = std::move(declared);
  return changes;
}

}  // namespace muster::registry
