#include "services/dispatch/core/assignment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/unit/dispatch/briefing.h"

namespace muster::dispatch {
namespace {

using muster::testing::HasReason;
using ::testing::ElementsAre;

constexpr AssignmentState kAllStates[] = {
    AssignmentState::kReserved,  AssignmentState::kMobilizing, AssignmentState::kEnRoute,   AssignmentState::kOnScene,
    AssignmentState::kWorking,   AssignmentState::kReleased,   AssignmentState::kReturning, AssignmentState::kHome,
    AssignmentState::kCancelled, AssignmentState::kNoShow,     AssignmentState::kRecalled};

/// A line of 20 people; team "a" of 10 is booked for it, insured.
class AssignmentTest : public ::testing::Test {
 protected:
  AssignmentTest() {
    briefing.Line("boats", 20);
    briefing.Team("a", 10);
    briefing.Team("b", 10);
    Assignment& assignment = briefing.Assigned("boats", "a", AssignmentState::kReserved);
    assignment.cover.state = CoverState::kDeclared;
    briefing.Waiting("boats", "b");
    briefing.line("boats").needs_wave = false;
    briefing.line("boats").waves_stopped = false;
  }
  Assignment& assignment() { return briefing.assignments[0]; }
  void Is(AssignmentState state) { assignment().state = state; }
  absl::StatusOr<DispatchChanges> Advance(AssignmentState to, const Principal& by = CityOperator(),
                                          const std::string& override_reason = "") {
    return briefing.Decide(AdvanceAssignment{assignment().id, 1, to, override_reason, ""}, by);
  }
  Briefing briefing;
};

TEST_F(AssignmentTest, TakesExactlyTheStepsOfTheTable) {
  for (const AssignmentState from : kAllStates) {
    for (const AssignmentState to : kAllStates) {
      Is(from);
      const absl::Status status = Advance(to).status();
      if (to == AssignmentState::kOnScene || to == AssignmentState::kHome) {
        EXPECT_THAT(status, HasReason(Reason::kInvalidField)) << "arrivals have their own calls";
      } else if (IsLegalMove(from, to)) {
        EXPECT_OK(status) << Name(from) << " > " << Name(to);
      } else {
        EXPECT_THAT(status, HasReason(Reason::kIllegalTransition)) << Name(from) << " > " << Name(to);
      }
    }
  }
}

TEST_F(AssignmentTest, ArrivalsFollowTheTableToo) {
  for (const AssignmentState from : kAllStates) {
    Is(from);
    EXPECT_EQ(briefing.Decide(CheckIn{assignment().id, 0, {}, 0, {}}).ok(), from == AssignmentState::kEnRoute);
    EXPECT_EQ(briefing.Decide(CheckOut{assignment().id, 0, 0, {}}).ok(), from == AssignmentState::kReturning);
  }
}

TEST_F(AssignmentTest, SomeStepsAreTheOperatorsAlone) {
  const std::pair<AssignmentState, AssignmentState> steps[] = {
      {AssignmentState::kReserved, AssignmentState::kCancelled},
      {AssignmentState::kReserved, AssignmentState::kNoShow},
      {AssignmentState::kWorking, AssignmentState::kReleased},
      {AssignmentState::kWorking, AssignmentState::kRecalled}};
  for (const auto& [from, to] : steps) {
    Is(from);
    const absl::Status status = Advance(to, ManagerOf("a")).status();
    ASSERT_THAT(status, HasReason(Reason::kForbidden)) << Name(to);
    EXPECT_EQ(GetErrorInfo(status).metadata.at("action"), "AdvanceAssignment " + std::string(Name(to)));
    EXPECT_OK(Advance(to));
  }
  Is(AssignmentState::kReserved);
  EXPECT_OK(Advance(AssignmentState::kMobilizing, ManagerOf("a"))) << "a team gathers by itself";
}

TEST_F(AssignmentTest, NobodyDepartsUninsured) {
  Is(AssignmentState::kMobilizing);
  assignment().cover = Cover();
  const absl::Status status = Advance(AssignmentState::kEnRoute, ManagerOf("a")).status();
  ASSERT_THAT(status, HasReason(Reason::kNotEligible));
  EXPECT_EQ(GetErrorInfo(status).metadata.at("rules"), "NO_COVER");
  EXPECT_THAT(Advance(AssignmentState::kEnRoute), HasReason(Reason::kNotEligible)) << "an operator must say why";
  EXPECT_THAT(Advance(AssignmentState::kEnRoute, CityOperator(), "  "), HasReason(Reason::kNotEligible));
  EXPECT_THAT(Advance(AssignmentState::kEnRoute, ManagerOf("a"), "we are brave"), HasReason(Reason::kForbidden));
  const DispatchChanges changes = Advance(AssignmentState::kEnRoute, CityOperator(), "people are drowning").value();
  EXPECT_EQ(changes.assignments.at(0).after.cover.state, CoverState::kOverridden);
  EXPECT_EQ(changes.assignments.at(0).after.cover.override_reason, "people are drowning");
  EXPECT_EQ(changes.note, "people are drowning") << "in the audit trail";
}

TEST_F(AssignmentTest, CoverMustLastAsLongAsTheWork) {
  Is(AssignmentState::kMobilizing);
  assignment().cover.valid_until = At(20) - Duration(1);
  EXPECT_THAT(Advance(AssignmentState::kEnRoute), HasReason(Reason::kNotEligible));
  assignment().cover.valid_until = At(20);
  EXPECT_EQ(Advance(AssignmentState::kEnRoute)->assignments.at(0).after.depart_time, kNow);
}

TEST_F(AssignmentTest, GatheringNeedsNoCover) {
  assignment().cover = Cover();
  EXPECT_OK(Advance(AssignmentState::kMobilizing));
}

TEST_F(AssignmentTest, WhoIsCalledOffGivesItsPlaceAndItsTimeBack) {
  for (const AssignmentState to : {AssignmentState::kCancelled, AssignmentState::kNoShow}) {
    Is(AssignmentState::kReserved);
    const DispatchChanges changes = Advance(to).value();
    EXPECT_EQ(changes.assignments.at(0).after.fills, 0);
    const RequestLine line = briefing.LineAfter(changes, "boats");
    EXPECT_EQ(line.filled, 0);
    EXPECT_EQ(line.state, LineState::kOpen);
    EXPECT_TRUE(line.needs_wave) << "others are asked in its place";
    ASSERT_EQ(changes.bookings.size(), 1U);
    EXPECT_FALSE(changes.bookings[0].after.active);
    EXPECT_FALSE(changes.bookings[0].after.worked);
  }
}

TEST_F(AssignmentTest, WhoIsCalledBackGivesItsPlaceBackAndStaysBusyUntilHome) {
  Is(AssignmentState::kWorking);
  const DispatchChanges changes = Advance(AssignmentState::kRecalled).value();
  EXPECT_EQ(briefing.LineAfter(changes, "boats").filled, 0);
  EXPECT_TRUE(changes.bookings.empty());
  EXPECT_EQ(changes.assignments.at(0).after.release_time, kNow);
}

TEST_F(AssignmentTest, WhoIsReleasedHasFilledItsPlace) {
  Is(AssignmentState::kWorking);
  const DispatchChanges changes = Advance(AssignmentState::kReleased).value();
  EXPECT_EQ(briefing.LineAfter(changes, "boats").filled, 10);
  EXPECT_TRUE(changes.lines.empty());
  EXPECT_TRUE(changes.bookings.empty());
  EXPECT_EQ(changes.assignments.at(0).after.release_time, kNow);
  EXPECT_EQ(changes.assignments.at(0).event, "AssignmentReleased");
}

TEST_F(AssignmentTest, ArrivalOnSceneIsKeptWithWhoCameAndWho) {
  Is(AssignmentState::kEnRoute);
  assignment().depart_time = At(-2);
  CheckIn command{assignment().id, 0, Location{{31.3, 120.9}, 20, At(-1), false}, 8, At(-1)};
  const DispatchChanges changes = briefing.Decide(command, ManagerOf("a")).value();
  const Assignment& after = changes.assignments.at(0).after;
  EXPECT_EQ(after.state, AssignmentState::kOnScene);
  ASSERT_TRUE(after.check_in);
  EXPECT_EQ(after.check_in->time, At(-1)) << "told late";
  EXPECT_EQ(after.check_in->headcount, 8);
  EXPECT_EQ(after.check_in->confirmed_by, ManagerOf("a").account_id);
  EXPECT_EQ(after.update_time, kNow);
  command.headcount = 0;
  command.happen_time.reset();
  const DispatchChanges plain = briefing.Decide(command, ManagerOf("a")).value();
  EXPECT_EQ(plain.assignments.at(0).after.check_in->headcount, 10);
  EXPECT_EQ(plain.assignments.at(0).after.check_in->time, kNow);
}

TEST_F(AssignmentTest, ALateReportLiesBetweenTheStepBeforeAndNow) {
  Is(AssignmentState::kEnRoute);
  assignment().depart_time = At(-30);
  const auto check_in = [&](Time told) { return briefing.Decide(CheckIn{assignment().id, 0, {}, 0, told}).status(); };
  EXPECT_OK(check_in(kNow));
  EXPECT_OK(check_in(At(-24)));
  EXPECT_THAT(check_in(kNow + Duration(1)), HasReason(Reason::kBadTime)) << "not yet";
  EXPECT_THAT(check_in(At(-24) - Duration(1)), HasReason(Reason::kBadTime)) << "more than a day ago";
  assignment().depart_time = At(-2);
  EXPECT_THAT(check_in(At(-2) - Duration(1)), HasReason(Reason::kBadTime)) << "before it left";
  EXPECT_OK(check_in(At(-2)));
}

TEST_F(AssignmentTest, HeadcountsAreReasonable) {
  Is(AssignmentState::kEnRoute);
  for (const int people : {-1, 10'001}) {
    EXPECT_THAT(briefing.Decide(CheckIn{assignment().id, 0, {}, people, {}}), HasReason(Reason::kOutOfRange)) << people;
  }
}

TEST_F(AssignmentTest, EverybodyMustBeHome) {
  Is(AssignmentState::kReturning);
  assignment().check_in = CheckPoint{At(-5), std::nullopt, 8, AccountId("someone")};
  const absl::Status missing = briefing.Decide(CheckOut{assignment().id, 0, 7, {}}, ManagerOf("a")).status();
  ASSERT_THAT(missing, HasReason(Reason::kOutOfRange));
  EXPECT_EQ(GetErrorInfo(missing).field, "headcount");
  EXPECT_EQ(GetErrorInfo(missing).metadata.at("range"), "8");
  EXPECT_EQ(briefing.Decide(CheckOut{assignment().id, 0, 7, {}})->assignments.at(0).after.check_out->headcount, 7)
      << "an operator may confirm it";
  EXPECT_EQ(briefing.Decide(CheckOut{assignment().id, 0, 0, {}}, ManagerOf("a"))
                ->assignments.at(0)
                .after.check_out->headcount,
            8);
}

TEST_F(AssignmentTest, AtHomeTheTeamIsFreeAndItsRestBegins) {
  Is(AssignmentState::kReturning);
  assignment().check_in = CheckPoint{At(11), std::nullopt, 10, AccountId("someone")};
  assignment().release_time = At(13);
  briefing.now = At(14);
  const DispatchChanges changes = briefing.Decide(CheckOut{assignment().id, 0, 0, {}}).value();
  ASSERT_EQ(changes.bookings.size(), 1U);
  EXPECT_FALSE(changes.bookings[0].after.active);
  EXPECT_TRUE(changes.bookings[0].after.worked);
  EXPECT_EQ(changes.bookings[0].after.end, At(14));
  EXPECT_EQ(briefing.LineAfter(changes, "boats").filled, 10);
}

TEST_F(AssignmentTest, AShiftThatNeverBeganIsNotWork) {
  Briefing two_days;
  two_days.Line("boats", 20).windows = {Hours(10, 20), Hours(34, 44)};
  two_days.Team("a", 10);
  Assignment& out = two_days.Assigned("boats", "a", AssignmentState::kReturning);
  out.check_in = CheckPoint{At(10), std::nullopt, 10, AccountId("someone")};
  out.release_time = At(13);
  two_days.now = At(14);
  const DispatchChanges changes = two_days.Decide(CheckOut{out.id, 0, 0, {}}).value();
  ASSERT_EQ(changes.bookings.size(), 2U);
  EXPECT_TRUE(changes.bookings[0].after.worked);
  EXPECT_FALSE(changes.bookings[1].after.worked) << "tomorrow's shift does not keep it from other work tomorrow";
  EXPECT_FALSE(changes.bookings[1].after.active);
  EXPECT_EQ(changes.bookings[1].after.end, changes.bookings[1].after.start);
}

TEST_F(AssignmentTest, IsNotFoundForOthers) {
  for (const Principal& by : {Stranger(), ManagerOf("b"), Someone(Role::kDistrictOperator, "3205/320506")}) {
    EXPECT_THAT(Advance(AssignmentState::kMobilizing, by), HasReason(Reason::kNotFound));
    EXPECT_THAT(briefing.Decide(CheckIn{assignment().id, 0, {}, 0, {}}, by), HasReason(Reason::kNotFound));
    EXPECT_THAT(briefing.Decide(CheckOut{assignment().id, 0, 0, {}}, by), HasReason(Reason::kNotFound));
  }
  EXPECT_THAT(briefing.Decide(CheckIn{AssignmentId("nothing"), 0, {}, 0, {}}), HasReason(Reason::kNotFound));
}

TEST_F(AssignmentTest, AStaleVersionIsRefused) {
  EXPECT_THAT(briefing.Decide(AdvanceAssignment{assignment().id, 9, AssignmentState::kMobilizing, "", ""}),
              HasReason(Reason::kVersionConflict));
}

TEST_F(AssignmentTest, EventsAreNamedByTheState) {
  EXPECT_EQ(EventOf(AssignmentState::kReserved), "AssignmentReserved");
  EXPECT_EQ(EventOf(AssignmentState::kNoShow), "AssignmentNoShow");
  EXPECT_EQ(EventOf(AssignmentState::kRecalled), "AssignmentRecalled");
}

// ---- alarms

class AlarmTest : public AssignmentTest {
 protected:
  absl::StatusOr<DispatchChanges> Check() { return briefing.Decide(CheckStanding{TeamId("a")}); }
};

TEST_F(AlarmTest, ASuspensionAfterBookingRaisesAnAlarm) {
  briefing.Team("a", 10).facts.organization_state = OrganizationState::kSuspended;
  const DispatchChanges changes = Check().value();
  ASSERT_EQ(changes.assignments.size(), 1U);
  EXPECT_THAT(changes.assignments[0].after.alarms, ElementsAre("ORGANIZATION_STATE"));
  EXPECT_EQ(changes.assignments[0].event, "AssignmentAlarmed");
  EXPECT_EQ(changes.assignments[0].after.state, AssignmentState::kReserved) << "a person decides";
}

TEST_F(AlarmTest, AWithdrawnCertificateRaisesOne) {
  briefing.Team("a", 10).facts.capabilities[0].valid = Hours(-10, 12);
  EXPECT_THAT(Check()->assignments.at(0).after.alarms, ElementsAre("CAPABILITY_NOT_VALID"));
}

TEST_F(AlarmTest, BeingBusyWithItsOwnWorkIsNone) {
  TeamFacts& team = briefing.Team("a", 10).facts;
  team.booked = {Hours(10, 20)};
  team.last_work_end = At(9);
  team.available = {Hours(0, 1)};
  EXPECT_TRUE(Check()->assignments.empty());
}

TEST_F(AlarmTest, IsRaisedOnceAndTakenBackWhenItIsOver) {
  briefing.Team("a", 10).facts.disbanded = true;
  assignment() = Check()->assignments.at(0).after;
  EXPECT_TRUE(Check()->assignments.empty()) << "nothing new";
  briefing.Team("a", 10).facts.disbanded = false;
  EXPECT_TRUE(Check()->assignments.at(0).after.alarms.empty());
}

TEST_F(AlarmTest, LeavesWhatIsOverAlone) {
  Is(AssignmentState::kHome);
  briefing.Team("a", 10).facts.disbanded = true;
  EXPECT_TRUE(Check()->assignments.empty());
  EXPECT_TRUE(briefing.Decide(CheckStanding{TeamId("unknown")})->assignments.empty());
}

// ---- reports

TEST_F(AssignmentTest, AReportBelongsToItsAssignment) {
  ReportSituation command;
  command.report.assignment_id = assignment().id;
  command.report.incident_id = IncidentId("forged");
  command.report.text = "40 people on roofs";
  command.report.people_served = 12;
  const SituationReport report = briefing.Decide(command, ManagerOf("a"))->reports.at(0);
  EXPECT_EQ(report.incident_id, briefing.incident.id);
  EXPECT_EQ(report.organization_id, assignment().organization_id);
  EXPECT_EQ(report.district_path, kDistrict);
  EXPECT_EQ(report.reporter, ManagerOf("a").account_id);
  EXPECT_EQ(report.create_time, kNow);
  EXPECT_THAT(briefing.Decide(command, Stranger()), HasReason(Reason::kNotFound));
}

TEST_F(AssignmentTest, AnOperatorReportsForTheIncident) {
  ReportSituation command;
  command.report.incident_id = briefing.incident.id;
  command.report.text = "the dam holds";
  EXPECT_EQ(briefing.Decide(command)->reports.at(0).organization_id, OrganizationId());
  EXPECT_THAT(briefing.Decide(command, ManagerOf("a")), HasReason(Reason::kNotFound)) << "a team reports for its work";
  command.report.text = "   ";
  EXPECT_THAT(briefing.Decide(command), HasReason(Reason::kInvalidField));
  command.report.text = "x";
  command.report.people_served = -1;
  EXPECT_THAT(briefing.Decide(command), HasReason(Reason::kOutOfRange));
}

}  // namespace
}  // namespace muster::dispatch
