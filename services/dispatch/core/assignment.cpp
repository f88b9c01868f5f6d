#include "services/dispatch/core/assignment.h"

#include <algorithm>
#include <array>

#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/domain/reason.h"
#include "services/dispatch/core/line_filling.h"
#include "services/dispatch/core/visibility.h"

namespace muster::dispatch {
namespace {

/// How far in the past a check-in or check-out may be told: field devices are offline for a day at most.
constexpr Duration kLateReport = std::chrono::hours(24);

absl::StatusOr<Assignment> Visible(const Facts& facts, int64_t expected_version, const Context& context) {
  if (facts.assignments.empty()) {
    return Error(Reason::kNotFound);
  }
  const Assignment& assignment = facts.assignments.front();
  MUSTER_RETURN_IF_ERROR(CheckVisible(context.principal, assignment, context.now));
  MUSTER_RETURN_IF_ERROR(CheckVersion(expected_version, assignment.version));
  return assignment;
}

/// The line of the assignment as a changed copy, so that its counts can move with the assignment.
std::optional<RequestLine> LineOf(const Facts& facts) {
  return facts.lines.empty() ? std::nullopt : std::optional(facts.lines.front());
}

void KeepLine(const Facts& facts, const std::optional<RequestLine>& line, Time now, DispatchChanges& changes) {
  if (!line || (line->filled == facts.lines.front().filled)) {
    return;
  }
  const RequestLine& before = facts.lines.front();
  RequestLine& after = Change(changes.lines, before, "");
  const int64_t version = after.version;
  after = *line;
  after.version = version;
  Settle(after, now);
  changes.lines.back().event = LineEvent(before, after);
}

bool HasCover(const Cover& cover, const Assignment& assignment) {
  const bool stated = cover.state == CoverState::kDeclared || cover.state == CoverState::kBound;
  return cover.state == CoverState::kOverridden ||
         (stated && (!cover.valid_until || *cover.valid_until >= assignment.windows.back().end));
}

/// Insurance gates departure: without it an operator must say why the team may go.
absl::Status CheckCover(const AdvanceAssignment& command, const Context& context, Assignment& assignment) {
  if (HasCover(assignment.cover, assignment)) {
    return absl::OkStatus();
  }
  if (TrimBlanks(command.cover_override_reason).empty()) {
    return ErrorWithTexts(
        Reason::kNotEligible, "cover", "队员没有覆盖全程的保险，不能出发。请由组织登记保险，或由指挥员填写理由后放行。",
        "The team has no insurance for the whole time and may not depart. Let the organization declare "
        "one, or an operator override it with a reason.",
        {{"rules", "NO_COVER"}});
  }
  if (!context.principal.IsOperator()) {
    return Error(Reason::kForbidden, "cover_override_reason", {{"action", "override of insurance"}});
  }
  assignment.cover.state = CoverState::kOverridden;
  assignment.cover.override_reason = command.cover_override_reason;
  return absl::OkStatus();
}

/// Steps that only an operator may take: a team may not call itself off or mark itself a no-show.
bool IsOperatorsStep(AssignmentState state) {
  return state == AssignmentState::kReleased || state == AssignmentState::kRecalled ||
         state == AssignmentState::kCancelled || state == AssignmentState::kNoShow;
}

absl::StatusOr<Time> HappenTime(const std::optional<Time>& told, const Time& not_before, Time now) {
  if (!told) {
    return now;
  }
  if (*told > now || *told < not_before || now - *told > kLateReport) {
    return Error(Reason::kBadTime, "happen_time",
                 {{"why", "must lie between the step before and now, at most a day ago"}});
  }
  return *told;
}

/// The other assignment of that id that was read; null when there is none.
const Assignment* FindOther(const Facts& facts, const AssignmentId& id) {
  const auto found =
      std::find_if(facts.assignments.begin(), facts.assignments.end(), [&](const Assignment& a) { return a.id == id; });
  return id.empty() || found == facts.assignments.end() ? nullptr : &*found;
}

/// The relief is on scene: the team before it may go, and its place on the line is the relief's from now on. A place
/// that was given back meanwhile is taken again where there is room; nothing of it counts twice.
int TakeOver(const Assignment& relieved, int headcount, const Facts& facts, Time now, RequestLine& line,
             DispatchChanges& changes) {
  line.filled -= relieved.fills;
  const int room = std::max(0, Capacity(line) - line.filled - line.held);
  const int fills = Contribution(line, headcount, relieved.fills > 0 ? std::min(relieved.fills, room) : room);
  line.filled += fills;
  if (const auto end = EndOf(relieved.state)) {
    MoveAssignment(relieved, *end, facts.bookings, now, nullptr, changes).fills = 0;
  } else if (relieved.fills > 0) {
    Change(changes.assignments, relieved, "").fills = 0;
  }
  return fills;
}

/// Where the team was before it was redeployed: at home, it has returned from there too.
void BringHome(const Assignment& former, const std::vector<Booking>& bookings, const CheckPoint& check_out, Time now,
               DispatchChanges& changes) {
  Assignment last = former;
  if (last.state == AssignmentState::kReleased || last.state == AssignmentState::kRecalled) {
    last = MoveAssignment(last, AssignmentState::kReturning, bookings, now, nullptr, changes);
  }
  if (last.state == AssignmentState::kReturning) {
    MoveAssignment(last, AssignmentState::kHome, bookings, now, nullptr, changes).check_out = check_out;
  }
}

absl::StatusOr<int> Headcount(int given, int expected) {
  if (given < 0 || given > 10'000) {
    return Error(Reason::kOutOfRange, "headcount", {{"range", "0 - 10000"}});
  }
  return given == 0 ? expected : given;
}

}  // namespace

std::string EventOf(AssignmentState state) {
  static constexpr std::array<const char*, 11> kEvents{
      "AssignmentReserved",  "AssignmentMobilizing", "AssignmentEnRoute",   "AssignmentOnScene",
      "AssignmentWorking",   "AssignmentReleased",   "AssignmentReturning", "AssignmentHome",
      "AssignmentCancelled", "AssignmentNoShow",     "AssignmentRecalled"};
  return kEvents[static_cast<size_t>(state)];
}

std::optional<AssignmentState> EndOf(AssignmentState state) {
  switch (state) {
    case AssignmentState::kReserved:
    case AssignmentState::kMobilizing:
      return AssignmentState::kCancelled;
    case AssignmentState::kEnRoute:
      return AssignmentState::kRecalled;
    case AssignmentState::kOnScene:
    case AssignmentState::kWorking:
      return AssignmentState::kReleased;
    default:
      return std::nullopt;
  }
}

Time ExpectedArrival(const Assignment& assignment) {
  return assignment.expected_arrival.value_or(std::max(assignment.windows.front().start, assignment.create_time));
}

Assignment& Reserve(const RequestLine& line, const ProjectedTeam& team, int headcount, int fills, const Cover& cover,
                    const OfferId& offer_id, const Context& context, DispatchChanges& changes) {
  Assignment assignment;
  assignment.id = AssignmentId(NewUuid(context.now, *context.random));
  assignment.version = 1;
  assignment.create_time = assignment.update_time = context.now;
  assignment.incident_id = line.incident_id;
  assignment.resource_request_id = line.resource_request_id;
  assignment.line_id = line.id;
  assignment.offer_id = offer_id;
  assignment.team_id = team.facts.team_id;
  assignment.organization_id = team.facts.organization_id;
  assignment.mode = line.mode;
  assignment.district_path = line.district_path;
  assignment.capability = line.capability;
  assignment.headcount = headcount;
  assignment.fills = fills;
  assignment.windows = line.windows;
  assignment.cover = cover;
  for (const Window& window : line.windows) {
    Booking booking;
    booking.id = BookingId(NewUuid(context.now, *context.random));
    booking.version = 1;
    booking.assignment_id = assignment.id;
    booking.mode = line.mode;
    booking.subject_id = assignment.team_id.value();
    booking.start = window.start;
    booking.end = window.end;
    changes.bookings.push_back({std::nullopt, std::move(booking), ""});
  }
  changes.assignments.push_back({std::nullopt, std::move(assignment), EventOf(AssignmentState::kReserved)});
  return changes.assignments.back().after;
}

Assignment& MoveAssignment(const Assignment& before, AssignmentState state, const std::vector<Booking>& bookings,
                           Time now, RequestLine* line, DispatchChanges& changes) {
  Assignment& after = Change(changes.assignments, before, EventOf(state));
  after.state = state;
  after.update_time = now;
  if (state == AssignmentState::kEnRoute) {
    after.depart_time = now;
  }
  if (state == AssignmentState::kReleased || state == AssignmentState::kRecalled) {
    after.release_time = now;
  }
  if (state == AssignmentState::kCancelled || state == AssignmentState::kNoShow ||
      state == AssignmentState::kRecalled) {
    if (line != nullptr) {
      line->filled -= before.fills;
    }
    after.fills = 0;
  }
  if (!IsActive(state)) {
    for (const Booking& booking : bookings) {
      if (booking.assignment_id == before.id && booking.active) {
        Booking& freed = Change(changes.bookings, booking, "");
        freed.active = false;
        // A shift that had not begun was no work: it must not count for rest.
        freed.worked = before.check_in.has_value() && booking.start < now;
        freed.end = std::max(booking.start, std::min(booking.end, now));
      }
    }
  }
  return after;
}

absl::StatusOr<DispatchChanges> Decide(const AdvanceAssignment& command, const Facts& facts, const Context& context) {
  MUSTER_ASSIGN_OR_RETURN(const Assignment before, Visible(facts, command.expected_version, context));
  if (command.state == AssignmentState::kOnScene || command.state == AssignmentState::kHome) {
    return ErrorWithTexts(Reason::kInvalidField, "state", "到达现场请用 CheckIn，返回驻地请用 CheckOut。",
                          "Use CheckIn for the arrival on scene and CheckOut for the arrival at home.");
  }
  if (IsOperatorsStep(command.state) && !context.principal.IsOperator()) {
    return Error(Reason::kForbidden, "state", {{"action", "AdvanceAssignment " + std::string(Name(command.state))}});
  }
  MUSTER_RETURN_IF_ERROR(CheckMove(before.state, command.state));
  DispatchChanges changes;
  changes.note = command.reason.empty() ? command.cover_override_reason : command.reason;
  std::optional<RequestLine> line = LineOf(facts);
  Assignment& after =
      MoveAssignment(before, command.state, facts.bookings, context.now, line ? &*line : nullptr, changes);
  if (command.state == AssignmentState::kEnRoute) {
    MUSTER_RETURN_IF_ERROR(CheckCover(command, context, after));
  }
  KeepLine(facts, line, context.now, changes);
  const Assignment* relieved = FindOther(facts, before.relieves_id);
  const bool comes_no_more = command.state == AssignmentState::kCancelled || command.state == AssignmentState::kNoShow;
  if (comes_no_more && relieved != nullptr && relieved->relieved_by_id == before.id) {
    Assignment& waits_again = Change(changes.assignments, *relieved, "AssignmentReliefCancelled");
    waits_again.relieved_by_id = AssignmentId();
    waits_again.update_time = context.now;
  }
  return changes;
}

absl::StatusOr<DispatchChanges> Decide(const CheckIn& command, const Facts& facts, const Context& context) {
  MUSTER_ASSIGN_OR_RETURN(const Assignment before, Visible(facts, command.expected_version, context));
  MUSTER_RETURN_IF_ERROR(CheckMove(before.state, AssignmentState::kOnScene));
  MUSTER_ASSIGN_OR_RETURN(
      const Time time, HappenTime(command.happen_time, before.depart_time.value_or(before.create_time), context.now));
  MUSTER_ASSIGN_OR_RETURN(const int headcount, Headcount(command.headcount, before.headcount));
  DispatchChanges changes;
  Assignment& after = MoveAssignment(before, AssignmentState::kOnScene, facts.bookings, context.now, nullptr, changes);
  after.check_in = CheckPoint{time, command.location, headcount, context.principal.account_id};
  std::erase(after.alarms, kArrivalOverdue);
  std::optional<RequestLine> line = LineOf(facts);
  if (const Assignment* relieved = FindOther(facts, before.relieves_id); relieved != nullptr && line) {
    const int fills = TakeOver(*relieved, headcount, facts, context.now, *line, changes);
    changes.assignments.front().after.fills = fills;
    KeepLine(facts, line, context.now, changes);
  }
  return changes;
}

absl::StatusOr<DispatchChanges> Decide(const CheckOut& command, const Facts& facts, const Context& context) {
  MUSTER_ASSIGN_OR_RETURN(const Assignment before, Visible(facts, command.expected_version, context));
  MUSTER_RETURN_IF_ERROR(CheckMove(before.state, AssignmentState::kHome));
  MUSTER_ASSIGN_OR_RETURN(
      const Time time, HappenTime(command.happen_time, before.release_time.value_or(before.create_time), context.now));
  const int expected = before.check_in ? before.check_in->headcount : before.headcount;
  MUSTER_ASSIGN_OR_RETURN(const int headcount, Headcount(command.headcount, expected));
  if (headcount < expected && !context.principal.IsOperator()) {
    return ErrorWithTexts(
        Reason::kOutOfRange, "headcount",
        "到场 " + std::to_string(expected) + " 人，返回人数不足。请核实后由指挥员确认。",
        std::to_string(expected) +
            " people checked in and fewer are home. Account for everyone; an operator may confirm it.",
        {{"range", std::to_string(expected)}});
  }
  DispatchChanges changes;
  Assignment& after = MoveAssignment(before, AssignmentState::kHome, facts.bookings, context.now, nullptr, changes);
  const CheckPoint check_out{time, std::nullopt, headcount, context.principal.account_id};
  after.check_out = check_out;
  for (size_t i = 1; i < facts.assignments.size(); ++i) {
    if (facts.assignments[i].team_id == before.team_id) {
      BringHome(facts.assignments[i], facts.bookings, check_out, context.now, changes);
    }
  }
  return changes;
}

}  // namespace muster::dispatch
