#include "services/dispatch/core/wave_policy.h"

#include <gmock/gmock.h>

#include <limits>

#include "tests/unit/dispatch/dispatch_fixture.h"

namespace muster::dispatch {
namespace {

using muster::testing::HasReason;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// ---- the rules

/// A line for two that is to be filled with 0.95 by hour 1, and thirty teams of one that wait.
Briefing Planned() {
  Briefing briefing;
  RequestLine& line = briefing.Line("boats", 2);
  line.fill_ppm = 950'000;
  line.fill_by = At(1);
  for (int i = 0; i < 30; ++i) {
    const std::string team = "team " + std::to_string(100 + i);
    briefing.Team(team, 1);
    briefing.Waiting("boats", team);
  }
  briefing.look = WaveLook{RequestLineId("boats"), kNow, 0};
  return briefing;
}
const SendWave kWave{RequestLineId("boats")};

TEST(WavePolicyTest, ALookThatIsDueAsksAsManyAsTheProbabilityTakes) {
  Briefing briefing = Planned();
  const DispatchChanges changes = briefing.Decide(kWave).value();
  EXPECT_GT(changes.offers.size(), 2U);
  EXPECT_LT(changes.offers.size(), 20U);
  ASSERT_THAT(changes.looks, SizeIs(1));
  EXPECT_GT(*changes.looks[0].due, kNow);
  EXPECT_LE(*changes.looks[0].due, At(1));
  EXPECT_GT(changes.looks[0].price, 0);
  const RequestLine line = briefing.LineAfter(changes, "boats");
  EXPECT_EQ(line.wave, 1);
  EXPECT_EQ(line.waiting, 30 - static_cast<int>(changes.offers.size()));
}

TEST(WavePolicyTest, BeforeALookIsDueNothingHappens) {
  Briefing briefing = Planned();
  briefing.Invited("boats", "team 128");
  briefing.Invited("boats", "team 129");
  std::erase_if(briefing.candidates, [](const Candidate& one) { return one.team_id.value() >= "team 128"; });
  briefing.line("boats").waiting = 28;
  briefing.line("boats").needs_wave = false;
  briefing.look->due = kNow + std::chrono::seconds(1);
  const DispatchChanges changes = briefing.Decide(kWave).value();
  EXPECT_THAT(changes.offers, IsEmpty());
  EXPECT_THAT(changes.looks, IsEmpty());
  EXPECT_THAT(changes.lines, IsEmpty());
}

TEST(WavePolicyTest, ALookThatFindsEnoughAskedLeavesTheLineAsItIs) {
  Briefing briefing = Planned();
  for (int i = 0; i < 25; ++i) {
    const std::string team = "asked " + std::to_string(i);
    briefing.Team(team, 1);
    briefing.Invited("boats", team).create_time = kNow;
  }
  briefing.line("boats").needs_wave = false;
  const DispatchChanges changes = briefing.Decide(kWave).value();
  EXPECT_THAT(changes.offers, IsEmpty());
  EXPECT_THAT(changes.lines, IsEmpty()) << "no version, no record, no event for a look";
  ASSERT_THAT(changes.looks, SizeIs(1));
  EXPECT_GT(*changes.looks[0].due, kNow);
}

TEST(WavePolicyTest, AsksMoreVolunteersThanTeamsOfWhomMostAccept) {
  Briefing volunteers = Planned();
  volunteers.answers = {{OrganizationId(), kSkill, -1, AnswerOutcome::kAccepted, 3, 100},
                        {OrganizationId(), kSkill, -1, AnswerOutcome::kDeclined, 3, 900}};
  Briefing organized = Planned();
  organized.answers = {{OrganizationId(), kSkill, -1, AnswerOutcome::kAccepted, 3, 900},
                       {OrganizationId(), kSkill, -1, AnswerOutcome::kDeclined, 3, 100}};
  const auto asked = [](Briefing& briefing) { return briefing.Decide(kWave)->offers.size(); };
  EXPECT_GT(asked(volunteers), asked(organized));
}

TEST(WavePolicyTest, WhoBecameIneligibleIsPassedOver) {
  Briefing briefing = Planned();
  briefing.teams.at(TeamId("team 100")).facts.organization_state = OrganizationState::kSuspended;
  const DispatchChanges changes = briefing.Decide(kWave).value();
  EXPECT_EQ(changes.offers.front().after.team_id, TeamId("team 101"));
  EXPECT_EQ(changes.used_candidates.front().team_id, TeamId("team 100"));
}

TEST(WavePolicyTest, AfterItsTimeTheLineAsksInPlainWavesAndIsNotLookedAtAgain) {
  Briefing briefing = Planned();
  briefing.now = At(1);
  const DispatchChanges changes = briefing.Decide(kWave).value();
  EXPECT_THAT(changes.offers, SizeIs(3)) << "wave_size";
  ASSERT_THAT(changes.looks, SizeIs(1));
  EXPECT_FALSE(changes.looks[0].due);
}

TEST(WavePolicyTest, AStoppedLineIsNotLookedAtAgain) {
  Briefing briefing = Planned();
  briefing.line("boats").waves_stopped = true;
  briefing.line("boats").needs_wave = false;
  const DispatchChanges changes = briefing.Decide(kWave).value();
  EXPECT_THAT(changes.offers, IsEmpty());
  ASSERT_THAT(changes.looks, SizeIs(1));
  EXPECT_FALSE(changes.looks[0].due);
}

TEST(WavePolicyTest, AChangedPolicyIsLookedAtAtOnceWithAPriceOfItsOwn) {
  Briefing briefing = Planned();
  WavePolicy policy;
  policy.fill_probability = 0.99;
  const DispatchChanges changes =
      briefing.Decide(SetWavePolicy{RequestLineId("boats"), briefing.line("boats").version, policy}).value();
  ASSERT_THAT(changes.looks, SizeIs(1));
  EXPECT_EQ(changes.looks[0].due, kNow);
  EXPECT_EQ(changes.looks[0].price, 0);
  EXPECT_EQ(FillBy(briefing.LineAfter(changes, "boats")), At(10)) << "left out: the start of the first shift";
}

TEST(WavePolicyTest, AProbabilityIsBetweenAHalfAndNearlyOne) {
  Briefing briefing = Planned();
  for (const double probability : {0.49, 1.0, -0.9, 95.0, std::numeric_limits<double>::quiet_NaN()}) {
    WavePolicy policy;
    policy.fill_probability = probability;
    EXPECT_THAT(briefing.Decide(SetWavePolicy{RequestLineId("boats"), 1, policy}), HasReason(Reason::kOutOfRange))
        << probability;
  }
}

TEST(WavePolicyTest, ADispatchAsksThoseWhoAreNeededAndLeavesTheRestToALookAtOnce) {
  Briefing briefing;
  RequestLine& line = briefing.Line("boats", 4);
  line.fill_ppm = 950'000;
  DispatchPlan plan;
  plan.request_id = briefing.request.id;
  plan.expected_version = briefing.request.version;
  plan.lines = {{RequestLineId("boats"), {}, std::nullopt}};
  for (int i = 0; i < 20; ++i) {
    briefing.Team("team " + std::to_string(100 + i), 1);
    plan.lines[0].team_ids.emplace_back("team " + std::to_string(100 + i));
  }
  const DispatchChanges changes = briefing.Decide(plan).value();
  EXPECT_THAT(changes.offers, SizeIs(4));
  EXPECT_THAT(changes.new_candidates, SizeIs(16));
  ASSERT_THAT(changes.looks, SizeIs(1));
  EXPECT_EQ(changes.looks[0].due, kNow);
}

// ---- over a store

class PlannedWavesTest : public DispatchFixture {
 protected:
  /// A line for two, filled with that probability by hour 1, to which so many teams of one are dispatched.
  v1::DispatchResponse Send(double probability, int teams) {
    v1::RequestLine line = Line(2);
    line.mutable_wave_policy()->set_fill_probability(probability);
    line.mutable_wave_policy()->mutable_fill_by_time()->set_seconds(ToMicros(At(1)) / 1'000'000);
    std::vector<std::string> names;
    for (int i = 0; i < teams; ++i) {
      names.push_back("team " + std::to_string(100 + i));
      AddTeam(names.back(), 1);
    }
    return SendOut(PlanOf(MakeRequest(MakeIncident(), {line}), 0, names)).value();
  }
  v1::GetWavePlanResponse Plan(const v1::DispatchResponse& sent) {
    v1::GetWavePlanRequest request;
    request.set_line_id(sent.resource_request().lines(0).id());
    return Invoke<v1::GetWavePlanResponse>("GetWavePlan", CityOperator(), request).value();
  }
  int64_t Asked() { return Count("SELECT count(*) FROM offer"); }
};

TEST_F(PlannedWavesTest, TheFirstWaveFollowsTheDispatchAtOnceAndTheNextByItself) {
  const auto sent = Send(0.95, 40);
  EXPECT_EQ(sent.offers_size(), 2);
  EXPECT_EQ(sent.resource_request().lines(0).wave_policy().fill_probability(), 0.95);
  EXPECT_EQ(sent.resource_request().lines(0).wave_policy().fill_by_time().seconds(), ToMicros(At(1)) / 1'000'000);
  Tick();
  const int64_t first = Asked();
  EXPECT_GT(first, 2);
  EXPECT_LT(first, 20);
  const v1::GetWavePlanResponse plan = Plan(sent);
  EXPECT_GT(plan.fill_chance(), 0.9);
  EXPECT_GT(plan.expected_acceptances(), 0.5);
  ASSERT_TRUE(plan.has_next_wave_time());
  Tick();
  EXPECT_EQ(Asked(), first) << "nothing is due";
  clock_.Advance(std::chrono::minutes(11));  // all of them were silent
  Tick();
  Tick();
  EXPECT_GT(Asked(), first);
  EXPECT_EQ(Count("SELECT count(*) FROM dispatch_part"), Asked());
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(PlannedWavesTest, AFullLineStandsTheOthersDownAndIsNotLookedAtAgain) {
  const auto sent = Send(0.95, 40);
  Tick();
  for (int i = 0; i < 2; ++i) {
    ASSERT_OK(Answer(Accepting(sent.offers(i).id()), sent.offers(i).team_id()));
  }
  EXPECT_EQ(Count("SELECT count(*) FROM offer WHERE state = 'invited'"), 0);
  const int64_t asked = Asked();
  clock_.Advance(std::chrono::minutes(15));
  Tick();
  EXPECT_EQ(Asked(), asked);
  EXPECT_EQ(Count("SELECT count(*) FROM wave_look"), 0);
  EXPECT_EQ(Plan(sent).fill_chance(), 1);
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(PlannedWavesTest, AnUndoOfTheDispatchTakesItsWavesBackAndNoneFollows) {
  const auto sent = Send(0.95, 40);
  Tick();
  const int64_t asked = Asked();
  EXPECT_EQ(TakeBack(sent.dispatch_id())->withdrawn_offers(), asked);
  clock_.Advance(std::chrono::minutes(15));
  Tick();
  EXPECT_EQ(Asked(), asked);
  EXPECT_EQ(Count("SELECT count(*) FROM wave_look"), 0);
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(PlannedWavesTest, AnswersOfAnyKindAreLearnedFromAndExercisesAreNot) {
  const auto sent = Send(0.95, 40);
  ASSERT_OK(Answer(Accepting(sent.offers(0).id()), sent.offers(0).team_id()));
  ASSERT_OK(Answer(Declining(sent.offers(1).id()), sent.offers(1).team_id()));
  EXPECT_THAT(Texts("SELECT organization_id || '|' || capability || '|' || hour || '|' || outcome || '|' || bucket || "
                    "'|' || answers FROM answer_count ORDER BY organization_id, outcome"),
              ElementsAre("|water|-1|0|0|1", "|water|-1|1|0|1", "organization of team 100|water|8|0|0|1",
                          "organization of team 101|water|8|1|0|1"));
  AddTeam("d", 10);
  const v1::Incident drill = MakeIncident(kDistrict, common::v1::MODE_DRILL, {"d"});
  const auto exercise = SendOut(PlanOf(MakeRequest(drill, {Line(20)}), 0, {"d"})).value();
  ASSERT_OK(Answer(Declining(exercise.offers(0).id()), "d"));
  EXPECT_EQ(Count("SELECT CAST(sum(answers) AS BIGINT) FROM answer_count"), 4);
}

TEST_F(PlannedWavesTest, AnOperatorStopsThemAndLetsThemGoOn) {
  const auto sent = Send(0.95, 40);
  v1::SetWavePolicyRequest stop;
  stop.set_line_id(sent.resource_request().lines(0).id());
  stop.set_expected_version(sent.resource_request().lines(0).version());
  *stop.mutable_wave_policy() = sent.resource_request().lines(0).wave_policy();
  stop.mutable_wave_policy()->set_stopped(true);
  const v1::RequestLine stopped = Invoke<v1::RequestLine>("SetWavePolicy", CityOperator(), stop).value();
  Tick();
  EXPECT_EQ(Asked(), 2);
  stop.set_expected_version(stopped.version());
  stop.mutable_wave_policy()->set_stopped(false);
  ASSERT_OK(Invoke<v1::RequestLine>("SetWavePolicy", CityOperator(), stop));
  Tick();
  EXPECT_GT(Asked(), 2);
}

TEST_F(PlannedWavesTest, TheyGoOnAfterARestart) {
  Send(0.95, 40);
  Tick();
  const int64_t first = Asked();
  Open();
  clock_.Advance(std::chrono::minutes(11));
  Tick();
  Tick();
  EXPECT_GT(Asked(), first);
  EXPECT_THAT(Violations(), IsEmpty());
}

}  // namespace
}  // namespace muster::dispatch
