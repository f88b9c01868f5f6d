#pragma once

#include "services/dispatch/core/amend.h"
#include "services/dispatch/core/call_up.h"
#include "services/dispatch/core/help.h"
#include "services/dispatch/core/take_over.h"
#include "services/dispatch/core/triage.h"
#include "tests/unit/dispatch/briefing.h"

namespace muster::dispatch {

inline Principal DistrictOperator() { return Someone(Role::kDistrictOperator, kDistrict); }
inline Principal School() {
  Principal school = Someone(Role::kRequester, "3205/320583/320583100");
  school.organization_id = OrganizationId("school");
  return school;
}

/// A briefing in which the desks act: beside what a briefing tells, the other request, help, and what a call-up
/// reaches.
class DeskBriefing : public Briefing {
 public:
  /// The school asked for what the request says, and waits.
  void Submitted() {
    request.state = RequestState::kSubmitted;
    request.requester_organization_id = School().organization_id;
  }

  /// Another request of the same incident with one line.
  ResourceRequest& Other() {
    other = request;
    other->id = ResourceRequestId("other");
    other->state = RequestState::kAccepted;
    RequestLine line = Briefing().Line("line of the other", 5);
    line.resource_request_id = other->id;
    other_lines = {line};
    return *other;
  }

  /// Thirty people of a team are offered.
  Help& Offered(const std::string& team) {
    help = Help();
    help->id = HelpId("help");
    help->version = 1;
    help->organization_id = OrganizationId("organization of " + team);
    help->team_id = TeamId(team);
    help->district_path = kDistrict;
    help->capability = kSkill;
    help->people = 30;
    help->window = Hours(0, 24);
    help->answer_by_time = At(2);
    return *help;
  }

  template <class Command>
  absl::StatusOr<DispatchChanges> Do(const Command& command, const Principal& by = CityOperator()) {
    Facts facts;
    facts.incident = incident;
    facts.request = request;
    facts.lines = lines;
    facts.offers = offers;
    std::erase_if(facts.offers, [](const Offer& offer) { return !IsOpen(offer.state); });
    facts.assignments = assignments;
    std::erase_if(facts.assignments, [](const Assignment& one) { return !IsActive(one.state); });
    facts.bookings = bookings;
    facts.teams = teams;
    facts.candidates = candidates;
    facts.other_request = other;
    facts.other_lines = other_lines;
    facts.help = help;
    facts.reach = reach;
    facts.linked_incidents = linked;
    const Context context{now, by, &random};
    return dispatch::Decide(command, facts, context);
  }

  std::optional<ResourceRequest> other;
  std::vector<RequestLine> other_lines;
  std::optional<Help> help;
  Reach reach;
  std::map<IncidentId, std::string> linked;
};

}  // namespace muster::dispatch
