#include "services/dispatch/core/triage.h"

#include <algorithm>

#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/domain/reason.h"
#include "services/dispatch/core/request.h"
#include "services/dispatch/core/visibility.h"

namespace muster::dispatch {
namespace {

bool Covers(const ResourceRequest& request, const Context& context) {
  return CoversIncident(context.principal, request.incident_id, request.district_path, context.now);
}

/// The request as the decision leaves it.
ResourceRequest& Decided(const TriageRequest& command, const ResourceRequest& before, const std::string& event,
                         const Context& context, DispatchChanges& changes) {
  ResourceRequest& after = Change(changes.requests, before, event);
  after.update_time = context.now;
  after.triage_note = command.note;
  return after;
}

absl::StatusOr<ResourceRequest> Other(const TriageRequest& command, const Facts& facts, const Context& context) {
  if (command.other_id == command.id) {
    return Error(Reason::kInvalidField, "other_id");
  }
  if (!facts.other_request || !Covers(*facts.other_request, context)) {
    return Error(Reason::kNotFound, "other_id");
  }
  return *facts.other_request;
}

/// Lines are refused whole: nobody was asked for them yet.
void CancelLines(const Facts& facts, DispatchChanges& changes) {
  for (const RequestLine& line : facts.lines) {
    if (line.state != LineState::kClosed && line.state != LineState::kCancelled) {
      Change(changes.lines, line, "LineChanged").state = LineState::kCancelled;
    }
  }
}

absl::StatusOr<DispatchChanges> Refuse(const TriageRequest& command, const Facts& facts, const Context& context) {
  MUSTER_RETURN_IF_ERROR(CheckMove(facts.request->current_state(), RequestState::kRefused));
  if (TrimBlanks(command.note).empty()) {
    return ErrorWithTexts(Reason::kInvalidField, "note", "请写明不受理的原因，提出需求的单位会看到。",
                          "Say why it is not taken on: the unit that asked reads it.");
  }
  DispatchChanges changes;
  Decided(command, *facts.request, "RequestRefused", context, changes).state = RequestState::kRefused;
  CancelLines(facts, changes);
  return changes;
}

/// The lines go on in the other request with all that hangs on them, in their order, behind those that it has.
absl::StatusOr<DispatchChanges> Merge(const TriageRequest& command, const Facts& facts, const Context& context) {
  MUSTER_ASSIGN_OR_RETURN(const ResourceRequest other, Other(command, facts, context));
  MUSTER_RETURN_IF_ERROR(CheckMove(facts.request->current_state(), RequestState::kMerged));
  if (other.incident_id != facts.request->incident_id) {
    return ErrorWithTexts(Reason::kInvalidField, "other_id", "只能并入同一事件的需求。不同事件的请用 LINK。",
                          "A request is merged into one of the same incident; LINK those of two incidents.");
  }
  MUSTER_RETURN_IF_ERROR(CheckAccepted(other));
  if (facts.lines.size() + facts.other_lines.size() > kMaxLines) {
    return Error(Reason::kOutOfRange, "other_id", {{"range", "1 - " + std::to_string(kMaxLines) + " lines"}});
  }
  DispatchChanges changes;
  ResourceRequest& after = Decided(command, *facts.request, "RequestMerged", context, changes);
  after.state = RequestState::kMerged;
  after.merged_into_id = other.id;
  Change(changes.requests, other, "RequestAmended").update_time = context.now;
  int position = 0;
  for (const RequestLine& line : facts.other_lines) {
    position = std::max(position, line.position_in_request + 1);
  }
  for (const RequestLine& line : facts.lines) {
    RequestLine& moved = Change(changes.lines, line, "LineChanged");
    moved.resource_request_id = other.id;
    moved.position_in_request = position++;
    if (moved.merged_from_id.empty()) {
      moved.merged_from_id = facts.request->id;
    }
  }
  return changes;
}

absl::StatusOr<DispatchChanges> Link(const TriageRequest& command, const Facts& facts, const Context& context) {
  MUSTER_ASSIGN_OR_RETURN(const ResourceRequest other, Other(command, facts, context));
  const auto& links = facts.request->linked_request_ids;
  if (std::find(links.begin(), links.end(), other.id) != links.end()) {
    return Error(Reason::kDuplicate, "other_id");
  }
  if (other.mode != facts.request->mode) {
    return Error(Reason::kInvalidField, "other_id");  // an exercise stays apart
  }
  DispatchChanges changes;
  Decided(command, *facts.request, "RequestLinked", context, changes).linked_request_ids.push_back(other.id);
  ResourceRequest& after = Change(changes.requests, other, "RequestLinked");
  after.linked_request_ids.push_back(facts.request->id);
  after.update_time = context.now;
  return changes;
}

}  // namespace

absl::Status CheckAccepted(const ResourceRequest& request) {
  const RequestState state = request.current_state();
  if (state == RequestState::kAccepted) {
    return absl::OkStatus();
  }
  if (state == RequestState::kSubmitted) {
    return ErrorWithTexts(Reason::kIllegalTransition, "resource_request",
                          "这份需求还没有受理。请先受理（TriageRequest ACCEPT）。",
                          "The request waits for the desk. Accept it first (TriageRequest ACCEPT).",
                          {{"from", "submitted"}, {"to", "dispatched"}, {"allowed", "accepted"}});
  }
  return IllegalMove("resource_request", Name(state), "dispatched", "none");
}

absl::StatusOr<DispatchChanges> Decide(const TriageRequest& command, const Facts& facts, const Context& context) {
  if (!facts.request || !Covers(*facts.request, context)) {
    return Error(Reason::kNotFound);
  }
  MUSTER_RETURN_IF_ERROR(CheckVersion(command.expected_version, facts.request->version));
  switch (command.decision) {
    case Triage::kRefuse:
      return Refuse(command, facts, context);
    case Triage::kMerge:
      return Merge(command, facts, context);
    case Triage::kLink:
      return Link(command, facts, context);
    case Triage::kAccept:
      break;
  }
  MUSTER_RETURN_IF_ERROR(CheckMove(facts.request->current_state(), RequestState::kAccepted));
  DispatchChanges changes;
  Decided(command, *facts.request, "RequestAccepted", context, changes).state = RequestState::kAccepted;
  return changes;
}

}  // namespace muster::dispatch
