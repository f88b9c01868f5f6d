#include "services/registry/core/readiness_rules.h"

#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "services/registry/core/authority.h"
#include "services/registry/core/field_checks.h"
#include "services/registry/core/means.h"

namespace muster::registry {
namespace {

constexpr int64_t kMaxPeople = 10'000;
constexpr Duration kLongestPlan = std::chrono::hours(24 * 366);

/// The subject as it was read, which must be able to help at all.
absl::StatusOr<Subject> SubjectOf(const SubjectName& name, const Facts& facts, Time now) {
  if (name.kind == SubjectKind::kTeam) {
    if (facts.teams.empty()) {
      return Error(Reason::kNotFound, "subject_id");
    }
    const Team& team = facts.teams.front().team;
    if (team.disbanded) {
      return IllegalMove("team", "disbanded", "declared", "none");
    }
    MUSTER_RETURN_IF_ERROR(CheckMayMobilize(facts.teams.front().standing, now, "declared"));
    return Subject{name.kind, name.id, team.organization_id, team.district_path};
  }
  if (!facts.organization) {
    return Error(Reason::kNotFound, "subject_id");
  }
  const Organization& organization = *facts.organization;
  MUSTER_RETURN_IF_ERROR(CheckMayMobilize(StandingOf(organization), now, "declared"));
  return Subject{name.kind, name.id, organization.id, organization.district_path};
}

/// Leaders and operators speak for a team, a manager and operators for an organization too.
absl::Status CheckMay(const Subject& subject, const Context& context, std::string_view action) {
  const Authority held = AuthorityOver(context.principal, subject.organization_id, subject.district_path);
  const bool is_leader = held == Authority::kLeader && subject.kind == SubjectKind::kOrganization;
  return Require(Authority::kOperator, is_leader ? Authority::kNone : held, action);
}

}  // namespace

absl::StatusOr<RegistryChanges> Decide(const DeclareReadiness& command, const Facts& facts, const Context& context) {
  MUSTER_ASSIGN_OR_RETURN(const Subject subject, SubjectOf(command.subject, facts, context.now));
  MUSTER_RETURN_IF_ERROR(CheckMay(subject, context, "DeclareReadiness"));
  Readiness after;
  after.id = facts.readiness ? facts.readiness->id : command.id;
  after.version = facts.readiness ? facts.readiness->version + 1 : 1;
  after.subject_kind = subject.kind;
  after.subject_id = subject.id;
  after.organization_id = subject.organization_id;
  after.district_path = subject.district_path;
  after.people = command.people;
  after.equipment = command.equipment;
  after.funds = command.funds;
  after.declare_time = context.now;
  after.expire_time = command.expire_time.value_or(context.now + command.holds);
  if (after.expire_time <= context.now) {
    return BadTime("expire_time", "已经过去", "it is over already");
  }
  if (after.expire_time > context.now + kLongestReadiness) {
    return BadTime("expire_time", "最多一年", "it is more than a year ahead");
  }
  RegistryChanges changes;
  changes.readiness.push_back({facts.readiness, std::move(after), "ReadinessDeclared"});
  return changes;
}

absl::StatusOr<RegistryChanges> Decide(const DeclareCapacity& command, const Facts& facts, const Context& context) {
  MUSTER_ASSIGN_OR_RETURN(const Subject subject, SubjectOf(command.subject, facts, context.now));
  MUSTER_RETURN_IF_ERROR(CheckMay(subject, context, "DeclareCapacity"));
  if (!IsUuid(command.incident_id.value())) {
    return Error(Reason::kInvalidField, "incident_id");
  }
  MUSTER_RETURN_IF_ERROR(CheckRange(command.people, command.equipment.empty() ? 1 : 0, kMaxPeople, "people"));
  MUSTER_RETURN_IF_ERROR(CheckEquipment(command.equipment, "equipment"));
  MUSTER_RETURN_IF_ERROR(CheckWindow(command.window, "window"));
  if (command.window.end <= context.now || command.window.end > context.now + kLongestPlan) {
    return BadTime("window", "已经结束，或者超过一年", "it is over already, or more than a year ahead");
  }
  const Time expire = command.expire_time.value_or(command.window.end);
  if (expire <= context.now || expire > command.window.end) {
    return BadTime("expire_time", "须在现在与时段结束之间", "it must lie between now and the end of the window");
  }
  Capacity after{command.id,
                 1,
                 context.now,
                 context.now,
                 subject.kind,
                 subject.id,
                 subject.organization_id,
                 subject.district_path,
                 command.incident_id,
                 command.people,
                 command.equipment,
                 command.window,
                 expire,
                 false};
  RegistryChanges changes;
  changes.capacities.push_back({std::nullopt, std::move(after), "CapacityDeclared"});
  return changes;
}

absl::StatusOr<RegistryChanges> Decide(const WithdrawCapacity& command, const Facts& facts, const Context& context) {
  if (!facts.capacity) {
    return Error(Reason::kNotFound);
  }
  const Capacity& before = *facts.capacity;
  MUSTER_RETURN_IF_ERROR(CheckVersion(command.expected_version, before.version));
  MUSTER_RETURN_IF_ERROR(
      CheckMay({before.subject_kind, before.subject_id, before.organization_id, before.district_path}, context,
               "WithdrawCapacity"));
  if (before.withdrawn) {
    return IllegalMove("capacity", "withdrawn", "withdrawn", "none");
  }
  Capacity after = before;
  after.version = before.version + 1;
  after.update_time = context.now;
  after.withdrawn = true;
  RegistryChanges changes;
  changes.capacities.push_back({before, std::move(after), "CapacityWithdrawn"});
  return changes;
}

}  // namespace muster::registry
