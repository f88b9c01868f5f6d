#include "services/dispatch/core/wave_plan.h"

#include <gtest/gtest.h>

#include <chrono>

#include "tests/bench/wave_world.h"

namespace muster::dispatch {
namespace {

using bench::SmallCase;
using std::chrono::minutes;
using std::chrono::seconds;

/// A line for `missing`, an hour ahead, with so many teams of one that wait and accept with that chance.
WaveSituation Situation(int missing, int waiting, double chance, Duration time_left = std::chrono::hours(1)) {
  WaveSituation situation;
  situation.missing = missing;
  situation.waiting.assign(static_cast<size_t>(waiting), Askable{chance, 1, {}});
  situation.time_left = time_left;
  situation.answer_time = minutes(10);
  return situation;
}

TEST(SpeedCurveTest, GrowsFromNothingToAll) {
  const SpeedCurve curve;
  EXPECT_EQ(curve.Within(seconds(0)), 0);
  double before = 0;
  for (int time = 10; time < 100'000; time *= 2) {
    EXPECT_GT(curve.Within(seconds(time)), before);
    before = curve.Within(seconds(time));
  }
  EXPECT_NEAR(curve.Within(std::chrono::hours(24)), 1, 1e-9);
  EXPECT_NEAR(curve.Within(curve.TimeOf(0.5)), 0.5, 1e-6);
}

TEST(SpeedCurveTest, BucketsHoldWhatEndsBeforeThem) {
  EXPECT_EQ(AnswerBucket(seconds(0)), 0);
  EXPECT_EQ(AnswerBucket(seconds(14)), 0);
  EXPECT_EQ(AnswerBucket(seconds(15)), 1);
  EXPECT_EQ(AnswerBucket(minutes(3)), 4);
  EXPECT_EQ(AnswerBucket(std::chrono::hours(100)), kAnswerBuckets - 1);
}

TEST(WavePlanTest, AsksFewNowWhereThereIsTimeForLaterWavesAndMoreWhereThereIsNot) {
  const WavePlan relaxed = PlanWave(Situation(5, 100, 0.3));
  const WavePlan pressed = PlanWave(Situation(5, 100, 0.3, minutes(5)));
  EXPECT_GE(relaxed.ask_now, 5) << "those needed at least are never asked in vain";
  EXPECT_LT(relaxed.ask_now, pressed.ask_now);
  EXPECT_GE(relaxed.fill_chance, 0.95);
  EXPECT_GE(pressed.fill_chance, 0.95);
  EXPECT_LT(relaxed.expected_asked, pressed.expected_asked);
}

TEST(WavePlanTest, OneWaveAsksTheFewestWhoseTailReachesTheProbability) {
  WaveSituation situation = Situation(1, 300, 0.02, seconds(15));
  situation.waiting.assign(300, Askable{0.02, 1, SpeedCurve({1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})});
  const WavePlan plan = PlanWave(situation);
  EXPECT_EQ(plan.ask_now, 149) << "0.98^148 is above 0.05, 0.98^149 below";
}

TEST(WavePlanTest, AHigherProbabilityAsksMore) {
  WaveSituation situation = Situation(8, 300, 0.3, minutes(5));
  int before = 0;
  for (const double probability : {0.5, 0.8, 0.9, 0.95, 0.99, 0.999}) {
    situation.probability = probability;
    const WavePlan plan = PlanWave(situation);
    EXPECT_GT(plan.ask_now, before) << probability;
    EXPECT_GE(plan.fill_chance, probability);
    before = plan.ask_now;
  }
}

TEST(WavePlanTest, ThoseAskedAlreadyCountWithWhatTheirSilenceLeaves) {
  WaveSituation situation = Situation(3, 100, 0.3, minutes(10));
  const int alone = PlanWave(situation).ask_now;
  situation.asked.assign(10, Asked{0.3, 1, {}, seconds(0), minutes(10)});
  const WavePlan fresh = PlanWave(situation);
  EXPECT_LT(fresh.ask_now, alone);
  EXPECT_NEAR(fresh.expected_acceptances, 10 * 0.3 * SpeedCurve().Within(minutes(10)), 1e-9);
  situation.asked.assign(10, Asked{0.3, 1, {}, minutes(9), minutes(1)});
  const WavePlan silent = PlanWave(situation);
  EXPECT_GT(silent.ask_now, fresh.ask_now);
  EXPECT_LT(silent.expected_acceptances, 0.1 * fresh.expected_acceptances);
}

TEST(WavePlanTest, AsksNobodyWhereEnoughAreAskedOrNothingIsMissing) {
  WaveSituation situation = Situation(2, 100, 0.6);
  situation.asked.assign(20, Asked{0.6, 1, {}, seconds(0), minutes(10)});
  EXPECT_EQ(PlanWave(situation).ask_now, 0);
  EXPECT_GT(PlanWave(situation).fill_chance, 0.99);
  situation.missing = 0;
  EXPECT_EQ(PlanWave(situation).ask_now, 0);
  EXPECT_EQ(PlanWave(situation).fill_chance, 1);
}

TEST(WavePlanTest, AsksAllWhereEvenTheyDoNotReachTheProbability) {
  const WavePlan plan = PlanWave(Situation(5, 12, 0.2));
  EXPECT_EQ(plan.ask_now, 12);
  EXPECT_LT(plan.fill_chance, 0.5);
}

TEST(WavePlanTest, CountsPeopleWhereALineIsForPeople) {
  WaveSituation situation = Situation(40, 0, 0.5);
  situation.waiting.assign(60, Askable{0.5, 10, {}});
  const WavePlan tens = PlanWave(situation);
  const WavePlan teams = PlanWave(Situation(4, 60, 0.5));
  EXPECT_EQ(tens.ask_now, teams.ask_now) << "forty people are four teams of ten";
  EXPECT_NEAR(tens.fill_chance, teams.fill_chance, 1e-9);
}

TEST(WavePlanTest, PlansForHundredsOfPeople) {
  const WavePlan plan = PlanWave(Situation(300, 700, 0.8, minutes(8)));
  EXPECT_GT(plan.ask_now, 500);
  EXPECT_LT(plan.ask_now, 650);
  EXPECT_GE(plan.fill_chance, 0.95);
}

TEST(WavePlanTest, TakesTheChancesInTheOrderInWhichTheyWait) {
  WaveSituation good_first = Situation(3, 0, 0, minutes(5));
  WaveSituation good_last = good_first;
  for (int i = 0; i < 40; ++i) {
    good_first.waiting.push_back({i < 20 ? 0.6 : 0.05, 1, {}});
    good_last.waiting.push_back({i < 20 ? 0.05 : 0.6, 1, {}});
  }
  EXPECT_LT(PlanWave(good_first).ask_now, PlanWave(good_last).ask_now);
}

/// The bound of the issue, on cases small enough for the exact optimum: volunteers and organized teams, one to three
/// waves.
TEST(WavePlanTest, FillsWithTheProbabilityAndNeedsAtMostFifteenPercentMoreInvitationsThanTheOptimum) {
  for (const double probability : {0.9, 0.95}) {
    for (const SmallCase& base : {SmallCase{1, 0.1}, SmallCase{4, 0.1}, SmallCase{1, 0.3}, SmallCase{2, 0.3},
                                  SmallCase{6, 0.3}, SmallCase{1, 0.6}, SmallCase{3, 0.6}, SmallCase{8, 0.6}}) {
      for (const int waves : {1, 2, 3}) {
        SmallCase small = base;
        small.waves = waves;
        small.probability = probability;
        SCOPED_TRACE(std::to_string(small.quantity) + " wanted of " + std::to_string(small.chance) + ", " +
                     std::to_string(waves) + " waves, " + std::to_string(probability));
        const bench::SmallResult planned = Planned(small);
        EXPECT_GE(planned.filled, probability);
        EXPECT_LE(planned.asked, 1.15 * Optimum(small, false));
      }
    }
  }
}

TEST(WavePlanTest, AMixedCityLearnedFromItsAnswersFillsItsLines) {
  bench::WaveSimulator simulator(bench::MakeCity("mixed", 100, {0.02, 0.1, 0.3, 0.6}), 7);
  simulator.Learn(2000);
  bench::WaveLine line;
  line.quantity = 5;
  line.deadline = minutes(15);
  const bench::WaveFigures planned = PlayMany(simulator, line, bench::Strategy::kPlanned, 150);
  EXPECT_GE(planned.filled_share, 0.95 - 0.035) << "two standard errors of 150 lines";
  const bench::WaveFigures broadcast = PlayMany(simulator, line, bench::Strategy::kBroadcast, 20);
  EXPECT_LT(planned.asked, 0.5 * broadcast.asked);
}

}  // namespace
}  // namespace muster::dispatch
