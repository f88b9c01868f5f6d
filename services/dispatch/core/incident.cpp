#include "services/dispatch/core/incident.h"

#include <map>

#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/domain/reason.h"
#include "services/dispatch/core/assignment.h"
#include "services/dispatch/core/incident_parts.h"
#include "services/dispatch/core/visibility.h"

namespace muster::dispatch {
namespace {

absl::Status CheckDistrict(const std::string& path, const Context& context) {
  if (!IsDistrictPath(path)) {
    return Error(Reason::kInvalidField, "incident.district_path");
  }
  // An operator opens incidents in the own district only; what an operator could not see again must not be made.
  return DistrictCovers(context.principal.district_path, path)
             ? absl::OkStatus()
             : Error(Reason::kForbidden, "incident.district_path", {{"action", "CreateIncident " + path}});
}

absl::Status CheckResponseLevels(const std::vector<ResponseLevel>& levels) {
  for (size_t i = 0; i < levels.size(); ++i) {
    if (!levels[i].district_path.empty() && !IsDistrictPath(levels[i].district_path)) {
      return Error(Reason::kInvalidField, "incident.response_levels[" + std::to_string(i) + "].district_path");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckCallUp(const CallUpNotice& notice) {
  if (notice.level < 1 || notice.level > 4) {
    return Error(Reason::kOutOfRange, "incident.call_up.level", {{"range", "1 - 4"}});
  }
  if (!IsDistrictPath(notice.district_path)) {
    return Error(Reason::kInvalidField, "incident.call_up.district_path");
  }
  if (notice.start_time && notice.end_time && *notice.end_time <= *notice.start_time) {
    return Error(Reason::kBadTime, "incident.call_up.window", {{"why", "the end is not after the start"}});
  }
  return absl::OkStatus();
}

absl::Status CheckContent(const Incident& incident) {
  if (TrimBlanks(incident.title).empty()) {
    return Error(Reason::kInvalidField, "incident.title");
  }
  if (incident.kind == IncidentKind::kUnknown && TrimBlanks(incident.event).empty()) {
    return Error(Reason::kInvalidField, "incident.event");
  }
  if (incident.kind == IncidentKind::kSocialSecurity && incident.grade != 0) {
    return ErrorWithTexts(Reason::kInvalidField, "incident.grade", "社会安全事件不分级。请去掉事件等级。",
                          "Social security events have no grade (Emergency Response Law, article 3). Remove it.");
  }
  if (incident.onset_time && incident.expire_time && *incident.expire_time <= *incident.onset_time) {
    return Error(Reason::kBadTime, "incident.expire_time", {{"why", "not after onset_time"}});
  }
  MUSTER_RETURN_IF_ERROR(CheckResponseLevels(incident.response_levels));
  MUSTER_RETURN_IF_ERROR(CheckParts(incident));
  return incident.call_up ? CheckCallUp(*incident.call_up) : absl::OkStatus();
}

/// Copies one field of the wire; false for a name that cannot be changed.
bool CopyField(const std::string& path, const Incident& from, Incident& to) {
  static const std::map<std::string, void (*)(const Incident&, Incident&)> kCopiers{
      {"title", [](const Incident& f, Incident& t) { t.title = f.title; }},
      {"description", [](const Incident& f, Incident& t) { t.description = f.description; }},
      {"kind", [](const Incident& f, Incident& t) { t.kind = f.kind; }},
      {"event", [](const Incident& f, Incident& t) { t.event = f.event; }},
      {"grade", [](const Incident& f, Incident& t) { t.grade = f.grade; }},
      {"warning_color", [](const Incident& f, Incident& t) { t.warning_color = f.warning_color; }},
      {"response_levels", [](const Incident& f, Incident& t) { t.response_levels = f.response_levels; }},
      {"area", [](const Incident& f, Incident& t) { t.area = f.area; }},
      {"position", [](const Incident& f, Incident& t) { t.location = f.location; }},
      {"onset_time", [](const Incident& f, Incident& t) { t.onset_time = f.onset_time; }},
      {"expire_time", [](const Incident& f, Incident& t) { t.expire_time = f.expire_time; }},
      {"enrolled_team_ids", [](const Incident& f, Incident& t) { t.enrolled_team_ids = f.enrolled_team_ids; }},
      {"external_refs", [](const Incident& f, Incident& t) { t.external_refs = f.external_refs; }},
      {"call_up", [](const Incident& f, Incident& t) { t.call_up = f.call_up; }},
      {"state", [](const Incident& f, Incident& t) { t.state = f.state; }},
      {"category", [](const Incident& f, Incident& t) { t.category = f.category; }},
      {"sectors", [](const Incident& f, Incident& t) { t.sectors = f.sectors; }},
      {"command_posts", [](const Incident& f, Incident& t) { t.command_posts = f.command_posts; }},
      {"departments", [](const Incident& f, Incident& t) { t.departments = f.departments; }},
      {"linked_incident_ids", [](const Incident& f, Incident& t) { t.linked_incident_ids = f.linked_incident_ids; }},
  };
  const auto found = kCopiers.find(path);
  if (found == kCopiers.end()) {
    return false;
  }
  found->second(from, to);
  return true;
}

absl::Status CopyFields(const UpdateIncident& command, Incident& incident) {
  static const std::set<std::string> kReadOnly{"id",           "version",       "create_time", "update_time",
                                               "mode",         "district_path", "close_time",  "desk_district_path",
                                               "handover_note"};
  for (const std::string& path : command.paths) {
    if (kReadOnly.contains(path)) {
      return Error(Reason::kReadOnlyField, path);
    }
    if (!CopyField(path, command.values, incident)) {
      return Error(Reason::kUnknownField, path.empty() ? "update_mask" : path);
    }
  }
  return absl::OkStatus();
}

/// What the desk took on is over; who still waited for an answer is told why none will come.
void CloseRequests(const Facts& facts, const Context& context, DispatchChanges& changes) {
  for (const ResourceRequest& before : facts.incident_requests) {
    const bool waited = before.current_state() == RequestState::kSubmitted;
    if (!waited && before.current_state() != RequestState::kAccepted) {
      continue;
    }
    ResourceRequest& after = Change(changes.requests, before, waited ? "RequestRefused" : "RequestClosed");
    after.state = waited ? RequestState::kRefused : RequestState::kClosed;
    after.update_time = context.now;
    if (waited) {
      after.triage_note = "事件已结束。The incident is over.";
    }
  }
}

}  // namespace

absl::StatusOr<DispatchChanges> Decide(const OpenIncident& command, const Facts& facts, const Context& context) {
  MUSTER_RETURN_IF_ERROR(CheckDistrict(command.incident.district_path, context));
  DispatchChanges changes;
  Incident incident = command.incident;
  FillKind(incident);
  MUSTER_RETURN_IF_ERROR(CheckContent(incident));
  MUSTER_RETURN_IF_ERROR(CheckLinks(incident, facts, context));
  incident.id = IncidentId(NewUuid(context.now, *context.random));
  incident.version = 1;
  incident.create_time = incident.update_time = context.now;
  incident.state = command.pre_alert ? IncidentState::kPreAlert : IncidentState::kActive;
  changes.incidents.push_back({std::nullopt, std::move(incident), "IncidentOpened"});
  return changes;
}

absl::StatusOr<DispatchChanges> Decide(const UpdateIncident& command, const Facts& facts, const Context& context) {
  if (!facts.incident ||
      !CoversIncident(context.principal, facts.incident->id, facts.incident->district_path, context.now)) {
    return Error(Reason::kNotFound);
  }
  const Incident& before = *facts.incident;
  MUSTER_RETURN_IF_ERROR(CheckVersion(command.expected_version, before.version));
  if (before.state == IncidentState::kClosed) {
    return IllegalMove("incident", "closed", "changed", "none");
  }
  DispatchChanges changes;
  changes.note = command.reason;
  Incident& after = Change(changes.incidents, before, "IncidentUpdated");
  MUSTER_RETURN_IF_ERROR(CopyFields(command, after));
  after.update_time = context.now;
  if (after.state == IncidentState::kClosed) {
    return ErrorWithTexts(Reason::kInvalidField, "incident.state", "请用 CloseIncident 关闭事件。",
                          "Use CloseIncident to close an incident.");
  }
  if (after.state != before.state) {
    MUSTER_RETURN_IF_ERROR(CheckMove(before.state, after.state));
  }
  FillKind(after);
  MUSTER_RETURN_IF_ERROR(CheckContent(after));
  if (command.paths.contains("linked_incident_ids")) {
    MUSTER_RETURN_IF_ERROR(CheckLinks(after, facts, context));
  }
  if (command.paths.contains("call_up")) {
    after.call_up_step = CallUpStep::kNone;
  }
  return changes;
}

absl::StatusOr<DispatchChanges> Decide(const CloseIncident& command, const Facts& facts, const Context& context) {
  if (!facts.incident ||
      !CoversIncident(context.principal, facts.incident->id, facts.incident->district_path, context.now)) {
    return Error(Reason::kNotFound);
  }
  MUSTER_RETURN_IF_ERROR(CheckVersion(command.expected_version, facts.incident->version));
  MUSTER_RETURN_IF_ERROR(CheckMove(facts.incident->state, IncidentState::kClosed));
  DispatchChanges changes;
  changes.note = command.reason;
  Incident& incident = Change(changes.incidents, *facts.incident, "IncidentClosed");
  incident.state = IncidentState::kClosed;
  incident.update_time = context.now;
  incident.close_time = context.now;
  CloseRequests(facts, context, changes);
  std::map<RequestLineId, RequestLine> lines;
  for (const RequestLine& line : facts.lines) {
    lines.emplace(line.id, line);
  }
  for (const Offer& offer : facts.offers) {
    Offer& after = Change(changes.offers, offer, "OfferStoodDown");
    after.state = OfferState::kStoodDown;
    after.update_time = context.now;
    RequestLine& line = lines[offer.line_id];
    (offer.state == OfferState::kInvited ? line.asked : line.held) -= offer.count_asked;
  }
  for (const Assignment& assignment : facts.assignments) {
    if (const auto state = EndOf(assignment.state)) {
      RequestLine* line = &lines[assignment.line_id];
      MoveAssignment(assignment, *state, facts.bookings, context.now, line, changes);
    }
  }
  for (const RequestLine& before : facts.lines) {
    const bool over = before.state == LineState::kClosed || before.state == LineState::kCancelled;
    if (!over || lines[before.id].filled != before.filled) {
      RequestLine& after = Change(changes.lines, before, "LineChanged");
      const int64_t version = after.version;
      after = lines[before.id];
      after.version = version;
      after.state = over ? before.state : LineState::kClosed;
      after.needs_wave = false;
    }
  }
  return changes;
}

}  // namespace muster::dispatch
