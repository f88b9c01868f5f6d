#include "tests/unit/dispatch/dispatch_world.h"

#include <utility>

#include "tests/support/wire.h"

namespace muster::dispatch {
namespace {

using google::protobuf::Message;
using muster::testing::AddReference;
using muster::testing::Always;
using muster::testing::GoodCall;
using muster::testing::PositionAt;
using muster::testing::ToTimestamp;

}  // namespace

DispatchWorld::DispatchWorld() {
  const std::string team = NewTeam(kOtherDistrict);
  const v1::Incident incident = MakeIncident(kOtherDistrict);
  const v1::ResourceRequest request = MakeRequest(incident, {Line(20)});
  const auto offers = SendOut(PlanOf(request, 0, {team}));
  EXPECT_OK(offers);
  const std::string booked = NewTeam(kOtherDistrict);
  const auto bookings = SendOut(PlanOf(MakeRequest(incident, {Line(20)}), 0, {booked}, v1::DISPATCH_HOW_DIRECT));
  EXPECT_OK(bookings);
  foreign_ids_ = {
      incident.id(), request.id(),         request.lines(0).id(), offers->offers(0).id(), bookings->assignments(0).id(),
      team,          offers->dispatch_id()};
}

absl::Status DispatchWorld::Send(const std::string& method, const Principal& caller, const Message& request,
                                 std::string* reply) {
  return muster::testing::SendTo(*table_, CallOf(method, caller), request, reply);
}

std::string DispatchWorld::NewTeam(const std::string& district) {
  const std::string name = "team " + std::to_string(++teams_);
  ProjectedTeam team = Briefing().Team(name, 10);
  team.district_path = district;
  AddTeam(team);
  return name;
}

google::protobuf::Timestamp DispatchWorld::In(int hours) { return ToTimestamp(At(hours)); }

v1::Incident DispatchWorld::FullIncident() {
  v1::Incident incident;
  incident.set_title("Flood");
  incident.set_description("Water in the streets");
  incident.set_state(v1::INCIDENT_STATE_ACTIVE);
  incident.set_kind(v1::INCIDENT_KIND_NATURAL_DISASTER);
  incident.set_event("flood");
  incident.set_grade(v1::EVENT_GRADE_II);
  incident.set_warning_color(v1::WARNING_COLOR_ORANGE);
  v1::ResponseLevel& level = *incident.add_response_levels();
  level.set_level(2);
  level.set_command("flood control headquarters");
  level.set_district_path(kDistrict);
  *level.mutable_declare_time() = In(-1);
  incident.set_mode(common::v1::MODE_DRILL);
  incident.set_district_path(kDistrict);
  common::v1::Area& area = *incident.mutable_area();
  area.set_description("the old town");
  common::v1::Polygon& polygon = *area.add_polygons();
  for (const auto& [latitude, longitude] :
       std::vector<std::pair<double, double>>{{31.3, 120.9}, {31.4, 120.9}, {31.4, 121.0}, {31.3, 120.9}}) {
    common::v1::Position& point = *polygon.add_points();
    point.set_latitude(latitude);
    point.set_longitude(longitude);
  }
  common::v1::Circle& circle = *area.add_circles();
  circle.mutable_center()->set_latitude(31.3);
  circle.mutable_center()->set_longitude(120.9);
  circle.set_radius_m(500);
  common::v1::Geocode& geocode = *area.add_geocodes();
  geocode.set_list("GB/T 2260");
  geocode.set_code("320583");
  *incident.mutable_position() = PositionAt(In(-1));
  *incident.mutable_onset_time() = In(-1);
  *incident.mutable_expire_time() = In(100);
  incident.add_enrolled_team_ids("team 1");
  AddReference(*incident.mutable_external_refs());
  v1::CallUpNotice& call_up = *incident.mutable_call_up();
  call_up.set_issuer("flood control headquarters");
  call_up.set_level(2);
  call_up.set_district_path(kDistrict);
  call_up.add_organization_kinds("association");
  *call_up.mutable_window()->mutable_start_time() = In(-1);
  *call_up.mutable_window()->mutable_end_time() = In(100);
  call_up.set_text("All teams are called up");
  AddParts(incident);
  return incident;
}

void DispatchWorld::AddParts(v1::Incident& incident) {
  incident.set_category("10101");
  v1::Sector& sector = *incident.add_sectors();
  sector.set_name("east");
  sector.set_district_path(kDistrict);
  sector.set_lead("the fire brigade");
  sector.mutable_area()->set_description("east of the canal");
  v1::CommandPost& post = *incident.add_command_posts();
  post.set_name("gate");
  post.set_address("1 Gate Road");
  *post.mutable_position() = PositionAt(In(-1));
  post.set_contact("channel 4");
  post.set_organization("the water bureau leads");
  post.set_workplace("the school hall");
  post.set_support_systems("radio, a generator");
  post.set_safeguards("insurance, meals");
  v1::Department& department = *incident.add_departments();
  department.set_name("water bureau");
  department.set_decides("the sluices");
  incident.add_linked_incident_ids(MakeIncident().id());
}

v1::Help DispatchWorld::NewHelp() {
  v1::OfferHelpRequest request;
  v1::Help& help = *request.mutable_help();
  help.set_team_id(NewTeam());
  help.set_organization_id("organization of " + help.team_id());
  help.set_incident_id(MakeIncident().id());
  help.set_capability(kSkill);
  help.set_people(10);
  *help.mutable_window() = Line(1).windows(0);
  help.set_text("We are free now");
  help.set_district_path(kDistrict);
  return Invoke<v1::Help>("OfferHelp", Operator(), request).value();
}

v1::RequestLine DispatchWorld::FullLine() {
  v1::RequestLine line = Line(20);
  line.set_lowest_level(3);
  line.set_unit(v1::QUANTITY_UNIT_PEOPLE);
  line.set_place(common::v1::PLACE_ON_SITE);
  *line.mutable_position() = PositionAt(In(-1));
  line.set_priority(2);
  line.set_tolerance_percent(10);
  line.set_agreement(common::v1::AGREEMENT_VOLUNTARY);
  line.set_instructions("Report at the gate");
  line.mutable_wave_policy()->set_wave_size(5);
  line.mutable_wave_policy()->set_answer_seconds(600);
  line.mutable_wave_policy()->set_provisional_seconds(600);
  line.mutable_wave_policy()->set_fill_probability(0.95);
  *line.mutable_wave_policy()->mutable_fill_by_time() = In(5);
  AddReference(*line.mutable_external_refs());
  line.add_must_haves("vehicle");
  line.add_wishes("language:en");
  return line;
}

v1::ResourceRequest DispatchWorld::NewRequest() { return MakeRequest(MakeIncident(), {FullLine()}); }

v1::Offer DispatchWorld::NewOffer() {
  const auto sent = SendOut(PlanOf(NewRequest(), 0, {NewTeam()}));
  EXPECT_OK(sent);
  return sent->offers(0);
}

v1::Assignment DispatchWorld::NewAssignment(v1::AssignmentState state) {
  v1::Assignment assignment = Book(NewTeam());
  const auto advance = [&](v1::AssignmentState to) {
    assignment = Advance(assignment, to, CityOperator(), "life is at risk").value();
  };
  if (state == v1::ASSIGNMENT_STATE_RESERVED) {
    return assignment;
  }
  advance(v1::ASSIGNMENT_STATE_MOBILIZING);
  if (state == v1::ASSIGNMENT_STATE_MOBILIZING) {
    return assignment;
  }
  advance(v1::ASSIGNMENT_STATE_EN_ROUTE);
  if (state == v1::ASSIGNMENT_STATE_EN_ROUTE) {
    return assignment;
  }
  assignment =
      OnAssignment<v1::Assignment, v1::CheckInRequest>("CheckIn", assignment.id(), assignment.version()).value();
  if (state == v1::ASSIGNMENT_STATE_ON_SCENE) {
    return assignment;
  }
  assignment = OnAssignment<v1::Assignment, v1::ReleaseAssignmentRequest>("ReleaseAssignment", assignment.id(),
                                                                          assignment.version())
                   .value();
  advance(v1::ASSIGNMENT_STATE_RETURNING);
  return assignment;
}

template <class Request>
std::unique_ptr<Message> DispatchWorld::OnNew(v1::AssignmentState state) {
  const v1::Assignment assignment = NewAssignment(state);
  auto request = std::make_unique<Request>();
  request->set_id(assignment.id());
  request->set_expected_version(assignment.version());
  if constexpr (requires { request->set_reason(""); }) {
    request->set_reason("no longer needed");
  }
  if constexpr (requires { request->set_headcount(1); }) {
    request->set_headcount(8);
    *request->mutable_happen_time() = In(0);
  }
  if constexpr (requires { request->mutable_position(); }) {
    *request->mutable_position() = PositionAt(In(-1));
  }
  if constexpr (requires { request->set_cover_override_reason(""); }) {
    request->set_cover_override_reason("life is at risk");
    request->set_state(v1::ASSIGNMENT_STATE_EN_ROUTE);
  }
  return request;
}

std::vector<GoodCall> DispatchWorld::GoodCalls() {
  const std::string by = "operator";
  const v1::Incident incident = MakeIncident();
  const v1::ResourceRequest request = MakeRequest(incident, {FullLine()});
  const v1::Assignment assignment = Book(NewTeam());
  v1::ListIncidentsRequest incidents;
  incidents.add_states(v1::INCIDENT_STATE_ACTIVE);
  incidents.add_modes(common::v1::MODE_REAL);
  incidents.mutable_external_ref()->set_system("city-12345");
  incidents.mutable_external_ref()->set_id("T-7");
  incidents.set_page_size(10);
  v1::ListRequestsRequest requests;
  requests.set_incident_id(incident.id());
  requests.add_states(v1::REQUEST_STATE_ACCEPTED);
  requests.set_page_size(10);
  v1::ListOffersRequest offers;
  offers.set_incident_id(incident.id());
  offers.set_resource_request_id(request.id());
  offers.set_line_id(request.lines(0).id());
  offers.add_states(v1::OFFER_STATE_INVITED);
  offers.set_page_size(10);
  v1::ListAssignmentsRequest assignments;
  assignments.set_incident_id(assignment.incident_id());
  assignments.set_team_id(assignment.team_id());
  assignments.add_states(v1::ASSIGNMENT_STATE_RESERVED);
  assignments.set_page_size(10);
  v1::ListSituationReportsRequest reports;
  reports.set_incident_id(incident.id());
  reports.set_sector("east");
  *reports.mutable_period()->mutable_start_time() = In(0);
  *reports.mutable_period()->mutable_end_time() = In(1);
  reports.set_page_size(10);
  v1::GetIncidentRequest get_incident;
  get_incident.set_id(incident.id());
  v1::GetRequestRequest get_request;
  get_request.set_id(request.id());
  v1::GetWavePlanRequest get_plan;
  get_plan.set_line_id(request.lines(0).id());
  v1::GetAssignmentRequest get_assignment;
  get_assignment.set_id(assignment.id());
  v1::GetResponsePlanRequest get_response_plan;
  get_response_plan.set_incident_id(incident.id());
  v1::GetDeskRequest get_desk;
  get_desk.set_incident_id(incident.id());
  v1::ListHelpRequest list_help;
  list_help.add_states(v1::HELP_STATE_OFFERED);
  list_help.set_overdue(true);
  list_help.set_page_size(10);
  std::vector<GoodCall> calls{
      {"CreateIncident", by,
       [this] {
         auto made = std::make_unique<v1::CreateIncidentRequest>();
         *made->mutable_incident() = FullIncident();
         return made;
       }},
      {"GetIncident", by, Always(get_incident)},
      {"ListIncidents", by, Always(incidents)},
      {"UpdateIncident", by,
       [this] {
         auto made = std::make_unique<v1::UpdateIncidentRequest>();
         const v1::Incident before = MakeIncident();
         *made->mutable_incident() = FullIncident();
         made->mutable_incident()->set_id(before.id());
         for (const char* path : {"title",
                                  "description",
                                  "state",
                                  "kind",
                                  "event",
                                  "grade",
                                  "warning_color",
                                  "response_levels",
                                  "area",
                                  "position",
                                  "onset_time",
                                  "expire_time",
                                  "enrolled_team_ids",
                                  "external_refs",
                                  "call_up",
                                  "category",
                                  "sectors",
                                  "command_posts",
                                  "departments",
                                  "linked_incident_ids"}) {
           made->mutable_update_mask()->add_paths(path);
         }
         made->set_expected_version(before.version());
         made->set_reason("more is known");
         return made;
       }},
      {"CloseIncident", by,
       [this] {
         auto made = std::make_unique<v1::CloseIncidentRequest>();
         const v1::Incident before = MakeIncident();
         made->set_id(before.id());
         made->set_expected_version(before.version());
         made->set_reason("over");
         return made;
       }},
      {"IssueCallUp", by,
       [this] {
         auto made = std::make_unique<v1::IssueCallUpRequest>();
         const v1::Incident before = MakeIncident();
         made->set_incident_id(before.id());
         made->set_expected_version(before.version());
         made->set_step(v1::CALL_UP_STEP_MOBILIZE);
         *made->mutable_notice() = FullIncident().call_up();
         made->set_confirm_token("not looked at");
         return made;
       }},
      {"TakeOverIncident", by,
       [this] {
         auto made = std::make_unique<v1::TakeOverIncidentRequest>();
         const v1::Incident before = MakeIncident();
         made->set_incident_id(before.id());
         made->set_expected_version(before.version());
         made->set_district_path(kDistrict);
         made->set_handover_note("the dike is watched");
         return made;
       }},
      {"ListIncidentCategories", by, Always(v1::ListIncidentCategoriesRequest())},
      {"GetResponsePlan", by, Always(get_response_plan)},
      {"GetDesk", by, Always(get_desk)},
      {"TriageRequest", by,
       [this] {
         auto made = std::make_unique<v1::TriageRequestRequest>();
         const v1::Incident of = MakeIncident();
         const v1::ResourceRequest before = MakeRequest(of, {FullLine()});
         made->set_id(before.id());
         made->set_expected_version(before.version());
         made->set_decision(v1::TRIAGE_DECISION_MERGE);
         made->set_other_id(MakeRequest(of, {FullLine()}).id());
         made->set_note("the same street");
         return made;
       }},
      {"AmendRequest", by,
       [this] {
         auto made = std::make_unique<v1::AmendRequestRequest>();
         const v1::ResourceRequest before = NewRequest();
         made->set_id(before.id());
         made->set_expected_version(before.version());
         v1::LineAmendment& amendment = *made->add_amendments();
         amendment.set_line_id(before.lines(0).id());
         *amendment.mutable_line() = FullLine();
         for (const char* path : {"quantity", "windows", "priority", "tolerance_percent", "instructions",
                                  "lowest_level", "must_haves", "wishes", "position"}) {
           amendment.mutable_update_mask()->add_paths(path);
         }
         amendment.add_split_quantities(5);
         *made->add_new_lines() = FullLine();
         made->set_reason("the water rises");
         return made;
       }},
      {"OfferHelp", by,
       [this] {
         auto made = std::make_unique<v1::OfferHelpRequest>();
         v1::Help& help = *made->mutable_help();
         help.set_team_id(NewTeam());
         help.set_organization_id("organization of " + help.team_id());
         help.set_incident_id(MakeIncident().id());
         help.set_capability(kSkill);
         help.set_people(10);
         *help.mutable_window() = Line(1).windows(0);
         help.set_text("We are free now");
         help.set_district_path(kDistrict);
         return made;
       }},
      {"AnswerHelp", by,
       [this] {
         auto made = std::make_unique<v1::AnswerHelpRequest>();
         const v1::Help before = NewHelp();
         made->set_id(before.id());
         made->set_expected_version(before.version());
         made->set_state(v1::HELP_STATE_MATCHED);
         made->set_line_id(MakeRequest(MakeIncident(), {Line(20)}).lines(0).id());
         made->set_answer("Thank you");
         return made;
       }},
      {"ListHelp", by, Always(list_help)},
      {"CreateRequest", by,
       [this, incident] {
         auto made = std::make_unique<v1::CreateRequestRequest>();
         v1::ResourceRequest& wanted = *made->mutable_resource_request();
         wanted.set_incident_id(incident.id());
         wanted.set_requester("street office");
         wanted.set_requester_organization_id("street office");
         wanted.set_need("sandbags at the gate");
         wanted.set_meeting_contact("the janitor");
         *wanted.add_lines() = FullLine();
         AddReference(*wanted.mutable_external_refs());
         return made;
       }},
      {"GetRequest", by, Always(get_request)},
      {"ListRequests", by, Always(requests)},
      {"CancelRequest", by,
       [this] {
         auto made = std::make_unique<v1::CancelRequestRequest>();
         const v1::ResourceRequest before = NewRequest();
         made->set_id(before.id());
         made->set_expected_version(before.version());
         made->set_reason("no longer needed");
         return made;
       }},
      {"Dispatch", by,
       [this] {
         const v1::ResourceRequest before = NewRequest();
         auto made = std::make_unique<v1::DispatchRequest>(PlanOf(before, 0, {NewTeam()}));
         *made->mutable_lines(0)->mutable_wave_policy() = before.lines(0).wave_policy();
         return made;
       }},
      {"WithdrawDispatch", by,
       [this] {
         auto made = std::make_unique<v1::WithdrawDispatchRequest>();
         made->set_dispatch_id(SendOut(PlanOf(NewRequest(), 0, {NewTeam()}))->dispatch_id());
         made->set_reason("the wrong street");
         return made;
       }},
      {"SetWavePolicy", by,
       [this] {
         auto made = std::make_unique<v1::SetWavePolicyRequest>();
         const v1::RequestLine before = NewRequest().lines(0);
         made->set_line_id(before.id());
         made->set_expected_version(before.version());
         *made->mutable_wave_policy() = before.wave_policy();
         return made;
       }},
      {"GetWavePlan", by, Always(get_plan)},
      {"ListOffers", by, Always(offers)},
      {"AnswerOffer", by,
       [this] {
         const v1::Offer before = NewOffer();
         auto made = std::make_unique<v1::AnswerOfferRequest>(Accepting(before.id()));
         made->set_answer(v1::OFFER_ANSWER_PROVISIONAL);
         made->set_count_offered(5);
         *made->mutable_available_from_time() = In(11);
         made->set_condition("if the boat is repaired");
         made->set_decline_reason(v1::DECLINE_REASON_BUSY);
         made->set_note("told by phone");
         made->set_answered_via(v1::ANSWERED_VIA_PHONE);
         made->mutable_cover()->set_insurer("insurer");
         *made->mutable_cover()->mutable_valid_until_time() = In(100);
         made->set_expected_version(before.version());
         return made;
       }},
      {"ConfirmOffer", by,
       [this] {
         const v1::Offer before = NewOffer();
         v1::AnswerOfferRequest answer = Accepting(before.id());
         answer.set_answer(v1::OFFER_ANSWER_PROVISIONAL);
         answer.set_condition("if the boat is repaired");
         EXPECT_OK(Answer(answer, before.team_id()));
         auto made = std::make_unique<v1::ConfirmOfferRequest>();
         made->set_id(before.id());
         made->set_expected_version(before.version() + 1);
         return made;
       }},
      {"WithdrawOffer", by,
       [this] {
         const v1::Offer before = NewOffer();
         auto made = std::make_unique<v1::WithdrawOfferRequest>();
         made->set_id(before.id());
         made->set_expected_version(before.version());
         made->set_reason("no longer needed");
         return made;
       }},
      {"ListAssignments", by, Always(assignments)},
      {"GetAssignment", by, Always(get_assignment)},
      {"AdvanceAssignment", by,
       [this] { return OnNew<v1::AdvanceAssignmentRequest>(v1::ASSIGNMENT_STATE_MOBILIZING); }},
      {"CheckIn", by, [this] { return OnNew<v1::CheckInRequest>(v1::ASSIGNMENT_STATE_EN_ROUTE); }},
      {"CheckOut", by, [this] { return OnNew<v1::CheckOutRequest>(v1::ASSIGNMENT_STATE_RETURNING); }},
      {"ReleaseAssignment", by, [this] { return OnNew<v1::ReleaseAssignmentRequest>(v1::ASSIGNMENT_STATE_ON_SCENE); }},
      {"RecallAssignment", by, [this] { return OnNew<v1::RecallAssignmentRequest>(v1::ASSIGNMENT_STATE_EN_ROUTE); }},
      {"ReportSituation", by,
       [this, assignment] {
         auto made = std::make_unique<v1::ReportSituationRequest>();
         made->mutable_report()->set_assignment_id(assignment.id());
         made->mutable_report()->set_text("forty people on roofs");
         made->mutable_report()->set_people_served(12);
         made->mutable_report()->set_sector("east");
         *made->mutable_report()->mutable_period()->mutable_start_time() = In(0);
         *made->mutable_report()->mutable_period()->mutable_end_time() = In(12);
         *made->add_needs() = FullLine();
         return made;
       }},
      {"ListSituationReports", by, Always(reports)},
  };
  AddAssignmentCalls(calls);
  return calls;
}

}  // namespace muster::dispatch
