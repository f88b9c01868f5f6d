#include "services/dispatch/core/plan.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/domain/reason.h"
#include "services/dispatch/core/assignment.h"
#include "services/dispatch/core/line_filling.h"
#include "services/dispatch/core/must_haves.h"
#include "services/dispatch/core/triage.h"
#include "services/dispatch/core/visibility.h"
#include "services/dispatch/core/wave_policy.h"

namespace muster::dispatch {
namespace {

constexpr size_t kMaxTeamsInLine = 500;

const ProjectedTeam* FindTeam(const Facts& facts, const TeamId& id) {
  const auto found = facts.teams.find(id);
  return found == facts.teams.end() ? nullptr : &found->second;
}

/// Deals the ids of what one command makes anew: the first gets the greatest. Lists go by falling id, the newest first,
/// and so show what was made at once in the order in which its teams were named.
template <class T>
std::map<decltype(T::id), decltype(T::id)> DealIds(std::vector<Changed<T>>& changes) {
  std::vector<decltype(T::id)> ids;
  for (const Changed<T>& change : changes) {
    if (!change.before) {
      ids.push_back(change.after.id);
    }
  }
  std::sort(ids.begin(), ids.end(), std::greater<>());
  std::map<decltype(T::id), decltype(T::id)> dealt;
  for (Changed<T>& change : changes) {
    if (!change.before) {
      const auto& id = ids[dealt.size()];
      dealt.emplace(std::exchange(change.after.id, id), id);
    }
  }
  return dealt;
}

void DealIds(DispatchChanges& changes) {
  DealIds(changes.offers);
  const auto dealt = DealIds(changes.assignments);
  for (Changed<Booking>& booking : changes.bookings) {
    booking.after.assignment_id = dealt.at(booking.after.assignment_id);
  }
}

/// One dispatch while it is being decided.
class Planner {
 public:
  Planner(const DispatchPlan& command, const Facts& facts, const Context& context)
      : command_(command), facts_(facts), context_(context), dispatch_id_(NewUuid(context.now, *context.random)) {
    for (const Offer& offer : facts.offers) {
      asked_.insert({offer.line_id, offer.team_id});
    }
    for (const Assignment& assignment : facts.assignments) {
      asked_.insert({assignment.line_id, assignment.team_id});
    }
    for (const Candidate& candidate : facts.candidates) {
      asked_.insert({candidate.line_id, candidate.team_id});
    }
  }

  absl::StatusOr<DispatchChanges> Run() {
    if (command_.lines.empty()) {
      return Error(Reason::kInvalidField, "lines");
    }
    for (size_t i = 0; i < command_.lines.size(); ++i) {
      MUSTER_RETURN_IF_ERROR(PlanLine(command_.lines[i], "lines[" + std::to_string(i) + "]"));
    }
    if (people_ > kPeopleWithoutConfirmation && command_.confirm) {
      MUSTER_RETURN_IF_ERROR(command_.confirm(people_));
    }
    ResourceRequest& request = Change(changes_.requests, *facts_.request, "RequestDispatched");
    request.update_time = context_.now;
    DealIds(changes_);
    Keep(request);
    return std::move(changes_);
  }

 private:
  void Keep(const ResourceRequest& request) {
    DispatchRecord record;
    record.id = dispatch_id_;
    record.version = 1;
    record.create_time = context_.now;
    record.resource_request_id = request.id;
    record.incident_id = request.incident_id;
    record.mode = request.mode;
    record.district_path = request.district_path;
    record.undo_until = context_.now + command_.undo_time;
    changes_.dispatches.push_back({std::nullopt, std::move(record), ""});
  }

