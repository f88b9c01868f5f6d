#include "services/dispatch/core/answer_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/dispatch/briefing.h"

namespace muster::dispatch {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kOther[] = "search";

AnswerCount Counted(const std::string& organization, AnswerOutcome outcome, int64_t answers, int bucket = 3,
                    int hour = 8, const std::string& capability = kSkill) {
  return {OrganizationId(organization), capability, organization.empty() ? -1 : hour, outcome, bucket, answers};
}

/// An offer that was made some time ago and is changed now.
Changed<Offer> Answered(OfferState to, Duration after, Mode mode = Mode::kReal) {
  Changed<Offer> changed;
  Offer offer;
  offer.organization_id = OrganizationId("a");
  offer.capability = kSkill;
  offer.mode = mode;
  offer.create_time = kNow - after;
  changed.before = offer;
  changed.after = offer;
  changed.after.state = to;
  return changed;
}

TEST(AnswersInTest, CountAnAnswerForItsOrganizationAndTheCity) {
  const auto counts = AnswersIn({Answered(OfferState::kAccepted, std::chrono::minutes(3))}, kNow);
  ASSERT_THAT(counts, SizeIs(2));
  EXPECT_EQ(counts[0].organization_id, OrganizationId());
  EXPECT_EQ(counts[0].hour, -1);
  EXPECT_EQ(counts[1].organization_id, OrganizationId("a"));
  EXPECT_EQ(counts[1].hour, 7) << "08:00 in China less three minutes";
  EXPECT_EQ(counts[1].bucket, AnswerBucket(std::chrono::minutes(3)));
  EXPECT_EQ(counts[1].outcome, AnswerOutcome::kAccepted);
}

TEST(AnswersInTest, ASilenceIsCountedHoweverItEnds) {
  for (const OfferState end : {OfferState::kExpired, OfferState::kStoodDown, OfferState::kWithdrawn}) {
    const auto counts = AnswersIn({Answered(end, std::chrono::minutes(10))}, kNow);
    ASSERT_THAT(counts, SizeIs(2));
    EXPECT_EQ(counts[1].outcome, AnswerOutcome::kSilent);
  }
}

TEST(AnswersInTest, OffersOfOneKindAreCountedTogether) {
  const Changed<Offer> one = Answered(OfferState::kStoodDown, std::chrono::minutes(1));
  const auto counts = AnswersIn({one, one, one}, kNow);
  ASSERT_THAT(counts, SizeIs(2));
  EXPECT_EQ(counts[1].answers, 3);
}

TEST(AnswersInTest, ExercisesInvitationsAndLaterChangesTeachNothing) {
  EXPECT_THAT(AnswersIn({Answered(OfferState::kAccepted, Duration(), Mode::kDrill)}, kNow), IsEmpty());
  Changed<Offer> made = Answered(OfferState::kInvited, Duration());
  made.before.reset();
  EXPECT_THAT(AnswersIn({made}, kNow), IsEmpty());
  Changed<Offer> confirmed = Answered(OfferState::kAccepted, Duration());
  confirmed.before->state = OfferState::kProvisional;
  EXPECT_THAT(AnswersIn({confirmed}, kNow), IsEmpty()) << "it was counted when it was answered";
}

TEST(AnswerHistoryTest, WithoutAnswersEveryoneHasTheFirstBelief) {
  const AnswerHistory history({}, kSkill, 8);
  EXPECT_NEAR(history.Chance(OrganizationId("a")), 0.3, 1e-9);
}

TEST(AnswerHistoryTest, AnOrganizationWithoutAnswersIsTakenForTheCitysMean) {
  const AnswerHistory history({Counted("", AnswerOutcome::kAccepted, 600), Counted("", AnswerOutcome::kDeclined, 400)},
                              kSkill, 8);
  EXPECT_NEAR(history.Chance(OrganizationId("a")), 0.6, 0.01);
}

TEST(AnswerHistoryTest, LearnsAnOrganizationsOwnChanceWithItsAnswers) {
  double before = 0.6;
  for (const int64_t answers : {1, 10, 100, 1000}) {
    const AnswerHistory history({Counted("", AnswerOutcome::kAccepted, 600), Counted("", AnswerOutcome::kDeclined, 400),
                                 Counted("a", AnswerOutcome::kDeclined, answers)},
                                kSkill, 8);
    EXPECT_LT(history.Chance(OrganizationId("a")), before);
    before = history.Chance(OrganizationId("a"));
  }
  EXPECT_LT(before, 0.01);
}

TEST(AnswerHistoryTest, AnswersOfTheHourCountMoreThanThoseOfAnother) {
  std::vector<AnswerCount> counts{
      Counted("", AnswerOutcome::kAccepted, 500), Counted("", AnswerOutcome::kDeclined, 500),
      Counted("a", AnswerOutcome::kAccepted, 50, 3, 8), Counted("a", AnswerOutcome::kDeclined, 50, 3, 3)};
  const OrganizationId a("a");
  const double by_day = AnswerHistory(counts, kSkill, 8).Chance(a);
  const double by_night = AnswerHistory(counts, kSkill, 3).Chance(a);
  EXPECT_GT(by_day, 0.85);
  EXPECT_LT(by_night, 0.15);
  EXPECT_EQ(AnswerHistory(counts, kSkill, 9).Chance(a), by_day) << "a neighbouring hour";
  EXPECT_NEAR(AnswerHistory(counts, kSkill, 15).Chance(a), 0.5, 0.02) << "an hour without answers: its mean";
  EXPECT_NEAR(AnswerHistory(counts, kOther, 8).Chance(a), 0.5, 0.02) << "another capability: its mean";
}

TEST(AnswerHistoryTest, ACapabilitysCityMeanIsItsOwn) {
  const std::vector<AnswerCount> counts{Counted("", AnswerOutcome::kAccepted, 600),
                                        Counted("", AnswerOutcome::kDeclined, 400),
                                        Counted("", AnswerOutcome::kAccepted, 20, 3, -1, kOther),
                                        Counted("", AnswerOutcome::kDeclined, 980, 3, -1, kOther)};
  EXPECT_NEAR(AnswerHistory(counts, kOther, 8).Chance(OrganizationId("a")), 0.02, 0.01);
}

TEST(AnswerHistoryTest, WhoWasStoodDownEarlyTeachesLittle) {
  const std::vector<AnswerCount> early{Counted("", AnswerOutcome::kAccepted, 100, 4),
                                       Counted("", AnswerOutcome::kSilent, 900, 0)};
  const std::vector<AnswerCount> late{Counted("", AnswerOutcome::kAccepted, 100, 4),
                                      Counted("", AnswerOutcome::kSilent, 900, 8)};
  EXPECT_GT(AnswerHistory(early, kSkill, 8).Chance(OrganizationId("a")), 0.8);
  EXPECT_NEAR(AnswerHistory(late, kSkill, 8).Chance(OrganizationId("a")), 0.1, 0.02);
}

TEST(AnswerHistoryTest, SpeedIsNotTakenForHighBecauseTheSlowWereStoodDown) {
  // Half accept at once; most of the others are stood down, and all who are left accept later.
  const std::vector<AnswerCount> counts{Counted("", AnswerOutcome::kAccepted, 5000, 2),
                                        Counted("", AnswerOutcome::kSilent, 4500, 3),
                                        Counted("", AnswerOutcome::kAccepted, 250, 5)};
  const AnswerHistory history(counts, kSkill, 8);
  const SpeedCurve& speed = history.Speed(OrganizationId("a"));
  EXPECT_NEAR(speed.Within(std::chrono::seconds(240)), 0.51, 0.03) << "counted alone it would be 0.95";
}

TEST(AnswerHistoryTest, AnOrganizationsSpeedIsItsOwn) {
  const std::vector<AnswerCount> counts{Counted("", AnswerOutcome::kAccepted, 1000, 7),
                                        Counted("fast", AnswerOutcome::kAccepted, 200, 0)};
  const AnswerHistory history(counts, kSkill, 8);
  EXPECT_GT(history.Speed(OrganizationId("fast")).Within(std::chrono::seconds(15)), 0.85);
  EXPECT_LT(history.Speed(OrganizationId("slow")).Within(std::chrono::seconds(15)), 0.05);
}

TEST(HourOfDayTest, IsChinas) {
  EXPECT_EQ(HourOfDay(kNow), 8);
  EXPECT_EQ(HourOfDay(At(16)), 0);
  EXPECT_EQ(HourOfDay(At(15)), 23);
}

}  // namespace
}  // namespace muster::dispatch
