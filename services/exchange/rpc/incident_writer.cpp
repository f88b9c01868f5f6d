#include "services/exchange/rpc/incident_writer.h"

#include <algorithm>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/domain/reason.h"
#include "muster/security/hmac.h"
#include "services/exchange/rpc/convert.h"

namespace muster::exchange {
namespace {

namespace dispatch_pb = ::muster::dispatch::v1;

constexpr char kService[] = "muster.dispatch.v1.DispatchService.";
/// Others may change an incident between our reading and writing it.
constexpr int kMaxTries = 5;

std::string ReasonText(const DocumentRecord& document) {
  return "CAP " + document.message_type + " " + document.identifier;
}

/// The references of the incident and the document's, which comes last. The oldest but the first make way.
void MergeReferences(const dispatch_pb::Incident& before, dispatch_pb::Incident& after) {
  constexpr int kMaxReferences = 50;
  const common::v1::ExternalReference own = after.external_refs(0);
  after.clear_external_refs();
  for (const auto& reference : before.external_refs()) {
    if (reference.id() != own.id() || reference.system() != own.system()) {
      *after.add_external_refs() = reference;
    }
  }
  *after.add_external_refs() = own;
  if (after.external_refs_size() > kMaxReferences) {
    after.mutable_external_refs()->DeleteSubrange(1, after.external_refs_size() - kMaxReferences);
  }
}

dispatch_pb::UpdateIncidentRequest UpdateRequest(const DocumentRecord& document, const IncidentDraft& draft,
                                                 const dispatch_pb::Incident& before) {
  dispatch_pb::UpdateIncidentRequest request;
  request.set_request_id(RequestIdOf(document.id, "update"));
  *request.mutable_incident() = ToIncident(draft, document);
  dispatch_pb::Incident& after = *request.mutable_incident();
  after.set_id(before.id());
  MergeReferences(before, after);
  const auto kind = draft.kind == EventKind::kUnknown ? before.kind() : after.kind();
  if (kind == dispatch_pb::INCIDENT_KIND_SOCIAL_SECURITY) {
    after.set_grade(dispatch_pb::EVENT_GRADE_UNSPECIFIED);
  }
  for (const std::string& path : UpdatePaths(draft, kind)) {
    request.mutable_update_mask()->add_paths(path);
  }
  if (before.state() == dispatch_pb::INCIDENT_STATE_PRE_ALERT && !draft.pre_alert && !draft.all_clear) {
    after.set_state(dispatch_pb::INCIDENT_STATE_ACTIVE);
    request.mutable_update_mask()->add_paths("state");
  }
  request.set_expected_version(before.version());
  request.set_reason(ReasonText(document));
  return request;
}

dispatch_pb::UpdateIncidentRequest StandDownRequest(const DocumentRecord& document,
                                                    const dispatch_pb::Incident& before) {
  dispatch_pb::UpdateIncidentRequest request;
  request.set_request_id(RequestIdOf(document.id, "stand_down"));
  request.mutable_incident()->set_id(before.id());
  request.mutable_incident()->set_state(dispatch_pb::INCIDENT_STATE_STANDING_DOWN);
  request.mutable_update_mask()->add_paths("state");
  request.set_expected_version(before.version());
  request.set_reason(ReasonText(document));
  return request;
}

dispatch_pb::CloseIncidentRequest CloseRequest(const DocumentRecord& document, const dispatch_pb::Incident& before) {
  dispatch_pb::CloseIncidentRequest request;
  request.set_request_id(RequestIdOf(document.id, "close"));
  request.set_id(before.id());
  request.set_expected_version(before.version());
  request.set_reason(ReasonText(document));
  return request;
}

}  // namespace

std::string RequestIdOf(const DocumentId& document_id, const std::string& step) {
  std::string bytes = security::Sha256("muster.exchange\n" + document_id.value() + "\n" + step).substr(0, 16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x80);  // version 8
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);  // the variant of RFC 9562
  std::string uuid = ToHex(bytes);
  for (const size_t at : {size_t{8}, size_t{13}, size_t{18}, size_t{23}}) {
    uuid.insert(at, "-");
  }
  return uuid;
}

