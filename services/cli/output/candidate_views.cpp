#include "services/cli/output/candidate_views.h"

#include <fmt/format.h>

#include "services/cli/app/dispatching.h"
#include "services/cli/output/dispatch_views.h"
#include "services/cli/output/format.h"

namespace muster::cli {
namespace {

using matching::v1::RankedTeam;

std::vector<std::string> Cells(const RankedTeam& team, Language language) {
  return {std::to_string(team.rank()),
          team.team_id(),
          team.team_name(),
          team.level() == 0 ? "" : std::to_string(team.level()),
          std::to_string(team.headcount()),
          team.has_distance_m() ? FormatDistance(team.distance_m()) : "",
          team.has_travel_seconds() ? FormatTravel(team.travel_seconds()) : "",
          fmt::format("{:.2f}", team.cost()),
          In(team.explanation(), language)};
}

Table NewTable(Output& output) {
  Table table({"#", output.In({"队伍编号", "team id"}), output.In({"队伍", "team"}), output.In({"等级", "level"}),
               output.In({"人数", "people"}), output.In({"距离", "distance"}), output.In({"路程", "travel"}),
               output.In({"代价", "cost"}), output.In({"理由", "why"})});
  table.AlignRight(0).AlignRight(3).AlignRight(4).AlignRight(5).AlignRight(6).AlignRight(7);
  return table;
}

/// Why nobody qualifies: the rules that stand in the way, each with how many teams fail it and one of them.
void PrintNobody(Output& output, const matching::v1::RankTeamsResponse& ranking) {
  output.Line(output.In({"没有符合条件的队伍。", "No team qualifies. "}) +
              In(ranking.explanation(), output.language()));
  Table table({output.In({"支数", "teams"}), output.In({"规则", "rule"}), output.In({"例如", "for example"}),
               output.In({"队伍编号", "team id"}), output.In({"原因", "why"})});
  table.AlignRight(0);
  for (const auto& refusal : ranking.refusals()) {
    table.Add({std::to_string(refusal.teams()), refusal.rule(), refusal.example_team_name(), refusal.example_team_id(),
               In(refusal.text(), output.language())});
  }
  if (!table.empty()) {
    output.Print(table);
  }
}

Text LineSummary(const matching::v1::PlannedLine& planned) {
  const std::string brought = std::to_string(planned.planned());
  const std::string reserves = std::to_string(planned.reserves_size());
  const std::string missing = std::to_string(planned.short_());
  return {"  计划 " + brought + "，后备 " + reserves + " 支" + (planned.short_() > 0 ? "，尚缺 " + missing : ""),
          "  planned " + brought + ", reserve teams " + reserves +
              (planned.short_() > 0 ? ", still short " + missing : "")};
}

}  // namespace

void PrintRanking(Output& output, const matching::v1::RankTeamsResponse& ranking) {
  if (ranking.teams().empty()) {
    PrintNobody(output, ranking);
  } else {
    Table table = NewTable(output);
    for (const RankedTeam& team : ranking.teams()) {
      table.Add(Cells(team, output.language()));
    }
    output.Print(table);
  }
  const std::string holders = std::to_string(ranking.holders());
  const std::string eligible = ranking.has_eligible() ? std::to_string(ranking.eligible()) : "";
  output.Line(Text{"具备这项能力的队伍 " + holders + " 支" + (eligible.empty() ? "" : "，其中可派 " + eligible + " 支"),
                   "teams with this capability: " + holders + (eligible.empty() ? "" : ", eligible: " + eligible)});
}

void PrintExplanation(Output& output, const std::string& team_name, const matching::v1::ExplainTeamResponse& answer) {
  if (!answer.eligible()) {
    output.Line(output.Paint(Color::kRed, output.In({"不可派：", "not eligible: "})) + team_name);
    for (const auto& failure : answer.failures()) {
      output.Line("  " + failure.rule() + "  " + In(failure.text(), output.language()));
    }
    return;
  }
  output.Line(output.Paint(Color::kGreen, output.In({"可派：", "eligible: "})) + team_name + "  " +
              In(answer.ranked().explanation(), output.language()));
  for (const auto& part : answer.ranked().parts()) {
    output.Line(fmt::format("  {:>7.3f}  {}", part.cost(), In(part.text(), output.language())));
  }
}

void PrintPlan(Output& output, const dispatch::v1::ResourceRequest& request,
               const matching::v1::PlanRequestResponse& plan) {
  for (const auto& planned : plan.lines()) {
    const auto* line = LineOf(request, planned.line_id());
    output.Line(
        output.Paint(Color::kBold, line == nullptr ? planned.line_id() : DescribeLine(*line, output.language())));
    Table table = NewTable(output);
    for (const RankedTeam& team : planned.teams()) {
      table.Add(Cells(team, output.language()));
    }
    if (!table.empty()) {
      output.Print(table);
    }
    output.Line(LineSummary(planned));
  }
  if (!In(plan.explanation(), output.language()).empty()) {
    output.Line(In(plan.explanation(), output.language()));
  }
}

}  // namespace muster::cli
