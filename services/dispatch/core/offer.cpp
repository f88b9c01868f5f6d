#include "services/dispatch/core/offer.h"

#include <algorithm>

#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/domain/reason.h"
#include "services/dispatch/core/assignment.h"
#include "services/dispatch/core/line_filling.h"
#include "services/dispatch/core/must_haves.h"
#include "services/dispatch/core/plan.h"
#include "services/dispatch/core/visibility.h"

namespace muster::dispatch {
namespace {

absl::StatusOr<Offer> Visible(const Facts& facts, const OfferId& id, int64_t expected_version, const Context& context) {
  if (facts.offers.empty() || facts.offers.front().id != id || facts.lines.empty() || !facts.incident) {
    return Error(Reason::kNotFound);
  }
  const Offer& offer = facts.offers.front();
  MUSTER_RETURN_IF_ERROR(CheckVisible(context.principal, offer, context.now));
  MUSTER_RETURN_IF_ERROR(CheckVersion(expected_version, offer.version));
  return offer;
}

/// Gives back what an open offer counts on its line.
void Uncount(const Offer& offer, RequestLine& line) {
  (offer.state == OfferState::kProvisional ? line.held : line.asked) -= offer.count_asked;
}

void KeepLine(const RequestLine& before, const RequestLine& line, Time now, DispatchChanges& changes) {
  RequestLine& after = Change(changes.lines, before, "");
  const int64_t version = after.version;
  after = line;
  after.version = version;
  Settle(after, now);
  changes.lines.back().event = LineEvent(before, after);
}

absl::Status CheckAnswer(const AnswerOffer& command, const Principal& principal) {
  const bool by_organization = command.answered_via == AnsweredVia::kPortal;
  if (principal.IsOperator() == by_organization) {
    return ErrorWithTexts(
        Reason::kInvalidField, "answered_via", "组织自己答复为 PORTAL；指挥员代为答复须注明电话、电台或纸质。",
        "An organization answers by PORTAL; an operator who answers for it says phone, radio or paper.");
  }
  if (command.count_offered < 0) {
    return Error(Reason::kOutOfRange, "count_offered", {{"range", "0 or more"}});
  }
  if (command.answer == Answer::kProvisional && TrimBlanks(command.condition).empty()) {
    return Error(Reason::kInvalidField, "condition");
  }
  if (command.answer == Answer::kDecline && command.decline_reason == DeclineReason::kNone) {
    return Error(Reason::kInvalidField, "decline_reason");
  }
  return absl::OkStatus();
}

absl::Status CheckOpen(const Offer& offer, OfferState to, const RequestLine& line, Time now) {
  const bool comes = to == OfferState::kAccepted || to == OfferState::kProvisional;
  if (comes && offer.state == OfferState::kStoodDown && line.state == LineState::kFilled) {
    return Error(Reason::kLineFull, "id");  // others were faster: that is what the organization needs to know
  }
  MUSTER_RETURN_IF_ERROR(CheckMove(offer.state, to));
  return offer.expire_time <= now ? Error(Reason::kExpired, "id") : absl::OkStatus();
}

/// How many people come: those told, else those promised before, else those asked. A team brings no more than it has,
/// or a line would look filled that is not.
absl::StatusOr<int> PeopleOf(const AnswerOffer& command, const Offer& offer, const Facts& facts) {
  if (command.answer == Answer::kDecline) {
    return 0;
  }
  const auto team = facts.teams.find(offer.team_id);
  const int headcount = team == facts.teams.end() ? offer.count_asked : team->second.facts.headcount;
  if (command.count_offered > headcount) {
    return Error(Reason::kOutOfRange, "count_offered", {{"range", "0 - " + std::to_string(headcount)}});
  }
  if (command.count_offered > 0) {
    return command.count_offered;
  }
  const bool asks_people = CountsPeople(facts.lines.front());
  return offer.count_offered > 0 ? std::min(offer.count_offered, headcount)
         : !asks_people          ? headcount
                                 : std::min(offer.count_asked, headcount);
}

/// What the team can take of the line right now; LINE_FULL when there is no room.
absl::StatusOr<int> Room(const RequestLine& line) {
  const int room = Capacity(line) - line.filled - line.held;
  const bool over = line.state == LineState::kClosed || line.state == LineState::kCancelled;
  if (over || room <= 0) {
    return Error(Reason::kLineFull, "id");
  }
  return room;
}

/// What so many people of a team count on the line: with equipment, the pieces that they bring.
int CountOf(const RequestLine& line, const ProjectedTeam& team, int people) {
  return line.equipment.empty() ? people : Brings(line, team);
}

/// Books the team for what it brings. `line` no longer counts the offer itself.
absl::StatusOr<int> Book(const Offer& offer, const Facts& facts, const Cover& cover, const Context& context,
                         RequestLine& line, Offer& after, DispatchChanges& changes) {
  const auto found = facts.teams.find(offer.team_id);
  const ProjectedTeam* team = found == facts.teams.end() ? nullptr : &found->second;
  if (const auto failures = FailingRules(team, offer.team_id, line, *facts.incident); !failures.empty()) {
    return RefuseTeam(failures, team, line, "id");
  }
  MUSTER_ASSIGN_OR_RETURN(const int room, Room(line));
  const int fills = Contribution(line, CountOf(line, *team, after.count_offered), room);
  const int headcount = CountsPeople(line) ? fills : after.count_offered;
  Assignment& assignment = Reserve(line, *team, headcount, fills, cover, offer.id, context, changes);
  if (after.available_from && *after.available_from > ExpectedArrival(assignment)) {
    assignment.expected_arrival = after.available_from;
  }
  after.assignment_id = assignment.id;
  line.filled += fills;
  return fills;
}

}  // namespace

absl::StatusOr<DispatchChanges> Decide(const AnswerOffer& command, const Facts& facts, const Context& context) {
  MUSTER_ASSIGN_OR_RETURN(const Offer before, Visible(facts, command.id, command.expected_version, context));
  MUSTER_RETURN_IF_ERROR(CheckAnswer(command, context.principal));
  const OfferState to = command.answer == Answer::kAccept        ? OfferState::kAccepted
                        : command.answer == Answer::kProvisional ? OfferState::kProvisional
                                                                 : OfferState::kDeclined;
  MUSTER_RETURN_IF_ERROR(CheckOpen(before, to, facts.lines.front(), context.now));
  MUSTER_ASSIGN_OR_RETURN(const int people, PeopleOf(command, before, facts));
  DispatchChanges changes;  // no note: what people wrote stays with the offer, out of the audit trail
  RequestLine line = facts.lines.front();
  Uncount(before, line);
  Offer& after = Change(changes.offers, before,
                        to == OfferState::kAccepted      ? "OfferAccepted"
                        : to == OfferState::kProvisional ? "OfferProvisional"
                                                         : "OfferDeclined");
  after.state = to;
  after.update_time = context.now;
  after.answer_time = context.now;
  after.answered_via = command.answered_via;
  after.available_from = command.available_from;
  after.condition = command.condition;
  after.decline_reason = command.decline_reason;
  after.note = command.note;
  after.cover = command.cover;
  after.count_offered = people;
  if (to == OfferState::kAccepted) {
    MUSTER_RETURN_IF_ERROR(Book(before, facts, command.cover, context, line, after, changes).status());
    StandDownWhenFilled(line, facts.offers, before.id, context.now, changes);
  } else if (to == OfferState::kProvisional) {
    MUSTER_ASSIGN_OR_RETURN(const int room, Room(line));
    const int count = line.equipment.empty() ? after.count_offered : before.count_asked;
    after.count_asked = Contribution(line, count, room);
    line.held += after.count_asked;
    after.expire_time = std::min(context.now + std::chrono::seconds(line.provisional_seconds), line.windows.back().end);
  }
  KeepLine(facts.lines.front(), line, context.now, changes);
  return changes;
}

absl::StatusOr<DispatchChanges> Decide(const ConfirmOffer& command, const Facts& facts, const Context& context) {
  MUSTER_ASSIGN_OR_RETURN(const Offer before, Visible(facts, command.id, command.expected_version, context));
  if (before.state != OfferState::kProvisional) {
    return IllegalMove("offer", Name(before.state), "accepted", "only a provisional answer is confirmed");
  }
  MUSTER_RETURN_IF_ERROR(CheckOpen(before, OfferState::kAccepted, facts.lines.front(), context.now));
  DispatchChanges changes;
  RequestLine line = facts.lines.front();
  Uncount(before, line);
  Offer& after = Change(changes.offers, before, "OfferAccepted");
  after.state = OfferState::kAccepted;
  after.update_time = context.now;
  MUSTER_RETURN_IF_ERROR(Book(before, facts, before.cover, context, line, after, changes).status());
  StandDownWhenFilled(line, facts.offers, before.id, context.now, changes);
  KeepLine(facts.lines.front(), line, context.now, changes);
  return changes;
}

absl::StatusOr<DispatchChanges> Decide(const WithdrawOffer& command, const Facts& facts, const Context& context) {
  MUSTER_ASSIGN_OR_RETURN(const Offer before, Visible(facts, command.id, command.expected_version, context));
  MUSTER_RETURN_IF_ERROR(CheckMove(before.state, OfferState::kWithdrawn));
  DispatchChanges changes;
  changes.note = command.reason;
  RequestLine line = facts.lines.front();
  if (IsOpen(before.state)) {
    Uncount(before, line);
  }
  Offer& after = Change(changes.offers, before, "OfferWithdrawn");
  after.state = OfferState::kWithdrawn;
  after.update_time = context.now;
  for (const Assignment& assignment : facts.assignments) {
    const bool called_off =
        assignment.state == AssignmentState::kCancelled || assignment.state == AssignmentState::kNoShow;
    if (assignment.offer_id == before.id && !called_off) {
      MUSTER_RETURN_IF_ERROR(CheckMove(assignment.state, AssignmentState::kCancelled));
      MoveAssignment(assignment, AssignmentState::kCancelled, facts.bookings, context.now, &line, changes);
    }
  }
  KeepLine(facts.lines.front(), line, context.now, changes);
  return changes;
}

absl::StatusOr<DispatchChanges> Decide(const ExpireOffer& command, const Facts& facts, const Context& context) {
  DispatchChanges changes;
  if (facts.offers.empty() || facts.offers.front().id != command.id || facts.lines.empty()) {
    return changes;
  }
  const Offer& before = facts.offers.front();
  if (!IsOpen(before.state) || before.expire_time > context.now) {
    return changes;
  }
  changes.note = before.state == OfferState::kProvisional ? "the provisional answer was not confirmed in time"
                                                          : "no answer in time";
  RequestLine line = facts.lines.front();
  Uncount(before, line);
  Offer& after = Change(changes.offers, before, "OfferExpired");
  after.state = OfferState::kExpired;
  after.update_time = context.now;
  KeepLine(facts.lines.front(), line, context.now, changes);
  return changes;
}

}  // namespace muster::dispatch
