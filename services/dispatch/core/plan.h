#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/dispatch/core/facts.h"
#include "services/dispatch/core/request.h"

namespace muster::dispatch {

/// Teams for one line, best first.
struct LineDispatch {
  RequestLineId line_id;
  std::vector<TeamId> team_ids;
  std::optional<WavePolicy> policy;
};

/// How long a dispatch may be taken back where the server is not set otherwise.
inline constexpr Duration kUndoTime = std::chrono::seconds(120);

/// Carries out a plan: by invitation (offers to as many teams, from the front and whole waves at a time, as could fill
/// the line; the rest wait), or directly (books at once). All or nothing. Reads request, incident, its lines, its open
/// offers, active assignments of the request, and the teams named.
struct DispatchPlan {
  ResourceRequestId request_id;
  int64_t expected_version = 0;
  bool direct = false;
  std::vector<LineDispatch> lines;
  Duration undo_time = kUndoTime;  ///< how long WithdrawDispatch takes it back
  /// Answers CONFIRM_REQUIRED when this many people may not be mobilized without a confirmation.
  std::function<absl::Status(int64_t people)> confirm;
};

/// More people than this in one call need a confirmation (a policy against slips of the hand).
inline constexpr int64_t kPeopleWithoutConfirmation = 500;

/// Errors: NOT_FOUND, VERSION_CONFLICT, ILLEGAL_TRANSITION, NOT_ELIGIBLE (with every failing rule; UNKNOWN_YET also for
/// a team of a district that the caller does not cover, asked or waiting), TEAM_OVERLAP, OVER_ASSIGNED, DUPLICATE (a
/// team named twice or asked already), CONFIRM_REQUIRED, INVALID_FIELD.
absl::StatusOr<DispatchChanges> Decide(const DispatchPlan& command, const Facts& facts, const Context& context);

/// Why the team may not do the line's work; empty when it may. Checked for every shift.
std::vector<RuleFailure> FailingRules(const ProjectedTeam* team, const TeamId& team_id, const RequestLine& line,
                                      const Incident& incident);

/// TEAM_OVERLAP when only its bookings are in the way (it is booked, and perhaps not rested for it), NOT_ELIGIBLE for
/// anything else.
absl::Status RefuseTeam(const std::vector<RuleFailure>& failures, const ProjectedTeam* team, const RequestLine& line,
                        const std::string& field);

/// Makes an offer of `line` to `team` in the line's current wave and counts it as asked.
Offer& Invite(RequestLine& line, const ProjectedTeam& team, const Incident& incident, const Context& context,
              DispatchChanges& changes);

/// The next wave of a line, by the line's policy. Reads incident, lines (one), candidates with their teams, the
/// line's open offers.
struct SendWave {
  RequestLineId line_id;
};

/// Nothing to do is an empty change, not an error.
absl::StatusOr<DispatchChanges> Decide(const SendWave& command, const Facts& facts, const Context& context);

}  // namespace muster::dispatch
