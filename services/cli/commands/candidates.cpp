#include <algorithm>

#include "muster/matching/v1/matching.pb.h"
#include "services/cli/app/commands.h"
#include "services/cli/app/lookup.h"
#include "services/cli/output/candidate_views.h"
#include "services/cli/output/dispatch_views.h"

namespace muster::cli {
namespace {

using dispatch::v1::RequestLine;
using matching::v1::ExplainTeamResponse;
using matching::v1::RankTeamsResponse;

struct Options {
  std::string request;
  std::string line;
  std::string team;
  int limit = 10;
};

/// The lines that are meant: the one of --line, or all of the request's.
absl::StatusOr<std::vector<RequestLine>> LinesOf(Session& session, const Options& options) {
  if (options.line.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const auto request,
                            FindRequest(session, options.request.empty() ? kLast : options.request));
    return std::vector<RequestLine>(request.lines().begin(), request.lines().end());
  }
  dispatch::v1::GetRequestRequest by_line;
  by_line.set_line_id(options.line);
  MUSTER_ASSIGN_OR_RETURN(const auto request, session.Call<dispatch::v1::ResourceRequest>(by_line));
  std::vector<RequestLine> lines;
  for (const RequestLine& line : request.lines()) {
    if (line.id() == options.line) {
      lines.push_back(line);
    }
  }
  return lines;
}

void PrintHeading(Output& output, const RequestLine& line) {
  if (!output.json()) {
    output.Line(output.Paint(Color::kBold, DescribeLine(line, output.language())) + "  " +
                output.Paint(Color::kDim, line.id()));
  }
}

/// Asks the same of each line; for people each answer is printed as it comes, as JSON all are one array.
template <class Response, class Request, class Print>
absl::StatusOr<std::vector<Response>> AskForEach(Session& session, Output& output,
                                                 const std::vector<RequestLine>& lines, Request request, Print print) {
  std::vector<Response> answers;
  for (const RequestLine& line : lines) {
    PrintHeading(output, line);
    request.set_line_id(line.id());
    MUSTER_ASSIGN_OR_RETURN(answers.emplace_back(), session.Call<Response>(request));
    if (!output.json()) {
      print(answers.back());
    }
  }
  if (output.json()) {
    output.Json(answers);
  }
  return answers;
}

absl::StatusOr<ExitCode> Rank(Session& session, Output& output, const std::vector<RequestLine>& lines, int limit) {
  matching::v1::RankTeamsRequest request;
  request.set_limit(limit);
  const auto print = [&](const RankTeamsResponse& ranking) { PrintRanking(output, ranking); };
  MUSTER_RETURN_IF_ERROR(AskForEach<RankTeamsResponse>(session, output, lines, request, print).status());
  return ExitCode::kOk;
}

/// The answer is no where the team is not eligible for one of the lines.
absl::StatusOr<ExitCode> Explain(Session& session, Output& output, const std::vector<RequestLine>& lines,
                                 const std::string& team) {
  matching::v1::ExplainTeamRequest request;
  request.set_team_id(team);
  Directory names(session);
  const auto print = [&](const ExplainTeamResponse& answer) { PrintExplanation(output, names.TeamName(team), answer); };
  MUSTER_ASSIGN_OR_RETURN(const auto answers, AskForEach<ExplainTeamResponse>(session, output, lines, request, print));
  const bool all = std::all_of(answers.begin(), answers.end(), [](const auto& answer) { return answer.eligible(); });
  return all ? ExitCode::kOk : ExitCode::kNegative;
}

absl::StatusOr<ExitCode> Show(Context& context, const Options& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const auto lines, LinesOf(*session, options));
  return options.team.empty() ? Rank(*session, context.output(), lines, options.limit)
                              : Explain(*session, context.output(), lines, options.team);
}

}  // namespace

void AddCandidatesCommand(Commands& commands) {
  const Command app = commands.Add<Options>(
      commands.root(), "candidates", {"谁能去：排序，并说明理由", "who can go: ranked, each with its reasons"},
      [&](Command command, Options& options) {
        command.Option("REQUEST", options.request,
                       commands.In({"需求编号；不填为最新的", "a request; left out: the newest"}));
        command.Option("--line", options.line, commands.In({"只看这一行", "only this line"}));
        command.Option("--limit", options.limit, commands.In({"每行几支队伍", "teams a line"})).Between(1, 200);
        command.Option("--explain", options.team,
                       commands.In({"说明这支队伍为何可派或不可派（不可派时退出码 1）",
                                    "say why this team can go or not (exit code 1 when it cannot)"}));
      },
      Show);
  Commands::Examples(
      app, "muster candidates\nmuster candidates REQUEST --limit 5\nmuster candidates --line LINE --explain TEAM");
}

}  // namespace muster::cli
