#include "services/dispatch/core/take_over.h"

#include <set>

#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/domain/reason.h"
#include "services/dispatch/core/incident_parts.h"
#include "services/dispatch/core/visibility.h"

namespace muster::dispatch {
namespace {

template <class T>
void AddIncidents(const std::vector<Changed<T>>& changed, std::set<IncidentId>& ids) {
  for (const Changed<T>& one : changed) {
    ids.insert(one.after.incident_id);
  }
}

std::set<IncidentId> IncidentsOf(const DispatchChanges& changes) {
  std::set<IncidentId> ids;
  for (const Changed<Incident>& changed : changes.incidents) {
    ids.insert(changed.after.id);
  }
  AddIncidents(changes.requests, ids);
  AddIncidents(changes.lines, ids);
  AddIncidents(changes.offers, ids);
  AddIncidents(changes.assignments, ids);
  for (const SituationReport& report : changes.reports) {
    ids.insert(report.incident_id);
  }
  return ids;
}

absl::Status CheckTarget(const TakeOverIncident& command, const Incident& incident, const Context& context) {
  const bool above =
      IsDistrictPath(command.district_path) && DistrictCovers(command.district_path, incident.district_path);
  if (!above) {
    return ErrorWithTexts(Reason::kInvalidField, "district_path", "接管的指挥席须在事件区划或其上级。请改正。",
                          "The desk that takes over is that of the incident's district or one above it.");
  }
  if (!DistrictCovers(context.principal.district_path, command.district_path)) {
    return ErrorWithTexts(Reason::kForbidden, "district_path", "不能替上级接管。请上级指挥席自己接管。",
                          "You cannot hand an incident up. The higher desk takes it over itself.");
  }
  if (command.district_path == incident.desk_district_path() && TrimBlanks(command.handover_note).empty()) {
    return Error(Reason::kInvalidField, "handover_note");  // nothing would change
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<DispatchChanges> Decide(const TakeOverIncident& command, const Facts& facts, const Context& context) {
  if (!facts.incident ||
      !CoversIncident(context.principal, facts.incident->id, facts.incident->district_path, context.now)) {
    return Error(Reason::kNotFound);
  }
  const Incident& before = *facts.incident;
  MUSTER_RETURN_IF_ERROR(CheckVersion(command.expected_version, before.version));
  if (before.state == IncidentState::kClosed) {
    return IllegalMove("incident", "closed", "taken over", "none");
  }
  MUSTER_RETURN_IF_ERROR(CheckTarget(command, before, context));
  DispatchChanges changes;
  changes.note = "desk " + command.district_path;  // the note itself stays with the incident, out of the audit trail
  Incident& after = Change(changes.incidents, before, "IncidentTakenOver");
  after.taken_over_by = command.district_path == before.district_path ? std::string() : command.district_path;
  after.handover_note = command.handover_note;
  after.update_time = context.now;
  return changes;
}

absl::Status CheckDesk(const DispatchChanges& changes, const Facts& facts, const Context& context) {
  if (!context.principal.IsOperator() || facts.taken_over.empty()) {
    return absl::OkStatus();
  }
  for (const IncidentId& id : IncidentsOf(changes)) {
    const auto found = facts.taken_over.find(id);
    if (found != facts.taken_over.end()) {
      return ErrorWithTexts(Reason::kForbidden, "incident_id",
                            "这个事件已由上级指挥席（" + found->second + "）接管，您可以查看。请向其报告，或请其交还。",
                            "A higher desk (" + found->second +
                                ") has taken this incident over; you can read it. Report to that desk, or ask it to "
                                "give the incident back.",
                            {{"action", "change of an incident that was taken over"}, {"desk", found->second}});
    }
  }
  return absl::OkStatus();
}

}  // namespace muster::dispatch
