// Where teams are now.

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>
#include <vector>

#include "services/registry/store/team_snapshot.h"
#include "tests/unit/registry/readiness_fixture.h"

namespace muster::registry {
namespace {

using muster::testing::HasReason;

class PositionTest : public ReadinessFixture {
 protected:
  double Latitude() { return GetTeam("manager", team_.id())->current_position().latitude(); }
};

TEST_F(PositionTest, TheLatestReportIsShownWithItsAgeAndAccuracy) {
  const auto reply = Report("leader", 31.30, In(0));
  ASSERT_OK(reply);
  EXPECT_TRUE(reply->taken());
  clock_.Advance(std::chrono::minutes(3));
  ASSERT_OK(Report("leader", 31.31, In(0)));
  const auto team = GetTeam("manager", team_.id());
  ASSERT_OK(team);
  EXPECT_NEAR(team->current_position().latitude(), 31.31, 1e-9);
  EXPECT_EQ(team->current_position().accuracy_m(), 15);
  EXPECT_EQ(team->current_position().time().seconds(), In(0).seconds());
  const auto list = Invoke<pb::ListTeamsResponse>("manager", "ListTeams", pb::ListTeamsRequest());
  ASSERT_OK(list);
  EXPECT_NEAR(list->teams(0).current_position().latitude(), 31.31, 1e-9);
  const auto snapshot = ReadTeamSnapshot(*database_, callers_["service"]);
  ASSERT_OK(snapshot);
  EXPECT_NEAR(LastSeen(snapshot->teams[0].team)->position.latitude, 31.31, 1e-9);
}

TEST_F(PositionTest, AReportThatComesLateIsIgnoredWithoutAnError) {
  ASSERT_OK(Report("leader", 31.31, In(0)));
  const auto late = Report("leader", 31.30, In(-1));
  ASSERT_OK(late);
  EXPECT_FALSE(late->taken());
  EXPECT_NEAR(late->position().latitude(), 31.31, 1e-9);
  const auto again = Report("leader", 31.32, In(0));  // as old as the one that is kept
  ASSERT_OK(again);
  EXPECT_FALSE(again->taken());
  EXPECT_NEAR(Latitude(), 31.31, 1e-9);
}

TEST_F(PositionTest, WithoutATimeItIsMeasuredNow) {
  pb::ReportPositionRequest request;
  request.set_request_id(NewRequestId());
  request.set_team_id(team_.id());
  request.mutable_position()->set_latitude(31.3);
  request.mutable_position()->set_longitude(120.6);
  const auto reply = Invoke<pb::ReportPositionResponse>("leader", "ReportPosition", request);
  ASSERT_OK(reply);
  EXPECT_EQ(reply->position().time().seconds(), In(0).seconds());
  request.clear_position();
  request.set_request_id(NewRequestId());
  EXPECT_THAT(Invoke<pb::ReportPositionResponse>("leader", "ReportPosition", request),
              HasReason(Reason::kInvalidField));
}

TEST_F(PositionTest, APositionInTheFutureIsRefusedAndAClockALittleAheadIsNot) {
  const auto status = Report("leader", 31.3, In(1)).status();
  EXPECT_THAT(status, HasReason(Reason::kBadTime));
  EXPECT_EQ(GetErrorInfo(status).field, "position.time");
  const auto ahead = Report("leader", 31.3, muster::testing::ToTimestamp(clock_.Now() + std::chrono::seconds(30)));
  ASSERT_OK(ahead);
  EXPECT_EQ(ahead->position().time().seconds(), In(0).seconds());
  pb::Team team = team_;
  team.mutable_current_position()->set_latitude(31.3);
  *team.mutable_current_position()->mutable_time() = In(2);
  EXPECT_THAT(UpdateTeam("leader", team, {"current_position"}), HasReason(Reason::kBadTime));
}

TEST_F(PositionTest, ItKeepsTheVersionAndLeavesNoTraceBesideItself) {
  const size_t events = Events().size();
  const int64_t audited = Count("SELECT COUNT(*) FROM audit");
  ASSERT_OK(Report("leader", 31.31, In(0), team_.version()));
  EXPECT_EQ(GetTeam("manager", team_.id())->version(), team_.version());
  EXPECT_EQ(Events().size(), events);
  EXPECT_EQ(Count("SELECT COUNT(*) FROM audit"), audited);
  EXPECT_EQ(Count("SELECT COUNT(*) FROM team_position"), 1);
  pb::Team team = team_;
  team.set_headcount(9);
  ASSERT_OK(UpdateTeam("manager", team, {"headcount"}));
  EXPECT_NEAR(Latitude(), 31.31, 1e-9);
  EXPECT_THAT(Report("leader", 31.32, In(0), team_.version()), HasReason(Reason::kVersionConflict));
  EXPECT_TRUE(Violations().empty());
}

TEST_F(PositionTest, OnlyTheTeamsOwnSideAndItsDesksReport) {
  ASSERT_OK(Report("kunshan operator", 31.31, In(0)));
  EXPECT_THAT(Report("foreign manager", 31.31, In(0)), HasReason(Reason::kNotFound));
  EXPECT_THAT(Report("gusu operator", 31.31, In(0)), HasReason(Reason::kNotFound));
  EXPECT_THAT(Report("auditor", 31.31, In(0)), HasReason(Reason::kForbidden));
  pb::DisbandTeamRequest request;
  request.set_request_id(NewRequestId());
  request.set_id(team_.id());
  request.set_expected_version(1);
  ASSERT_OK(Invoke<pb::Team>("manager", "DisbandTeam", request));
  EXPECT_THAT(Report("leader", 31.31, In(0)), HasReason(Reason::kIllegalTransition));
}

TEST_F(PositionTest, AnUpdateTakesThePositionAway) {
  ASSERT_OK(Report("leader", 31.31, In(0)));
  const auto team = UpdateTeam("leader", team_, {"current_position"});
  ASSERT_OK(team);
  EXPECT_FALSE(team->has_current_position());
  EXPECT_FALSE(GetTeam("manager", team_.id())->has_current_position());
  EXPECT_TRUE(Violations().empty());
}

TEST_F(PositionTest, TwoHundredReportsBesideTwoHundredUpdatesLoseNothing) {
  constexpr int kCallers = 200;
  std::vector<absl::Status> results(2 * kCallers);
  std::atomic<int> taken = 0;
  std::latch start(2 * kCallers);
  const auto update = [&](absl::Status& result) {
    for (int tries = 0; tries <= kCallers; ++tries) {
      pb::Team team = GetTeam("manager", team_.id()).value_or(pb::Team());
      team.set_headcount(team.headcount() + 1);
      result = UpdateTeam("manager", team, {"headcount"}).status();
      if (!muster::HasReason(result, Reason::kVersionConflict)) {
        return;
      }
    }
  };
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < kCallers; ++i) {
      callers.emplace_back([&, i] {
        start.arrive_and_wait();
        update(results[static_cast<size_t>(i)]);
      });
      callers.emplace_back([&, i] {
        const auto time = muster::testing::ToTimestamp(clock_.Now() - std::chrono::seconds(kCallers - i));
        start.arrive_and_wait();
        const auto reply = Report("leader", 31 + i / 1000.0, time);
        results[static_cast<size_t>(kCallers + i)] = reply.status();
        taken += reply.ok() && reply->taken() ? 1 : 0;
      });
    }
  }
  for (const absl::Status& result : results) {
    EXPECT_OK(result);
  }
  const auto team = GetTeam("manager", team_.id());
  ASSERT_OK(team);
  EXPECT_EQ(team->version(), 1 + kCallers);
  EXPECT_EQ(team->headcount(), team_.headcount() + kCallers);
  EXPECT_NEAR(team->current_position().latitude(), 31 + (kCallers - 1) / 1000.0, 1e-9);
  EXPECT_GE(taken, 1);
  EXPECT_TRUE(Violations().empty());
}

}  // namespace
}  // namespace muster::registry
