#include "services/dispatch/core/must_haves.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/dispatch/core/shifts.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/dispatch/desk_briefing.h"

namespace muster::dispatch {
namespace {

using muster::testing::HasReason;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// A team with two boats and a van that speaks Mandarin.
ProjectedTeam& BoatTeam(Briefing& briefing, const std::string& name = "a") {
  ProjectedTeam& team = briefing.Team(name, 10);
  team.means = TeamMeans{"association", {"zh-CN"}, {{"boat", 2}, {"van", 1}}};
  return team;
}

TEST(MustHavesTest, TakesWhatTheListsKnow) {
  for (const char* want : {"language:en", "language:zh-CN", "equipment:boat", "vehicle", "women"}) {
    EXPECT_OK(CheckWants({want}, "must_haves")) << want;
  }
  for (const char* want : {"", "boat", "equipment:", "equipment:submarine", "language:", "language:e", "language:zh_CN",
                           "vehicle ", "men"}) {
    EXPECT_EQ(GetErrorInfo(CheckWants({"women", want}, "must_haves")).field, "must_haves[1]") << want;
  }
  EXPECT_THAT(CheckWants({"women", "women"}, "wishes"), HasReason(Reason::kDuplicate));
  EXPECT_THAT(CheckWants(std::vector<std::string>(11, "women"), "wishes"), HasReason(Reason::kOutOfRange));
}

TEST(MustHavesTest, ATeamWithoutWhatIsNeededIsNotEligible) {
  DeskBriefing briefing;
  RequestLine& line = briefing.Line("line", 10);
  const ProjectedTeam& team = BoatTeam(briefing);
  const auto lacks = [&](const char* want) {
    line.must_haves = {want};
    return !Lacks(line, team).empty();
  };
  EXPECT_FALSE(lacks("equipment:boat"));
  EXPECT_TRUE(lacks("equipment:pump"));
  EXPECT_FALSE(lacks("vehicle"));
  EXPECT_FALSE(lacks("language:zh"));
  EXPECT_FALSE(lacks("language:zh-CN"));
  EXPECT_TRUE(lacks("language:z"));
  EXPECT_TRUE(lacks("language:en"));
  EXPECT_FALSE(lacks("women")) << "the registry does not know: the operator looks";
  line.must_haves = {"equipment:pump"};
  const auto failures = FailingRules(&team, TeamId("a"), line, briefing.incident);
  ASSERT_THAT(failures, SizeIs(1));
  EXPECT_EQ(failures[0].rule, EligibilityRule::kMustHave);
  line.must_haves.clear();
  line.wishes = {"equipment:pump"};
  EXPECT_THAT(FailingRules(&team, TeamId("a"), line, briefing.incident), IsEmpty()) << "a wish only wishes";
}

TEST(MustHavesTest, ATeamOfWhichNothingIsKnownYetIsAsked) {
  DeskBriefing briefing;
  RequestLine& line = briefing.Line("line", 10);
  line.must_haves = {"equipment:pump"};
  EXPECT_THAT(Lacks(line, briefing.Team("b", 3)), IsEmpty());
}

TEST(MustHavesTest, ALineOfBoatsCountsBoats) {
  DeskBriefing briefing;
  RequestLine& line = briefing.Line("line", 5);
  line.must_haves = {"equipment:boat"};
  line.equipment = "boat";
  BoatTeam(briefing, "a");
  DispatchPlan plan;
  plan.direct = true;
  plan.lines = {{line.id, {TeamId("a")}, std::nullopt}};
  const DispatchChanges changes = briefing.Do(plan).value();
  EXPECT_EQ(briefing.LineAfter(changes, "line").filled, 2) << "two boats";
  EXPECT_EQ(changes.assignments.at(0).after.fills, 2);
  EXPECT_EQ(changes.assignments.at(0).after.headcount, 10) << "ten people come with them";
  plan.direct = false;
  EXPECT_EQ(briefing.Do(plan)->offers.at(0).after.count_asked, 2);
}

TEST(MustHavesTest, AnAcceptedOfferOfBoatsFillsBoats) {
  DeskBriefing briefing;
  RequestLine& line = briefing.Line("line", 5);
  line.must_haves = {"equipment:boat"};
  line.equipment = "boat";
  BoatTeam(briefing, "a");
  Offer& offer = briefing.Invited("line", "a");
  briefing.line("line").asked += 2 - offer.count_asked;
  offer.count_asked = 2;
  AnswerOffer accept;
  accept.id = OfferId("a");
  const DispatchChanges changes = briefing.Decide(accept, ManagerOf("a")).value();
  EXPECT_EQ(briefing.LineAfter(changes, "line").filled, 2);
  EXPECT_EQ(changes.assignments.at(0).after.headcount, 10);
}

TEST(MustHavesTest, OneKindOfEquipmentIsCounted) {
  EXPECT_EQ(EquipmentOf({"women", "equipment:boat"}), "boat");
  EXPECT_EQ(EquipmentOf({"equipment:boat", "equipment:pump"}), "");
  EXPECT_EQ(EquipmentOf({}), "");
}

TEST(ShiftsTest, RepeatDailyInChinasZone) {
  // 2026-01-01 08:00 in China, told by a time of that day.
  const auto windows = ExpandShifts({At(3), 3, 8 * 60, 12 * 60}, "shifts").value();
  ASSERT_THAT(windows, SizeIs(3));
  EXPECT_THAT(windows, ElementsAre(Hours(0, 12), Hours(24, 36), Hours(48, 60)));
  EXPECT_EQ(ExpandShifts({At(15), 1, 0, 60}, "shifts")->at(0), Hours(-8, -7)) << "still the first of January there";
  EXPECT_EQ(ExpandShifts({At(16), 1, 0, 60}, "shifts")->at(0), Hours(16, 17)) << "the second has begun";
}

TEST(ShiftsTest, ANightShiftEndsOnTheNextDay) {
  EXPECT_THAT(ExpandShifts({At(3), 1, 20 * 60, 12 * 60}, "shifts").value(), ElementsAre(Hours(12, 24)));
}

TEST(ShiftsTest, HaveLimits) {
  const auto field = [](const RepeatingShift& shifts) {
    return GetErrorInfo(ExpandShifts(shifts, "s").status()).field;
  };
  EXPECT_EQ(field({At(0), 0, 0, 60}), "s.days");
  EXPECT_EQ(field({At(0), 61, 0, 60}), "s.days");
  EXPECT_EQ(field({At(0), 1, -1, 60}), "s.start_minute");
  EXPECT_EQ(field({At(0), 1, 1440, 60}), "s.start_minute");
  EXPECT_EQ(field({At(0), 1, 0, 0}), "s.length_minutes");
  EXPECT_EQ(field({At(0), 1, 0, 1441}), "s.length_minutes");
  EXPECT_OK(ExpandShifts({At(0), 60, 1439, 1440}, "s"));
}

}  // namespace
}  // namespace muster::dispatch
