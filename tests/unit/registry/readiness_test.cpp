// When teams are free, how ready organizations are, and what they offer for an incident.

#include <gtest/gtest.h>

#include "services/registry/core/schedule.h"
#include "tests/unit/registry/readiness_fixture.h"

namespace muster::registry {
namespace {

using muster::testing::HasReason;
using muster::testing::ToTimestamp;

/// The clock begins on Thursday, 2026-01-01 08:00 in China.
class ScheduleTest : public ReadinessFixture {
 protected:
  static pb::WeeklyTime Weekly(const std::vector<int>& days, int start_hour, int end_hour) {
    pb::WeeklyTime weekly;
    for (const int day : days) {
      weekly.add_weekdays(static_cast<pb::Weekday>(day));
    }
    weekly.set_start_minute(start_hour * 60);
    weekly.set_end_minute(end_hour * 60);
    return weekly;
  }
  /// Hours of a day of January 2026, in China's zone.
  static common::v1::Window January(int day, int start_hour, int end_hour) {
    const Time midnight = WindowOfDay("2026-01-01")->start + std::chrono::hours(24 * (day - 1));
    return muster::testing::ToWindow(
        {midnight + std::chrono::hours(start_hour), midnight + std::chrono::hours(end_hour)});
  }
};

TEST_F(ScheduleTest, WeeklyHoursHoldEachWeekAndNotOutside) {
  pb::DeclareAvailabilityRequest request;
  *request.add_weekly() = Weekly({6, 7}, 8, 20);
  const auto declared = Declare(request);
  ASSERT_OK(declared);
  EXPECT_EQ(declared->weekly(0).weekdays_size(), 2);
  EXPECT_EQ(declared->weekly(0).end_minute(), 20 * 60);
  EXPECT_TRUE(IsEligible(January(3, 8, 20)));  // Saturday
  EXPECT_TRUE(IsEligible(January(4, 9, 12)));
  EXPECT_TRUE(IsEligible(January(24, 8, 20)));
  EXPECT_FALSE(IsEligible(January(2, 9, 12)));   // Friday
  EXPECT_FALSE(IsEligible(January(3, 7, 9)));    // begins before
  EXPECT_FALSE(IsEligible(January(3, 19, 21)));  // ends after
  EXPECT_FALSE(IsEligible(January(3, 9, 35)));   // over the night between
  EXPECT_TRUE(Violations().empty());
}

TEST_F(ScheduleTest, ANeedOfMoreThanAYearIsNotLookedAt) {
  pb::CheckEligibilityRequest request;
  request.set_team_id(team_.id());
  request.set_capability("psychological_support");
  *request.mutable_window() = January(1, 0, 24 * 366);
  EXPECT_OK(Invoke<pb::CheckEligibilityResponse>("leader", "CheckEligibility", request));
  *request.mutable_window() = January(1, 0, 24 * 366 + 1);
  EXPECT_THAT(Invoke<pb::CheckEligibilityResponse>("leader", "CheckEligibility", request), HasReason(Reason::kBadTime));
}

TEST_F(ScheduleTest, HoursOverMidnightJoinTheNextDay) {
  pb::DeclareAvailabilityRequest request;
  *request.add_weekly() = Weekly({5}, 20, 8);
  *request.add_weekly() = Weekly({6}, 8, 20);
  ASSERT_OK(Declare(request));
  EXPECT_TRUE(IsEligible(January(2, 20, 44)));  // Friday 20:00 to Saturday 20:00
  EXPECT_FALSE(IsEligible(January(2, 19, 44)));
  EXPECT_FALSE(IsEligible(January(2, 20, 45)));
}

TEST_F(ScheduleTest, WeeklyHoursHoldFromAndUntilTheirDates) {
  pb::DeclareAvailabilityRequest request;
  *request.add_weekly() = Weekly({6, 7}, 8, 20);
  *request.mutable_weekly(0)->mutable_valid_from_time() = January(9, 0, 1).start_time();
  *request.mutable_weekly(0)->mutable_valid_until_time() = January(17, 12, 13).start_time();
  ASSERT_OK(Declare(request));
  EXPECT_FALSE(IsEligible(January(3, 9, 10)));
  EXPECT_TRUE(IsEligible(January(10, 9, 10)));
  EXPECT_TRUE(IsEligible(January(17, 9, 12)));
  EXPECT_FALSE(IsEligible(January(17, 9, 13)));
  EXPECT_FALSE(IsEligible(January(18, 9, 10)));
}

TEST_F(ScheduleTest, ABlackoutDayBeatsEverythingElse) {
  pb::DeclareAvailabilityRequest request;
  request.add_blackout_days("2026-01-10");
  request.add_blackout_days("2026-01-09");
  const auto declared = Declare(request);
  ASSERT_OK(declared);
  EXPECT_EQ(declared->blackout_days(0), "2026-01-09");
  EXPECT_TRUE(IsEligible(January(8, 8, 24)));
  EXPECT_FALSE(IsEligible(January(9, 23, 24)));
  EXPECT_FALSE(IsEligible(January(10, 8, 9)));
  EXPECT_TRUE(IsEligible(January(11, 0, 9)));
  *request.add_windows() = January(10, 8, 20);
  ASSERT_OK(Declare(request));
  EXPECT_FALSE(IsEligible(January(10, 8, 9)));
}

TEST_F(ScheduleTest, ADeclarationReplacesTheOneBeforeAndIsToldWhole) {
  pb::DeclareAvailabilityRequest request;
  *request.add_weekly() = Weekly({1}, 8, 20);
  request.add_blackout_days("2026-02-01");
  ASSERT_OK(Declare(request));
  pb::TeamEvent payload;
  ASSERT_TRUE(payload.ParseFromString(Events().back().data()));
  EXPECT_EQ(payload.team().weekly_size(), 1);
  EXPECT_EQ(payload.team().blackouts_size(), 1);
  // Another change tells the same, and so does one of the organization.
  ASSERT_OK(UpdateTeam("leader", GetTeam("leader", team_.id()).value(), {"headcount"}));
  ASSERT_TRUE(payload.ParseFromString(Events().back().data()));
  EXPECT_EQ(payload.team().weekly_size(), 1);
  pb::ListAvailabilityRequest list;
  list.set_team_id(team_.id());
  auto listed = Invoke<pb::ListAvailabilityResponse>("manager", "ListAvailability", list);
  ASSERT_OK(listed);
  EXPECT_EQ(listed->weekly_size(), 1);
  EXPECT_EQ(listed->blackout_days(0), "2026-02-01");
  ASSERT_OK(Declare(pb::DeclareAvailabilityRequest()));
  listed = Invoke<pb::ListAvailabilityResponse>("manager", "ListAvailability", list);
  ASSERT_OK(listed);
  EXPECT_EQ(listed->weekly_size() + listed->blackout_days_size(), 0);
  EXPECT_TRUE(Violations().empty());
}

TEST_F(ScheduleTest, WhatCannotBeIsRefused) {
  const auto refused = [&](const pb::WeeklyTime& weekly) {
    pb::DeclareAvailabilityRequest request;
    *request.add_weekly() = weekly;
    return Declare(request).status();
  };
  EXPECT_THAT(refused(Weekly({}, 8, 20)), HasReason(Reason::kOutOfRange));
  EXPECT_THAT(refused(Weekly({8}, 8, 20)), HasReason(Reason::kInvalidField));
  EXPECT_THAT(refused(Weekly({1, 1}, 8, 20)), HasReason(Reason::kInvalidField));
  EXPECT_THAT(refused(Weekly({1}, 24, 8)), HasReason(Reason::kOutOfRange));
  EXPECT_THAT(refused(Weekly({1}, 8, 25)), HasReason(Reason::kOutOfRange));
  pb::WeeklyTime over = Weekly({1}, 8, 20);
  *over.mutable_valid_until_time() = In(0);
  EXPECT_THAT(refused(over), HasReason(Reason::kBadTime));
  for (const char* day : {"2026-02-30", "2026-2-1", "01.10.2026", "2026-01-0x", "2025-12-31", "2031-01-01"}) {
    pb::DeclareAvailabilityRequest request;
    request.add_blackout_days(day);
    EXPECT_FALSE(Declare(request).ok()) << day;
  }
}

class ReadinessTest : public ReadinessFixture {
 protected:
  absl::StatusOr<pb::Readiness> Say(const std::string& token, const pb::DeclareReadinessRequest& request) {
    return Invoke<pb::Readiness>(token, "DeclareReadiness", request);
  }
};

TEST_F(ReadinessTest, ItHoldsForThirtyDaysUnlessItSaysOtherwise) {
  const auto said = Say("leader", ReadinessOf(pb::SUBJECT_KIND_TEAM, team_.id()));
  ASSERT_OK(said);
  EXPECT_EQ(said->declare_time().seconds(), In(0).seconds());
  EXPECT_EQ(said->expire_time().seconds(), In(30 * 24).seconds());
  EXPECT_EQ(said->organization_id(), organization_.id());
  EXPECT_EQ(Events().back().type(), "muster.registry.v1.ReadinessDeclared");
  auto organization = ReadinessOf(pb::SUBJECT_KIND_ORGANIZATION, organization_.id());
  *organization.mutable_expire_time() = In(2);
  ASSERT_OK(Say("manager", organization));
  EXPECT_EQ(ListReadiness("kunshan operator").size(), 2U);
  clock_.Advance(std::chrono::hours(2));
  EXPECT_EQ(ListReadiness("kunshan operator").size(), 1U);
  clock_.Advance(std::chrono::hours(24 * 30));
  EXPECT_TRUE(ListReadiness("kunshan operator").empty());
  EXPECT_TRUE(Violations().empty());
}

TEST_F(ReadinessTest, ANewDeclarationTakesThePlaceOfTheOneBefore) {
  ASSERT_OK(Say("leader", ReadinessOf(pb::SUBJECT_KIND_TEAM, team_.id())));
  auto later = ReadinessOf(pb::SUBJECT_KIND_TEAM, team_.id());
  later.set_people(pb::READINESS_LEVEL_NO_CAPACITY);
  const auto said = Say("kunshan operator", later);
  ASSERT_OK(said);
  EXPECT_EQ(said->version(), 2);
  const auto list = ListReadiness("manager");
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].people(), pb::READINESS_LEVEL_NO_CAPACITY);
  ASSERT_OK(Say("kunshan operator", later));  // repeated: the reply of then
  EXPECT_EQ(ListReadiness("manager")[0].version(), 2);
  EXPECT_TRUE(Violations().empty());
  Spoil("UPDATE readiness SET people = 'ready'");
  EXPECT_FALSE(Violations().empty());
}

