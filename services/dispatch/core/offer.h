#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "services/dispatch/core/facts.h"

namespace muster::dispatch {

enum class Answer { kAccept, kProvisional, kDecline };

/// An organization's answer. Acceptance books the team in the same transaction. Reads offers (the offer first, then the
/// other open ones of its line), lines (one), request, incident, and the team.
struct AnswerOffer {
  OfferId id;
  int64_t expected_version = 0;
  Answer answer = Answer::kAccept;
  int count_offered = 0;  ///< people; 0: as many as were promised before, else as were asked
  std::optional<Time> available_from;
  std::string condition;
  DeclineReason decline_reason = DeclineReason::kNone;
  std::string note;
  AnsweredVia answered_via = AnsweredVia::kPortal;
  Cover cover;
};

/// Turns a provisional answer into an acceptance. Reads as AnswerOffer.
struct ConfirmOffer {
  OfferId id;
  int64_t expected_version = 0;
};

/// Takes an offer back; an assignment that has not departed is cancelled with it. Reads as AnswerOffer, and the
/// assignment with its bookings.
struct WithdrawOffer {
  OfferId id;
  int64_t expected_version = 0;
  std::string reason;
};

/// Ends an offer whose time has passed; does nothing when it was answered meanwhile. Reads as AnswerOffer.
struct ExpireOffer {
  OfferId id;
};

/// Errors: NOT_FOUND, VERSION_CONFLICT, ILLEGAL_TRANSITION, EXPIRED, LINE_FULL, TEAM_OVERLAP, NOT_ELIGIBLE, FORBIDDEN,
/// INVALID_FIELD, OUT_OF_RANGE.
absl::StatusOr<DispatchChanges> Decide(const AnswerOffer& command, const Facts& facts, const Context& context);
absl::StatusOr<DispatchChanges> Decide(const ConfirmOffer& command, const Facts& facts, const Context& context);
absl::StatusOr<DispatchChanges> Decide(const WithdrawOffer& command, const Facts& facts, const Context& context);
absl::StatusOr<DispatchChanges> Decide(const ExpireOffer& command, const Facts& facts, const Context& context);

}  // namespace muster::dispatch
