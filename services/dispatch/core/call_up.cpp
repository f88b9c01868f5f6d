#include "services/dispatch/core/call_up.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/domain/reason.h"
#include "services/dispatch/core/incident_parts.h"
#include "services/dispatch/core/visibility.h"

namespace muster::dispatch {
namespace {

constexpr std::array<std::string_view, 8> kOrganizationKinds{
    "association",       "service_agency",      "foundation",      "filed_group",
    "government_rescue", "social_work_station", "requesting_unit", "enterprise"};

constexpr std::array<std::string_view, 4> kSteps{"none", "standby", "mobilize", "end"};

std::string_view Name(CallUpStep step) { return kSteps[static_cast<size_t>(step)]; }

absl::Status CheckKinds(const std::vector<std::string>& kinds) {
  if (kinds.size() > kOrganizationKinds.size()) {
    return Error(Reason::kOutOfRange, "notice.organization_kinds", {{"range", "0 - 8"}});
  }
  for (size_t i = 0; i < kinds.size(); ++i) {
    if (std::find(kOrganizationKinds.begin(), kOrganizationKinds.end(), kinds[i]) == kOrganizationKinds.end()) {
      return Error(Reason::kInvalidField, "notice.organization_kinds[" + std::to_string(i) + "]");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckNotice(const CallUpNotice& notice, const Context& context) {
  if (TrimBlanks(notice.issuer).empty()) {
    return Error(Reason::kInvalidField, "notice.issuer");
  }
  if (notice.level < 1 || notice.level > 4) {
    return Error(Reason::kOutOfRange, "notice.level", {{"range", "1 - 4"}});
  }
  if (!IsDistrictPath(notice.district_path)) {
    return Error(Reason::kInvalidField, "notice.district_path");
  }
  if (!DistrictCovers(context.principal.district_path, notice.district_path)) {
    return Error(Reason::kForbidden, "notice.district_path", {{"action", "IssueCallUp " + notice.district_path}});
  }
  if (notice.end_time && *notice.end_time <= std::max(context.now, notice.start_time.value_or(context.now))) {
    return Error(Reason::kBadTime, "notice.window", {{"why", "the end is not in the future and after the start"}});
  }
  return CheckKinds(notice.organization_kinds);
}

absl::Status CheckStep(CallUpStep from, CallUpStep to) {
  if (to == CallUpStep::kNone) {
    return Error(Reason::kInvalidField, "step");
  }
  const bool lowers = from == CallUpStep::kMobilize && to == CallUpStep::kStandby;
  const bool ends_nothing = from == CallUpStep::kNone && to == CallUpStep::kEnd;
  if (!lowers && !ends_nothing) {
    return absl::OkStatus();
  }
  return IllegalMove("call_up", Name(from), Name(to), lowers ? "mobilize, end" : "standby, mobilize");
}

void Issue(const IssueCallUp& command, const Context& context, Incident& incident) {
  incident.call_up = command.notice;
  incident.call_up_step = command.step;
  if (!incident.call_up->start_time) {
    incident.call_up->start_time = context.now;
  }
  if (command.step == CallUpStep::kMobilize) {
    incident.state = IncidentState::kActive;  // legal from every state that is not closed
  }
}

}  // namespace

CallUpStep StepOf(const Incident& incident) {
  if (!incident.call_up) {
    return CallUpStep::kNone;
  }
  // A notice that came with UpdateIncident, or from the version before, opened a mobilization.
  return incident.call_up_step == CallUpStep::kNone ? CallUpStep::kMobilize : incident.call_up_step;
}

absl::StatusOr<DispatchChanges> Decide(const IssueCallUp& command, const Facts& facts, const Context& context) {
  if (!facts.incident ||
      !CoversIncident(context.principal, facts.incident->id, facts.incident->district_path, context.now)) {
    return Error(Reason::kNotFound);
  }
  const Incident& before = *facts.incident;
  MUSTER_RETURN_IF_ERROR(CheckVersion(command.expected_version, before.version));
  if (before.state == IncidentState::kClosed) {
    return IllegalMove("incident", "closed", "called up for", "none");
  }
  MUSTER_RETURN_IF_ERROR(CheckStep(StepOf(before), command.step));
  const bool ends = command.step == CallUpStep::kEnd;
  if (!ends) {
    MUSTER_RETURN_IF_ERROR(CheckNotice(command.notice, context));
  }
  if (facts.reach.organizations > kOrganizationsWithoutConfirmation && command.confirm) {
    MUSTER_RETURN_IF_ERROR(command.confirm(facts.reach));
  }
  DispatchChanges changes;
  changes.note = std::string(Name(command.step)) + ": " + std::to_string(facts.reach.organizations) +
                 " organizations, " + std::to_string(facts.reach.teams) + " teams";
  Incident& after = Change(changes.incidents, before, "IncidentUpdated");
  after.update_time = context.now;
  CallUp told{before.id, after.version, before.mode, command.step, ends ? *before.call_up : command.notice};
  if (ends) {
    told.notice.end_time = context.now;
    after.call_up.reset();
    after.call_up_step = CallUpStep::kNone;
  } else {
    Issue(command, context, after);
  }
  changes.call_ups.push_back(std::move(told));
  return changes;
}

}  // namespace muster::dispatch
