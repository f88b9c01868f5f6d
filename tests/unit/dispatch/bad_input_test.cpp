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
      {"Incident.desk_district_path", {}, "output only"},
      {"Incident.handover_note", {}, "output only"},
      {"RequestLine.id", {}, "made by the system"},
      {"RequestLine.version", {}, "counted by the system"},
      {"RequestLine.state", {}, "output only"},
      {"RequestLine.filled", {}, "output only"},
      {"RequestLine.held", {}, "output only"},
      {"RequestLine.asked", {}, "output only"},
      {"RequestLine.wave", {}, "output only"},
      {"RequestLine.on_scene", {}, "output only"},
      {"RequestLine.short", {}, "output only"},
      {"RequestLine.split_from_id", {}, "output only"},
      {"ResourceRequest.state", {}, "output only"},
      {"ResourceRequest.triage_note", {}, "output only"},
      {"ResourceRequest.merged_into_id", {}, "output only"},
      {"ResourceRequest.linked_request_ids", {}, "output only"},
      {"Help.id", {}, "made by the system"},
      {"Help.version", {}, "counted by the system"},
      {"Help.create_time", {}, "the system's clock"},
      {"Help.update_time", {}, "the system's clock"},
      {"Help.state", {}, "output only"},
      {"Help.answer_by_time", {}, "output only"},
      {"Help.answer", {}, "output only"},
      {"Help.answer_time", {}, "output only"},
      {"Help.line_id", {}, "output only"},
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
      {"CreateIncident CallUpNotice.issuer", kAnyText, "free text"},
      {"UpdateIncident CallUpNotice.issuer", kAnyText, "free text"},
      {"CreateIncident CallUpNotice.organization_kinds", {}, "names that another version may know"},
      {"UpdateIncident CallUpNotice.organization_kinds", {}, "names that another version may know"},
      {"CallUpNotice.window", {"absent"}, "open"},
      {"CreateIncident Window.start_time", {"absent", "year 1"}, "open"},
      {"CreateIncident Window.end_time", {"absent", "year 9999"}, "open"},
      {"UpdateIncident Window.start_time", {"absent", "year 1"}, "open"},
      {"UpdateIncident Window.end_time", {"absent", "year 9999"}, "open"},
      {"CallUpNotice.text", kAnyText, "free text"},
      {"UpdateIncidentRequest.reason", kAnyText, "free text"},
      {"CloseIncidentRequest.reason", kAnyText, "free text"},

      {"Incident.category", {"empty"}, "not known"},
      {"Incident.sectors", {"no elements"}, "none"},
      {"Sector.district_path", {"empty"}, "the incident's"},
      {"Sector.area", {"absent"}, "its district"},
      {"Sector.name", kGivenText, "free text"},
      {"Sector.lead", kAnyText, "free text"},
      {"Incident.command_posts", {"no elements"}, "none"},
      {"CommandPost.name", kGivenText, "free text"},
      {"CommandPost.address", kAnyText, "free text"},
      {"CommandPost.position", {"absent"}, "not known"},
      {"CommandPost.position/Position.latitude", {"zero", "negative"}, "on the earth"},
      {"CommandPost.position/Position.longitude", {"zero", "negative"}, "on the earth"},
      {"CommandPost.contact", kAnyText, "free text"},
      {"CommandPost.organization", kAnyText, "free text"},
      {"CommandPost.workplace", kAnyText, "free text"},
      {"CommandPost.support_systems", kAnyText, "free text"},
      {"CommandPost.safeguards", kAnyText, "free text"},
      {"Incident.departments", {"no elements"}, "none"},
      {"Department.name", kGivenText, "free text"},
      {"Department.decides", kAnyText, "free text"},
      {"Incident.linked_incident_ids", {"no elements"}, "none"},

      // Call-ups and desks.
      {"IssueCallUp CallUpNotice.issuer", kGivenText, "free text"},
      {"IssueCallUp CallUpNotice.organization_kinds", {"no elements", "twice"}, "all kinds; named twice is named once"},
      {"IssueCallUp Window.start_time", {"absent", "year 1"}, "now, or already"},
      {"IssueCallUp Window.end_time", {"absent", "year 9999"}, "open"},
      {"IssueCallUpRequest.confirm_token", kAnyText, "read only where so many organizations need one"},
      {"TakeOverIncidentRequest.handover_note", kGivenText, "free text"},
      {"GetDeskRequest.incident_id", {"empty"}, "all that the caller sees"},
      {"TriageRequestRequest.note", kAnyText, "free text; a refusal needs one"},
      {"AmendRequestRequest.amendments", {"no elements"}, "only new lines"},
      {"AmendRequestRequest.new_lines", {"no elements", "twice"}, "none; the same again"},
      {"AmendRequestRequest.reason", kAnyText, "free text"},
      {"LineAmendment.line/RequestLine.capability", {}, "fixed when it was made"},
      {"LineAmendment.line/RequestLine.wave_policy", {}, "SetWavePolicy changes it"},
      {"LineAmendment.line/RequestLine.external_refs", {}, "fixed when it was made"},
      {"LineAmendment.split_quantities", {"no elements"}, "not split"},
      {"LineAmendment.update_mask", {"absent"}, "nothing but the split"},
      {"AmendRequest FieldMask.paths", {"no elements"}, "nothing but the split"},
      {"RequestLine.shifts", {"absent"}, "the windows say it"},
      {"AmendRequest Window.start_time", {"year 1"}, "work that began long ago"},

      // Help that nobody asked for.
      {"Help.team_id", {"empty"}, "not said yet"},
      {"Help.incident_id", {"empty"}, "any"},
      {"OfferHelp Window.start_time", {"year 1"}, "they have been free for long"},
      {"Help.text", kAnyText, "free text"},
      {"Help.district_path", {"empty"}, "the incident's"},
      {"AnswerHelpRequest.answer", kAnyText, "free text"},
      {"ListHelpRequest.states", {"no elements", "twice", "many", "unspecified"}, "every state"},

      // Requests and their lines.
      {"ResourceRequest.need", kAnyText, "free text"},
      {"ResourceRequest.meeting_contact", kAnyText, "free text"},
      {"RequestLine.must_haves", {"no elements"}, "none"},
      {"RequestLine.wishes", {"no elements"}, "none"},
      {"ListRequestsRequest.states", {"no elements", "twice", "many", "unspecified"}, "every state"},
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

      // Teams that are out.
      {"ExtendAssignmentRequest.reason", kAnyText, "free text"},
      {"ExtendAssignmentRequest.rest_override_reason", kGivenText, "free text; this extension needs one"},
      {"RelieveAssignmentRequest.relief_time", {"absent"}, "now"},
      {"RelieveAssignmentRequest.handover_note", kAnyText, "free text"},
      {"RedeployAssignmentRequest.reason", kAnyText, "free text"},
      {"RedeployAssignmentRequest.rest_override_reason", kAnyText, "free text; this redeployment needs none"},
      {"ConfirmWorkRequest.expected_version", {"zero"}, "may be left out"},
      {"ConfirmWorkRequest.headcount", {"zero"}, "as many as checked in"},
      {"ConfirmWorkRequest.note", kAnyText, "free text"},
      {"SituationReport.sector", kAnyText, "a name of the desk's"},
      {"SituationReport.period", {"absent"}, "now"},
      {"ReportSituation Window.start_time", {"year 1"}, "long ago; work that began long ago"},
      {"SituationReport.period/Window.end_time", {"year 9999"}, "far ahead"},
      {"SituationReport.resource_request_id", {}, "output only"},
      {"ReportSituationRequest.needs", {"no elements", "twice"}, "none, or the same again"},
      {"LineAmendment.split_quantities", {"twice"}, "two parts of one size"},
      {"ListSituationReportsRequest.sector", kAnyText, "a filter"},
      {"ListSituationReportsRequest.period", {"absent"}, "a filter"},
      {"ListSituationReportsRequest.period/Window.start_time", {"absent", "year 1"}, "open"},
      {"ListSituationReportsRequest.period/Window.end_time", {"absent", "year 9999"}, "open"},

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
                                  "ListAssignmentsRequest", "ListSituationReportsRequest", "ListHelpRequest"});
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
    if (!has_object || call.method == "CreateIncident" || call.method == "OfferHelp" || call.method == "GetPassKeys") {
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
