// What runs out is told once for each of the last 90, 30 and 7 days.

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "services/registry/rpc/reminder_step.h"
#include "tests/unit/registry/readiness_fixture.h"

namespace muster::registry {
namespace {

constexpr Duration kDay = std::chrono::hours(24);

class ReminderTest : public ReadinessFixture {
 protected:
  /// One round of a step that has just been started.
  void Remind() {
    ReminderStep step(*database_, clock_, SystemRandom());
    clock_.Advance(ReminderStep::kFirstWait);
    step.Step(clock_.Now());
  }
  int64_t Told() { return Count("SELECT COUNT(*) FROM reminder"); }
};

TEST_F(ReminderTest, ACertificateIsToldAtNinetyThirtyAndSevenDays) {
  Remind();  // the team's certificate ends in 100 days
  EXPECT_EQ(Told(), 0);
  clock_.Advance(11 * kDay);
  Remind();
  const auto list = ListReminders("manager");
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].kind(), pb::REMINDER_KIND_CAPABILITY);
  EXPECT_EQ(list[0].object_id(), team_.id());
  EXPECT_EQ(list[0].detail(), "psychological_support");
  EXPECT_EQ(list[0].days(), 90);
  EXPECT_EQ(list[0].end_time().seconds(), team_.capabilities(0).valid_until_time().seconds());
  clock_.Advance(60 * kDay);
  Remind();
  clock_.Advance(23 * kDay);
  Remind();
  ASSERT_EQ(Told(), 3);
  EXPECT_EQ(ListReminders("manager")[1].days(), 30);
  EXPECT_EQ(ListReminders("manager")[2].days(), 7);
  clock_.Advance(10 * kDay);  // over
  Remind();
  EXPECT_EQ(Told(), 3);
  EXPECT_TRUE(Violations().empty());
}

TEST_F(ReminderTest, ARestartTellsNothingTwiceAndTwoAtOnceDoNotEither) {
  clock_.Advance(80 * kDay);
  ReminderStep one(*database_, clock_, SystemRandom());
  ReminderStep other(*database_, clock_, SystemRandom());
  EXPECT_GT(one.Step(clock_.Now()), Duration(0)) << "a start waits";
  EXPECT_EQ(Told(), 0);
  clock_.Advance(ReminderStep::kFirstWait);
  EXPECT_EQ(one.Step(clock_.Now()), ReminderStep::kInterval);
  other.Step(clock_.Now());
  Remind();
  EXPECT_EQ(Told(), 1);
  EXPECT_EQ(ListReminders("manager")[0].days(), 30) << "what is seen late is told once, by the nearest number";
  int64_t events = 0;
  for (const common::v1::Event& event : Events()) {
    events += event.type() == "muster.registry.v1.ExpiryReminder" ? 1 : 0;
  }
  EXPECT_EQ(events, 1);
}

TEST_F(ReminderTest, TheEventNamesIdsKindAndDateAlone) {
  clock_.Advance(95 * kDay);
  Remind();
  const common::v1::Event event = Events().back();
  EXPECT_EQ(event.type(), "muster.registry.v1.ExpiryReminder");
  EXPECT_EQ(event.district_path(), "3205/320583");
  EXPECT_EQ(event.organization_ids(0), organization_.id());
  pb::ExpiryReminderEvent payload;
  ASSERT_TRUE(payload.ParseFromString(event.data()));
  EXPECT_EQ(payload.reminder().days(), 7);
  EXPECT_EQ(payload.reminder().organization_id(), organization_.id());
  EXPECT_EQ(event.subject(), payload.reminder().id());
}

