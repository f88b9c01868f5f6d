// The desks, over every store: what the rules decide is kept, told and shown.

#include <gmock/gmock.h>

#include "muster/domain/incident_category.h"
#include "tests/unit/dispatch/desk_briefing.h"
#include "tests/unit/dispatch/dispatch_fixture.h"

namespace muster::dispatch {
namespace {

using muster::testing::HasReason;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class DeskTest : public DispatchFixture {
 protected:
  v1::IssueCallUpRequest Notice(const v1::Incident& incident, v1::CallUpStep step = v1::CALL_UP_STEP_MOBILIZE) {
    v1::IssueCallUpRequest request;
    request.set_incident_id(incident.id());
    request.set_expected_version(incident.version());
    request.set_step(step);
    request.mutable_notice()->set_issuer("Flood control headquarters");
    request.mutable_notice()->set_level(2);
    request.mutable_notice()->set_district_path(kDistrict);
    request.mutable_notice()->set_text("Call 0512-12345");
    return request;
  }
  absl::StatusOr<v1::IssueCallUpResponse> Issue(const v1::IssueCallUpRequest& request,
                                                const Principal& by = CityOperator()) {
    return Invoke<v1::IssueCallUpResponse>("IssueCallUp", by, request);
  }

  /// A team of an organization of some kind.
  void AddTeamOf(const std::string& kind, const std::string& name, const std::string& organization) {
    ProjectedTeam team = Briefing().Team(name, 10);
    team.facts.organization_id = OrganizationId(organization);
    team.means = TeamMeans{kind, {"zh-CN"}, {{"boat", 2}}};
    AddTeam(team);
  }

  absl::StatusOr<v1::Incident> TakeOver(const v1::Incident& incident, const std::string& district,
                                        const Principal& by = CityOperator()) {
    v1::TakeOverIncidentRequest request;
    request.set_incident_id(incident.id());
    request.set_expected_version(incident.version());
    request.set_district_path(district);
    request.set_handover_note("the dike is watched");
    return Invoke<v1::Incident>("TakeOverIncident", by, request);
  }

  v1::ResourceRequest AskAsSchool(const v1::Incident& incident, int quantity = 10) {
    v1::CreateRequestRequest request;
    request.mutable_resource_request()->set_incident_id(incident.id());
    request.mutable_resource_request()->set_need("Sandbags at the gate");
    request.mutable_resource_request()->set_meeting_contact("the janitor, at the gate");
    *request.mutable_resource_request()->add_lines() = Line(quantity);
    return Invoke<v1::ResourceRequest>("CreateRequest", School(), request).value();
  }
  absl::StatusOr<v1::ResourceRequest> Triage(const v1::ResourceRequest& request, v1::TriageDecision decision,
                                             const std::string& other = "") {
    v1::TriageRequestRequest triage;
    triage.set_id(request.id());
    triage.set_expected_version(request.version());
    triage.set_decision(decision);
    triage.set_other_id(other);
    triage.set_note("told by the desk");
    return Invoke<v1::ResourceRequest>("TriageRequest", CityOperator(), triage);
  }
  v1::ResourceRequest Get(const std::string& id, const Principal& by = CityOperator()) {
    v1::GetRequestRequest request;
    request.set_id(id);
    return Invoke<v1::ResourceRequest>("GetRequest", by, request).value();
  }

  v1::OfferHelpRequest ThirtyPeople(const std::string& team) {
    v1::OfferHelpRequest request;
    v1::Help& help = *request.mutable_help();
    help.set_team_id(team);
    help.set_capability(kSkill);
    help.set_people(30);
    help.mutable_window()->mutable_start_time()->set_seconds(ToMicros(At(0)) / 1'000'000);
    help.mutable_window()->mutable_end_time()->set_seconds(ToMicros(At(30)) / 1'000'000);
    help.set_text("We are free now, call Ms Wang");
    return request;
  }
  absl::StatusOr<v1::Help> Answer(const v1::Help& help, v1::HelpState state, const std::string& line = "",
                                  const Principal& by = CityOperator()) {
    v1::AnswerHelpRequest request;
    request.set_id(help.id());
    request.set_expected_version(help.version());
    request.set_state(state);
    request.set_line_id(line);
    request.set_answer("Thank you");
    return Invoke<v1::Help>("AnswerHelp", by, request);
  }
  v1::GetDeskResponse Desk(const Principal& by = CityOperator(), const std::string& incident = "") {
    v1::GetDeskRequest request;
    request.set_incident_id(incident);
    return Invoke<v1::GetDeskResponse>("GetDesk", by, request).value();
  }
  std::vector<std::string> EventTypes() { return Texts("SELECT type FROM outbox ORDER BY feed_seq"); }
};

TEST_F(DeskTest, ACallUpCountsWhomItReachesAndTellsOfIt) {
  AddTeamOf("association", "a", "one");
  AddTeamOf("association", "b", "one");
  AddTeamOf("filed_group", "c", "two");
  ProjectedTeam elsewhere = Briefing().Team("d", 10);
  elsewhere.district_path = "3205/320506";
  AddTeam(elsewhere);
  v1::IssueCallUpRequest request = Notice(MakeIncident());
  const auto all = Issue(request).value();
  EXPECT_EQ(all.organizations(), 2);
  EXPECT_EQ(all.teams(), 3);
  EXPECT_EQ(all.incident().call_up().level(), 2);

  request = Notice(all.incident());
  request.mutable_notice()->add_organization_kinds("filed_group");
  const auto some = Issue(request).value();
  EXPECT_EQ(some.organizations(), 1);
  EXPECT_EQ(some.teams(), 1);

  const auto end = Issue(Notice(some.incident(), v1::CALL_UP_STEP_END)).value();
  EXPECT_FALSE(end.incident().has_call_up());
  EXPECT_EQ(end.organizations(), 1) << "whom the notice in force reached";
  EXPECT_THAT(EventTypes(), ElementsAre("muster.dispatch.v1.IncidentOpened", "muster.dispatch.v1.IncidentUpdated",
                                        "muster.dispatch.v1.CallUpIssued", "muster.dispatch.v1.IncidentUpdated",
                                        "muster.dispatch.v1.CallUpIssued", "muster.dispatch.v1.IncidentUpdated",
                                        "muster.dispatch.v1.CallUpEnded"));
  EXPECT_THAT(Texts("SELECT data FROM outbox"), Not(Contains(HasSubstr("0512-12345")))) << "the text stays here";
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(DeskTest, ADrillCallsUpWhoIsEnrolled) {
  AddTeamOf("association", "a", "one");
  AddTeamOf("association", "b", "two");
  const auto reached = Issue(Notice(MakeIncident(kDistrict, common::v1::MODE_DRILL, {"b"}))).value();
  EXPECT_EQ(reached.organizations(), 1);
  EXPECT_EQ(reached.teams(), 1);
}

TEST_F(DeskTest, AMassCallUpIsConfirmedWithTheNumbersInSight) {
  for (int i = 0; i < 101; ++i) {
    AddTeamOf("association", "t" + std::to_string(i), "organization " + std::to_string(i));
  }
  v1::IssueCallUpRequest request = Notice(MakeIncident());
  request.set_request_id(NewUuid(clock_.Now(), SystemRandom()));
  const std::string before = Dump();
  const absl::Status asked = Issue(request).status();
  ASSERT_THAT(asked, HasReason(Reason::kConfirmRequired));
  EXPECT_EQ(Dump(), before);
  const ErrorInfo info = GetErrorInfo(asked);
  EXPECT_EQ(info.metadata.at("organizations"), "101");
  EXPECT_EQ(info.metadata.at("teams"), "101");
  EXPECT_THAT(info.message_zh, HasSubstr("101 个组织"));
  request.set_confirm_token(info.metadata.at("confirm_token"));
  AddTeamOf("association", "one more", "another");
  EXPECT_THAT(Issue(request), HasReason(Reason::kConfirmRequired)) << "it reaches more than was seen";
  AddTeamOf("association", "one more", "organization 1");
  EXPECT_OK(Issue(request));
}

TEST_F(DeskTest, WhileTheCityActsTheDistrictReadsOn) {
  AddTeam("a", 10);
  const v1::Incident incident = MakeIncident();
  const v1::ResourceRequest request = MakeRequest(incident, {Line(10)});
  const v1::Incident taken = TakeOver(incident, "3205").value();
  EXPECT_EQ(taken.desk_district_path(), "3205");
  EXPECT_EQ(taken.handover_note(), "the dike is watched");
  const std::string before = Dump();
  const absl::Status refused = SendOut(PlanOf(request, 0, {"a"}), DistrictOperator()).status();
  EXPECT_THAT(refused, HasReason(Reason::kForbidden));
  EXPECT_THAT(GetErrorInfo(refused).message_en, HasSubstr("3205"));
  EXPECT_THAT(TakeOver(taken, kDistrict, DistrictOperator()), HasReason(Reason::kForbidden)) << "it is not theirs";
  EXPECT_EQ(Dump(), before);
  v1::GetIncidentRequest get;
  get.set_id(incident.id());
  EXPECT_OK(Invoke<v1::Incident>("GetIncident", DistrictOperator(), get));
  EXPECT_OK(SendOut(PlanOf(request, 0, {"a"})));
  ASSERT_OK(TakeOver(taken, kDistrict));
  EXPECT_EQ(Get(request.id()).version(), 2);
  AddTeam("b", 10);
  EXPECT_OK(SendOut(PlanOf(Get(request.id()), 0, {"b"}), DistrictOperator()));
  EXPECT_THAT(EventTypes(), Contains("muster.dispatch.v1.IncidentTakenOver"));
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(DeskTest, PartsOfAnIncidentAreKept) {
  const v1::Incident before = MakeIncident();
  const v1::Incident other = MakeIncident();
  v1::UpdateIncidentRequest update;
  v1::Incident& incident = *update.mutable_incident();
  incident.set_id(before.id());
  incident.set_category("10101");
  v1::Sector& sector = *incident.add_sectors();
  sector.set_name("east");
  sector.set_lead("fire brigade 3");
  sector.mutable_area()->set_description("east of the canal");
  v1::CommandPost& post = *incident.add_command_posts();
  post.set_name("gate");
  post.set_address("1 Gate Road");
  post.set_safeguards("meals at noon");
  post.mutable_position()->set_latitude(31.3);
  post.mutable_position()->set_longitude(120.9);
  incident.add_departments()->set_name("water");
  incident.add_linked_incident_ids(other.id());
  for (const char* path : {"category", "sectors", "command_posts", "departments", "linked_incident_ids"}) {
    update.mutable_update_mask()->add_paths(path);
  }
  update.set_expected_version(1);
  const v1::Incident after = Invoke<v1::Incident>("UpdateIncident", CityOperator(), update).value();
  v1::GetIncidentRequest get;
  get.set_id(before.id());
  const v1::Incident read = Invoke<v1::Incident>("GetIncident", CityOperator(), get).value();
  EXPECT_EQ(read.SerializeAsString(), after.SerializeAsString());
  EXPECT_EQ(read.kind(), v1::INCIDENT_KIND_NATURAL_DISASTER) << "the category's";
  EXPECT_EQ(read.sectors(0).area().description(), "east of the canal");
  EXPECT_EQ(read.command_posts(0).safeguards(), "meals at noon");
  EXPECT_EQ(read.linked_incident_ids(0), other.id());
  EXPECT_EQ(read.desk_district_path(), kDistrict);

  v1::GetResponsePlanRequest wanted;
  wanted.set_incident_id(before.id());
  const auto plan = Invoke<v1::ResponsePlan>("GetResponsePlan", CityOperator(), wanted).value();
  EXPECT_EQ(plan.code(), "flood.4");
  const v1::ResourceRequest request = MakeRequest(read, {plan.lines().begin(), plan.lines().end()});
  EXPECT_EQ(request.lines_size(), plan.lines_size()) << "a plan is accepted as it is";
  wanted.set_incident_id(other.id());
  EXPECT_EQ(Invoke<v1::ResponsePlan>("GetResponsePlan", CityOperator(), wanted)->code(), "") << "of no category";
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(DeskTest, CategoriesAreListed) {
  const auto listed = Invoke<v1::ListIncidentCategoriesResponse>("ListIncidentCategories", Stranger(),
                                                                 v1::ListIncidentCategoriesRequest())
                          .value();
  EXPECT_EQ(listed.categories_size(), static_cast<int>(IncidentCategories().size()));
  EXPECT_EQ(listed.categories(0).name().zh(), "自然灾害");
  EXPECT_EQ(listed.categories(1).parent(), listed.categories(0).code());
}

TEST_F(DeskTest, WhoAskedSeesWhatBecomesOfTheRequest) {
  AddTeam("a", 10);
  const v1::Incident incident = MakeIncident();
  const v1::ResourceRequest asked = AskAsSchool(incident);
  EXPECT_EQ(asked.state(), v1::REQUEST_STATE_SUBMITTED);
  EXPECT_EQ(asked.need(), "Sandbags at the gate");
  EXPECT_EQ(Desk().requests_submitted(), 1);
  EXPECT_EQ(Desk().lines_short(), 0) << "nobody has taken it on";
  EXPECT_THAT(SendOut(PlanOf(asked, 0, {"a"})), HasReason(Reason::kIllegalTransition));

  const v1::ResourceRequest main = MakeRequest(incident, {Line(4)});
  ASSERT_OK(Triage(asked, v1::TRIAGE_DECISION_MERGE, main.id()));
  const v1::ResourceRequest seen = Get(asked.id(), School());
  EXPECT_EQ(seen.state(), v1::REQUEST_STATE_MERGED);
  EXPECT_EQ(seen.merged_into_id(), main.id());
  EXPECT_EQ(seen.triage_note(), "told by the desk");
  ASSERT_EQ(seen.lines_size(), 1) << "its line goes on elsewhere, and is still seen";
  const v1::ResourceRequest merged = Get(main.id());
  ASSERT_EQ(merged.lines_size(), 2);
  EXPECT_EQ(merged.lines(1).id(), asked.lines(0).id());

  ASSERT_OK(SendOut(PlanOf(merged, 1, {"a"}, v1::DISPATCH_HOW_DIRECT)));
  EXPECT_EQ(Get(asked.id(), School()).lines(0).filled(), 10);
  EXPECT_EQ(Get(asked.id(), School()).lines(0).short_(), 0);
  EXPECT_EQ(Desk().requests_submitted(), 0);
  EXPECT_EQ(Desk().lines_short(), 1) << "the line of four";
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(DeskTest, RequestsAreListedByState) {
  const v1::Incident incident = MakeIncident();
  const v1::ResourceRequest waiting = AskAsSchool(incident);
  const v1::ResourceRequest refused = AskAsSchool(incident);
  const v1::ResourceRequest own = MakeRequest(incident, {Line(1)});
  ASSERT_OK(Triage(refused, v1::TRIAGE_DECISION_REFUSE));
  v1::CancelRequestRequest cancel;
  cancel.set_id(MakeRequest(incident, {Line(1)}).id());
  cancel.set_expected_version(1);
  ASSERT_OK(Invoke<v1::ResourceRequest>("CancelRequest", CityOperator(), cancel));
  const auto list = [&](v1::RequestState state) {
    v1::ListRequestsRequest request;
    request.add_states(state);
    std::vector<std::string> ids;
    const auto page = Invoke<v1::ListRequestsResponse>("ListRequests", CityOperator(), request).value();
    for (const auto& one : page.resource_requests()) {
      ids.push_back(one.id());
    }
    return ids;
  };
  EXPECT_THAT(list(v1::REQUEST_STATE_SUBMITTED), ElementsAre(waiting.id()));
  EXPECT_THAT(list(v1::REQUEST_STATE_ACCEPTED), ElementsAre(own.id()));
  EXPECT_THAT(list(v1::REQUEST_STATE_REFUSED), ElementsAre(refused.id()));
  EXPECT_THAT(list(v1::REQUEST_STATE_CANCELLED), ElementsAre(cancel.id()));
  ASSERT_OK(Write("UPDATE resource_request SET cancelled = 1 WHERE id = $1", {own.id()}))
      << "as the version before does";
  EXPECT_THAT(list(v1::REQUEST_STATE_CANCELLED), UnorderedElementsAre(own.id(), cancel.id()));
  EXPECT_THAT(list(v1::REQUEST_STATE_ACCEPTED), IsEmpty());
}

TEST_F(DeskTest, ALineIsAmendedAndSplit) {
  AddTeam("a", 4);
  const v1::ResourceRequest request = MakeRequest(MakeIncident(), {Line(10)});
  ASSERT_OK(SendOut(PlanOf(request, 0, {"a"}, v1::DISPATCH_HOW_DIRECT)));
  v1::AmendRequestRequest amend;
  amend.set_id(request.id());
  amend.set_expected_version(2);
  v1::LineAmendment& amendment = *amend.add_amendments();
  amendment.set_line_id(request.lines(0).id());
  amendment.mutable_line()->set_priority(1);
  amendment.mutable_update_mask()->add_paths("priority");
  amendment.add_split_quantities(5);
  const auto after = Invoke<v1::ResourceRequest>("AmendRequest", CityOperator(), amend).value();
  ASSERT_EQ(after.lines_size(), 2);
  EXPECT_EQ(after.lines(0).quantity(), 5);
  EXPECT_EQ(after.lines(0).short_(), 1);
  EXPECT_EQ(after.lines(1).quantity(), 5);
  EXPECT_EQ(after.lines(1).split_from_id(), request.lines(0).id());
  EXPECT_EQ(after.lines(1).priority(), 1);
  EXPECT_EQ(Get(request.id()).SerializeAsString(), after.SerializeAsString());
  EXPECT_THAT(EventTypes(), Contains("muster.dispatch.v1.RequestAmended"));
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(DeskTest, ALineSaysWhatATeamMustHaveAndRepeatsItsShifts) {
  AddTeamOf("association", "a", "one");
  v1::RequestLine line = Line(4);
  line.set_unit(v1::QUANTITY_UNIT_EQUIPMENT);
  line.add_must_haves("equipment:boat");
  line.add_wishes("women");
  line.clear_windows();
  line.mutable_shifts()->mutable_first_day_time()->set_seconds(ToMicros(At(24)) / 1'000'000);
  line.mutable_shifts()->set_days(5);
  line.mutable_shifts()->set_start_minute(8 * 60);
  line.mutable_shifts()->set_length_minutes(12 * 60);
  const v1::ResourceRequest request = MakeRequest(MakeIncident(), {line});
  EXPECT_EQ(request.lines(0).windows_size(), 5);
  EXPECT_FALSE(request.lines(0).has_shifts()) << "they are windows now";
  EXPECT_EQ(request.lines(0).unit(), v1::QUANTITY_UNIT_EQUIPMENT);
  AddTeam("b", 10);
  ProjectedTeam without = Briefing().Team("b", 10);
  without.means = TeamMeans{"association", {}, {}};
  AddTeam(without);
  EXPECT_THAT(SendOut(PlanOf(request, 0, {"b"})), HasReason(Reason::kNotEligible));
  const auto sent = SendOut(PlanOf(request, 0, {"a"}, v1::DISPATCH_HOW_DIRECT)).value();
  EXPECT_EQ(sent.resource_request().lines(0).filled(), 2) << "two boats";
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(DeskTest, LinesShowWhoIsOnScene) {
  AddTeam("a", 10);
  const v1::Assignment booked = Book("a");
  v1::Assignment out = Advance(booked, v1::ASSIGNMENT_STATE_MOBILIZING).value();
  out = Advance(out, v1::ASSIGNMENT_STATE_EN_ROUTE, CityOperator(), "life is at risk").value();
  EXPECT_EQ(Get(booked.resource_request_id()).lines(0).on_scene(), 0);
  ASSERT_OK((OnAssignment<v1::Assignment, v1::CheckInRequest>("CheckIn", booked.id(), 0)));
  EXPECT_EQ(Get(booked.resource_request_id()).lines(0).on_scene(), 10);
  EXPECT_EQ(Desk().people_on_scene(), 10);
}

TEST_F(DeskTest, HelpIsAnsweredAndWhatIsNotIsCounted) {
  AddTeam("a", 30);
  const v1::Help help = Invoke<v1::Help>("OfferHelp", ManagerOf("a"), ThirtyPeople("a")).value();
  EXPECT_EQ(help.state(), v1::HELP_STATE_OFFERED);
  EXPECT_EQ(help.answer_by_time().seconds(), ToMicros(At(2)) / 1'000'000);
  EXPECT_EQ(Desk().help_unanswered(), 1);
  EXPECT_EQ(Desk().help_overdue(), 0);
  clock_.Advance(std::chrono::hours(3));
  EXPECT_EQ(Desk().help_overdue(), 1);
  v1::ListHelpRequest overdue;
  overdue.set_overdue(true);
  EXPECT_EQ(Invoke<v1::ListHelpResponse>("ListHelp", CityOperator(), overdue)->help_size(), 1);
  EXPECT_EQ(Invoke<v1::ListHelpResponse>("ListHelp", Stranger(), v1::ListHelpRequest())->help_size(), 0);

  const v1::ResourceRequest request = MakeRequest(MakeIncident(), {Line(40)});
  const v1::Help matched = Answer(help, v1::HELP_STATE_MATCHED, request.lines(0).id()).value();
  EXPECT_EQ(matched.line_id(), request.lines(0).id());
  EXPECT_EQ(matched.answer(), "Thank you");
  EXPECT_EQ(Desk().help_unanswered(), 0);
  EXPECT_EQ(Invoke<v1::ListHelpResponse>("ListHelp", CityOperator(), overdue)->help_size(), 0);
  const auto offers = Invoke<v1::ListOffersResponse>("ListOffers", ManagerOf("a"), v1::ListOffersRequest()).value();
  ASSERT_EQ(offers.offers_size(), 1);
  EXPECT_EQ(offers.offers(0).state(), v1::OFFER_STATE_INVITED);
  EXPECT_THAT(EventTypes(), Contains("muster.dispatch.v1.HelpAnswered"));
  EXPECT_THAT(Texts("SELECT data FROM outbox"), Not(Contains(HasSubstr("Ms Wang")))) << "words of a person stay here";
  EXPECT_THAT(Texts("SELECT organization_ids FROM outbox WHERE type = 'muster.dispatch.v1.HelpAnswered'"),
              ElementsAre(HasSubstr("organization of a")));
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(DeskTest, HelpIsTakenBackByWhoOfferedIt) {
  const v1::Help help = Invoke<v1::Help>("OfferHelp", ManagerOf("a"), ThirtyPeople("")).value();
  EXPECT_THAT(Answer(help, v1::HELP_STATE_WITHDRAWN, "", Stranger()), HasReason(Reason::kNotFound));
  EXPECT_OK(Answer(help, v1::HELP_STATE_WITHDRAWN, "", ManagerOf("a")));
  EXPECT_EQ(Desk().help_unanswered(), 0);
}

TEST_F(DeskTest, TheDeskCountsWhatWaitsForAPerson) {
  AddTeam("a", 10);
  AddTeam("b", 10);
  const v1::Assignment late = Book("a");
  v1::AnswerOfferRequest answer = Accepting(AskFor(10, {"b"})[0].id());
  answer.set_answer(v1::OFFER_ANSWER_PROVISIONAL);
  answer.set_condition("after the boats are back");
  ASSERT_OK(DispatchFixture::Answer(answer, "b"));
  EXPECT_EQ(Desk().offers_provisional(), 1);
  EXPECT_EQ(Desk().check_ins_overdue(), 0);
  clock_.Advance(std::chrono::hours(11));
  EXPECT_EQ(Desk().check_ins_overdue(), 1);
  ProjectedTeam suspended = Briefing().Team("a", 10);
  suspended.facts.organization_state = OrganizationState::kSuspended;
  ASSERT_OK(database_->Run(service_->ProjectTeam(suspended)));
  EXPECT_EQ(Desk().assignments_alarmed(), 1);
  EXPECT_EQ(Desk(CityOperator(), late.incident_id()).assignments_alarmed(), 1);
  EXPECT_EQ(Desk(CityOperator(), late.incident_id()).offers_provisional(), 0) << "that is of another incident";
  EXPECT_EQ(Desk(Someone(Role::kDistrictOperator, "3205/320506")).check_ins_overdue(), 0) << "not theirs";
  v1::GetDeskRequest foreign;
  foreign.set_incident_id(late.incident_id());
  EXPECT_THAT(Invoke<v1::GetDeskResponse>("GetDesk", Someone(Role::kDistrictOperator, "3205/320506"), foreign),
              HasReason(Reason::kNotFound));
}

TEST_F(DeskTest, ClosingEndsRequestsInTheirStates) {
  const v1::Incident incident = MakeIncident();
  const v1::ResourceRequest waiting = AskAsSchool(incident);
  const v1::ResourceRequest own = MakeRequest(incident, {Line(1)});
  v1::CloseIncidentRequest close;
  close.set_id(incident.id());
  close.set_expected_version(incident.version());
  ASSERT_OK(Invoke<v1::CloseIncidentResponse>("CloseIncident", CityOperator(), close));
  EXPECT_EQ(Get(waiting.id(), School()).state(), v1::REQUEST_STATE_REFUSED);
  EXPECT_EQ(Get(own.id()).state(), v1::REQUEST_STATE_CLOSED);
  EXPECT_EQ(Desk().requests_submitted(), 0);
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(DeskTest, VerifyFindsWhatTheDesksMustNeverLeave) {
  AddTeam("a", 30);
  const v1::Incident incident = MakeIncident();
  const v1::ResourceRequest asked = AskAsSchool(incident);
  const v1::ResourceRequest main = MakeRequest(incident, {Line(40)});
  const v1::Help help = Invoke<v1::Help>("OfferHelp", ManagerOf("a"), ThirtyPeople("a")).value();
  ASSERT_OK(SendOut(PlanOf(main, 0, {"a"})));
  ASSERT_THAT(Violations(), IsEmpty());
  ASSERT_OK(Write("UPDATE resource_request SET state = 'merged' WHERE id = $1", {asked.id()}));
  EXPECT_THAT(Violations(), Contains(HasSubstr("I1 " + asked.id())));
  EXPECT_THAT(Violations(), Contains(HasSubstr("I1 " + asked.lines(0).id())));
  EXPECT_THAT(Violations(), Contains(HasSubstr("I4 " + asked.id()))) << "it is not as it was recorded";
  ASSERT_OK(Write("UPDATE resource_request SET state = 'submitted' WHERE id = $1", {main.id()}));
  EXPECT_THAT(Violations(), Contains(HasSubstr("no desk has taken on")));
  ASSERT_OK(Write("UPDATE help SET state = 'matched', mode = 'drill', incident_id = $2 WHERE id = $1",
                  {help.id(), incident.id()}));
  EXPECT_THAT(Violations(), Contains(HasSubstr("matched help whose team was not asked")));
  EXPECT_THAT(Violations(), Contains(HasSubstr("I15 " + help.id())));
}

TEST_F(DeskTest, ATeamIsProjectedAgainUntilItIsKnownWhatItBrings) {
  AddTeamOf("association", "a", "one");
  EXPECT_FALSE(service_->queries().HasTeamsWithoutMeans().value());
  AddTeam("b", 10);
  EXPECT_TRUE(service_->queries().HasTeamsWithoutMeans().value()) << "as the version before left it";
  AddTeamOf("association", "b", "two");
  EXPECT_FALSE(service_->queries().HasTeamsWithoutMeans().value());
}

}  // namespace
}  // namespace muster::dispatch
