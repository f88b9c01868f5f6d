#include "services/cli/output/candidate_views.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace muster::cli {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

matching::v1::RankTeamsResponse NobodyCanGo() {
  matching::v1::RankTeamsResponse ranking;
  ranking.set_holders(14);
  ranking.set_eligible(0);
  ranking.mutable_explanation()->set_zh("看过的12支队伍都不可派，原因如下。");
  ranking.mutable_explanation()->set_en("None of the 12 teams looked at can go; these rules keep them out.");
  auto& refusal = *ranking.add_refusals();
  refusal.set_rule("BOOKED");
  refusal.set_teams(12);
  refusal.set_example_team_id("team-7");
  refusal.set_example_team_name("Blue Sky");
  refusal.mutable_text()->set_zh("已有任务 10:00 - 12:00");
  refusal.mutable_text()->set_en("already booked 10:00 - 12:00");
  return ranking;
}

std::string Printed(const matching::v1::RankTeamsResponse& ranking, Language language) {
  std::ostringstream out;
  std::ostringstream err;
  Output output({.out = out, .err = err, .language = language, .json = false});
  PrintRanking(output, ranking);
  return out.str();
}

TEST(PrintRankingTest, ShowsAtAGlanceWhyNobodyCanGo) {
  const std::string english = Printed(NobodyCanGo(), Language::kEnglish);
  EXPECT_THAT(english, HasSubstr("No team qualifies. None of the 12 teams looked at can go"));
  EXPECT_THAT(english, ContainsRegex("12 +BOOKED +Blue Sky +team-7 +already booked 10:00 - 12:00"));
  EXPECT_THAT(english, HasSubstr("teams with this capability: 14, eligible: 0"));
  const std::string chinese = Printed(NobodyCanGo(), Language::kChinese);
  EXPECT_THAT(chinese, HasSubstr("没有符合条件的队伍。看过的12支队伍都不可派"));
  EXPECT_THAT(chinese, HasSubstr("已有任务 10:00 - 12:00"));
}

TEST(PrintRankingTest, ShowsNoEmptyTableWhereThereIsNoTeamToName) {
  matching::v1::RankTeamsResponse ranking = NobodyCanGo();
  ranking.clear_refusals();
  ranking.set_holders(0);
  EXPECT_THAT(Printed(ranking, Language::kEnglish), Not(HasSubstr("for example")));
}

}  // namespace
}  // namespace muster::cli
