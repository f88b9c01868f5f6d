#include <gtest/gtest.h>

#include "tests/unit/registry/people_fixture.h"

namespace muster::registry {
namespace {

using muster::testing::HasReason;

class ConsentServiceTest : public PeopleFixture {};

TEST_F(ConsentServiceTest, IsRecordedRenewedAndWithdrawn) {
  pb::Member sample = SampleMember();
  sample.clear_consents();
  pb::Member member = Create("manager", sample).value();
  EXPECT_TRUE(member.dispatch_consent_missing());
  member = RecordConsent("manager", member, DispatchConsent()).value();
  EXPECT_FALSE(member.dispatch_consent_missing());
  EXPECT_EQ(member.version(), 2);
  clock_.Advance(std::chrono::hours(1));
  pb::Consent renewed = DispatchConsent();
  renewed.set_text_version("2026-02");
  member = RecordConsent("officer", member, renewed).value();
  ASSERT_EQ(member.consents_size(), 2);
  EXPECT_EQ(member.consents(0).withdrawn_time().seconds(), renewed.given_time().seconds());
  EXPECT_FALSE(member.consents(1).has_withdrawn_time());
  member = WithdrawConsent("manager", member).value();
  EXPECT_TRUE(member.dispatch_consent_missing());
  EXPECT_TRUE(member.consents(1).has_withdrawn_time());
  EXPECT_THAT(WithdrawConsent("manager", member), HasReason(Reason::kNotFound)) << "none in force";
  EXPECT_EQ(Get("manager", member.id())->SerializeAsString(), member.SerializeAsString());
  EXPECT_TRUE(Violations().empty());
}

TEST_F(ConsentServiceTest, WithoutItNobodyIsInATeam) {
  pb::Member sample = SampleMember();
  sample.add_team_ids(team_.id());
  pb::Member without = sample;
  without.clear_consents();
  EXPECT_THAT(Create("manager", without), HasReason(Reason::kNotEligible));
  const pb::Member member = Create("manager", sample).value();
  const auto withdrawn = WithdrawConsent("manager", member);
  ASSERT_OK(withdrawn);
  EXPECT_TRUE(withdrawn->team_ids().empty());
  EXPECT_THAT(Join("manager", team_.id(), member.id()), HasReason(Reason::kNotEligible));
  EXPECT_TRUE(Violations().empty());
}

TEST_F(ConsentServiceTest, IsOfAKnownPurposeAndNotOfTheFuture) {
  const pb::Member member = Create("manager", SampleMember()).value();
  pb::Consent consent = DispatchConsent();
  consent.set_purpose("marketing");
  EXPECT_THAT(RecordConsent("manager", member, consent), HasReason(Reason::kInvalidField));
  consent = DispatchConsent();
  consent.clear_text_version();
  EXPECT_THAT(RecordConsent("manager", member, consent), HasReason(Reason::kInvalidField));
  consent = DispatchConsent();
  consent.mutable_given_time()->set_seconds(consent.given_time().seconds() + 1);
  EXPECT_THAT(RecordConsent("manager", member, consent), HasReason(Reason::kBadTime));
  consent.mutable_given_time()->set_seconds(consent.given_time().seconds() - 100);
  EXPECT_THAT(RecordConsent("manager", member, consent), HasReason(Reason::kBadTime)) << "before the one in force";
}

TEST_F(ConsentServiceTest, AnEarlierPaperDoesNotUndoAWithdrawal) {
  pb::Member member = Create("manager", SampleMember()).value();
  clock_.Advance(std::chrono::hours(1));
  member = WithdrawConsent("manager", member).value();
  pb::Consent earlier = DispatchConsent();
  earlier.mutable_given_time()->set_seconds(earlier.given_time().seconds() - 1);
  EXPECT_THAT(RecordConsent("kunshan officer", member, earlier), HasReason(Reason::kBadTime));
  EXPECT_OK(RecordConsent("kunshan officer", member, DispatchConsent()));
}

TEST_F(ConsentServiceTest, OnlyWhoSpeaksForThePersonRecordsIt) {
  const pb::Member member = Create("manager", SampleMember()).value();
  EXPECT_THAT(RecordConsent("other", member, DispatchConsent()), HasReason(Reason::kNotFound));
  EXPECT_THAT(RecordConsent("gusu officer", member, DispatchConsent()), HasReason(Reason::kNotFound));
  EXPECT_THAT(RecordConsent("kunshan street", member, DispatchConsent()), HasReason(Reason::kForbidden))
      << "the street speaks for volunteers of no organization only";
  EXPECT_THAT(RecordConsent("gusu operator", member, DispatchConsent()), HasReason(Reason::kForbidden));
  EXPECT_OK(RecordConsent("kunshan officer", member, DispatchConsent()));
  EXPECT_THAT(RecordConsent("manager", member, DispatchConsent()), HasReason(Reason::kVersionConflict));
}

TEST_F(ConsentServiceTest, ARepeatAnswersTheFirstReply) {
  const pb::Member member = Create("manager", SampleMember()).value();
  pb::RecordConsentRequest request;
  request.set_request_id(NewRequestId());
  request.set_member_id(member.id());
  *request.mutable_consent() = DispatchConsent();
  request.set_expected_version(1);
  const auto first = Invoke<pb::Member>("manager", "RecordConsent", request);
  ASSERT_OK(first);
  EXPECT_EQ(Invoke<pb::Member>("manager", "RecordConsent", request)->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(Count("SELECT version FROM member"), 2);
  request.mutable_consent()->set_text_version("other");
  EXPECT_THAT(Invoke<pb::Member>("manager", "RecordConsent", request), HasReason(Reason::kRequestIdReused));
}

}  // namespace
}  // namespace muster::registry
