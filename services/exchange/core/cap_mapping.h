#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/base/id.h"
#include "muster/domain/mode.h"
#include "muster/domain/principal.h"
#include "services/exchange/core/cap_fault.h"
#include "services/exchange/core/cap_message.h"

namespace muster::exchange {

/// What became, or is to become, of a document.
enum class Outcome {
  kApplied,    ///< made or changed an incident
  kDuplicate,  ///< the same message was here before
  kExpired,    ///< out of date when it came
  kUnmatched,  ///< cancels something unknown
  kKeptOnly,   ///< without effect
};

/// "applied", "duplicate", "expired", "unmatched", "kept_only".
std::string_view Name(Outcome outcome);
std::optional<Outcome> OutcomeFromName(std::string_view name);

/// What is to be done to an incident.
enum class IncidentAction {
  kNone,
  kCreate,     ///< make one from the document
  kUpdate,     ///< change the one that an earlier document made
  kStandDown,  ///< end the one that an earlier document made: a Cancel
};

/// "none", "create", "update", "stand_down".
std::string_view Name(IncidentAction action);
std::optional<IncidentAction> IncidentActionFromName(std::string_view name);

/// An earlier message, as kept.
struct KnownMessage {
  DocumentId document_id;
  std::string source;  ///< who handed it in: see SourceOf
  CapIdentity identity;
  Outcome outcome = Outcome::kKeptOnly;  ///< as decided when it came
  /// The document that made the incident concerned: itself, or the one that it changes. Empty: no incident.
  DocumentId origin_id;
  IncidentId incident_id;  ///< empty also while it is being made
  std::string sha256;      ///< of the bytes
  Mode mode = Mode::kReal;
  std::string district_path;  ///< of the incident; without one, of who handed it in
};

/// Who counts as having handed a document in. A system is itself; operators hand in for their desk, so that the next
/// shift can cancel what the last one submitted.
std::string SourceOf(const Principal& principal);

/// How far ahead of our clock `sent` may be.
inline constexpr Duration kMaxAhead = std::chrono::minutes(5);

/// What the decision rests on besides the message.
struct CapFacts {
  Time now{};          ///< when the document came
  Principal caller;    ///< who hands it in
  std::string sha256;  ///< of the bytes
  Strictness strictness = Strictness::kLenient;
  bool accept_expired = false;
  std::optional<KnownMessage> same;      ///< same identity, handed in by the same source
  std::vector<KnownMessage> identifier;  ///< same sender and identifier, another time, same source
  std::vector<KnownMessage> referenced;  ///< those of the message's references that are known, whoever sent them
};

/// What to do.
struct CapDecision {
  Outcome outcome = Outcome::kKeptOnly;
  IncidentAction action = IncidentAction::kNone;
  DocumentId origin_id;          ///< for update and stand_down, and of a duplicate: the document that made the incident
  std::string district_path;     ///< for update and stand_down: of the incident
  IncidentId incident_id;        ///< of a duplicate, when it is known
  DocumentId duplicate_of;       ///< for a duplicate
  std::vector<CapFault> faults;  ///< found here, in addition to the reader's
};

/// Decides what a message does. Pure. In this order:
/// - the same identity came before: duplicate, nothing is done (OTHER_CONTENT noted when the bytes differ; strict:
///   DUPLICATE). Not so when it was kept as expired and is now accepted although it is;
/// - `sent` more than five minutes ahead of now: BAD_TIME;
/// - the sender used the identifier before, at another time: fault IDENTIFIER_REUSED (strict: DUPLICATE), then as new;
/// - Ack and Error: kept_only;
/// - what an Update or Cancel refers to in a district that the caller does not cover counts as unknown, unless the
///   caller was granted the incident;
/// - an Update or Cancel of a message that another source handed in or another sender sent: FORBIDDEN;
/// - Cancel: ends the incident of what it refers to, whether or not it is late and whether or not it has an info block;
///   unmatched when that is not known; kept_only when what it refers to made no incident;
/// - no info block: kept_only, there is nothing to say;
/// - every info block over (EndOf): expired, unless accept_expired;
/// - Alert: makes an incident (also when it refers to others);
/// - Update: changes the incident of the latest message that it refers to; when that made none, it makes one. What is
///   not known, or is the message itself: fault UNKNOWN_REFERENCE or SELF_REFERENCE, then as an Alert (strict:
///   UNKNOWN_REFERENCE). An Update never carries an incident from one mode into another: FORBIDDEN.
absl::StatusOr<CapDecision> DecideCap(const CapMessage& message, const CapFacts& facts);

}  // namespace muster::exchange