TEST_F(ReadinessTest, EachSideSeesItsOwn) {
  ASSERT_OK(Say("leader", ReadinessOf(pb::SUBJECT_KIND_TEAM, team_.id())));
  EXPECT_TRUE(ListReadiness("foreign manager").empty());
  EXPECT_TRUE(ListReadiness("gusu operator").empty());
  EXPECT_EQ(ListReadiness("officer").size(), 1U);
  EXPECT_THAT(Say("foreign manager", ReadinessOf(pb::SUBJECT_KIND_TEAM, team_.id())), HasReason(Reason::kNotFound));
  EXPECT_THAT(Say("leader", ReadinessOf(pb::SUBJECT_KIND_ORGANIZATION, organization_.id())),
              HasReason(Reason::kForbidden));
  EXPECT_THAT(Say("manager", ReadinessOf(pb::SUBJECT_KIND_ORGANIZATION, team_.id())), HasReason(Reason::kNotFound));
}

TEST_F(ReadinessTest, WhatCannotBeIsRefused) {
  auto over = ReadinessOf(pb::SUBJECT_KIND_TEAM, team_.id());
  *over.mutable_expire_time() = In(0);
  EXPECT_THAT(Say("leader", over), HasReason(Reason::kBadTime));
  *over.mutable_expire_time() = In(24 * 367);
  EXPECT_THAT(Say("leader", over), HasReason(Reason::kBadTime));
  auto vague = ReadinessOf(pb::SUBJECT_KIND_TEAM, team_.id());
  vague.clear_funds();
  EXPECT_THAT(Say("leader", vague), HasReason(Reason::kInvalidField));
  EXPECT_THAT(Say("leader", ReadinessOf(pb::SUBJECT_KIND_UNSPECIFIED, team_.id())), HasReason(Reason::kInvalidField));
  for (const char* spoiled :
       {"UPDATE organization SET state = 'suspended'", "UPDATE organization SET state = 'revoked'",
        "UPDATE organization SET state = 'approved', blacklisted_until_us = 9000000000000000"}) {
    Spoil(spoiled);
    EXPECT_THAT(Say("manager", ReadinessOf(pb::SUBJECT_KIND_ORGANIZATION, organization_.id())),
                HasReason(Reason::kIllegalTransition))
        << spoiled;
    EXPECT_THAT(Say("leader", ReadinessOf(pb::SUBJECT_KIND_TEAM, team_.id())), HasReason(Reason::kIllegalTransition))
        << spoiled;
  }
}

