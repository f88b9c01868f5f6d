// Every field of every method, spoilt in every way.

#include <gtest/gtest.h>

#include "muster/security/policy.h"
#include "tests/unit/dispatch/dispatch_world.h"

namespace muster::dispatch {
namespace {

using muster::testing::BadInputRun;
using muster::testing::GoodCall;
using muster::testing::HasReason;
using muster::testing::kAnyText;
using muster::testing::kGivenText;
using muster::testing::LegalInput;
using muster::testing::RenewRequestId;
using muster::testing::StoreDump;

/// A list that may have no elements, in which a repetition does no harm, with no limit but that of every list.
const std::vector<std::string> kLongList{"no elements", "twice", "many"};

std::vector<LegalInput> LegalInputs() {
  return {
      // What the system fills in is not looked at.
      {"CreateIncident Incident.id", {}, "made by the system"},
      {"Incident.version", {}, "counted by the system"},
      {"Incident.create_time", {}, "the system's clock"},
      {"Incident.update_time", {}, "the system's clock"},
      {"Incident.close_time", {}, "the system's clock"},
      {"CreateIncident Incident.state", {}, "pre_alert says it"},
      {"UpdateIncident Incident.mode", {}, "fixed when it was made"},
      {"UpdateIncident Incident.district_path", {}, "fixed when it was made"},
      {"ResourceRequest.id", {}, "made by the system"},
      {"ResourceRequest.version", {}, "counted by the system"},
      {"ResourceRequest.create_time", {}, "the system's clock"},
      {"ResourceRequest.update_time", {}, "the system's clock"},
      {"ResourceRequest.mode", {}, "the incident's"},
      {"ResourceRequest.district_path", {}, "the incident's"},
      {"RequestLine.id", {}, "made by the system"},
      {"RequestLine.version", {}, "counted by the system"},
      {"RequestLine.state", {}, "output only"},
      {"RequestLine.filled", {}, "output only"},
      {"RequestLine.held", {}, "output only"},
      {"RequestLine.asked", {}, "output only"},
      {"RequestLine.wave", {}, "output only"},
      {"Cover.state", {}, "output only"},
      {"Cover.override_reason", {}, "output only"},
      {"SituationReport.id", {}, "made by the system"},
      {"SituationReport.create_time", {}, "the system's clock"},
      {"SituationReport.incident_id", {}, "the assignment's"},
      {"SituationReport.reporter", {}, "output only"},

      // Incidents.
      {"Incident.title", kGivenText, "free text"},
      {"Incident.description", kAnyText, "free text"},
      {"Incident.kind", {"unspecified"}, "the event says it"},
      {"Incident.event", kAnyText, "free text; needed without a kind only"},
      {"Incident.grade", {"unspecified"}, "not graded"},
      {"Incident.warning_color", {"unspecified"}, "no warning"},
      {"Incident.response_levels", kLongList, "none declared"},
      {"ResponseLevel.command", kAnyText, "free text"},
      {"ResponseLevel.district_path", {"empty"}, "the incident's"},
      {"ResponseLevel.declare_time", {"absent", "year 1", "year 9999"}, "whenever it was"},
      {"CreateIncident Incident.mode", {"unspecified"}, "real"},
      {"Incident.area", {"absent"}, "not known"},
      {"Area.description", kAnyText, "free text"},
      {"Area.polygons", kLongList, "a union"},
      {"Area.circles", kLongList, "a union"},
      {"Area.geocodes", kLongList, "a union"},
      {"Geocode.list", kAnyText, "another system's text"},
      {"Geocode.code", kAnyText, "another system's text"},
      {"Incident.position", {"absent"}, "not known"},
      {"Incident.onset_time", {"absent", "year 1"}, "long ago"},
      {"Incident.expire_time", {"absent", "year 9999"}, "open"},
      {"Incident.enrolled_team_ids", {}, "who takes part in a drill, known here yet or not"},
      {"Incident.external_refs", kLongList, "names elsewhere"},
      {"Incident.call_up", {"absent"}, "none"},
      {"CallUpNotice.issuer", kAnyText, "free text"},
      {"CallUpNotice.organization_kinds", {}, "names that another version may know"},
      {"CallUpNotice.window", {"absent"}, "open"},
      {"CreateIncident Window.start_time", {"absent", "year 1"}, "open"},
      {"CreateIncident Window.end_time", {"absent", "year 9999"}, "open"},
      {"UpdateIncident Window.start_time", {"absent", "year 1"}, "open"},
      {"UpdateIncident Window.end_time", {"absent", "year 9999"}, "open"},
      {"CallUpNotice.text", kAnyText, "free text"},
      {"UpdateIncidentRequest.reason", kAnyText, "free text"},
      {"CloseIncidentRequest.reason", kAnyText, "free text"},

      // Requests and their lines.
      {"ResourceRequest.requester", kAnyText, "free text"},
      {"ResourceRequest.external_refs", kLongList, "names elsewhere"},
      {"RequestLine.lowest_level", {"zero"}, "any"},
      {"RequestLine.unit", {"unspecified"}, "people"},
      {"RequestLine.place", {"unspecified"}, "on site"},
      {"RequestLine.position", {"absent"}, "the incident's"},
      {"RequestLine.priority", {"zero"}, "3"},
      {"RequestLine.tolerance_percent", {"zero"}, "none"},
      {"RequestLine.agreement", {"unspecified"}, "voluntary"},
      {"RequestLine.instructions", kAnyText, "free text"},
      {"RequestLine.wave_policy", {"absent"}, "as the server is set"},
      {"RequestLine.external_refs", kLongList, "names elsewhere"},
      {"CancelRequestRequest.reason", kAnyText, "free text"},
      {"ResourceRequest.requester_organization_id", {}, "kept as told: it says who may see the request"},
      {"ResourceRequest.lines", {"twice"}, "the same again"},
      {"CreateRequest Window.start_time", {"year 1"}, "work that began long ago"},
      {"SetWavePolicyRequest.wave_policy", {"absent"}, "as it is"},
      {"DispatchRequest.how", {"unspecified"}, "by invitation"},
      {"DispatchRequest.confirm_token", kAnyText, "read only where so many people need one"},
      {"LineDispatch.wave_policy", {"absent"}, "as it is"},

      // Offers and assignments.
      {"AnswerOfferRequest.count_offered", {"zero"}, "as many as were asked"},
      {"AnswerOfferRequest.available_from_time", {"absent", "year 1", "year 9999"}, "told to people"},
      {"AnswerOfferRequest.condition", kGivenText, "free text; a provisional answer needs one"},
      {"AnswerOfferRequest.decline_reason", {"unspecified"}, "needed by a refusal only"},
      {"AnswerOfferRequest.note", kAnyText, "free text"},
      {"AnswerOfferRequest.cover", {"absent"}, "none declared"},
      {"AnswerOfferRequest.expected_version", {"zero"}, "may be left out"},
      {"Cover.insurer", kAnyText, "free text"},
      {"Cover.policy_number", kAnyText, "another's number; empty declares nothing"},
      {"Cover.valid_until_time", {"absent", "year 1", "year 9999"}, "departure looks at it"},
      {"WithdrawOfferRequest.reason", kAnyText, "free text"},
      {"WithdrawDispatchRequest.reason", kAnyText, "free text"},
      {"AdvanceAssignmentRequest.cover_override_reason", kGivenText, "free text; this departure needs one"},
      {"AdvanceAssignmentRequest.reason", kAnyText, "free text"},
      {"CheckInRequest.position", {"absent"}, "not known"},
      {"CheckInRequest.headcount", {"zero"}, "all"},
      {"CheckInRequest.expected_version", {"zero"}, "may be left out"},
      {"CheckInRequest.happen_time", {"absent"}, "now"},
      {"CheckOutRequest.headcount", {"zero"}, "all"},
      {"CheckOutRequest.expected_version", {"zero"}, "may be left out"},
      {"CheckOutRequest.happen_time", {"absent"}, "now"},
      {"ReleaseAssignmentRequest.reason", kAnyText, "free text"},
      {"RecallAssignmentRequest.reason", kAnyText, "free text"},
      {"SituationReport.text", kGivenText, "free text"},
      {"SituationReport.people_served", {"zero"}, "none"},

      // Positions and references.
      {"Polygon.points", {"twice", "many"}, "a ring that stays at its end"},
      {"Polygon.points/Position.accuracy_m", {}, "a shape has none"},
      {"Circle.center/Position.accuracy_m", {}, "a shape has none"},
      {"Incident.position/Position.latitude", {"zero", "negative"}, "on the earth"},
      {"Circle.center/Position.latitude", {"zero", "negative"}, "on the earth"},
      {"RequestLine.position/Position.latitude", {"zero", "negative"}, "on the earth"},
      {"CheckInRequest.position/Position.latitude", {"zero", "negative"}, "on the earth"},
      {"Incident.position/Position.longitude", {"zero", "negative"}, "on the earth"},
      {"Circle.center/Position.longitude", {"zero", "negative"}, "on the earth"},
      {"RequestLine.position/Position.longitude", {"zero", "negative"}, "on the earth"},
      {"CheckInRequest.position/Position.longitude", {"zero", "negative"}, "on the earth"},
      {"Position.coordinate_system", {"unspecified"}, "WGS-84"},
      {"Position.accuracy_m", {"zero"}, "not known"},
      {"Position.time", {"absent", "year 1", "year 9999"}, "whenever it was"},
      {"Circle.center", {"absent"}, "0, 0"},
      {"Circle.radius_m", {"zero"}, "a point"},
      {"ExternalReference.system", kAnyText, "another system's text"},
      {"ExternalReference.id", kAnyText, "another system's text"},
      {"FieldMask.paths", {"twice", "many"}, "a field that is named twice is changed once"},

      // Lists: a filter that nothing fits gives an empty page, also for what the caller may not see.
      {"GetRequestRequest.line_id", {}, "the id says it"},
      {"ListIncidentsRequest.states", {"no elements", "twice", "many", "unspecified"}, "every state"},
      {"ListIncidentsRequest.modes", {"no elements", "twice", "many", "unspecified"}, "every mode"},
      {"ListIncidentsRequest.external_ref", {"absent"}, "a filter"},
      {"ListRequestsRequest.incident_id", {}, "a filter"},
      {"ListOffersRequest.incident_id", {}, "a filter"},
      {"ListOffersRequest.resource_request_id", {}, "a filter"},
      {"ListOffersRequest.line_id", {}, "a filter"},
      {"ListOffersRequest.states", {"no elements", "twice", "many", "unspecified"}, "every state"},
      {"ListAssignmentsRequest.incident_id", {}, "a filter"},
      {"ListAssignmentsRequest.team_id", {}, "a filter"},
      {"ListAssignmentsRequest.states", {"no elements", "twice", "many", "unspecified"}, "every state"},
      {"ListSituationReportsRequest.incident_id", {}, "a filter"},
      {"WavePolicy.wave_size", {"zero"}, "as it is"},
      {"WavePolicy.answer_seconds", {"zero"}, "as it is"},
      {"WavePolicy.provisional_seconds", {"zero"}, "as it is"},
      {"WavePolicy.fill_probability", {"zero"}, "waves of wave_size"},
      {"WavePolicy.fill_by_time", {"absent", "year 1", "year 9999"}, "a time that has passed: waves of wave_size"},
  };
}

BadInputRun::Send SenderTo(DispatchWorld& world) {
  return [&world](const GoodCall& call, const google::protobuf::Message& request, std::string* reply) {
    return world.Send(call.method, DispatchWorld::Operator(), request, reply);
  };
}

TEST(DispatchBadInputTest, EveryMethodIsInTheTable) {
  muster::testing::ExpectEveryMethod(DispatchWorld().GoodCalls(),
                                     *v1::Incident::descriptor()->file()->FindServiceByName("DispatchService"),
                                     {"ListBookings"});
}

TEST(DispatchBadInputTest, EveryBadInputIsRefusedAndChangesNothing) {
  BadInputRun run(LegalInputs(), {"ListIncidentsRequest", "ListRequestsRequest", "ListOffersRequest",
                                  "ListAssignmentsRequest", "ListSituationReportsRequest"});
  const size_t methods = DispatchWorld().GoodCalls().size();
  for (size_t i = 0; i < methods; ++i) {
    DispatchWorld world;
    StoreDump dump(world.database());
    run.Try(world.GoodCalls()[i], SenderTo(world), dump, world.foreign_ids());
    EXPECT_TRUE(world.Violations().empty()) << world.GoodCalls()[i].method;
  }
  run.ExpectEveryRowUsed();
  RecordProperty("sent", run.sent());
  RecordProperty("refused", run.refused());
}

/// Who may not see the work: they get what they would get for an id that does not exist.
TEST(DispatchBadInputTest, WhatAnotherOrganizationOwnsIsNotFound) {
  DispatchWorld world;
  StoreDump dump(world.database());
  std::string reply;
  int not_found = 0;
  for (const GoodCall& call : world.GoodCalls()) {
    const bool has_object = !call.method.starts_with("List");
    if (!has_object || call.method == "CreateIncident") {
      continue;
    }
    for (const Principal& caller : {Stranger(), DispatchWorld::OtherOperator()}) {
      SCOPED_TRACE(call.method + " by the " + caller.account_id.value());
      if (!security::Authorize(caller, "muster.dispatch.v1.DispatchService." + call.method).ok()) {
        continue;
      }
      const auto request = call.request();
      RenewRequestId(*request);
      const std::string before = dump.Take();
      EXPECT_THAT(world.Send(call.method, caller, *request, &reply), HasReason(Reason::kNotFound));
      EXPECT_EQ(StoreDump::FirstDifference(before, dump.Take()), "");
      ++not_found;
    }
  }
  EXPECT_GT(not_found, 20);
}

}  // namespace
}  // namespace muster::dispatch
