#include "services/dispatch/core/undo.h"

#include <map>
#include <optional>
#include <set>
#include <utility>

#include "muster/domain/reason.h"
#include "services/dispatch/core/assignment.h"
#include "services/dispatch/core/line_filling.h"
#include "services/dispatch/core/visibility.h"

namespace muster::dispatch {
namespace {

/// How a team's duty ends when it should never have begun; none for a team that is on its way home or back.
std::optional<AssignmentState> StateAfterUndo(AssignmentState state) {
  switch (state) {
    case AssignmentState::kReserved:
    case AssignmentState::kMobilizing:
      return AssignmentState::kCancelled;
    case AssignmentState::kEnRoute:
    case AssignmentState::kOnScene:
    case AssignmentState::kWorking:
      return AssignmentState::kRecalled;
    default:
      return std::nullopt;
  }
}

/// One dispatch while it is taken back.
class Undo {
 public:
  Undo(const WithdrawDispatch& command, const Facts& facts, const Context& context) : facts_(facts), context_(context) {
    changes_.note = command.reason;
    for (const RequestLine& line : facts.lines) {
      lines_.emplace(line.id, line);
    }
  }

  DispatchChanges Run() {
    DispatchRecord& record = Change(changes_.dispatches, *facts_.dispatch, "");
    record.withdraw_time = context_.now;
    record.ended_assignments = EndAssignments();
    record.withdrawn_offers = WithdrawOffers();
    for (const Candidate& candidate : facts_.candidates) {
      --lines_.at(candidate.line_id).waiting;
      changes_.used_candidates.push_back(candidate);
    }
    KeepLines();
    Change(changes_.requests, *facts_.request, "DispatchWithdrawn").update_time = context_.now;
    return std::move(changes_);
  }

 private:
  int EndAssignments() {
    int ended = 0;
    for (const Assignment& assignment : facts_.assignments) {
      if (const auto state = StateAfterUndo(assignment.state)) {
        MoveAssignment(assignment, *state, facts_.bookings, context_.now, &lines_.at(assignment.line_id), changes_);
        ++ended;
      } else {
        kept_.insert(assignment.id);
      }
    }
    return ended;
  }

  int WithdrawOffers() {
    int withdrawn = 0;
    for (const Offer& offer : facts_.offers) {
      if (kept_.contains(offer.assignment_id)) {
        continue;
      }
      RequestLine& line = lines_.at(offer.line_id);
      if (IsOpen(offer.state)) {
        (offer.state == OfferState::kProvisional ? line.held : line.asked) -= offer.count_asked;
      }
      Offer& after = Change(changes_.offers, offer, "OfferWithdrawn");
      after.state = OfferState::kWithdrawn;
      after.update_time = context_.now;
      ++withdrawn;
    }
    return withdrawn;
  }

  void KeepLines() {
    for (const RequestLine& before : facts_.lines) {
      const RequestLine& line = lines_.at(before.id);
      if (line.filled == before.filled && line.held == before.held && line.asked == before.asked &&
          line.waiting == before.waiting) {
        continue;
      }
      RequestLine& after = Change(changes_.lines, before, "");
      const int64_t version = after.version;
      after = line;
      after.version = version;
      Settle(after, context_.now);
      changes_.lines.back().event = LineEvent(before, after);
    }
  }

  const Facts& facts_;
  const Context& context_;
  DispatchChanges changes_;
  std::map<RequestLineId, RequestLine> lines_;  ///< with their counts as they become
  std::set<AssignmentId> kept_;
};

}  // namespace

absl::StatusOr<DispatchChanges> Decide(const WithdrawDispatch& command, const Facts& facts, const Context& context) {
  if (!facts.dispatch || !facts.request ||
      !CoversIncident(context.principal, facts.dispatch->incident_id, facts.dispatch->district_path, context.now)) {
    return Error(Reason::kNotFound);
  }
  if (facts.dispatch->withdraw_time) {
    return DispatchChanges();
  }
  if (facts.dispatch->undo_until <= context.now) {
    return Error(Reason::kExpired, "dispatch_id");
  }
  return Undo(command, facts, context).Run();
}

}  // namespace muster::dispatch