class CapacityTest : public ReadinessFixture {
 protected:
  absl::StatusOr<pb::Capacity> Offer(const std::string& token, const pb::DeclareCapacityRequest& request) {
    return Invoke<pb::Capacity>(token, "DeclareCapacity", request);
  }
  absl::StatusOr<pb::Capacity> Withdraw(const std::string& token, const std::string& id, int64_t version) {
    pb::WithdrawCapacityRequest request;
    request.set_request_id(NewRequestId());
    request.set_id(id);
    request.set_expected_version(version);
    return Invoke<pb::Capacity>(token, "WithdrawCapacity", request);
  }
};

TEST_F(CapacityTest, TheDeskSeesWhatItsDistrictOffersForAnIncident) {
  const auto offered = Offer("leader", CapacityOf(team_.id()));
  ASSERT_OK(offered);
  EXPECT_EQ(offered->people(), 30);
  EXPECT_EQ(offered->equipment(0).kind(), "van");
  EXPECT_EQ(offered->expire_time().seconds(), In(18).seconds());
  EXPECT_EQ(Events().back().type(), "muster.registry.v1.CapacityDeclared");
  const auto list = ListCapacity("kunshan operator");
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].SerializeAsString(), offered->SerializeAsString());
  EXPECT_EQ(ListCapacity("officer").size(), 1U);
  EXPECT_TRUE(ListCapacity("gusu operator").empty());
  EXPECT_TRUE(ListCapacity("foreign manager").empty());
  EXPECT_TRUE(ListCapacity("kunshan operator", NewRequestId()).empty());
  EXPECT_TRUE(Violations().empty());
}

