#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace muster {

enum class IncidentState { kPreAlert, kActive, kStandingDown, kClosed };
enum class LineState { kOpen, kPartlyFilled, kFilled, kClosed, kCancelled };
enum class OfferState { kInvited, kAccepted, kProvisional, kDeclined, kExpired, kWithdrawn, kStoodDown };
enum class DeliveryState { kQueued, kSent, kDelivered, kRead, kFailed };
enum class AssignmentState {
  kReserved,
  kMobilizing,
  kEnRoute,
  kOnScene,
  kWorking,
  kReleased,
  kReturning,
  kHome,
  kCancelled,
  kNoShow,
  kRecalled,
};
enum class OrganizationState { kDraft, kSubmitted, kUnderReview, kApproved, kSuspended, kRevoked, kWithdrawn };
enum class CertificateState { kUnverified, kVerified, kRevoked };
enum class MembershipState { kAsked, kAccepted, kDeclined, kLeft };
enum class RecruitmentState { kOpen, kClosed };
enum class ApplicationState { kApplied, kAccepted, kDeclined, kWithdrawn };
enum class RequestState { kSubmitted, kAccepted, kMerged, kRefused, kCancelled, kClosed };
enum class HelpState { kOffered, kMatched, kStandby, kThanked, kWithdrawn };

/// A state machine's table: its states' names and the legal moves. Used by the code, the tests and the docs.
template <class State>
struct StateMachine {
  struct Move {
    State from;
    State to;
  };
  std::string_view object;                  ///< "assignment"
  std::span<const std::string_view> names;  ///< by the enum's value: "en_route"
  std::span<const Move> moves;
};

/// The machine of a state type; specialized for the types above.
template <class State>
const StateMachine<State>& MachineOf();

/// "en_route".
template <class State>
std::string_view Name(State state) {
  return MachineOf<State>().names[static_cast<size_t>(state)];
}

template <class State>
std::optional<State> StateFromName(std::string_view name) {
  const auto names = MachineOf<State>().names;
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) {
      return static_cast<State>(i);
    }
  }
  return std::nullopt;
}

template <class State>
bool IsLegalMove(State from, State to) {
  for (const auto& move : MachineOf<State>().moves) {
    if (move.from == from && move.to == to) {
      return true;
    }
  }
  return false;
}

/// ILLEGAL_TRANSITION with from, to and what is allowed; see CheckMove.
absl::Status IllegalMove(std::string_view object, std::string_view from, std::string_view to, std::string allowed);

/// Ok when the table allows the move; else ILLEGAL_TRANSITION naming what is allowed from here.
template <class State>
absl::Status CheckMove(State from, State to) {
  if (IsLegalMove(from, to)) {
    return absl::OkStatus();
  }
  std::string allowed;
  for (const auto& move : MachineOf<State>().moves) {
    if (move.from == from) {
      allowed += (allowed.empty() ? "" : ", ") + std::string(Name(move.to));
    }
  }
  return IllegalMove(MachineOf<State>().object, Name(from), Name(to), allowed.empty() ? "none" : allowed);
}

/// An assignment that still holds its team: reserved to returning and recalled.
bool IsActive(AssignmentState state);
/// An offer that waits for the organization's answer or for its provisional answer to be settled.
bool IsOpen(OfferState state);

}  // namespace muster