  absl::Status PlanLine(const LineDispatch& wanted, const std::string& path) {
    const auto before = std::find_if(facts_.lines.begin(), facts_.lines.end(),
                                     [&](const RequestLine& line) { return line.id == wanted.line_id; });
    if (before == facts_.lines.end()) {
      return Error(Reason::kNotFound, path + ".line_id");
    }
    if (wanted.team_ids.empty() || wanted.team_ids.size() > kMaxTeamsInLine) {
      return Error(Reason::kOutOfRange, path + ".team_ids", {{"range", "1 - 500"}});
    }
    if (before->state == LineState::kClosed || before->state == LineState::kCancelled) {
      return IllegalMove("request_line", Name(before->state), "dispatched", "none");
    }
    if (!done_lines_.insert(before->id).second) {
      return Error(Reason::kDuplicate, path + ".line_id");
    }
    RequestLine line = *before;
    if (wanted.policy) {
      MUSTER_RETURN_IF_ERROR(ApplyPolicy(*wanted.policy, path + ".wave_policy", line));
    }
    MUSTER_RETURN_IF_ERROR(command_.direct ? BookAll(wanted, path, line) : InviteFirst(wanted, path, line));
    RequestLine& after = Change(changes_.lines, *before, "");
    const int64_t version = after.version;
    after = line;
    after.version = version;
    Settle(after, context_.now);
    changes_.lines.back().event = LineEvent(*before, after);
    if (AsksByChance(after, context_.now) && after.waiting > before->waiting) {
      changes_.looks.push_back(LookNow(after, context_.now));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<const ProjectedTeam*> Accept(const TeamId& id, const RequestLine& line, const std::string& field) {
    if (!asked_.insert({line.id, id}).second) {
      return Error(Reason::kDuplicate, field);
    }
    const ProjectedTeam* team = VisibleTeam(id);
    const auto failures = FailingRules(team, id, line, *facts_.incident);
    if (!failures.empty()) {
      return RefuseTeam(failures, team, line, field);
    }
    return team;
  }

  /// Nothing for a team of a district that the caller does not cover: it must look like one that does not exist.
  const ProjectedTeam* VisibleTeam(const TeamId& id) const {
    const ProjectedTeam* team = FindTeam(facts_, id);
    const Principal& caller = context_.principal;
    const bool visible =
        team != nullptr && caller.IsOfficial() && DistrictCovers(caller.district_path, team->district_path);
    return visible ? team : nullptr;
  }

  /// Puts a team behind those that wait. Its standing counts when its wave comes.
  absl::Status Enqueue(const TeamId& id, int position, const std::string& field, RequestLine& line) {
    if (!asked_.insert({line.id, id}).second) {
      return Error(Reason::kDuplicate, field);
    }
    if (VisibleTeam(id) == nullptr) {
      return RefuseTeam(FailingRules(nullptr, id, line, *facts_.incident), nullptr, line, field);
    }
    changes_.new_candidates.push_back({line.id, position, id, dispatch_id_});
    ++line.waiting;
    return absl::OkStatus();
  }

  absl::Status BookAll(const LineDispatch& wanted, const std::string& path, RequestLine& line) {
    for (size_t i = 0; i < wanted.team_ids.size(); ++i) {
      const std::string field = path + ".team_ids[" + std::to_string(i) + "]";
      MUSTER_ASSIGN_OR_RETURN(const ProjectedTeam* team, Accept(wanted.team_ids[i], line, field));
      MUSTER_RETURN_IF_ERROR(TakeTime(*team, line, field));
      const int room = Capacity(line) - line.filled - line.held;
      if (room <= 0) {
        return Error(Reason::kOverAssigned, field,
                     {{"requested", std::to_string(line.quantity)},
                      {"assigned", std::to_string(line.filled + line.held)},
                      {"tolerance", std::to_string(line.tolerance_percent) + " %"}});
      }
      const int fills = Contribution(line, Brings(line, *team), room);
      const int headcount = CountsPeople(line) ? fills : team->facts.headcount;
      Reserve(line, *team, headcount, fills, Cover{}, OfferId(), context_, changes_).dispatch_id = dispatch_id_;
      line.filled += fills;
      people_ += headcount;
    }
    StandDownWhenFilled(line, facts_.offers, OfferId(), context_.now, changes_);
    return absl::OkStatus();
  }

  /// Two lines of one call may not book the same team at the same time.
  absl::Status TakeTime(const ProjectedTeam& team, const RequestLine& line, const std::string& field) {
    std::vector<Window>& taken = taken_[team.facts.team_id];
    for (const Window& window : line.windows) {
      for (const Window& other : taken) {
        if (window.Overlaps(other)) {
          return Error(Reason::kTeamOverlap, field,
                       {{"start", FormatMicros(ToMicros(other.start))}, {"end", FormatMicros(ToMicros(other.end))}});
        }
      }
    }
    taken.insert(taken.end(), line.windows.begin(), line.windows.end());
    return absl::OkStatus();
  }

  /// Asks from the front, whole waves at a time, until as many are asked as could fill the line; the rest wait. A line
  /// that asks by chance asks no more than that here: how many beyond them is for its first look, which comes at once.
  absl::Status InviteFirst(const LineDispatch& wanted, const std::string& path, RequestLine& line) {
    const size_t invited_before = changes_.offers.size();
    ++line.wave;
    int position = NextPosition(line.id);
    bool asking = true;
    const size_t wave_size = AsksByChance(line, context_.now) ? 1 : static_cast<size_t>(line.wave_size);
    for (size_t i = 0; i < wanted.team_ids.size(); ++i) {
      const std::string field = path + ".team_ids[" + std::to_string(i) + "]";
      const bool wave_begins = i % wave_size == 0;
      asking = asking && (!wave_begins || line.asked < Missing(line));
      if (asking) {
        MUSTER_ASSIGN_OR_RETURN(const ProjectedTeam* team, Accept(wanted.team_ids[i], line, field));
        Invite(line, *team, *facts_.incident, context_, changes_).dispatch_id = dispatch_id_;
        people_ += team->facts.headcount;
      } else {
        MUSTER_RETURN_IF_ERROR(Enqueue(wanted.team_ids[i], position++, field, line));
      }
    }
    line.wave -= changes_.offers.size() == invited_before ? 1 : 0;
    return absl::OkStatus();
  }

  /// Behind those that wait already.
  int NextPosition(const RequestLineId& line_id) const {
    int next = 0;
    for (const Candidate& candidate : facts_.candidates) {
      next = candidate.line_id == line_id ? std::max(next, candidate.position + 1) : next;
    }
    return next;
  }

  const DispatchPlan& command_;
  const Facts& facts_;
  const Context& context_;
  const DispatchId dispatch_id_;
  DispatchChanges changes_;
  std::set<std::pair<RequestLineId, TeamId>> asked_;  ///< asked, waiting or booked, of each line
  std::set<RequestLineId> done_lines_;
  std::map<TeamId, std::vector<Window>> taken_;
  int64_t people_ = 0;
};

/// True when it is booked, and no rule fails but those that look at bookings.
bool OnlyBookingsAreInTheWay(const std::vector<RuleFailure>& failures) {
  bool booked = false;
  for (const RuleFailure& failure : failures) {
    booked = booked || failure.rule == EligibilityRule::kBooked;
    if (failure.rule != EligibilityRule::kBooked && !ConcernsRest(failure.rule)) {
      return false;
    }
  }
  return booked;
}

}  // namespace

std::vector<RuleFailure> FailingRules(const ProjectedTeam* team, const TeamId& team_id, const RequestLine& line,
                                      const Incident& incident) {
  if (team == nullptr) {
    return {{EligibilityRule::kUnknownYet, "队伍 " + team_id.value() + " 尚未同步或不存在",
             "team " + team_id.value() + " is not known here yet"}};
  }
  std::vector<RuleFailure> failures;
  const auto& enrolled = incident.enrolled_team_ids;
  if (incident.mode == Mode::kDrill && std::find(enrolled.begin(), enrolled.end(), team_id) == enrolled.end()) {
    failures.push_back({EligibilityRule::kNotEnrolled, "未报名参加本次演练", "not enrolled in this drill"});
  }
  for (const std::string& want : Lacks(line, *team)) {
    failures.push_back({EligibilityRule::kMustHave, "没有 " + want, "it has no " + want});
  }
  std::set<EligibilityRule> seen;
  for (const Window& window : line.windows) {
    for (RuleFailure& failure :
         CheckEligibility(team->facts, {line.capability, line.lowest_level, window, line.place, line.windows})) {
      if (seen.insert(failure.rule).second) {
        failures.push_back(std::move(failure));
      }
    }
  }
  return failures;
}

absl::Status RefuseTeam(const std::vector<RuleFailure>& failures, const ProjectedTeam* team, const RequestLine& line,
                        const std::string& field) {
  if (team == nullptr || !OnlyBookingsAreInTheWay(failures)) {
    ErrorInfo info = GetErrorInfo(EligibilityStatus(failures));
    return ErrorWithTexts(Reason::kNotEligible, field, info.message_zh, info.message_en, info.metadata);
  }
  for (const Window& booking : team->facts.booked) {
    for (const Window& window : line.windows) {
      if (booking.Overlaps(window)) {
        return Error(Reason::kTeamOverlap, field,
                     {{"start", FormatMicros(ToMicros(booking.start))}, {"end", FormatMicros(ToMicros(booking.end))}});
      }
    }
  }
  return Error(Reason::kTeamOverlap, field);
}

Offer& Invite(RequestLine& line, const ProjectedTeam& team, const Incident& incident, const Context& context,
              DispatchChanges& changes) {
  Offer offer;
  offer.id = OfferId(NewUuid(context.now, *context.random));
  offer.version = 1;
  offer.create_time = offer.update_time = context.now;
  offer.incident_id = line.incident_id;
  offer.resource_request_id = line.resource_request_id;
  offer.line_id = line.id;
  offer.team_id = team.facts.team_id;
  offer.organization_id = team.facts.organization_id;
  offer.mode = line.mode;
  offer.district_path = line.district_path;
  offer.incident_title = incident.title;
  offer.wave = line.wave;
  offer.capability = line.capability;
  offer.windows = line.windows;
  offer.count_asked = Contribution(line, Brings(line, team), line.quantity);
  offer.expire_time = std::min(context.now + std::chrono::seconds(line.answer_seconds), line.windows.back().end);
  line.asked += offer.count_asked;
  changes.offers.push_back({std::nullopt, std::move(offer), "OfferInvited"});
  return changes.offers.back().after;
}

absl::StatusOr<DispatchChanges> Decide(const DispatchPlan& command, const Facts& facts, const Context& context) {
  if (!facts.request || !facts.incident ||
      !CoversIncident(context.principal, facts.incident->id, facts.incident->district_path, context.now)) {
    return Error(Reason::kNotFound);
  }
  MUSTER_RETURN_IF_ERROR(CheckVersion(command.expected_version, facts.request->version));
  if (facts.incident->state == IncidentState::kClosed) {
    return IllegalMove("resource_request", facts.request->cancelled ? "cancelled" : "closed", "dispatched", "none");
  }
  MUSTER_RETURN_IF_ERROR(CheckAccepted(*facts.request));
  return Planner(command, facts, context).Run();
}

namespace {

/// Asks the next that may come, until `enough`; those who may not any more are passed over.
void AskWaiting(const Facts& facts, const Context& context, const std::function<bool(int invited)>& enough,
                RequestLine& line, DispatchChanges& changes) {
  std::set<TeamId> may;
  for (const Candidate& candidate : MayBeAsked(facts)) {
    may.insert(candidate.team_id);
  }
  int invited = 0;
  for (const Candidate& candidate : facts.candidates) {
    if (enough(invited)) {
      break;
    }
    changes.used_candidates.push_back(candidate);
    --line.waiting;
    if (may.erase(candidate.team_id) == 0) {
      continue;  // became ineligible while it waited: the next one is asked instead
    }
    Invite(line, *FindTeam(facts, candidate.team_id), *facts.incident, context, changes).dispatch_id =
        candidate.dispatch_id;
    ++invited;
  }
  line.wave -= invited == 0 ? 1 : 0;
}

/// One wave while it is being decided, for a line that may ask on.
DispatchChanges NextWave(const Facts& facts, const Context& context) {
  DispatchChanges changes;
  const RequestLine& before = facts.lines.front();
  RequestLine line = before;
  ++line.wave;
  changes.note = "wave " + std::to_string(line.wave) + ": the line is short and the policy asks on";
  if (AsksByChance(before, context.now)) {
    const WavePlan plan = PlanOf(facts, MayBeAsked(facts), context.now);
    AskWaiting(
        facts, context, [&](int invited) { return invited >= plan.ask_now && line.asked >= Missing(line); }, line,
        changes);
    changes.looks.push_back(line.waiting > 0 ? LookAfter(line, plan, context.now) : WaveLook{line.id, std::nullopt, 0});
  } else {
    AskWaiting(
        facts, context, [&](int invited) { return invited == line.wave_size; }, line, changes);
  }
  if (changes.used_candidates.empty() && !before.needs_wave) {
    return changes;  // a look that found enough asked
  }
  RequestLine& after = Change(changes.lines, before, "");
  const int64_t version = after.version;
  after = line;
  after.version = version;
  Settle(after, context.now);
  changes.lines.back().event = LineEvent(before, after);
  DealIds(changes);
  return changes;
}

/// True when this line's look is due.
bool IsLookDue(const Facts& facts, Time now) { return facts.look && facts.look->due && *facts.look->due <= now; }

}  // namespace

absl::StatusOr<DispatchChanges> Decide(const SendWave& command, const Facts& facts, const Context& context) {
  DispatchChanges changes;
  const bool open = !facts.lines.empty() && facts.incident && facts.incident->state != IncidentState::kClosed;
  const bool asks_by_chance = open && AsksByChance(facts.lines.front(), context.now);
  if (open) {
    const RequestLine& before = facts.lines.front();
    const bool look = asks_by_chance && IsLookDue(facts, context.now) && Missing(before) > 0;
    if (NeedsWave(before, context.now) || (look && MayAsk(before, context.now))) {
      changes = NextWave(facts, context);
    } else if (before.needs_wave) {  // its work ended while it waited: it must not stand in the way of others
      Change(changes.lines, before, "LineChanged").needs_wave = false;
      changes.note = "the work is over";
    }
  }
  if (IsLookDue(facts, context.now) && changes.looks.empty()) {
    changes.looks.push_back({command.line_id, std::nullopt, 0});
  }
  return changes;
}

}  // namespace muster::dispatch