TEST_F(CapacityTest, WhatIsOverOrTakenBackIsNotShown) {
  auto soon = CapacityOf(team_.id());
  *soon.mutable_expire_time() = In(8);
  ASSERT_OK(Offer("leader", soon));
  const auto second = Offer("leader", CapacityOf(team_.id()));
  ASSERT_OK(second);
  EXPECT_EQ(ListCapacity("officer").size(), 2U);
  clock_.Advance(std::chrono::hours(8));
  EXPECT_EQ(ListCapacity("officer").size(), 1U);
  EXPECT_THAT(Withdraw("foreign manager", second->id(), 1), HasReason(Reason::kNotFound));
  EXPECT_THAT(Withdraw("leader", second->id(), 2), HasReason(Reason::kVersionConflict));
  const auto gone = Withdraw("leader", second->id(), 1);
  ASSERT_OK(gone);
  EXPECT_TRUE(gone->withdrawn());
  EXPECT_EQ(Events().back().type(), "muster.registry.v1.CapacityWithdrawn");
  EXPECT_THAT(Withdraw("leader", second->id(), 2), HasReason(Reason::kIllegalTransition));
  EXPECT_TRUE(ListCapacity("officer").empty());
  EXPECT_TRUE(Violations().empty());
}

TEST_F(CapacityTest, WhatCannotBeIsRefused) {
  auto nothing = CapacityOf(team_.id());
  nothing.set_people(0);
  nothing.clear_equipment();
  EXPECT_THAT(Offer("leader", nothing), HasReason(Reason::kOutOfRange));
  auto late = CapacityOf(team_.id());
  *late.mutable_expire_time() = In(19);
  EXPECT_THAT(Offer("leader", late), HasReason(Reason::kBadTime));
  auto over = CapacityOf(team_.id());
  *over.mutable_window() = WindowIn(-3, 0);
  EXPECT_THAT(Offer("leader", over), HasReason(Reason::kBadTime));
  auto nameless = CapacityOf(team_.id());
  nameless.clear_incident_id();
  EXPECT_THAT(Offer("leader", nameless), HasReason(Reason::kInvalidField));
  EXPECT_THAT(Offer("foreign manager", CapacityOf(team_.id())), HasReason(Reason::kNotFound));
  EXPECT_TRUE(ListCapacity("officer").empty());
}

}  // namespace
}  // namespace muster::registry
