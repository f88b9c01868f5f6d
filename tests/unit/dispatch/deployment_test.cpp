#include "services/dispatch/core/deployment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/unit/dispatch/briefing.h"

namespace muster::dispatch {
namespace {

using muster::testing::HasReason;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Principal Service() { return Someone(Role::kService, "3205"); }

std::string RulesOf(const absl::Status& status) {
  const ErrorInfo info = GetErrorInfo(status);
  return info.metadata.contains("rules") ? info.metadata.at("rules") : "";
}

/// Line "boats" needs 20 people from 10 to 20, line "sandbags" 8 from 12 to 20. Team "a" of 10 is at work at the boats
/// since 10; teams "b" of 10 and "c" of 4 are free. It is 15 o'clock.
class DeploymentTest : public ::testing::Test {
 protected:
  DeploymentTest() {
    briefing.Line("boats", 20);
    briefing.Line("sandbags", 8).windows = {Hours(12, 20)};
    briefing.Team("a", 10);
    briefing.Team("b", 10);
    briefing.Team("c", 4);
    Assignment& a = briefing.Assigned("boats", "a", AssignmentState::kWorking);
    a.check_in = CheckPoint{At(10), std::nullopt, 10, AccountId("someone")};
    a.depart_time = At(9);
    a.cover.state = CoverState::kDeclared;
    briefing.now = At(15);
  }

  absl::StatusOr<DispatchChanges> Extend(const std::vector<Window>& windows, const std::string& override_reason = "",
                                         const Principal& by = CityOperator()) {
    return briefing.Decide(ExtendAssignment{AssignmentId("a"), 1, windows, "the water rises", override_reason}, by);
  }
  absl::StatusOr<DispatchChanges> Relieve(const std::string& team, std::optional<Time> from = std::nullopt,
                                          const Principal& by = CityOperator()) {
    return briefing.Decide(
        RelieveAssignment{AssignmentId("a"), briefing.assignment("a").version, TeamId(team), from, "mind the weir"},
        by);
  }
  absl::StatusOr<DispatchChanges> Redeploy(const std::string& line, const std::string& override_reason = "",
                                           const Principal& by = CityOperator()) {
    return briefing.Decide(RedeployAssignment{AssignmentId("a"), briefing.assignment("a").version, RequestLineId(line),
                                              "", override_reason},
                           by);
  }
  /// Books the relief by `team` and lets it come as far as `state`; its id.
  std::string Relief(const std::string& team, AssignmentState state = AssignmentState::kEnRoute) {
    const DispatchChanges changes = Relieve(team).value();
    briefing.Apply(changes);
    const std::string id = changes.assignments.at(1).after.id.value();
    briefing.assignment(id).state = state;
    return id;
  }
  absl::StatusOr<DispatchChanges> Arrive(const std::string& id, int people = 0) {
    return briefing.Decide(CheckIn{AssignmentId(id), 0, {}, people, {}});
  }
  /// What the assignments fill of a line.
  int SumOf(const std::string& line) {
    int sum = 0;
    for (const Assignment& assignment : briefing.assignments) {
      sum += assignment.line_id.value() == line ? assignment.fills : 0;
    }
    return sum;
  }
  void ExpectSumsRight() {
    for (const RequestLine& line : briefing.lines) {
      EXPECT_EQ(line.filled, SumOf(line.id.value())) << line.id;
      EXPECT_LE(line.filled + line.held, Capacity(line)) << line.id;
    }
  }

