#include "services/dispatch/core/deployment.h"

#include <algorithm>

#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/domain/reason.h"
#include "services/dispatch/core/assignment.h"
#include "services/dispatch/core/line_filling.h"
#include "services/dispatch/core/must_haves.h"
#include "services/dispatch/core/plan.h"
#include "services/dispatch/core/triage.h"
#include "services/dispatch/core/visibility.h"

namespace muster::dispatch {
namespace {

constexpr size_t kMaxShifts = 100;
/// As far as a request may reach ahead.
constexpr Duration kHorizon = std::chrono::hours(24 * 366);
/// What was meant as "now" when it was sent has passed a little when it arrives.
constexpr Duration kJustNow = std::chrono::minutes(5);

absl::StatusOr<Assignment> Visible(const Facts& facts, const AssignmentId& id, int64_t expected_version,
                                   const Context& context) {
  if (facts.assignments.empty() || facts.assignments.front().id != id) {
    return Error(Reason::kNotFound);
  }
  const Assignment& assignment = facts.assignments.front();
  MUSTER_RETURN_IF_ERROR(CheckVisible(context.principal, assignment, context.now));
  MUSTER_RETURN_IF_ERROR(CheckVersion(expected_version, assignment.version));
  return assignment;
}

/// Ok while the team is on its way to the work or at it.
absl::Status CheckOnDuty(const Assignment& assignment, std::string_view what) {
  return EndOf(assignment.state) ? absl::OkStatus() : IllegalMove("assignment", Name(assignment.state), what, "none");
}

absl::Status CheckLineOpen(const RequestLine& line, std::string_view what) {
  const bool over = line.state == LineState::kClosed || line.state == LineState::kCancelled;
  return over ? IllegalMove("request_line", Name(line.state), what, "none") : absl::OkStatus();
}

absl::Status BadTime(const std::string& field, const std::string& why) {
  return Error(Reason::kBadTime, field, {{"why", why}});
}

absl::Status CheckAdded(const std::vector<Window>& added, const Assignment& assignment, Time now) {
  if (added.empty() || added.size() + assignment.windows.size() > kMaxShifts) {
    return Error(Reason::kOutOfRange, "windows", {{"range", "1 - 100, with those it has"}});
  }
  Time earliest = assignment.windows.back().end;
  for (size_t i = 0; i < added.size(); ++i) {
    const std::string path = "windows[" + std::to_string(i) + "]";
    if (added[i].end <= added[i].start) {
      return BadTime(path, "the end is not after the start");
    }
    if (added[i].start < earliest) {
      return BadTime(path, "it must be later than the shifts before it");
    }
    if (added[i].end <= now || added[i].end > now + kHorizon) {
      return BadTime(path, "it must end in the future and within a year");
    }
    earliest = added[i].end;
  }
  return absl::OkStatus();
}

/// What is left of shifts from a time on.
std::vector<Window> Remaining(const std::vector<Window>& windows, Time from) {
  std::vector<Window> left;
  for (const Window& window : windows) {
    if (window.end > from) {
      left.push_back({std::max(window.start, from), window.end});
    }
  }
  return left;
}

/// The times that lead up to `next_start` without a break, the last one first.
std::vector<Window> WithoutABreak(const std::vector<Window>& times, Time next_start) {
  std::vector<Window> chain;
  for (Time at = next_start;;) {
    const auto before =
        std::find_if(times.begin(), times.end(), [&](const Window& time) { return time.end == at && time.start < at; });
    if (before == times.end()) {
      return chain;
    }
    chain.push_back(*before);
    at = before->start;
  }
}

/// The team as eligibility is to see it for a duty that goes on from `own`, its bookings of now: they are not in its
/// way. Work that follows without a break needs no rest before it; its hours count like all others.
ProjectedTeam GoingOn(const ProjectedTeam& team, const std::vector<Window>& own, const std::vector<Window>& kept,
                      Time next_start) {
  ProjectedTeam seen = team;
  for (const Window& window : own) {
    std::erase(seen.facts.booked, window);  // no two bookings of a team are the same
  }
  seen.facts.booked.insert(seen.facts.booked.end(), kept.begin(), kept.end());
  const bool follows = std::any_of(kept.begin(), kept.end(), [&](const Window& w) { return w.end == next_start; });
  for (const Window& window : follows ? WithoutABreak(seen.facts.booked, next_start) : std::vector<Window>()) {
    std::erase(seen.facts.booked, window);
    seen.facts.worked.push_back(window);
  }
  // Other shifts of a duty that goes on: whoever asked for them decided how close they are.
  for (const Window& window : follows ? kept : std::vector<Window>()) {
    if (std::erase(seen.facts.booked, window) > 0) {
      seen.facts.worked.push_back(window);
    }
  }
  return seen;
}

std::vector<Window> ActiveTimes(const std::vector<Booking>& bookings, const AssignmentId& id) {
  std::vector<Window> times;
  for (const Booking& booking : bookings) {
    if (booking.assignment_id == id && booking.active) {
      times.push_back({booking.start, booking.end});
    }
  }
  return times;
}

/// Checks the team for `line`. Where only rest stands against it, an operator's reason overrides that: answers the
/// reason when it was needed, else an empty text.
absl::StatusOr<std::string> CheckTeam(const ProjectedTeam* team, const TeamId& id, const RequestLine& line,
                                      const Facts& facts, const std::string& override_reason, const Context& context,
                                      const std::string& field) {
  std::vector<RuleFailure> failures = FailingRules(team, id, line, *facts.incident);
  std::string needed;
  const auto is_rest = [](const RuleFailure& failure) { return ConcernsRest(failure.rule); };
  if (!TrimBlanks(override_reason).empty() && std::any_of(failures.begin(), failures.end(), is_rest)) {
    if (!context.principal.IsOperator()) {
      return Error(Reason::kForbidden, "rest_override_reason", {{"action", "override of rest"}});
    }
    std::erase_if(failures, is_rest);
    needed = override_reason;
  }
  if (!failures.empty()) {
    return RefuseTeam(failures, team, line, field);
  }
  return needed;
}

std::string NoteOf(const std::string& reason, const std::string& override_reason) {
  const std::string rest = override_reason.empty() ? "" : "without the rest needed: " + override_reason;
  return reason + (reason.empty() || rest.empty() ? "" : "; ") + rest;
}

const ProjectedTeam* FindTeam(const Facts& facts, const TeamId& id) {
  const auto found = facts.teams.find(id);
  return found == facts.teams.end() ? nullptr : &found->second;
}

/// Nothing for a team of a district that the caller does not cover: it must look like one that does not exist.
const ProjectedTeam* FindVisibleTeam(const Facts& facts, const TeamId& id, const Principal& caller) {
  const ProjectedTeam* team = FindTeam(facts, id);
  const bool visible =
      team != nullptr && caller.IsOfficial() && DistrictCovers(caller.district_path, team->district_path);
  return visible ? team : nullptr;
}

void Book(const Assignment& assignment, const Window& window, const Context& context, DispatchChanges& changes) {
  Booking booking;
  booking.id = BookingId(NewUuid(context.now, *context.random));
  booking.version = 1;
  booking.assignment_id = assignment.id;
  booking.mode = assignment.mode;
  booking.subject_id = assignment.team_id.value();
  booking.start = window.start;
  booking.end = window.end;
  changes.bookings.push_back({std::nullopt, std::move(booking), ""});
}

/// A departed team cannot be held back for its insurance: a person has to see to it.
void AlarmWhenUncovered(Assignment& assignment) {
  const Cover& cover = assignment.cover;
  const bool stated = cover.state == CoverState::kDeclared || cover.state == CoverState::kBound;
  const bool too_short = stated && cover.valid_until && *cover.valid_until < assignment.windows.back().end;
  const bool told =
      std::find(assignment.alarms.begin(), assignment.alarms.end(), kCoverTooShort) != assignment.alarms.end();
  if (assignment.depart_time && too_short && !told) {
    assignment.alarms.emplace_back(kCoverTooShort);
  }
}

/// Ends the shifts of a duty now, in the order in which no two of them overlap at any step: those that have begun are
/// cut off, and of the others nothing remains. They stay active until the team is home, as every duty's.
void CutOff(Assignment& ended, const std::vector<Booking>& bookings, Time now, DispatchChanges& changes) {
  for (const bool begun : {true, false}) {
    for (const Booking& booking : bookings) {
      if (booking.assignment_id == ended.id && booking.active && (booking.start < now) == begun && booking.end > now) {
        Booking& cut = Change(changes.bookings, booking, "");
        cut.start = std::min(booking.start, now);
        cut.end = now;
      }
    }
  }
  const Window first = ended.windows.front();
  std::erase_if(ended.windows, [&](const Window& window) { return window.start >= now; });
  if (ended.windows.empty()) {
    ended.windows.push_back({std::min(first.start, now), now});
  }
  ended.windows.back().end = std::min(ended.windows.back().end, now);
}

/// The caller's line with its work from now on; LINE_FULL, ILLEGAL_TRANSITION or BAD_TIME when a team cannot join it.
absl::StatusOr<RequestLine> LineToJoin(const RedeployAssignment& command, const Assignment& before, const Facts& facts,
                                       const Context& context) {
  if (facts.lines.empty() || !facts.incident || facts.lines.front().id != command.line_id ||
      !CoversIncident(context.principal, facts.incident->id, facts.incident->district_path, context.now)) {
    return Error(Reason::kNotFound, "line_id");
  }
  RequestLine line = facts.lines.front();
  if (line.id == before.line_id || line.mode != before.mode) {
    return ErrorWithTexts(Reason::kInvalidField, "line_id", "请选择另一行需求，且与当前任务性质相同（实战或演练）。",
                          "Choose another line, of the same mode (real or drill) as the assignment.");
  }
  MUSTER_RETURN_IF_ERROR(CheckLineOpen(line, "redeployed to"));
  if (facts.request) {
    MUSTER_RETURN_IF_ERROR(CheckAccepted(*facts.request));
  }
  line.windows = Remaining(line.windows, context.now);
  if (line.windows.empty()) {
    return BadTime("line_id", "its work is over");
  }
  return Capacity(line) - line.filled - line.held > 0 ? absl::StatusOr<RequestLine>(std::move(line))
                                                      : Error(Reason::kLineFull, "line_id");
}

}  // namespace

absl::StatusOr<DispatchChanges> Decide(const ExtendAssignment& command, const Facts& facts, const Context& context) {
  MUSTER_ASSIGN_OR_RETURN(const Assignment before, Visible(facts, command.id, command.expected_version, context));
  if (facts.lines.empty() || !facts.incident) {
    return Error(Reason::kNotFound);
  }
  MUSTER_RETURN_IF_ERROR(CheckOnDuty(before, "extended"));
  MUSTER_RETURN_IF_ERROR(CheckLineOpen(facts.lines.front(), "extended"));
  std::vector<Window> added = command.windows;
  std::sort(added.begin(), added.end(), [](const Window& a, const Window& b) { return a.start < b.start; });
  MUSTER_RETURN_IF_ERROR(CheckAdded(added, before, context.now));
  RequestLine line = facts.lines.front();
  line.windows = added;
  std::optional<ProjectedTeam> team;
  if (const ProjectedTeam* known = FindTeam(facts, before.team_id)) {
    const std::vector<Window> own = ActiveTimes(facts.bookings, before.id);
    team = GoingOn(*known, own, own, added.front().start);
  }
  MUSTER_ASSIGN_OR_RETURN(const std::string overridden, CheckTeam(team ? &*team : nullptr, before.team_id, line, facts,
                                                                  command.rest_override_reason, context, "windows"));
  DispatchChanges changes;
  changes.note = NoteOf(command.reason, overridden);
  Assignment& after = Change(changes.assignments, before, "AssignmentExtended");
  after.update_time = context.now;
  after.windows.insert(after.windows.end(), added.begin(), added.end());
  after.rest_override_reason = overridden.empty() ? before.rest_override_reason : overridden;
  AlarmWhenUncovered(after);
  for (const Window& window : added) {
    Book(after, window, context, changes);
  }
  return changes;
}

absl::StatusOr<DispatchChanges> Decide(const RelieveAssignment& command, const Facts& facts, const Context& context) {
  MUSTER_ASSIGN_OR_RETURN(const Assignment before, Visible(facts, command.id, command.expected_version, context));
  if (facts.lines.empty() || !facts.incident) {
    return Error(Reason::kNotFound);
  }
  MUSTER_RETURN_IF_ERROR(CheckOnDuty(before, "relieved"));
  MUSTER_RETURN_IF_ERROR(CheckLineOpen(facts.lines.front(), "relieved"));
  const bool waits_itself = !before.relieves_id.empty() && !before.check_in;
  if (!before.relieved_by_id.empty() || waits_itself) {
    return ErrorWithTexts(Reason::kIllegalTransition, "id", "这支队伍已有接替的队伍，或自己正在接替途中。",
                          "This team has its relief already, or is a relief that has not arrived yet.",
                          {{"from", std::string(Name(before.state))}, {"to", "relieved"}, {"allowed", "none"}});
  }
  if (command.team_id == before.team_id) {
    return Error(Reason::kInvalidField, "team_id");
  }
  const Time asked = command.relief_time.value_or(context.now);
  const Time from = std::max(asked, context.now);
  RequestLine line = facts.lines.front();
  line.windows = Remaining(before.windows, from);
  if (asked < context.now - kJustNow || line.windows.empty()) {
    return BadTime("relief_time", "it must lie between now and the end of the last shift");
  }
  const ProjectedTeam* team = FindVisibleTeam(facts, command.team_id, context.principal);
  MUSTER_RETURN_IF_ERROR(CheckTeam(team, command.team_id, line, facts, "", context, "team_id").status());
  DispatchChanges changes;
  const int headcount = CountsPeople(line) ? std::min(team->facts.headcount, before.fills) : team->facts.headcount;
  Assignment& relieved = Change(changes.assignments, before, "AssignmentReliefBooked");
  relieved.update_time = context.now;
  Assignment& relief = Reserve(line, *team, headcount, 0, Cover{}, OfferId(), context, changes);
  relief.relieves_id = before.id;
  relief.handover_note = command.handover_note;
  changes.assignments.front().after.relieved_by_id = relief.id;
  return changes;
}

absl::StatusOr<DispatchChanges> Decide(const RedeployAssignment& command, const Facts& facts, const Context& context) {
  MUSTER_ASSIGN_OR_RETURN(const Assignment before, Visible(facts, command.id, command.expected_version, context));
  MUSTER_ASSIGN_OR_RETURN(RequestLine line, LineToJoin(command, before, facts, context));
  MUSTER_RETURN_IF_ERROR(CheckMove(before.state, AssignmentState::kReleased));
  DispatchChanges changes;
  Assignment& ended = MoveAssignment(before, AssignmentState::kReleased, facts.bookings, context.now, nullptr, changes);
  CutOff(ended, facts.bookings, context.now, changes);
  std::optional<ProjectedTeam> team;
  if (const ProjectedTeam* known = FindTeam(facts, before.team_id)) {
    team = GoingOn(*known, ActiveTimes(facts.bookings, before.id), ended.windows, line.windows.front().start);
  }
  MUSTER_ASSIGN_OR_RETURN(const std::string overridden, CheckTeam(team ? &*team : nullptr, before.team_id, line, facts,
                                                                  command.rest_override_reason, context, "line_id"));
  changes.note = NoteOf(command.reason, overridden);
  const int people = before.check_in ? before.check_in->headcount : before.headcount;
  const int brings = line.equipment.empty() ? people : Brings(line, *team);
  const int fills = Contribution(line, brings, Capacity(line) - line.filled - line.held);
  const int headcount = CountsPeople(line) ? fills : people;
  Assignment& reserved = Reserve(line, *team, headcount, fills, before.cover, OfferId(), context, changes);
  reserved.redeployed_from_id = before.id;
  reserved.rest_override_reason = overridden;
  line.filled += fills;
  StandDownWhenFilled(line, facts.offers, OfferId(), context.now, changes);
  const RequestLine& line_before = facts.lines.front();
  RequestLine& after = Change(changes.lines, line_before, "");
  const int64_t version = after.version;
  after = line;
  after.version = version;
  after.windows = line_before.windows;
  Settle(after, context.now);
  changes.lines.back().event = LineEvent(line_before, after);
  return changes;
}

}  // namespace muster::dispatch
