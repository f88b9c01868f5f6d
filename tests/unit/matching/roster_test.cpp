#include "services/matching/core/roster.h"

#include <gtest/gtest.h>

#include "tests/unit/matching/world.h"

namespace muster::matching {
namespace {

using testing::HoursFromNow;
using testing::HourWindow;
using testing::kNow;

TeamRecord Team(const std::string& id, const std::string& organization) {
  TeamRecord team;
  team.facts.team_id = TeamId(id);
  team.facts.organization_id = OrganizationId(organization);
  team.facts.organization_state = OrganizationState::kApproved;
  team.facts.headcount = 10;
  team.facts.capabilities = {{"first_aid", 2, HourWindow(-1000, 1000)}};
  return team;
}

Duty HoldingDuty(const std::string& id, const std::string& team, Window window) {
  return {AssignmentId(id), TeamId(team), OrganizationId("o1"), Mode::kReal, {window}, true, false, {}};
}

Duty EndedDuty(const std::string& id, const std::string& team, Window window, Time end) {
  return {AssignmentId(id), TeamId(team), OrganizationId("o1"), Mode::kReal, {window}, false, true, end};
}

class RosterTest : public ::testing::Test {
 protected:
  RosterTest() { roster_.LoadTeams({Team("t1", "o1"), Team("t2", "o1"), Team("t3", "o2")}); }

  TeamWork WorkOf(const std::string& id) { return index_.Read().Find(TeamId(id))->WorkOf(Mode::kReal); }
  bool HistoryKnown(const std::string& id) { return index_.Read().Find(TeamId(id))->history_known; }

  TeamIndex index_;
  Roster roster_{index_};
};

TEST_F(RosterTest, AnAssignmentKeepsItsTeamBusyUntilItEnds) {
  roster_.PutDuty(HoldingDuty("a1", "t1", HourWindow(1, 5)));
  EXPECT_EQ(WorkOf("t1").booked, std::vector<Window>{HourWindow(1, 5)});
  roster_.PutDuty(HoldingDuty("a1", "t1", HourWindow(1, 8)));
  EXPECT_EQ(WorkOf("t1").booked, std::vector<Window>{HourWindow(1, 8)});
  roster_.PutDuty(EndedDuty("a1", "t1", HourWindow(1, 8), HoursFromNow(6)));
  EXPECT_TRUE(WorkOf("t1").booked.empty());
  EXPECT_EQ(WorkOf("t1").last_work_end, HoursFromNow(6));
  EXPECT_EQ(WorkOf("t1").worked, std::vector<Window>{HourWindow(1, 6)});
}

TEST_F(RosterTest, WorkCountsForAllTeamsOfTheOrganizationOnce) {
  roster_.PutDuty(EndedDuty("a1", "t1", HourWindow(-8, -2), HoursFromNow(-1)));
  roster_.PutDuty(EndedDuty("a1", "t1", HourWindow(-8, -2), HoursFromNow(-1)));
  EXPECT_EQ(WorkOf("t1").organization_recent_work, std::chrono::hours(6));
  EXPECT_EQ(WorkOf("t2").organization_recent_work, std::chrono::hours(6));
  EXPECT_EQ(WorkOf("t3").organization_recent_work, Duration(0));
  EXPECT_EQ(WorkOf("t1").last_work_end, HoursFromNow(-2));
  EXPECT_FALSE(WorkOf("t2").last_work_end);
}

TEST_F(RosterTest, AnAssignmentThatWasCancelledWasNoWork) {
  Duty cancelled = EndedDuty("a1", "t1", HourWindow(-8, -2), HoursFromNow(-6));
  cancelled.worked = false;
  roster_.PutDuty(cancelled);
  EXPECT_FALSE(WorkOf("t1").last_work_end);
  EXPECT_EQ(WorkOf("t2").organization_recent_work, Duration(0));
}

TEST_F(RosterTest, ASnapshotOfBookingsReplacesWhatWasThere) {
  roster_.PutDuty(HoldingDuty("a1", "t1", HourWindow(1, 5)));
  roster_.LoadDuties({HoldingDuty("a2", "t2", HourWindow(1, 2)), HoldingDuty("a2", "t2", HourWindow(4, 5))});
  EXPECT_TRUE(WorkOf("t1").booked.empty());
  EXPECT_EQ(WorkOf("t2").booked.size(), 2U);
}

TEST_F(RosterTest, BookingsOutliveANewSnapshotOfTeamsAndMayComeBeforeTheTeam) {
  roster_.PutDuty(HoldingDuty("a1", "t1", HourWindow(1, 5)));
  roster_.PutDuty(HoldingDuty("a9", "t9", HourWindow(1, 5)));
  roster_.LoadTeams({Team("t1", "o1"), Team("t2", "o1")});
  roster_.PutTeam(Team("t9", "o9"));
  EXPECT_EQ(WorkOf("t1").booked.size(), 1U);
  EXPECT_EQ(WorkOf("t9").booked.size(), 1U);
}

TEST_F(RosterTest, NoWorkIsKnownOnlyOnceTheHistoryHasBeenRead) {
  EXPECT_FALSE(HistoryKnown("t3"));
  roster_.AddHistory(HoldingDuty("a1", "t1", HourWindow(-20, -10)));
  roster_.AddHistory(EndedDuty("a1", "t1", HourWindow(-20, -10), HoursFromNow(-12)));
  roster_.FinishHistory();
  EXPECT_TRUE(HistoryKnown("t3"));
  EXPECT_EQ(WorkOf("t1").last_work_end, HoursFromNow(-12));
  EXPECT_TRUE(WorkOf("t1").booked.empty());
  roster_.PutTeam(Team("t4", "o1"));
  EXPECT_TRUE(HistoryKnown("t4"));
  EXPECT_EQ(WorkOf("t4").organization_recent_work, std::chrono::hours(8));
}

TEST_F(RosterTest, WorkIsForgottenAfterThirtyDays) {
  roster_.PutDuty(EndedDuty("a1", "t1", HourWindow(-8, -2), HoursFromNow(-1)));
  roster_.Age(kNow + std::chrono::hours(24 * 30 - 3));
  EXPECT_TRUE(WorkOf("t1").last_work_end);
  roster_.Age(kNow + std::chrono::hours(24 * 30));
  EXPECT_FALSE(WorkOf("t1").last_work_end);
  EXPECT_EQ(WorkOf("t2").organization_recent_work, Duration(0));
}

TEST_F(RosterTest, ATeamThatChangesItsOrganizationCountsWithTheNewOne) {
  roster_.PutTeam(Team("t2", "o2"));
  roster_.PutDuty(EndedDuty("a1", "t1", HourWindow(-8, -2), HoursFromNow(-1)));
  EXPECT_EQ(WorkOf("t2").organization_recent_work, Duration(0));
}

}  // namespace
}  // namespace muster::matching