  Briefing briefing;
};

// ---- extension

TEST_F(DeploymentTest, MoreShiftsAreBookedBehindThoseItHas) {
  const DispatchChanges changes = Extend({Hours(58, 60), Hours(34, 40)}).value();
  const Changed<Assignment>& change = changes.assignments.at(0);
  EXPECT_THAT(change.after.windows, ElementsAre(Hours(10, 20), Hours(34, 40), Hours(58, 60)));
  EXPECT_EQ(change.event, "AssignmentExtended");
  EXPECT_EQ(change.after.version, 2);
  EXPECT_EQ(change.after.state, AssignmentState::kWorking);
  ASSERT_THAT(changes.bookings, SizeIs(2));
  EXPECT_EQ(changes.bookings[0].after.start, At(34));
  EXPECT_EQ(changes.bookings[0].after.subject_id, "a");
  EXPECT_TRUE(changes.bookings[1].after.active);
  EXPECT_THAT(changes.lines, IsEmpty()) << "what the line asks for stays";
  EXPECT_EQ(changes.note, "the water rises");
}

TEST_F(DeploymentTest, AShiftThatGoesOnNeedsNoRestButItsHoursCount) {
  briefing.bookings[0].end = briefing.assignments[0].windows[0].end = At(16);
  EXPECT_OK(Extend({Hours(16, 20)})) << "ten hours in all";
  EXPECT_EQ(RulesOf(Extend({Hours(16, 21)}).status()), "HOURS_EXCEEDED");
  EXPECT_EQ(RulesOf(Extend({Hours(17, 18)}).status()), "NOT_RESTED") << "after a break it needs its rest";
  EXPECT_OK(Extend({Hours(27, 31)})) << "rested";
}

TEST_F(DeploymentTest, AnOperatorMayOverrideRestAndSaysWhy) {
  const absl::Status tired = Extend({Hours(20, 23)}).status();
  ASSERT_THAT(tired, HasReason(Reason::kNotEligible));
  EXPECT_EQ(RulesOf(tired), "HOURS_EXCEEDED");
  EXPECT_THAT(Extend({Hours(20, 23)}, "  "), HasReason(Reason::kNotEligible));
  EXPECT_THAT(Extend({Hours(20, 23)}, "nobody else", Service()), HasReason(Reason::kForbidden));
  const DispatchChanges changes = Extend({Hours(20, 23)}, "nobody else is near").value();
  EXPECT_EQ(changes.assignments.at(0).after.rest_override_reason, "nobody else is near");
  EXPECT_EQ(changes.note, "the water rises; without the rest needed: nobody else is near") << "in the audit trail";
}

TEST_F(DeploymentTest, AnOverrideThatIsNotNeededIsNotKept) {
  const DispatchChanges changes = Extend({Hours(34, 40)}, "to be sure").value();
  EXPECT_EQ(changes.assignments.at(0).after.rest_override_reason, "");
  EXPECT_EQ(changes.note, "the water rises");
}

TEST_F(DeploymentTest, AnOverrideHelpsAgainstRestAlone) {
  briefing.teams.at(TeamId("a")).facts.capabilities[0].valid = Hours(0, 22);
  EXPECT_EQ(RulesOf(Extend({Hours(20, 23)}, "nobody else is near").status()), "CAPABILITY_NOT_VALID");
}

TEST_F(DeploymentTest, AnExtensionOverOtherWorkIsRefusedWithIt) {
  briefing.teams.at(TeamId("a")).facts.booked = {Hours(36, 38)};
  EXPECT_THAT(Extend({Hours(34, 40)}), HasReason(Reason::kTeamOverlap));
  EXPECT_THAT(Extend({Hours(20, 22), Hours(34, 40)}, "nobody else"), HasReason(Reason::kTeamOverlap));
}

TEST_F(DeploymentTest, ShiftsAreAddedInOrderAndInReason) {
  const Duration year = std::chrono::hours(24 * 366);
  EXPECT_THAT(Extend({}), HasReason(Reason::kOutOfRange));
  EXPECT_THAT(Extend(std::vector<Window>(100, Hours(34, 35))), HasReason(Reason::kOutOfRange));
  EXPECT_THAT(Extend({Hours(19, 22)}), HasReason(Reason::kBadTime)) << "over its own shift";
  EXPECT_THAT(Extend({Hours(8, 9)}), HasReason(Reason::kBadTime)) << "before it";
  EXPECT_THAT(Extend({Hours(34, 40), Hours(39, 41)}), HasReason(Reason::kBadTime)) << "over each other";
  EXPECT_THAT(Extend({{At(40), At(40)}}), HasReason(Reason::kBadTime));
  EXPECT_THAT(Extend({{At(40), At(15) + year + Duration(1)}}), HasReason(Reason::kBadTime));
  EXPECT_EQ(GetErrorInfo(Extend({Hours(34, 40), Hours(39, 41)}).status()).field, "windows[1]");
}

TEST_F(DeploymentTest, OnlyADutyThatGoesOnIsExtended) {
  for (const AssignmentState state :
       {AssignmentState::kReleased, AssignmentState::kReturning, AssignmentState::kHome, AssignmentState::kCancelled,
        AssignmentState::kNoShow, AssignmentState::kRecalled}) {
    briefing.assignment("a").state = state;
    EXPECT_THAT(Extend({Hours(34, 40)}), HasReason(Reason::kIllegalTransition)) << Name(state);
  }
  briefing.assignment("a").state = AssignmentState::kReserved;
  EXPECT_OK(Extend({Hours(34, 40)}));
  briefing.line("boats").state = LineState::kClosed;
  EXPECT_THAT(Extend({Hours(34, 40)}), HasReason(Reason::kIllegalTransition));
}

TEST_F(DeploymentTest, ADepartedTeamWhoseCoverEndsEarlierGetsAnAlarm) {
  briefing.assignment("a").cover.valid_until = At(30);
  EXPECT_THAT(Extend({Hours(34, 40)})->assignments.at(0).after.alarms, ElementsAre(kCoverTooShort));
  briefing.assignment("a").cover.valid_until = At(40);
  EXPECT_THAT(Extend({Hours(34, 40)})->assignments.at(0).after.alarms, IsEmpty());
}

// ---- relief

TEST_F(DeploymentTest, AReliefIsBookedForWhatIsLeftAndHoldsNoPlaceYet) {
  const DispatchChanges changes = Relieve("b", At(17)).value();
  const Assignment& relieved = changes.assignments.at(0).after;
  const Assignment& relief = changes.assignments.at(1).after;
  EXPECT_EQ(relieved.state, AssignmentState::kWorking) << "it goes when the relief is there";
  EXPECT_EQ(relieved.relieved_by_id, relief.id);
  EXPECT_EQ(relieved.fills, 10);
  EXPECT_EQ(relief.relieves_id, relieved.id);
  EXPECT_EQ(relief.handover_note, "mind the weir");
  EXPECT_EQ(relief.state, AssignmentState::kReserved);
  EXPECT_EQ(relief.fills, 0);
  EXPECT_EQ(relief.headcount, 10);
  EXPECT_THAT(relief.windows, ElementsAre(Hours(17, 20)));
  EXPECT_EQ(ExpectedArrival(relief), At(17));
  ASSERT_THAT(changes.bookings, SizeIs(1));
  EXPECT_EQ(changes.bookings[0].after.subject_id, "b");
  EXPECT_THAT(changes.lines, IsEmpty());
}

TEST_F(DeploymentTest, TheReliefTakesThePlaceWhenItArrives) {
  const std::string relief = Relief("b");
  const DispatchChanges changes = Arrive(relief).value();
  EXPECT_EQ(changes.assignments.at(0).after.id.value(), relief);
  EXPECT_EQ(changes.assignments.at(0).after.fills, 10);
  EXPECT_EQ(changes.assignments.at(1).after.state, AssignmentState::kReleased);
  EXPECT_EQ(changes.assignments.at(1).event, "AssignmentReleased");
  EXPECT_EQ(changes.assignments.at(1).after.fills, 0);
  EXPECT_THAT(changes.lines, IsEmpty()) << "the line has what it had";
  briefing.Apply(changes);
  EXPECT_EQ(briefing.line("boats").filled, 10);
  ExpectSumsRight();
}

TEST_F(DeploymentTest, ASmallerReliefLeavesTheLineShort) {
  briefing.line("boats").quantity = 10;
  briefing.line("boats").state = LineState::kFilled;
  briefing.Waiting("boats", "b");
  const std::string relief = Relief("c");
  const DispatchChanges changes = Arrive(relief).value();
  const RequestLine line = briefing.LineAfter(changes, "boats");
  EXPECT_EQ(line.filled, 4);
  EXPECT_EQ(line.state, LineState::kPartlyFilled);
  EXPECT_TRUE(line.needs_wave) << "others are asked for what is missing";
  briefing.Apply(changes);
  ExpectSumsRight();
}

TEST_F(DeploymentTest, ALargerReliefNeverFillsMoreThanWasFilled) {
  briefing.Team("many", 30);
  const std::string relief = Relief("many");
  EXPECT_EQ(briefing.assignment(relief).headcount, 10) << "as many as are needed";
  briefing.Apply(Arrive(relief, 30).value());
  EXPECT_EQ(briefing.line("boats").filled, 10);
  ExpectSumsRight();
}

TEST_F(DeploymentTest, WhereTeamsAreCountedATeamRelievesATeam) {
  briefing.line("boats").unit = QuantityUnit::kTeams;
  briefing.line("boats").quantity = briefing.line("boats").filled = briefing.assignment("a").fills = 1;
  const std::string relief = Relief("b");
  EXPECT_EQ(briefing.assignment(relief).headcount, 10);
  briefing.Apply(Arrive(relief).value());
  EXPECT_EQ(briefing.assignment(relief).fills, 1);
  ExpectSumsRight();
}

TEST_F(DeploymentTest, WhoHasGoneAlreadyStillHandsItsPlaceOver) {
  const std::string relief = Relief("b");
  briefing.Apply(briefing.Decide(AdvanceAssignment{AssignmentId("a"), 2, AssignmentState::kReleased, "", ""}).value());
  briefing.Apply(Arrive(relief).value());
  EXPECT_EQ(briefing.assignment("a").state, AssignmentState::kReleased);
  EXPECT_EQ(briefing.assignment("a").fills, 0);
  EXPECT_EQ(briefing.assignment(relief).fills, 10);
  ExpectSumsRight();
}

TEST_F(DeploymentTest, APlaceThatWentToOthersMeanwhileIsNotTakenTwice) {
  const std::string relief = Relief("b");
  briefing.Apply(briefing.Decide(AdvanceAssignment{AssignmentId("a"), 2, AssignmentState::kRecalled, "", ""}).value());
  briefing.line("boats").quantity = 12;
  briefing.Team("others", 9);
  briefing.Assigned("boats", "others", AssignmentState::kReserved);
  briefing.Apply(Arrive(relief).value());
  EXPECT_EQ(briefing.assignment(relief).fills, 3) << "what is left";
  ExpectSumsRight();
}

TEST_F(DeploymentTest, WhoHasNotDepartedIsCancelledByItsRelief) {
  briefing.assignment("a").state = AssignmentState::kReserved;
  briefing.Apply(Arrive(Relief("b")).value());
  EXPECT_EQ(briefing.assignment("a").state, AssignmentState::kCancelled);
  ExpectSumsRight();
}

TEST_F(DeploymentTest, WhoIsOnItsWayIsRecalledByItsRelief) {
  briefing.assignment("a").state = AssignmentState::kEnRoute;
  briefing.Apply(Arrive(Relief("b")).value());
  EXPECT_EQ(briefing.assignment("a").state, AssignmentState::kRecalled);
  EXPECT_EQ(briefing.line("boats").filled, 10);
  ExpectSumsRight();
}

TEST_F(DeploymentTest, AReliefThatDoesNotComeMayBeReplaced) {
  const std::string relief = Relief("b", AssignmentState::kReserved);
  EXPECT_THAT(Relieve("c"), HasReason(Reason::kIllegalTransition)) << "one is on its way";
  for (const AssignmentState end : {AssignmentState::kCancelled, AssignmentState::kNoShow}) {
    const DispatchChanges changes = briefing.Decide(AdvanceAssignment{AssignmentId(relief), 1, end, "", ""}).value();
    EXPECT_EQ(changes.assignments.at(0).after.id.value(), relief);
    EXPECT_EQ(changes.assignments.at(1).after.relieved_by_id, AssignmentId());
    EXPECT_EQ(changes.assignments.at(1).event, "AssignmentReliefCancelled");
  }
  briefing.Apply(briefing.Decide(AdvanceAssignment{AssignmentId(relief), 1, AssignmentState::kNoShow, "", ""}).value());
  ExpectSumsRight();
  EXPECT_OK(Relieve("c"));
}

TEST_F(DeploymentTest, AReliefIsAnotherTeamThatMayDoIt) {
  EXPECT_THAT(Relieve("a"), HasReason(Reason::kInvalidField));
  EXPECT_EQ(RulesOf(Relieve("nobody").status()), "UNKNOWN_YET");
  EXPECT_OK(Relieve("b", {}, Someone(Role::kDistrictOperator, "3205/320583")));
  briefing.teams.at(TeamId("b")).district_path = "3205/320506";
  EXPECT_EQ(RulesOf(Relieve("b", {}, Someone(Role::kDistrictOperator, "3205/320583")).status()), "UNKNOWN_YET");
  briefing.teams.at(TeamId("b")).facts.booked = {Hours(16, 18)};
  EXPECT_THAT(Relieve("b"), HasReason(Reason::kTeamOverlap));
  briefing.teams.at(TeamId("b")).facts.booked = {};
  briefing.teams.at(TeamId("b")).facts.last_work_end = At(10);
  EXPECT_EQ(RulesOf(Relieve("b").status()), "NOT_RESTED");
}

TEST_F(DeploymentTest, AReliefComesWhileThereIsWorkLeft) {
  EXPECT_THAT(Relieve("b", At(20)), HasReason(Reason::kBadTime));
  EXPECT_THAT(Relieve("b", At(14)), HasReason(Reason::kBadTime)) << "an hour ago";
  EXPECT_THAT(Relieve("b", At(15) - std::chrono::minutes(1))->assignments.at(1).after.windows,
              ElementsAre(Hours(15, 20)))
      << "just now";
  briefing.assignment("a").state = AssignmentState::kReturning;
  EXPECT_THAT(Relieve("b"), HasReason(Reason::kIllegalTransition));
}

TEST_F(DeploymentTest, AReliefOnItsWayIsNotRelieved) {
  const std::string relief = Relief("b");
  EXPECT_THAT(briefing.Decide(RelieveAssignment{AssignmentId(relief), 1, TeamId("c"), {}, ""}),
              HasReason(Reason::kIllegalTransition));
  briefing.Apply(Arrive(relief).value());
  EXPECT_OK(briefing.Decide(RelieveAssignment{AssignmentId(relief), 2, TeamId("c"), {}, ""}))
      << "once it works it may be relieved itself";
}

// ---- redeployment

TEST_F(DeploymentTest, ARedeploymentEndsOneDutyAndReservesAnother) {
  const DispatchChanges changes = Redeploy("sandbags").value();
  const Assignment& ended = changes.assignments.at(0).after;
  const Assignment& reserved = changes.assignments.at(1).after;
  EXPECT_EQ(ended.state, AssignmentState::kReleased);
  EXPECT_EQ(ended.release_time, At(15));
  EXPECT_EQ(ended.fills, 10) << "it has filled its place";
  EXPECT_THAT(ended.windows, ElementsAre(Hours(10, 15)));
  EXPECT_EQ(reserved.state, AssignmentState::kReserved);
  EXPECT_EQ(reserved.redeployed_from_id, ended.id);
  EXPECT_EQ(reserved.line_id.value(), "sandbags");
  EXPECT_EQ(reserved.team_id.value(), "a");
  EXPECT_EQ(reserved.fills, 8);
  EXPECT_THAT(reserved.windows, ElementsAre(Hours(15, 20)));
  EXPECT_EQ(reserved.cover.state, CoverState::kDeclared) << "its insurance comes along";
  EXPECT_EQ(briefing.LineAfter(changes, "sandbags").filled, 8);
  EXPECT_EQ(briefing.LineAfter(changes, "sandbags").state, LineState::kFilled);
  EXPECT_THAT(briefing.LineAfter(changes, "sandbags").windows, ElementsAre(Hours(12, 20))) << "its own stay";
  briefing.Apply(changes);
  ExpectSumsRight();
}

TEST_F(DeploymentTest, TheBookingsOfTheEndedDutyEndNow) {
  briefing.assignment("a").windows.push_back(Hours(34, 40));
  Booking tomorrow = briefing.bookings[0];
  tomorrow.id = BookingId("tomorrow");
  tomorrow.start = At(34);
  tomorrow.end = At(40);
  briefing.bookings.insert(briefing.bookings.begin(), tomorrow);
  const DispatchChanges changes = Redeploy("sandbags").value();
  EXPECT_THAT(changes.assignments.at(0).after.windows, ElementsAre(Hours(10, 15)));
  briefing.Apply(changes);
  std::vector<Window> active;
  for (const Booking& booking : briefing.bookings) {
    EXPECT_TRUE(booking.active) << "until it is home";
    active.push_back({booking.start, booking.end});
  }
  EXPECT_THAT(active, ElementsAre(Hours(15, 15), Hours(10, 15), Hours(15, 20)));
  EXPECT_EQ(changes.bookings[0].after.start, At(10)) << "cut off first: no step overlaps another";
}

TEST_F(DeploymentTest, HomeFromTheNewDutyIsHomeFromTheOldOneToo) {
  const std::string second = [&] {
    const DispatchChanges changes = Redeploy("sandbags").value();
    briefing.Apply(changes);
    return changes.assignments.at(1).after.id.value();
  }();
  briefing.assignment(second).state = AssignmentState::kReturning;
  briefing.assignment(second).check_in = CheckPoint{At(16), std::nullopt, 8, AccountId("someone")};
  briefing.assignment(second).release_time = At(17);
  briefing.now = At(18);
  briefing.Apply(briefing.Decide(CheckOut{AssignmentId(second), 0, 0, {}}).value());
  EXPECT_EQ(briefing.assignment(second).state, AssignmentState::kHome);
  EXPECT_EQ(briefing.assignment("a").state, AssignmentState::kHome);
  EXPECT_EQ(briefing.assignment("a").check_out->headcount, 8);
  for (const Booking& booking : briefing.bookings) {
    EXPECT_FALSE(booking.active);
  }
  ExpectSumsRight();
}

TEST_F(DeploymentTest, ATeamThatIsNotAtWorkIsNotRedeployed) {
  for (const AssignmentState state : {AssignmentState::kReserved, AssignmentState::kEnRoute, AssignmentState::kReleased,
                                      AssignmentState::kRecalled, AssignmentState::kHome}) {
    briefing.assignment("a").state = state;
    EXPECT_THAT(Redeploy("sandbags"), HasReason(Reason::kIllegalTransition)) << Name(state);
  }
}

TEST_F(DeploymentTest, ALineWithoutRoomTakesNobody) {
  briefing.Assigned("sandbags", "b", AssignmentState::kReserved);
  EXPECT_THAT(Redeploy("sandbags"), HasReason(Reason::kLineFull));
  briefing.line("sandbags").tolerance_percent = 50;
  const DispatchChanges changes = Redeploy("sandbags").value();
  EXPECT_EQ(changes.assignments.at(1).after.fills, 4) << "no more than the tolerance leaves";
  briefing.Apply(changes);
  ExpectSumsRight();
}

TEST_F(DeploymentTest, WhenTheNewLineIsFullTheOthersAreStoodDown) {
  briefing.Invited("sandbags", "b");
  const DispatchChanges changes = Redeploy("sandbags").value();
  EXPECT_THAT(StatesOf(changes.offers), ElementsAre("b: stood_down"));
  EXPECT_EQ(briefing.LineAfter(changes, "sandbags").asked, 0);
}

TEST_F(DeploymentTest, TheHoursOfTheOldDutyCount) {
  briefing.line("sandbags").windows = {Hours(12, 21)};
  EXPECT_EQ(RulesOf(Redeploy("sandbags").status()), "HOURS_EXCEEDED") << "5 and 6 more";
  const DispatchChanges changes = Redeploy("sandbags", "the dyke breaks").value();
  EXPECT_EQ(changes.assignments.at(1).after.rest_override_reason, "the dyke breaks");
  EXPECT_EQ(changes.note, "without the rest needed: the dyke breaks");
  EXPECT_THAT(Redeploy("sandbags", "the dyke breaks", Service()), HasReason(Reason::kForbidden));
  briefing.line("sandbags").windows = {Hours(18, 19)};
  EXPECT_EQ(RulesOf(Redeploy("sandbags").status()), "NOT_RESTED") << "after a break it needs its rest";
}

TEST_F(DeploymentTest, TheOtherLineIsSeenOpenAndOfTheSameMode) {
  EXPECT_THAT(Redeploy("boats"), HasReason(Reason::kInvalidField));
  EXPECT_THAT(Redeploy("nothing"), HasReason(Reason::kNotFound));
  briefing.line("sandbags").mode = Mode::kDrill;
  EXPECT_THAT(Redeploy("sandbags"), HasReason(Reason::kInvalidField));
  briefing.line("sandbags").mode = Mode::kReal;
  briefing.line("sandbags").windows = {Hours(12, 15)};
  EXPECT_THAT(Redeploy("sandbags"), HasReason(Reason::kBadTime)) << "its work is over";
  briefing.line("sandbags").state = LineState::kCancelled;
  EXPECT_THAT(Redeploy("sandbags"), HasReason(Reason::kIllegalTransition));
}

TEST_F(DeploymentTest, IsNotFoundForOthersAndRefusesAStaleVersion) {
  for (const Principal& by : {Stranger(), Someone(Role::kDistrictOperator, "3205/320506")}) {
    EXPECT_THAT(Extend({Hours(34, 40)}, "", by), HasReason(Reason::kNotFound));
    EXPECT_THAT(Relieve("b", {}, by), HasReason(Reason::kNotFound));
    EXPECT_THAT(Redeploy("sandbags", "", by), HasReason(Reason::kNotFound));
  }
  briefing.assignment("a").version = 7;
  EXPECT_THAT(Extend({Hours(34, 40)}), HasReason(Reason::kVersionConflict));
}

// ---- confirmations

class ConfirmationTest : public DeploymentTest {
 protected:
  ConfirmationTest() { briefing.request.requester_organization_id = OrganizationId("school"); }
  static Principal School() {
    Principal school = Someone(Role::kRequester, "3205/320583/320583100");
    school.organization_id = OrganizationId("school");
    return school;
  }
  absl::StatusOr<DispatchChanges> Confirm(WorkStage stage, const Principal& by = School(), int people = 0) {
    return briefing.Decide(ConfirmWork{AssignmentId("a"), 0, stage, people, "thank you"}, by);
  }
};

TEST_F(ConfirmationTest, WhoAskedSaysThatTheTeamIsThereAndThatItIsDone) {
  const DispatchChanges arrived = Confirm(WorkStage::kArrived, School(), 9).value();
  const Assignment& after = arrived.assignments.at(0).after;
  ASSERT_TRUE(after.arrival_confirmed);
  EXPECT_EQ(after.arrival_confirmed->time, At(15));
  EXPECT_EQ(after.arrival_confirmed->headcount, 9);
  EXPECT_EQ(after.arrival_confirmed->note, "thank you");
  EXPECT_EQ(after.arrival_confirmed->confirmed_by, School().account_id);
  EXPECT_FALSE(after.work_confirmed);
  EXPECT_EQ(after.state, AssignmentState::kWorking) << "an operator releases it";
  EXPECT_EQ(arrived.assignments[0].event, "AssignmentArrivalConfirmed");
  EXPECT_EQ(arrived.note, "") << "what people write stays out of the trail";
  const DispatchChanges done = Confirm(WorkStage::kDone).value();
  EXPECT_EQ(done.assignments.at(0).after.work_confirmed->headcount, 10) << "as many as checked in";
  EXPECT_EQ(done.assignments[0].event, "AssignmentWorkConfirmed");
}

TEST_F(ConfirmationTest, AnOperatorMayDoItForTheUnitAndTheTeamMayNot) {
  EXPECT_OK(Confirm(WorkStage::kArrived, CityOperator()));
  EXPECT_THAT(Confirm(WorkStage::kArrived, ManagerOf("a")), HasReason(Reason::kNotFound));
  EXPECT_THAT(Confirm(WorkStage::kArrived, Stranger()), HasReason(Reason::kNotFound));
  EXPECT_THAT(Confirm(WorkStage::kArrived, Someone(Role::kRequester, "3205")), HasReason(Reason::kNotFound))
      << "no unit is not the unit of a request without one";
  briefing.request.requester_organization_id = OrganizationId();
  EXPECT_THAT(Confirm(WorkStage::kArrived, Someone(Role::kRequester, "3205")), HasReason(Reason::kNotFound));
  briefing.request.requester_organization_id = ManagerOf("a").organization_id;
  EXPECT_THAT(Confirm(WorkStage::kArrived, ManagerOf("a")), HasReason(Reason::kNotFound))
      << "nobody confirms its own work";
}

TEST_F(ConfirmationTest, OnlyWhatCanBeSeenIsConfirmed) {
  briefing.assignment("a").state = AssignmentState::kEnRoute;
  EXPECT_OK(Confirm(WorkStage::kArrived)) << "the team forgot to check in";
  EXPECT_THAT(Confirm(WorkStage::kDone), HasReason(Reason::kIllegalTransition));
  for (const AssignmentState state : {AssignmentState::kReserved, AssignmentState::kMobilizing,
                                      AssignmentState::kCancelled, AssignmentState::kNoShow}) {
    briefing.assignment("a").state = state;
    EXPECT_THAT(Confirm(WorkStage::kArrived), HasReason(Reason::kIllegalTransition)) << Name(state);
  }
  briefing.assignment("a").state = AssignmentState::kHome;
  EXPECT_OK(Confirm(WorkStage::kDone)) << "told late";
}

TEST_F(ConfirmationTest, IsGivenOnceAndInReason) {
  briefing.Apply(Confirm(WorkStage::kArrived).value());
  EXPECT_THAT(Confirm(WorkStage::kArrived), HasReason(Reason::kDuplicate));
  EXPECT_THAT(Confirm(WorkStage::kDone, School(), -1), HasReason(Reason::kOutOfRange));
  EXPECT_THAT(Confirm(WorkStage::kDone, School(), 10'001), HasReason(Reason::kOutOfRange));
}

// ---- overdue

class ArrivalTest : public DeploymentTest {
 protected:
  ArrivalTest() {
    briefing.assignment("a").state = AssignmentState::kEnRoute;
    briefing.assignment("a").check_in.reset();
  }
  DispatchChanges CheckAt(Time now) {
    briefing.now = now;
    return briefing.Decide(CheckArrival{AssignmentId("a"), std::chrono::minutes(15)}).value();
  }
};

TEST_F(ArrivalTest, ATeamThatIsLateIsToldOfOnceUntilItChecksIn) {
  EXPECT_THAT(CheckAt(At(10) + std::chrono::minutes(15) - Duration(1)).assignments, IsEmpty());
  const DispatchChanges late = CheckAt(At(10) + std::chrono::minutes(15));
  ASSERT_THAT(late.assignments, SizeIs(1));
  EXPECT_THAT(late.assignments[0].after.alarms, ElementsAre(kArrivalOverdue));
  EXPECT_EQ(late.assignments[0].event, "AssignmentAlarmed");
  briefing.Apply(late);
  EXPECT_THAT(CheckAt(At(12)).assignments, IsEmpty()) << "once";
  EXPECT_THAT(briefing.Decide(CheckStanding{TeamId("a")})->assignments, IsEmpty())
      << "the registry does not take it back";
  EXPECT_THAT(Arrive("a")->assignments.at(0).after.alarms, IsEmpty());
}

TEST_F(ArrivalTest, ItIsExpectedAsAgreedAndNotBeforeItWasBooked) {
  briefing.assignment("a").expected_arrival = At(13);
  EXPECT_THAT(CheckAt(At(13)).assignments, IsEmpty());
  EXPECT_THAT(CheckAt(At(14)).assignments, SizeIs(1));
  briefing.assignment("a").expected_arrival.reset();
  briefing.assignment("a").create_time = At(12);
  EXPECT_THAT(CheckAt(At(12)).assignments, IsEmpty()) << "the work had begun when it was asked";
  EXPECT_THAT(CheckAt(At(13)).assignments, SizeIs(1));
}

TEST_F(ArrivalTest, WhoIsThereOrCalledOffIsNotAwaited) {
  for (const AssignmentState state : {AssignmentState::kOnScene, AssignmentState::kWorking, AssignmentState::kReleased,
                                      AssignmentState::kHome, AssignmentState::kCancelled, AssignmentState::kNoShow}) {
    briefing.assignment("a").state = state;
    EXPECT_THAT(CheckAt(At(15)).assignments, IsEmpty()) << Name(state);
  }
}

TEST_F(ArrivalTest, WhoSaysThatItComesLaterIsExpectedThen) {
  Briefing asked;
  asked.Line("boats", 20);
  asked.Team("a", 10);
  Offer& offer = asked.Invited("boats", "a");
  AnswerOffer answer{offer.id, 1, Answer::kAccept, 0, At(12), "", DeclineReason::kNone, "", AnsweredVia::kPortal, {}};
  EXPECT_EQ(ExpectedArrival(asked.Decide(answer, ManagerOf("a"))->assignments.at(0).after), At(12));
  answer.available_from = At(9);
  const DispatchChanges earlier = asked.Decide(answer, ManagerOf("a")).value();
  EXPECT_EQ(ExpectedArrival(earlier.assignments.at(0).after), At(10));
  EXPECT_FALSE(earlier.assignments.at(0).after.expected_arrival) << "not kept where it says nothing new";
}

// ---- needs of a report

RequestLine Need() {
  RequestLine need;
  need.capability = kSkill;
  need.quantity = 5;
  need.windows = {Hours(16, 20)};
  return need;
}

TEST_F(DeploymentTest, NeedsFoundOnSceneBecomeARequestOfTheOrganization) {
  ReportSituation command;
  command.report.assignment_id = AssignmentId("a");
  command.report.text = "the pumping station floods";
  command.report.sector = " east ";
  command.report.period_start = At(12);
  command.report.period_end = At(24);
  command.needs = {Need()};
  command.policies = {WavePolicy()};
  const DispatchChanges changes = briefing.Decide(command, ManagerOf("a")).value();
  const SituationReport& report = changes.reports.at(0);
  EXPECT_EQ(report.sector, "east");
  EXPECT_TRUE(report.needs_more);
  ASSERT_THAT(changes.requests, SizeIs(1));
  EXPECT_EQ(report.resource_request_id, changes.requests[0].after.id);
  EXPECT_EQ(changes.requests[0].after.requester_organization_id, ManagerOf("a").organization_id);
  EXPECT_EQ(changes.requests[0].after.incident_id, briefing.incident.id);
  ASSERT_THAT(changes.lines, SizeIs(1));
  EXPECT_EQ(changes.lines[0].after.resource_request_id, changes.requests[0].after.id);
  EXPECT_EQ(changes.lines[0].after.filled, 0);
}

TEST_F(DeploymentTest, ANeedThatIsWrongRefusesTheWholeReport) {
  ReportSituation command;
  command.report.assignment_id = AssignmentId("a");
  command.report.text = "more boats";
  command.needs = {Need(), Need()};
  command.needs[1].quantity = 0;
  command.policies.resize(2);
  const absl::Status refused = briefing.Decide(command, ManagerOf("a")).status();
  ASSERT_THAT(refused, HasReason(Reason::kOutOfRange));
  EXPECT_EQ(GetErrorInfo(refused).field, "needs[1].quantity");
  command.needs.assign(21, Need());
  command.policies.resize(21);
  EXPECT_EQ(GetErrorInfo(briefing.Decide(command, ManagerOf("a")).status()).field, "needs");
  command.needs.clear();
  command.report.period_start = At(12);
  EXPECT_THAT(briefing.Decide(command, ManagerOf("a")), HasReason(Reason::kBadTime)) << "half a period";
  command.report.period_end = At(12);
  EXPECT_THAT(briefing.Decide(command, ManagerOf("a")), HasReason(Reason::kBadTime)) << "an empty one";
}

}  // namespace
}  // namespace muster::dispatch
