#pragma once

#include <functional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/rpc/peer.h"
#include "services/exchange/core/document.h"
#include "services/exchange/core/incident_draft.h"

namespace muster::exchange {

/// A UUID made of a document and a step (RFC 9562, section 5.8, over SHA-256): the same step of the same document has
/// the same request_id, however often it is tried.
std::string RequestIdOf(const DocumentId& document_id, const std::string& step);

/// True for an error that may be gone when the same is tried again; false for a refusal.
bool IsPassing(const absl::Status& status);

/// Makes and changes incidents through the API of dispatch, each step under a request_id derived from the document, so
/// that a step that was done before a crash is not done twice. Blocks; not for gRPC, Asio or store threads.
/// Thread-safe.
class IncidentWriter {
 public:
  /// Answers this service's own access token.
  using Token = std::function<absl::StatusOr<std::string>()>;

  /// All must outlive it.
  IncidentWriter(rpc::Peer& dispatch, const Clock& clock, Token token, Duration timeout)
      : dispatch_(dispatch), clock_(clock), token_(std::move(token)), timeout_(timeout) {}

  /// Makes the incident of a document; `again`: it may have been made before, longer ago than dispatch remembers
  /// request_ids, so it is looked for first. Errors: those of dispatch.
  absl::StatusOr<IncidentId> Create(const DocumentRecord& document, const IncidentDraft& draft, bool again);

  /// Changes an incident to what the draft says. ILLEGAL_TRANSITION when it is closed; otherwise those of dispatch.
  absl::Status Update(const DocumentRecord& document, const IncidentDraft& draft, const IncidentId& incident_id);

  /// Ends an incident: one that is active goes to standing_down, where an operator decides who goes home when; a
  /// pre-alert, with nobody out yet, is closed. One that is ending or over already stays as it is.
  absl::Status StandDown(const DocumentRecord& document, const IncidentId& incident_id);

 private:
  template <class Response, class Request>
  absl::StatusOr<Response> Invoke(const std::string& method, const Request& request);
  /// Reads the incident, lets `change` ask for a change of exactly that version, and starts over when someone else
  /// was quicker.
  template <class Change>
  absl::Status WithLatest(const IncidentId& incident_id, Change change);
  absl::StatusOr<dispatch::v1::Incident> Get(const IncidentId& incident_id);
  /// Empty when there is none.
  absl::StatusOr<IncidentId> Find(const DocumentRecord& document);

  rpc::Peer& dispatch_;
  const Clock& clock_;
  const Token token_;
  const Duration timeout_;
};

}  // namespace muster::exchange
