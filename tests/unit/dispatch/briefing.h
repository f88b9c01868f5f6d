#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/base/random.h"
#include "services/dispatch/core/alarm.h"
#include "services/dispatch/core/arrival.h"
#include "services/dispatch/core/assignment.h"
#include "services/dispatch/core/confirmation.h"
#include "services/dispatch/core/deployment.h"
#include "services/dispatch/core/incident.h"
#include "services/dispatch/core/line_filling.h"
#include "services/dispatch/core/offer.h"
#include "services/dispatch/core/plan.h"
#include "services/dispatch/core/report.h"
#include "services/dispatch/core/request.h"
#include "services/dispatch/core/undo.h"

namespace muster::dispatch {

inline constexpr Time kNow = FromMicros(1'767'225'600'000'000);  // 2026-01-01T00:00:00Z
inline constexpr char kDistrict[] = "3205/320583";
inline constexpr char kSkill[] = "water";

inline Time At(int hours) { return kNow + std::chrono::hours(hours); }
inline Window Hours(int from, int to) { return {At(from), At(to)}; }

inline Principal Someone(Role role, const std::string& district) {
  Principal principal;
  principal.account_id = AccountId("account of " + std::string(Name(role)));
  principal.roles = {role};
  principal.district_path = district;
  return principal;
}
inline Principal CityOperator() { return Someone(Role::kCityOperator, "3205"); }
/// A manager of the organization that a team belongs to; see Briefing::Team.
inline Principal ManagerOf(const std::string& team) {
  Principal principal = Someone(Role::kOrganizationManager, kDistrict);
  principal.organization_id = OrganizationId("organization of " + team);
  return principal;
}
inline Principal Stranger() {
  Principal principal = Someone(Role::kOrganizationManager, kDistrict);
  principal.organization_id = OrganizationId("another organization");
  return principal;
}

/// A situation told in a few lines: an incident with one request, its lines, teams, and what happened so far. Decides
/// commands on exactly the facts that the store would read for them.
class Briefing {
 public:
  Briefing() {
    incident.id = IncidentId("incident");
    incident.version = 3;
    incident.title = "Flood";
    incident.kind = IncidentKind::kNaturalDisaster;
    incident.district_path = kDistrict;
    incident.location = Location{{31.3, 120.9}, 0, std::nullopt, false};
    request.id = ResourceRequestId("request");
    request.version = 2;
    request.incident_id = incident.id;
    request.district_path = kDistrict;
  }

  /// The incident and all that hangs on it.
  void SetMode(Mode mode) { incident.mode = request.mode = mode; }

  /// A line for people, from hour 10 to 20.
  RequestLine& Line(const std::string& name, int quantity) {
    RequestLine line;
    line.id = RequestLineId(name);
    line.version = 1;
    line.resource_request_id = request.id;
    line.incident_id = incident.id;
    line.mode = incident.mode;
    line.district_path = kDistrict;
    line.capability = kSkill;
    line.quantity = quantity;
    line.windows = {Hours(10, 20)};
    lines.push_back(line);
    return lines.back();
  }

  /// A team of some people that may do everything.
  ProjectedTeam& Team(const std::string& name, int people) {
    ProjectedTeam& team = teams[TeamId(name)];
    team.facts.team_id = TeamId(name);
    team.facts.organization_id = OrganizationId("organization of " + name);
    team.facts.organization_state = OrganizationState::kApproved;
    team.facts.headcount = people;
    team.facts.works_remotely = true;
    team.facts.capabilities = {{kSkill, 2, Hours(-1000, 1000)}};
    team.district_path = kDistrict;
    return team;
  }

  /// The team was asked to come; the offer's id is the team's name.
  Offer& Invited(const std::string& line, const std::string& team) {
    RequestLine& wanted = line_(line);
    Offer offer;
    offer.id = OfferId(team);
    offer.version = 1;
    offer.incident_id = incident.id;
    offer.resource_request_id = request.id;
    offer.line_id = wanted.id;
    offer.team_id = TeamId(team);
    offer.organization_id = OrganizationId("organization of " + team);
    offer.mode = incident.mode;
    offer.district_path = kDistrict;
    offer.capability = wanted.capability;
    offer.windows = wanted.windows;
    offer.count_asked = Contribution(wanted, teams.at(TeamId(team)).facts.headcount, wanted.quantity);
    offer.expire_time = kNow + std::chrono::minutes(10);
    wanted.asked += offer.count_asked;
    offers.push_back(offer);
    return offers.back();
  }

  /// The team answered with a condition and holds its place.
  Offer& Provisional(const std::string& line, const std::string& team, int people) {
    Offer& offer = Invited(line, team);
    RequestLine& wanted = line_(line);
    wanted.asked -= offer.count_asked;
    offer.state = OfferState::kProvisional;
    offer.count_offered = people;
    offer.count_asked = Contribution(wanted, people, Capacity(wanted) - wanted.filled - wanted.held);
    wanted.held += offer.count_asked;
    return offer;
  }

  /// The team is booked; the assignment's id is its name. It came directly, without an offer.
  Assignment& Assigned(const std::string& line, const std::string& team, AssignmentState state) {
    RequestLine& wanted = line_(line);
    const TeamFacts& facts = teams.at(TeamId(team)).facts;
    Assignment assignment;
    assignment.id = AssignmentId(team);
    assignment.version = 1;
    assignment.create_time = At(-5);
    assignment.incident_id = incident.id;
    assignment.resource_request_id = request.id;
    assignment.line_id = wanted.id;
    assignment.team_id = TeamId(team);
    assignment.organization_id = facts.organization_id;
    assignment.state = state;
    assignment.mode = incident.mode;
    assignment.district_path = kDistrict;
    assignment.headcount = facts.headcount;
    assignment.fills = Contribution(wanted, facts.headcount, Capacity(wanted) - wanted.filled - wanted.held);
    assignment.windows = wanted.windows;
    wanted.filled += assignment.fills;
    wanted.state = wanted.filled >= wanted.quantity ? LineState::kFilled : LineState::kPartlyFilled;
    int shift = 0;
    for (const Window& window : wanted.windows) {
      Booking booking;
      booking.id = BookingId(team + " " + std::to_string(shift++));
      booking.version = 1;
      booking.assignment_id = assignment.id;
      booking.mode = incident.mode;
      booking.subject_id = team;
      booking.start = window.start;
      booking.end = window.end;
      bookings.push_back(booking);
    }
    assignments.push_back(assignment);
    return assignments.back();
  }

  /// The team waits for a later wave.
  void Waiting(const std::string& line, const std::string& team) {
    RequestLine& wanted = line_(line);
    candidates.push_back({wanted.id, static_cast<int>(candidates.size()), TeamId(team)});
    ++wanted.waiting;
    wanted.needs_wave = NeedsWave(wanted, now);
  }

  absl::StatusOr<DispatchChanges> Decide(const OpenIncident& command, const Principal& by = CityOperator()) {
    return Run(command, Facts(), by);
  }
  absl::StatusOr<DispatchChanges> Decide(const UpdateIncident& command, const Principal& by = CityOperator()) {
    return Run(command, OnlyIncident(), by);
  }
  absl::StatusOr<DispatchChanges> Decide(const CloseIncident& command, const Principal& by = CityOperator()) {
    Facts facts = Everything();
    std::erase_if(facts.offers, [](const Offer& offer) { return !IsOpen(offer.state); });
    std::erase_if(facts.assignments, [](const Assignment& one) { return !IsActive(one.state); });
    return Run(command, facts, by);
  }
  absl::StatusOr<DispatchChanges> Decide(const CreateRequest& command, const Principal& by = CityOperator()) {
    return Run(command, OnlyIncident(), by);
  }
  absl::StatusOr<DispatchChanges> Decide(const CancelRequest& command, const Principal& by = CityOperator()) {
    Facts facts = Everything();
    std::erase_if(facts.offers, [](const Offer& offer) { return !IsOpen(offer.state); });
    return Run(command, facts, by);
  }
  absl::StatusOr<DispatchChanges> Decide(const SetWavePolicy& command, const Principal& by = CityOperator()) {
    Facts facts;
    facts.lines = {line(command.line_id.value())};
    return Run(command, facts, by);
  }
  absl::StatusOr<DispatchChanges> Decide(const DispatchPlan& command, const Principal& by = CityOperator()) {
    Facts facts = Everything();
    std::erase_if(facts.offers, [](const Offer& offer) { return !IsOpen(offer.state); });
    std::erase_if(facts.assignments, [](const Assignment& one) { return !IsActive(one.state); });
    return Run(command, facts, by);
  }
  /// What was asked, booked and queued so far came from one dispatch.
  void FromOneDispatch(const std::string& name) {
    dispatch.emplace();
    dispatch->id = DispatchId(name);
    dispatch->version = 1;
    dispatch->incident_id = incident.id;
    dispatch->resource_request_id = request.id;
    dispatch->district_path = kDistrict;
    dispatch->undo_until = now + kUndoTime;
    for (Offer& offer : offers) offer.dispatch_id = dispatch->id;
    for (Assignment& assignment : assignments) assignment.dispatch_id = dispatch->id;
    for (Candidate& candidate : candidates) candidate.dispatch_id = dispatch->id;
  }
  absl::StatusOr<DispatchChanges> Decide(const WithdrawDispatch& command, const Principal& by = CityOperator()) {
    Facts facts = Everything();
    facts.dispatch = dispatch;
    std::erase_if(facts.offers, [&](const Offer& one) {
      return one.dispatch_id != command.id || !(IsOpen(one.state) || one.state == OfferState::kAccepted);
    });
    std::erase_if(facts.assignments,
                  [&](const Assignment& one) { return one.dispatch_id != command.id || !IsActive(one.state); });
    std::erase_if(facts.candidates, [&](const Candidate& one) { return one.dispatch_id != command.id; });
    return Run(command, facts, by);
  }
  absl::StatusOr<DispatchChanges> Decide(const SendWave& command) {
    Facts facts;
    facts.incident = incident;
    facts.lines = {line(command.line_id.value())};
    facts.teams = teams;
    for (const Offer& offer : offers) {
      if (offer.line_id == command.line_id) facts.offers.push_back(offer);
    }
    for (const Candidate& candidate : candidates) {
      if (candidate.line_id == command.line_id) facts.candidates.push_back(candidate);
    }
    facts.look = look;
    facts.answers = answers;
    return Run(command, facts, Principal());
  }
  absl::StatusOr<DispatchChanges> Decide(const AnswerOffer& command, const Principal& by) {
    return Run(command, OfOffer(command.id), by);
  }
  absl::StatusOr<DispatchChanges> Decide(const ConfirmOffer& command, const Principal& by) {
    return Run(command, OfOffer(command.id), by);
  }
  absl::StatusOr<DispatchChanges> Decide(const WithdrawOffer& command, const Principal& by = CityOperator()) {
    Facts facts = OfOffer(command.id);
    for (const Assignment& assignment : assignments) {
      if (assignment.offer_id == command.id) facts.assignments.push_back(assignment);
    }
    facts.bookings = bookings;
    return Run(command, facts, by);
  }
  absl::StatusOr<DispatchChanges> Decide(const ExpireOffer& command) {
    return Run(command, OfOffer(command.id), Principal());
  }
  absl::StatusOr<DispatchChanges> Decide(const AdvanceAssignment& command, const Principal& by = CityOperator()) {
    return Run(command, WithOthersBehind(command.id, &Assignment::relieves_id), by);
  }
  absl::StatusOr<DispatchChanges> Decide(const CheckIn& command, const Principal& by = CityOperator()) {
    return Run(command, WithOthersBehind(command.id, &Assignment::relieves_id), by);
  }
  absl::StatusOr<DispatchChanges> Decide(const CheckOut& command, const Principal& by = CityOperator()) {
    return Run(command, WithOthersBehind(command.id, &Assignment::redeployed_from_id), by);
  }
  absl::StatusOr<DispatchChanges> Decide(const ExtendAssignment& command, const Principal& by = CityOperator()) {
    return Run(command, WithTeams(OfAssignment(command.id)), by);
  }
  absl::StatusOr<DispatchChanges> Decide(const RelieveAssignment& command, const Principal& by = CityOperator()) {
    return Run(command, WithTeams(OfAssignment(command.id)), by);
  }
  absl::StatusOr<DispatchChanges> Decide(const RedeployAssignment& command, const Principal& by = CityOperator()) {
    Facts facts = WithTeams(OfAssignment(command.id));
    facts.lines.clear();
    for (const RequestLine& one : lines) {
      if (one.id == command.line_id) facts.lines.push_back(one);
    }
    for (const Offer& offer : offers) {
      if (offer.line_id == command.line_id && offer.state == OfferState::kInvited) facts.offers.push_back(offer);
    }
    return Run(command, facts, by);
  }
  absl::StatusOr<DispatchChanges> Decide(const ConfirmWork& command, const Principal& by) {
    Facts facts = OfAssignment(command.id);
    facts.request = request;
    return Run(command, facts, by);
  }
  absl::StatusOr<DispatchChanges> Decide(const CheckArrival& command) {
    return Run(command, OfAssignment(command.id), Principal());
  }
  absl::StatusOr<DispatchChanges> Decide(const ReportSituation& command, const Principal& by = CityOperator()) {
    return Run(command,
               command.report.assignment_id.empty() ? OnlyIncident() : WithIncident(command.report.assignment_id), by);
  }
  absl::StatusOr<DispatchChanges> Decide(const CheckStanding& command) {
    Facts facts;
    facts.teams = teams;
    facts.lines = lines;
    for (const Assignment& assignment : assignments) {
      if (assignment.team_id == command.team_id && IsActive(assignment.state)) facts.assignments.push_back(assignment);
    }
    return Run(command, facts, Principal());
  }

  RequestLine& line(const std::string& name) { return line_(name); }
  Assignment& assignment(const std::string& id) {
    return *std::find_if(assignments.begin(), assignments.end(),
                         [&](const Assignment& a) { return a.id.value() == id; });
  }
  /// Takes over what was decided, as the store does.
  void Apply(const DispatchChanges& changes) {
    Keep(changes.lines, lines);
    Keep(changes.offers, offers);
    Keep(changes.assignments, assignments);
    Keep(changes.bookings, bookings);
  }
  /// The changed line of that name; its state before when it did not change.
  RequestLine LineAfter(const DispatchChanges& changes, const std::string& name) {
    for (const Changed<RequestLine>& changed : changes.lines) {
      if (changed.after.id.value() == name) return changed.after;
    }
    return line_(name);
  }

  Incident incident;
  ResourceRequest request;
  std::vector<RequestLine> lines;
  std::map<TeamId, ProjectedTeam> teams;
  std::vector<Offer> offers;
  std::vector<Assignment> assignments;
  std::vector<Booking> bookings;
  std::vector<Candidate> candidates;
  std::optional<DispatchRecord> dispatch;
  std::optional<WaveLook> look;      ///< of the line that SendWave is about
  std::vector<AnswerCount> answers;  ///< earlier ones
  Time now = kNow;
  SeededRandom random{1};

 private:
  template <class T>
  static void Keep(const std::vector<Changed<T>>& changes, std::vector<T>& objects) {
    for (const Changed<T>& changed : changes) {
      const auto known =
          std::find_if(objects.begin(), objects.end(), [&](const T& one) { return one.id == changed.after.id; });
      known == objects.end() ? objects.push_back(changed.after) : void(*known = changed.after);
    }
  }

  RequestLine& line_(const std::string& name) {
    return *std::find_if(lines.begin(), lines.end(), [&](const RequestLine& line) { return line.id.value() == name; });
  }

  template <class Command>
  absl::StatusOr<DispatchChanges> Run(const Command& command, const Facts& facts, const Principal& by) {
    return dispatch::Decide(command, facts, Context{now, by, &random});
  }

  Facts OnlyIncident() const {
    Facts facts;
    facts.incident = incident;
    return facts;
  }

  Facts Everything() const {
    Facts facts = OnlyIncident();
    facts.request = request;
    facts.lines = lines;
    facts.offers = offers;
    facts.assignments = assignments;
    facts.bookings = bookings;
    facts.teams = teams;
    facts.candidates = candidates;
    return facts;
  }

  /// The offer first, then those of its line that still wait for an answer.
  Facts OfOffer(const OfferId& id) {
    Facts facts;
    const auto own = std::find_if(offers.begin(), offers.end(), [&](const Offer& offer) { return offer.id == id; });
    if (own == offers.end()) {
      return facts;
    }
    facts = OnlyIncident();
    facts.offers = {*own};
    for (const Offer& offer : offers) {
      if (offer.id != id && offer.line_id == own->line_id && offer.state == OfferState::kInvited) {
        facts.offers.push_back(offer);
      }
    }
    facts.lines = {line_(own->line_id.value())};
    if (const auto team = teams.find(own->team_id); team != teams.end()) {
      facts.teams.insert(*team);
    }
    return facts;
  }

  Facts WithIncident(const AssignmentId& id) {
    Facts facts = OfAssignment(id);
    facts.incident = incident;
    return facts;
  }

  /// All teams, each with what it is booked for here besides what the test says.
  Facts WithTeams(Facts facts) {
    facts.incident = incident;
    facts.teams = teams;
    for (const Booking& booking : bookings) {
      if (booking.active)
        facts.teams.at(TeamId(booking.subject_id)).facts.booked.push_back({booking.start, booking.end});
    }
    return facts;
  }

  /// The assignment, and behind it those that it names, and those that they name.
  Facts WithOthersBehind(const AssignmentId& id, AssignmentId Assignment::*other) {
    Facts facts = OfAssignment(id);
    for (size_t i = 0; i < facts.assignments.size(); ++i) {
      const Facts behind = OfAssignment(facts.assignments[i].*other);
      facts.assignments.insert(facts.assignments.end(), behind.assignments.begin(), behind.assignments.end());
      facts.bookings.insert(facts.bookings.end(), behind.bookings.begin(), behind.bookings.end());
    }
    return facts;
  }

  Facts OfAssignment(const AssignmentId& id) {
    Facts facts;
    for (const Assignment& assignment : assignments) {
      if (assignment.id == id) {
        facts.assignments = {assignment};
        facts.lines = {line_(assignment.line_id.value())};
      }
    }
    for (const Booking& booking : bookings) {
      if (booking.assignment_id == id) facts.bookings.push_back(booking);
    }
    return facts;
  }
};

/// The texts of a list of changes, to compare: "team: accepted".
template <class T>
std::vector<std::string> StatesOf(const std::vector<Changed<T>>& changes) {
  std::vector<std::string> texts;
  for (const Changed<T>& changed : changes) {
    texts.push_back(changed.after.id.value() + ": " + std::string(Name(changed.after.state)));
  }
  return texts;
}

}  // namespace muster::dispatch