TEST_F(ReminderTest, RatingsAndRegistrationsOfActiveOrganizationsAreToldToo) {
  pb::Organization organization = organization_;
  organization.set_rating(3);
  *organization.mutable_rating_end_time() = In(24 * 20);
  *organization.mutable_registration_end_time() = In(24 * 5);
  pb::UpdateOrganizationRequest request;
  request.set_request_id(NewRequestId());
  *request.mutable_organization() = organization;
  request.set_expected_version(organization.version());
  for (const char* path : {"rating", "rating_end_time", "registration_end_time"}) {
    request.mutable_update_mask()->add_paths(path);
  }
  ASSERT_OK(Invoke<pb::Organization>("officer", "UpdateOrganization", request));
  Remind();
  EXPECT_EQ(Count("SELECT COUNT(*) FROM reminder WHERE kind = 'rating' AND days = 30"), 1);
  EXPECT_EQ(Count("SELECT COUNT(*) FROM reminder WHERE kind = 'registration' AND days = 7"), 1);
  EXPECT_TRUE(ListReminders("foreign manager").empty());
  EXPECT_TRUE(ListReminders("gusu operator").empty());
  EXPECT_EQ(ListReminders("kunshan officer").size(), 2U);
  EXPECT_TRUE(Violations().empty());
}

TEST_F(ReminderTest, CertificatesAndInsuranceOfMembersAreToldToTheirOrganizationAndTheOfficer) {
  pb::CreateMemberRequest create;
  create.set_request_id(NewRequestId());
  create.mutable_member()->set_organization_id(organization_.id());
  create.mutable_member()->set_name("李小龙");
  create.mutable_member()->set_phone("19900000001");
  create.mutable_member()->mutable_insurance()->set_insurer("太平洋保险");
  *create.mutable_member()->mutable_insurance()->mutable_cover()->mutable_start_time() = In(-24);
  *create.mutable_member()->mutable_insurance()->mutable_cover()->mutable_end_time() = In(24 * 25);
  const auto member = Invoke<pb::Member>("manager", "CreateMember", create);
  ASSERT_OK(member);
  pb::RecordCertificateRequest record;
  record.set_request_id(NewRequestId());
  record.mutable_certificate()->set_member_id(member->id());
  record.mutable_certificate()->set_capability("elder_care");
  record.mutable_certificate()->set_level(2);
  record.mutable_certificate()->set_issuer("苏州市人社局");
  *record.mutable_certificate()->mutable_valid_until_time() = In(24 * 80);
  ASSERT_OK(Invoke<pb::Certificate>("manager", "RecordCertificate", record));
  Remind();
  Remind();
  ASSERT_EQ(Told(), 2) << "each once";
  for (const char* who : {"manager", "kunshan officer"}) {
    auto list = ListReminders(who);
    ASSERT_EQ(list.size(), 2U) << who;
    std::sort(list.begin(), list.end(), [](const auto& x, const auto& y) { return x.kind() < y.kind(); });
    EXPECT_EQ(list[0].kind(), pb::REMINDER_KIND_CERTIFICATE);
    EXPECT_EQ(list[0].object_id(), member->id());
    EXPECT_EQ(list[0].detail(), "elder_care");
    EXPECT_EQ(list[0].days(), 90);
    EXPECT_EQ(list[1].kind(), pb::REMINDER_KIND_INSURANCE);
    EXPECT_EQ(list[1].days(), 30);
    EXPECT_EQ(list[1].end_time().seconds(), create.member().insurance().cover().end_time().seconds());
  }
  EXPECT_TRUE(ListReminders("gusu operator").empty());
  EXPECT_TRUE(Violations().empty());
}

TEST_F(ReminderTest, ACertificateThatWasRenewedIsNotTold) {
  pb::RecordCertificateRequest record;
  record.mutable_certificate()->set_team_id(team_.id());
  record.mutable_certificate()->set_capability("elder_care");
  record.mutable_certificate()->set_level(2);
  record.mutable_certificate()->set_issuer("苏州市人社局");
  for (const int days : {20, 400}) {
    record.set_request_id(NewRequestId());
    *record.mutable_certificate()->mutable_valid_until_time() = In(24 * days);
    ASSERT_OK(Invoke<pb::Certificate>("manager", "RecordCertificate", record));
  }
  Remind();
  EXPECT_EQ(Told(), 0);
}

