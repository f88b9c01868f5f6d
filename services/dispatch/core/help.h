#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/dispatch/core/facts.h"

namespace muster::dispatch {

/// Help that nobody asked for is offered. Reads the incident that it names, and the team.
struct OfferHelp {
  Help help;                                     ///< id, version, times, state and answer are set here
  Duration answer_time = std::chrono::hours(2);  ///< within which it gets an answer
};

/// A desk answers help, or whoever offered it takes it back. Reads help; for kMatched also what DispatchPlan reads of
/// the line's request, and the help's team.
struct AnswerHelp {
  HelpId id;
  int64_t expected_version = 0;
  HelpState state = HelpState::kOffered;
  RequestLineId line_id;  ///< for kMatched: the help's team is invited to it
  std::string answer;
};

/// Errors: NOT_FOUND, INVALID_FIELD, OUT_OF_RANGE, BAD_TIME.
absl::StatusOr<DispatchChanges> Decide(const OfferHelp& command, const Facts& facts, const Context& context);
/// Errors: NOT_FOUND, VERSION_CONFLICT, ILLEGAL_TRANSITION, FORBIDDEN, INVALID_FIELD, LINE_FULL, and those of
/// DispatchPlan.
absl::StatusOr<DispatchChanges> Decide(const AnswerHelp& command, const Facts& facts, const Context& context);

}  // namespace muster::dispatch
