// Teams that are out, through the whole service on a real store.

#include <gmock/gmock.h>

#include "tests/support/wire.h"
#include "tests/unit/dispatch/dispatch_fixture.h"

namespace muster::dispatch {
namespace {

using muster::testing::HasReason;
using muster::testing::ToTimestamp;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

Principal School() {
  Principal school = Someone(Role::kRequester, "3205/320583/320583100");
  school.organization_id = OrganizationId("school");
  return school;
}

/// The school asked for ten people from 10 to 20; team "a" of 10 has accepted, insured. Teams "b" and "c" are free.
class AssignmentServiceTest : public DispatchFixture {
 protected:
  AssignmentServiceTest() {
    for (const char* team : {"a", "b", "c"}) {
      AddTeam(team, 10);
    }
    incident_ = MakeIncident();
    v1::CreateRequestRequest create;
    create.mutable_resource_request()->set_incident_id(incident_.id());
    create.mutable_resource_request()->set_requester_organization_id("school");
    *create.mutable_resource_request()->add_lines() = Line(10);
    request_ = Invoke<v1::ResourceRequest>("CreateRequest", CityOperator(), create).value();
    const v1::DispatchResponse sent = SendOut(PlanOf(request_, 0, {"a"})).value();
    v1::AnswerOfferRequest answer = Accepting(sent.offers(0).id());
    answer.mutable_cover()->set_policy_number("secret-policy");
    a_ = Get(Answer(answer, "a")->assignment_id());
  }

  v1::Assignment Get(const std::string& id, const Principal& by = CityOperator()) {
    v1::GetAssignmentRequest request;
    request.set_id(id);
    return Invoke<v1::Assignment>("GetAssignment", by, request).value();
  }
  /// Lets it come on scene, at the hour when its work begins.
  v1::Assignment OnScene(v1::Assignment assignment) {
    assignment = Advance(assignment, v1::ASSIGNMENT_STATE_MOBILIZING).value();
    assignment = Advance(assignment, v1::ASSIGNMENT_STATE_EN_ROUTE, CityOperator(), "it is urgent").value();
    return CheckIn(assignment).value();
  }
  absl::StatusOr<v1::Assignment> CheckIn(const v1::Assignment& assignment) {
    return OnAssignment<v1::Assignment, v1::CheckInRequest>("CheckIn", assignment.id(), 0);
  }
  v1::Assignment Home(v1::Assignment assignment) {
    if (assignment.state() != v1::ASSIGNMENT_STATE_RELEASED) {
      assignment = Advance(assignment, v1::ASSIGNMENT_STATE_RELEASED).value();
    }
    assignment = Advance(assignment, v1::ASSIGNMENT_STATE_RETURNING).value();
    return OnAssignment<v1::Assignment, v1::CheckOutRequest>("CheckOut", assignment.id(), 0).value();
  }
  void GoTo(int hour) { clock_.Advance(At(hour) - clock_.Now()); }

