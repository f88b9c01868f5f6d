#include "muster/registry/v1/registry.pb.h"
#include "services/cli/output/dispatch_views.h"
#include "services/cli/output/format.h"
#include "services/cli/parse/line_spec.h"
#include "services/cli/story/stage.h"

namespace muster::cli {
namespace {

using matching::v1::ExplainTeamResponse;
using matching::v1::RankTeamsResponse;

/// The lines of the story, as they would be typed: each asks a little at a time, so that what happens can be watched.
constexpr const char* kLines[] = {
    "capability=psychological_support,level=3,quantity=3,unit=teams,lat=31.302,lon=120.618,start=+1h,hours=8,priority="
    "2,"
    "wave_size=3,answer=30s",
    "capability=goods_distribution,quantity=2,unit=teams,lat=31.296,lon=120.631,start=+1h,hours=6,priority=1,"
    "wave_size=2,answer=30s",
    "capability=crisis_hotline,quantity=1,unit=teams,place=remote,start=+1h,hours=4,shifts=2,priority=3,"
    "wave_size=2,answer=30s",
};
constexpr int kShown = 3;
constexpr int kMostTried = 100;

absl::StatusOr<RankTeamsResponse> Rank(Stage& stage, const std::string& line_id) {
  matching::v1::RankTeamsRequest request;
  request.set_line_id(line_id);
  request.set_limit(kShown);
  return stage.cast.duty_operator().Call<RankTeamsResponse>(request);
}

absl::Status ShowRanking(Stage& stage, const dispatch::v1::RequestLine& line) {
  MUSTER_ASSIGN_OR_RETURN(const auto ranking, Rank(stage, line.id()));
  if (ranking.teams().empty()) {
    return Unexpected({"没有队伍能满足 " + line.capability(), "no team qualifies for " + line.capability()});
  }
  const std::string holders = std::to_string(ranking.holders());
  stage.narrator.Tell({DescribeLine(line, Language::kChinese) + "：具备能力的队伍 " + holders + " 支，前 " +
                           std::to_string(ranking.teams_size()) + " 名",
                       DescribeLine(line, Language::kEnglish) + ": " + holders + " teams hold it, the best " +
                           std::to_string(ranking.teams_size())});
  const Language language = stage.context.language();
  Table table({"#", language == Language::kChinese ? "队伍" : "team", language == Language::kChinese ? "理由" : "why"});
  for (const auto& team : ranking.teams()) {
    table.Add({std::to_string(team.rank()), team.team_name(), In(team.explanation(), language)});
  }
  stage.narrator.Show(table);
  return absl::OkStatus();
}

absl::StatusOr<ExplainTeamResponse> Explain(Stage& stage, const std::string& line_id, const std::string& team_id) {
  matching::v1::ExplainTeamRequest request;
  request.set_line_id(line_id);
  request.set_team_id(team_id);
  return stage.cast.duty_operator().Call<ExplainTeamResponse>(request);
}

/// Looks for a team that holds the capability and still may not go; failing that, any team that may not.
absl::Status ExplainOneThatMayNot(Stage& stage) {
  const auto& line = stage.request.lines(kCounsellors);
  for (const std::string& capability : {line.capability(), std::string()}) {
    registry::v1::ListTeamsRequest request;
    request.set_capability(capability);
    request.set_page_size(kMostTried);
    MUSTER_ASSIGN_OR_RETURN(const auto teams,
                            stage.cast.duty_operator().Call<registry::v1::ListTeamsResponse>(request));
    for (const auto& team : teams.teams()) {
      MUSTER_ASSIGN_OR_RETURN(const auto answer, Explain(stage, line.id(), team.id()));
      if (answer.eligible() || answer.failures().empty()) {
        continue;
      }
      const auto& failure = answer.failures(0);
      stage.narrator.Tell({"“" + team.name() + "”不可派：" + failure.text().zh() + "（" + failure.rule() + "）",
                           "\"" + team.name() + "\" may not go: " + failure.text().en() + " (" + failure.rule() + ")"});
      stage.narrator.ByHand("muster candidates --line " + line.id() + " --explain " + team.id());
      return absl::OkStatus();
    }
  }
  return Unexpected({"找不到一支不可派的队伍", "no team was found that may not go"});
}

absl::Status Plan(Stage& stage) {
  constexpr int kOverAskPercent = 100;
  constexpr int kReserves = 10;
  matching::v1::PlanRequestRequest request;
  request.set_resource_request_id(stage.request.id());
  request.set_over_ask_percent(kOverAskPercent);
  request.set_reserves(kReserves);
  MUSTER_ASSIGN_OR_RETURN(stage.plan, stage.cast.duty_operator().Call<matching::v1::PlanRequestResponse>(request));
  stage.narrator.Tell({"合在一起的计划不会把同一支队伍用两次：" + stage.plan.explanation().zh(),
                       "The plan for all lines never uses one team twice: " + stage.plan.explanation().en()});
  stage.narrator.ByHand("muster dispatch " + stage.request.id() + " --over-ask 100 --reserves 10 --dry-run");
  return absl::OkStatus();
}

}  // namespace

absl::Status TellOfTheRequest(Stage& stage) {
  stage.narrator.Chapter({"值班员写下需要什么", "The operator writes what is needed"});
  Session& session = stage.cast.duty_operator();
  dispatch::v1::CreateRequestRequest request;
  request.set_request_id(session.NewRequestId());
  auto& wanted = *request.mutable_resource_request();
  wanted.set_incident_id(stage.incident.id());
  wanted.set_requester("姑苏区应急指挥部 / Gusu district command");
  std::string by_hand = "muster request create --incident " + stage.incident.id();
  for (const char* text : kLines) {
    MUSTER_ASSIGN_OR_RETURN(*wanted.add_lines(), ParseLineSpec(text, stage.context.clock().Now()));
    by_hand += std::string(" \\\n       --line ") + text;
  }
  MUSTER_ASSIGN_OR_RETURN(stage.request, session.Call<dispatch::v1::ResourceRequest>(request));
  for (const auto& line : stage.request.lines()) {
    stage.narrator.Tell({"- " + DescribeLine(line, Language::kChinese) + "，" + FormatWindows(line.windows()),
                         "- " + DescribeLine(line, Language::kEnglish) + ", " + FormatWindows(line.windows())});
  }
  stage.narrator.ByHand(by_hand);
  return absl::OkStatus();
}

absl::Status TellOfTheCandidates(Stage& stage) {
  stage.narrator.Chapter({"谁能去，为什么", "Who can go, and why"});
  for (const auto& line : stage.request.lines()) {
    MUSTER_RETURN_IF_ERROR(ShowRanking(stage, line));
  }
  stage.narrator.ByHand("muster candidates " + stage.request.id() + " --limit 3");
  MUSTER_RETURN_IF_ERROR(ExplainOneThatMayNot(stage));
  return Plan(stage);
}

}  // namespace muster::cli