bool IsPassing(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kUnauthenticated:  // our own token: a matter of clocks and keys, not of the document
      return true;
    default:
      return HasReason(status, Reason::kRequestInProgress) || HasReason(status, Reason::kVersionConflict);
  }
}

template <class Response, class Request>
absl::StatusOr<Response> IncidentWriter::Invoke(const std::string& method, const Request& request) {
  MUSTER_ASSIGN_OR_RETURN(std::string token, token_());
  const rpc::Call call = rpc::BackgroundCall(clock_, std::move(token), timeout_);
  return rpc::CallUnaryBlocking<Response>(dispatch_, kService + method, call, request);
}

template <class Change>
absl::Status IncidentWriter::WithLatest(const IncidentId& incident_id, Change change) {
  absl::Status status;
  for (int i = 0; i < kMaxTries; ++i) {
    MUSTER_ASSIGN_OR_RETURN(const dispatch_pb::Incident incident, Get(incident_id));
    status = change(incident);
    if (HasReason(status, Reason::kRequestIdReused)) {
      return absl::OkStatus();  // this step took effect on an earlier version, before a crash or a lost answer
    }
    if (!HasReason(status, Reason::kVersionConflict)) {
      return status;
    }
  }
  return status;
}

absl::StatusOr<IncidentId> IncidentWriter::Find(const DocumentRecord& document) {
  dispatch_pb::ListIncidentsRequest request;
  *request.mutable_external_ref() = CapReference(document);
  request.set_page_size(1);
  MUSTER_ASSIGN_OR_RETURN(const auto found, Invoke<dispatch_pb::ListIncidentsResponse>("ListIncidents", request));
  return IncidentId(found.incidents_size() > 0 ? found.incidents(0).id() : std::string());
}

absl::StatusOr<IncidentId> IncidentWriter::Create(const DocumentRecord& document, const IncidentDraft& draft,
                                                  bool again) {
  if (again) {
    MUSTER_ASSIGN_OR_RETURN(IncidentId found, Find(document));
    if (!found.empty()) {
      return found;
    }
  }
  dispatch_pb::CreateIncidentRequest request;
  request.set_request_id(RequestIdOf(document.id, "create"));
  *request.mutable_incident() = ToIncident(draft, document);
  request.set_pre_alert(draft.pre_alert);
  const auto made = Invoke<dispatch_pb::Incident>("CreateIncident", request);
  if (HasReason(made.status(), Reason::kRequestIdReused)) {
    return Find(document);  // made by a version of this program that read the document a little differently
  }
  MUSTER_RETURN_IF_ERROR(made.status());
  return IncidentId(made->id());
}

absl::StatusOr<dispatch_pb::Incident> IncidentWriter::Get(const IncidentId& incident_id) {
  dispatch_pb::GetIncidentRequest request;
  request.set_id(incident_id.value());
  return Invoke<dispatch_pb::Incident>("GetIncident", request);
}

absl::Status IncidentWriter::Update(const DocumentRecord& document, const IncidentDraft& draft,
                                    const IncidentId& incident_id) {
  MUSTER_RETURN_IF_ERROR(WithLatest(incident_id, [&](const dispatch_pb::Incident& before) {
    return Invoke<dispatch_pb::Incident>("UpdateIncident", UpdateRequest(document, draft, before)).status();
  }));
  return draft.all_clear ? StandDown(document, incident_id) : absl::OkStatus();
}

absl::Status IncidentWriter::StandDown(const DocumentRecord& document, const IncidentId& incident_id) {
  return WithLatest(incident_id, [&](const dispatch_pb::Incident& before) {
    switch (before.state()) {
      case dispatch_pb::INCIDENT_STATE_ACTIVE:
        return Invoke<dispatch_pb::Incident>("UpdateIncident", StandDownRequest(document, before)).status();
      case dispatch_pb::INCIDENT_STATE_PRE_ALERT:
        return Invoke<dispatch_pb::CloseIncidentResponse>("CloseIncident", CloseRequest(document, before)).status();
      default:
        return absl::OkStatus();
    }
  });
}

}  // namespace muster::exchange