  absl::StatusOr<v1::RelieveAssignmentResponse> Relieve(const v1::Assignment& assignment, const std::string& team) {
    v1::RelieveAssignmentRequest request;
    request.set_id(assignment.id());
    request.set_expected_version(assignment.version());
    request.set_team_id(team);
    request.set_handover_note("secret-handover");
    return Invoke<v1::RelieveAssignmentResponse>("RelieveAssignment", CityOperator(), request);
  }
  absl::StatusOr<v1::RedeployAssignmentResponse> Redeploy(const v1::Assignment& assignment, const std::string& line) {
    v1::RedeployAssignmentRequest request;
    request.set_id(assignment.id());
    request.set_expected_version(assignment.version());
    request.set_line_id(line);
    return Invoke<v1::RedeployAssignmentResponse>("RedeployAssignment", CityOperator(), request);
  }
  v1::ExtendAssignmentRequest Extension(const v1::Assignment& assignment, int from, int to) {
    v1::ExtendAssignmentRequest request;
    request.set_id(assignment.id());
    request.set_expected_version(assignment.version());
    *request.add_windows() = Line(1, from, to).windows(0);
    return request;
  }
  absl::StatusOr<v1::Assignment> Confirm(v1::WorkStage stage, const Principal& by) {
    v1::ConfirmWorkRequest request;
    request.set_id(a_.id());
    request.set_stage(stage);
    request.set_note("secret-note");
    return Invoke<v1::Assignment>("ConfirmWork", by, request);
  }
  int64_t Filled() { return Count("SELECT SUM(filled) FROM request_line"); }
  /// Windows that keep a team busy, "10-15", by their start.
  std::vector<std::string> Busy(const std::string& team) {
    std::vector<std::string> busy;
    EXPECT_OK(database_->Query(storage::Read{
        "SELECT start_us, end_us FROM booking WHERE subject_id = $1 AND active = 1 ORDER BY start_us, end_us",
        {team},
        [&](const storage::Row& row) {
          const auto hour = [](int64_t us) { return std::to_string((us - ToMicros(kNow)) / 3'600'000'000); };
          busy.push_back(hour(row.Int(0)) + "-" + hour(row.Int(1)));
        }}));
    return busy;
  }

  v1::Incident incident_;
  v1::ResourceRequest request_;
  v1::Assignment a_;
};

TEST_F(AssignmentServiceTest, AReliefTakesOverAndTheFirstTeamGoesHome) {
  GoTo(10);
  a_ = OnScene(a_);
  GoTo(15);
  const v1::RelieveAssignmentResponse booked = Relieve(a_, "b").value();
  EXPECT_EQ(booked.relieved().relieved_by_id(), booked.relief().id());
  EXPECT_EQ(booked.relief().relieves_id(), a_.id());
  EXPECT_EQ(Get(booked.relief().id()).handover_note(), "secret-handover");
  EXPECT_THAT(Busy("b"), ElementsAre("15-20"));
  EXPECT_EQ(Filled(), 10);
  EXPECT_THAT(Violations(), IsEmpty());
  const v1::Assignment relief = OnScene(booked.relief());
  EXPECT_EQ(relief.fills(), 10);
  a_ = Get(a_.id());
  EXPECT_EQ(a_.state(), v1::ASSIGNMENT_STATE_RELEASED);
  EXPECT_EQ(a_.fills(), 0);
  EXPECT_EQ(Filled(), 10);
  EXPECT_THAT(Violations(), IsEmpty());
  EXPECT_EQ(Home(a_).state(), v1::ASSIGNMENT_STATE_HOME);
  EXPECT_THAT(Busy("a"), IsEmpty());
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(AssignmentServiceTest, ATeamGoesOnToAnotherLineAndIsHomeFromBoth) {
  const v1::ResourceRequest other = MakeRequest(MakeIncident(), {Line(30, 8, 20)});
  GoTo(10);
  a_ = OnScene(a_);
  GoTo(15);
  const v1::RedeployAssignmentResponse moved = Redeploy(a_, other.lines(0).id()).value();
  EXPECT_EQ(moved.ended().state(), v1::ASSIGNMENT_STATE_RELEASED);
  EXPECT_EQ(moved.reserved().redeployed_from_id(), a_.id());
  EXPECT_EQ(moved.reserved().incident_id(), other.incident_id());
  EXPECT_THAT(Busy("a"), ElementsAre("10-15", "15-20"));
  EXPECT_EQ(Filled(), 20);
  EXPECT_THAT(Violations(), IsEmpty());
  v1::Assignment second = OnScene(moved.reserved());
  GoTo(16);
  const v1::ResourceRequest third_request = MakeRequest(MakeIncident(), {Line(5, 8, 20)});
  const v1::RedeployAssignmentResponse again = Redeploy(second, third_request.lines(0).id()).value();
  EXPECT_THAT(Violations(), IsEmpty());
  GoTo(18);
  EXPECT_EQ(Home(OnScene(again.reserved())).state(), v1::ASSIGNMENT_STATE_HOME);
  EXPECT_EQ(Get(a_.id()).state(), v1::ASSIGNMENT_STATE_HOME);
  EXPECT_EQ(Get(second.id()).state(), v1::ASSIGNMENT_STATE_HOME);
  EXPECT_THAT(Busy("a"), IsEmpty());
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(AssignmentServiceTest, ALineThatIsFullTakesNoMore) {
  const v1::ResourceRequest other = MakeRequest(MakeIncident(), {Line(10)});
  ASSERT_OK(SendOut(PlanOf(other, 0, {"b"}, v1::DISPATCH_HOW_DIRECT)));
  GoTo(10);
  a_ = OnScene(a_);
  const std::string before = Dump();
  EXPECT_THAT(Redeploy(a_, other.lines(0).id()), HasReason(Reason::kLineFull));
  EXPECT_EQ(Dump(), before);
}

TEST_F(AssignmentServiceTest, AnExtensionIsBookedUnlessTheTeamIsTakenOrTired) {
  const v1::ResourceRequest other = MakeRequest(MakeIncident(), {Line(30, 40, 44)});
  ASSERT_OK(SendOut(PlanOf(other, 0, {"a"}, v1::DISPATCH_HOW_DIRECT)));
  EXPECT_THAT(Invoke<v1::Assignment>("ExtendAssignment", CityOperator(), Extension(a_, 36, 41)),
              HasReason(Reason::kTeamOverlap));
  v1::ExtendAssignmentRequest longer = Extension(a_, 20, 22);
  EXPECT_THAT(Invoke<v1::Assignment>("ExtendAssignment", CityOperator(), longer), HasReason(Reason::kNotEligible));
  longer.set_rest_override_reason("secret-reason");
  const v1::Assignment extended = Invoke<v1::Assignment>("ExtendAssignment", CityOperator(), longer).value();
  EXPECT_EQ(extended.windows_size(), 2);
  EXPECT_EQ(extended.rest_override_reason(), "secret-reason");
  EXPECT_THAT(Busy("a"), ElementsAre("10-20", "20-22", "40-44"));
  EXPECT_THAT(Texts("SELECT note FROM audit WHERE action LIKE '%ExtendAssignment' AND object_version > 0"),
              ElementsAre("without the rest needed: secret-reason"))
      << "an override is in the trail";
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(AssignmentServiceTest, WhatPeopleWriteIsInNoEvent) {
  GoTo(10);
  a_ = OnScene(a_);
  ASSERT_OK(Confirm(v1::WORK_STAGE_ARRIVED, CityOperator()));
  a_ = Get(a_.id());
  a_ = Relieve(a_, "b").value().relieved();
  v1::ExtendAssignmentRequest longer = Extension(a_, 20, 22);
  longer.set_rest_override_reason("secret-reason");
  ASSERT_OK(Invoke<v1::Assignment>("ExtendAssignment", CityOperator(), longer));
  for (const std::string& data : Texts("SELECT data FROM outbox")) {
    EXPECT_EQ(data.find("secret-"), std::string::npos);
  }
}

TEST_F(AssignmentServiceTest, TheUnitThatAskedSeesWhoComesAndConfirmsIt) {
  EXPECT_EQ(Get(a_.id()).cover().policy_number(), "secret-policy");
  const v1::Assignment seen = Get(a_.id(), School());
  EXPECT_EQ(seen.headcount(), 10);
  EXPECT_EQ(seen.cover().policy_number(), "") << "the insurance is the organization's own";
  EXPECT_EQ(Invoke<v1::ListAssignmentsResponse>("ListAssignments", School(), v1::ListAssignmentsRequest())
                ->assignments(0)
                .cover()
                .policy_number(),
            "");
  GoTo(10);
  OnScene(a_);
  EXPECT_EQ(Confirm(v1::WORK_STAGE_ARRIVED, School())->arrival_confirmed().headcount(), 10);
  EXPECT_EQ(Confirm(v1::WORK_STAGE_DONE, School())->work_confirmed().confirmed_by(), School().account_id.value());
  EXPECT_EQ(Get(a_.id()).arrival_confirmed().note(), "secret-note");
  EXPECT_THAT(Confirm(v1::WORK_STAGE_DONE, School()), HasReason(Reason::kDuplicate));
  EXPECT_THAT(Confirm(v1::WORK_STAGE_DONE, Stranger()), HasReason(Reason::kNotFound));
  EXPECT_THAT(Confirm(v1::WORK_STAGE_UNSPECIFIED, School()), HasReason(Reason::kInvalidField));
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(AssignmentServiceTest, ATeamThatDoesNotCheckInIsToldOfOnce) {
  const auto alarms = [&] {
    return Count("SELECT COUNT(*) FROM outbox WHERE type = 'muster.dispatch.v1.AssignmentAlarmed'");
  };
  GoTo(10);
  clock_.Advance(std::chrono::minutes(15) - std::chrono::seconds(1));
  Tick();
  EXPECT_EQ(alarms(), 0);
  for (int i = 0; i < 3; ++i) {
    clock_.Advance(std::chrono::seconds(6));
    Tick();
  }
  EXPECT_EQ(alarms(), 1);
  a_ = Get(a_.id());
  EXPECT_THAT(std::vector<std::string>(a_.alarms().begin(), a_.alarms().end()), ElementsAre("ARRIVAL_OVERDUE"));
  EXPECT_THAT(Texts("SELECT action FROM audit WHERE action LIKE 'policy.%'"), ElementsAre("policy.check_arrival"));
  EXPECT_THAT(OnScene(a_).alarms(), SizeIs(0));
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(AssignmentServiceTest, WhoIsExpectedLaterIsNotLate) {
  const v1::DispatchResponse sent = SendOut(PlanOf(MakeRequest(MakeIncident(), {Line(10)}), 0, {"b"})).value();
  v1::AnswerOfferRequest later = Accepting(sent.offers(0).id());
  *later.mutable_available_from_time() = ToTimestamp(At(12));
  const std::string id = Answer(later, "b")->assignment_id();
  EXPECT_EQ(Get(id).expected_arrival_time().seconds(), ToMicros(At(12)) / 1'000'000);
  GoTo(12);
  Tick();
  EXPECT_EQ(Get(id).alarms_size(), 0);
  EXPECT_EQ(Get(a_.id()).alarms_size(), 1);
  GoTo(13);
  Tick();
  EXPECT_EQ(Get(id).alarms_size(), 1);
}

TEST_F(AssignmentServiceTest, ARecordTellsHowATeamHasKeptItsWord) {
  const auto record = [&](const Principal& by = CityOperator(), const std::string& team = "a") {
    v1::GetServiceRecordRequest request;
    request.set_team_id(team);
    return Invoke<v1::ServiceRecord>("GetServiceRecord", by, request);
  };
  GoTo(10);
  a_ = OnScene(a_);
  GoTo(13);
  EXPECT_DOUBLE_EQ(record()->hours_last_day(), 3) << "while it is at work";
  Home(a_);
  GoTo(23);
  const v1::DispatchResponse sent = SendOut(PlanOf(MakeRequest(MakeIncident(), {Line(1, 40, 44)}), 0, {"a"})).value();
  ASSERT_OK(Answer(Declining(sent.offers(0).id()), "a"));
  EXPECT_EQ(record()->asked(), 2);
  EXPECT_EQ(record()->accepted(), 1);
  EXPECT_EQ(record()->declined(), 1);
  EXPECT_EQ(record()->unanswered(), 0);
  EXPECT_EQ(record()->completed(), 1);
  EXPECT_EQ(record()->no_shows(), 0);
  EXPECT_DOUBLE_EQ(record()->hours_last_day(), 3);
  GoTo(35);
  EXPECT_DOUBLE_EQ(record()->hours_last_day(), 2) << "the first hour is more than a day ago";
  EXPECT_OK(record(ManagerOf("a")));
  EXPECT_THAT(record(ManagerOf("b")), HasReason(Reason::kNotFound));
  EXPECT_THAT(record(Someone(Role::kDistrictOperator, "3205/320506")), HasReason(Reason::kNotFound));
  EXPECT_THAT(record(CityOperator(), "nobody"), HasReason(Reason::kNotFound));
}

TEST_F(AssignmentServiceTest, WhoDidNotComeIsCounted) {
  ASSERT_OK(Advance(a_, v1::ASSIGNMENT_STATE_NO_SHOW));
  v1::GetServiceRecordRequest request;
  request.set_team_id("a");
  EXPECT_EQ(Invoke<v1::ServiceRecord>("GetServiceRecord", CityOperator(), request)->no_shows(), 1);
}

TEST_F(AssignmentServiceTest, APassIsCheckedWithoutTheServer) {
  v1::GetPassRequest request;
  request.set_assignment_id(a_.id());
  const v1::Pass pass = Invoke<v1::Pass>("GetPass", ManagerOf("a"), request).value();
  const auto keys = Invoke<v1::GetPassKeysResponse>("GetPassKeys", Stranger(), v1::GetPassKeysRequest()).value();
  ASSERT_EQ(keys.keys_size(), 1);
  const std::vector<security::PublicKey> known{{keys.keys(0).id(), keys.keys(0).public_key()}};
  const security::Pass read = security::CheckPass(pass.text(), known, At(10)).value();
  EXPECT_EQ(read.number, pass.number());
  EXPECT_EQ(read.headcount, 10);
  EXPECT_EQ(read.organization_id, ManagerOf("a").organization_id);
  EXPECT_EQ(read.incident_id.value(), incident_.id());
  EXPECT_EQ(read.district_path, kDistrict);
  EXPECT_EQ(read.start, At(6)) << "early enough to arrive";
  EXPECT_EQ(read.end, At(24));
  EXPECT_THAT(security::CheckPass(pass.text(), known, At(5)), HasReason(Reason::kExpired));
  EXPECT_THAT(pass.qr_svg(), StartsWith("<svg xmlns="));
  EXPECT_THAT(pass.qr_svg(), HasSubstr("<path d=\"M4 4h7v1h-7z")) << "the finder in its corner, behind the quiet zone";
  EXPECT_THAT(Invoke<v1::Pass>("GetPass", Stranger(), request), HasReason(Reason::kNotFound));
}

TEST_F(AssignmentServiceTest, WhoseWorkIsOverGetsNoPass) {
  v1::GetPassRequest request;
  request.set_assignment_id(a_.id());
  GoTo(10);
  a_ = OnScene(a_);
  EXPECT_OK(Invoke<v1::Pass>("GetPass", CityOperator(), request)) << "it may leave the zone and come back";
  a_ = Advance(a_, v1::ASSIGNMENT_STATE_RELEASED).value();
  EXPECT_THAT(Invoke<v1::Pass>("GetPass", CityOperator(), request), HasReason(Reason::kIllegalTransition));
}

TEST_F(AssignmentServiceTest, NeedsFoundOnSceneAreARequestInTheSameStep) {
  v1::ReportSituationRequest request;
  request.mutable_report()->set_assignment_id(a_.id());
  request.mutable_report()->set_text("the pumping station floods");
  *request.add_needs() = Line(5);
  const v1::SituationReport report = Invoke<v1::SituationReport>("ReportSituation", ManagerOf("a"), request).value();
  v1::GetRequestRequest get;
  get.set_id(report.resource_request_id());
  const v1::ResourceRequest asked = Invoke<v1::ResourceRequest>("GetRequest", ManagerOf("a"), get).value();
  EXPECT_EQ(asked.requester_organization_id(), ManagerOf("a").organization_id.value());
  EXPECT_EQ(asked.incident_id(), incident_.id());
  EXPECT_EQ(asked.lines(0).quantity(), 5);
  EXPECT_TRUE(report.needs_more());
  const std::string before = Dump();
  request.mutable_needs(0)->set_quantity(0);
  request.clear_request_id();
  EXPECT_THAT(Invoke<v1::SituationReport>("ReportSituation", ManagerOf("a"), request), HasReason(Reason::kOutOfRange));
  EXPECT_EQ(Dump(), before) << "no report without its needs";
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(AssignmentServiceTest, ReportsAreFoundBySectorAndPeriod) {
  const auto tell = [&](const std::string& text, const std::string& sector, std::optional<Window> period) {
    v1::ReportSituationRequest request;
    request.mutable_report()->set_incident_id(incident_.id());
    request.mutable_report()->set_text(text);
    request.mutable_report()->set_sector(sector);
    if (period) {
      *request.mutable_report()->mutable_period()->mutable_start_time() = ToTimestamp(period->start);
      *request.mutable_report()->mutable_period()->mutable_end_time() = ToTimestamp(period->end);
    }
    ASSERT_OK(Invoke<v1::SituationReport>("ReportSituation", CityOperator(), request));
    clock_.Advance(std::chrono::hours(1));
  };
  const auto found = [&](const std::string& sector, std::optional<Window> period) {
    v1::ListSituationReportsRequest request;
    request.set_incident_id(incident_.id());
    request.set_sector(sector);
    if (period) {
      *request.mutable_period()->mutable_start_time() = ToTimestamp(period->start);
      *request.mutable_period()->mutable_end_time() = ToTimestamp(period->end);
    }
    std::vector<std::string> texts;
    const auto page = Invoke<v1::ListSituationReportsResponse>("ListSituationReports", CityOperator(), request).value();
    for (const v1::SituationReport& report : page.reports()) {
      texts.push_back(report.text());
    }
    return texts;
  };
  tell("at midnight", "east", std::nullopt);
  tell("of the night", "west", Hours(-8, 0));
  tell("of the day", "west", Hours(8, 20));
  EXPECT_THAT(found("", std::nullopt), ElementsAre("of the day", "of the night", "at midnight"));
  EXPECT_THAT(found("east", std::nullopt), ElementsAre("at midnight"));
  EXPECT_THAT(found("", Hours(-2, 0)), ElementsAre("of the night")) << "what begins at its end is not in it";
  EXPECT_THAT(found("", Hours(0, 1)), ElementsAre("at midnight"));
  EXPECT_THAT(found("west", Hours(10, 12)), ElementsAre("of the day"));
  EXPECT_THAT(found("w%", std::nullopt), IsEmpty());
}

}  // namespace
}  // namespace muster::dispatch