TEST_F(ReminderTest, TheNextAnnualInspectionIsDueAtTheEndOfMay) {
  static const std::string kInspected =
      "UPDATE organization SET inspections = '[[2024,0,0,1767000000000000,\"\"]]' WHERE id = '" + organization_.id() +
      "'";
  Spoil(kInspected);  // the clock stands at the beginning of 2026: the inspection of 2025 is next
  clock_.Advance(30 * kDay);
  Remind();
  EXPECT_EQ(Count("SELECT COUNT(*) FROM reminder WHERE kind = 'inspection'"), 0) << "more than 90 days before";
  clock_.Advance(40 * kDay);
  Remind();
  Remind();
  ASSERT_EQ(Count("SELECT COUNT(*) FROM reminder WHERE kind = 'inspection'"), 1);
  const auto list = ListReminders("kunshan officer");
  const auto told = std::find_if(list.begin(), list.end(), [](const pb::Reminder& reminder) {
    return reminder.kind() == pb::REMINDER_KIND_INSPECTION;
  });
  ASSERT_NE(told, list.end());
  EXPECT_EQ(told->object_id(), organization_.id());
  EXPECT_EQ(told->detail(), "2025");
  EXPECT_EQ(told->end_time().seconds(), 1'780'243'200);  // 2026-05-31 24:00 in Beijing
  static const std::string kNext =
      "UPDATE organization SET inspections = '[[2024,0,0,1767000000000000,\"\"],[2025,0,0,"
      "1767000000000000,\"\"]]' WHERE id = '" +
      organization_.id() + "'";
  Spoil(kNext);
  clock_.Advance(65 * kDay);
  Remind();
  EXPECT_EQ(Count("SELECT COUNT(*) FROM reminder WHERE kind = 'inspection'"), 1) << "it was held";
}

TEST_F(ReminderTest, WhatWasRenewedAndWhoHasGoneIsLeftOut) {
  pb::Team team = team_;
  pb::TeamCapability renewed = team.capabilities(0);
  *renewed.mutable_valid_until_time() = In(24 * 1000);
  *team.add_capabilities() = renewed;
  ASSERT_OK(UpdateTeam("manager", team, {"capabilities"}));
  const pb::Team gone = MakeTeam();
  pb::DisbandTeamRequest request;
  request.set_request_id(NewRequestId());
  request.set_id(gone.id());
  request.set_expected_version(1);
  ASSERT_OK(Invoke<pb::Team>("manager", "DisbandTeam", request));
  clock_.Advance(50 * kDay);
  Remind();
  EXPECT_EQ(Told(), 0);
}

TEST_F(ReminderTest, ARenewalThatRunsOutInTurnIsToldAnew) {
  clock_.Advance(80 * kDay);
  Remind();
  pb::Team team = team_;
  *team.mutable_capabilities(0)->mutable_valid_until_time() = In(24 * 200);
  ASSERT_OK(UpdateTeam("manager", team, {"capabilities"}));
  clock_.Advance(120 * kDay);
  Remind();
  EXPECT_EQ(Told(), 2);
  EXPECT_EQ(ListReminders("manager")[1].days(), 90);
}

TEST_F(ReminderTest, ManyAreToldInBatchesUntilNoneIsLeft) {
  pb::Team team = SampleTeam(organization_.id());
  const pb::TeamCapability held = team.capabilities(0);
  for (int i = 1; i < 50; ++i) {
    pb::TeamCapability& more = *team.add_capabilities();
    more = held;
    more.set_level(1 + i % 4);
    more.set_capability(i % 2 == 0 ? "elder_care" : "home_visits");
    more.mutable_valid_until_time()->set_seconds(held.valid_until_time().seconds() - i);
  }
  for (int teams = 0; teams < 40; ++teams) {
    ASSERT_OK(CreateTeam("manager", team));
  }
  clock_.Advance(95 * kDay);
  ReminderStep step(*database_, clock_, SystemRandom());
  clock_.Advance(ReminderStep::kFirstWait);
  int rounds = 1;
  while (step.Step(clock_.Now()) == ReminderStep::kPause && rounds < 20) {
    clock_.Advance(ReminderStep::kPause);
    ++rounds;
  }
  EXPECT_GT(rounds, 1);
  EXPECT_LT(rounds, 20);
  const int64_t told = Told();
  EXPECT_GT(told, ReminderStep::kBatch);
  Remind();
  EXPECT_EQ(Told(), told);
  EXPECT_TRUE(Violations().empty());
}

}  // namespace
}  // namespace muster::registry
