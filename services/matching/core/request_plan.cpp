#include "services/matching/core/request_plan.h"

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>

namespace muster::matching {
namespace {

constexpr size_t kFirstCandidates = 64;
constexpr size_t kMostCandidates = 4096;
/// Candidates are looked for until they could bring this many times what is needed: shorter lists hide teams that
/// another line could do without.
constexpr int64_t kSupplyPerNeed = 4;

int AmountOf(const TeamRecord& team, const LineNeed& line) {
  return line.counts_teams ? 1 : std::max(1, team.facts.headcount);
}

int64_t SupplyOf(const std::vector<RankedTeam>& candidates, const LineNeed& line) {
  int64_t supply = 0;
  for (const RankedTeam& candidate : candidates) {
    supply += AmountOf(*candidate.team, line);
  }
  return supply;
}

/// What all lines of the same capability need, in people or teams alike: an overestimate does no harm.
std::map<std::string, int64_t> NeedByCapability(const std::vector<LineNeed>& lines) {
  std::map<std::string, int64_t> need;
  for (const LineNeed& line : lines) {
    need[line.query.need.capability] += line.missing;
  }
  return need;
}

std::vector<RankedTeam> CandidatesOf(const Snapshot& snapshot, const LineNeed& line, int64_t need, size_t reserves) {
  RankQuery query = line.query;
  for (query.limit = kFirstCandidates + reserves;; query.limit *= 4) {
    std::vector<RankedTeam> candidates = snapshot.Rank(query);
    const bool all = candidates.size() < query.limit || query.limit >= kMostCandidates;
    if (all || SupplyOf(candidates, line) >= kSupplyPerNeed * need) {
      return candidates;
    }
  }
}

using TeamNumbers = std::unordered_map<const TeamRecord*, size_t>;

PlanLine ProblemLine(const LineNeed& line, const std::vector<RankedTeam>& candidates, TeamNumbers& numbers) {
  PlanLine problem;
  problem.quantity = std::max(0, line.missing);
  problem.priority = line.priority;
  for (const RankedTeam& candidate : candidates) {
    const size_t team = numbers.emplace(candidate.team, numbers.size()).first->second;
    const double alone = candidate.score.headcount.value_or(0);
    problem.candidates.push_back({team, AmountOf(*candidate.team, line), candidate.score.cost - alone});
  }
  return problem;
}

/// Adds the best free teams until the plan asks for so many percent more.
void AskMore(const LineNeed& line, const std::vector<RankedTeam>& candidates, int percent, std::vector<bool>& used,
             const TeamNumbers& numbers, PlannedLine& planned) {
  int64_t extra = (int64_t{line.missing} * percent + 99) / 100;
  for (size_t i = 0; i < candidates.size() && extra > 0; ++i) {
    const size_t team = numbers.at(candidates[i].team);
    if (!used[team]) {
      used[team] = true;
      planned.teams.push_back({candidates[i], i + 1});
      planned.amount += AmountOf(*candidates[i].team, line);
      extra -= AmountOf(*candidates[i].team, line);
    }
  }
}

void AddReserves(const std::vector<RankedTeam>& candidates, size_t reserves, const std::vector<bool>& used,
                 const TeamNumbers& numbers, PlannedLine& planned) {
  for (size_t i = 0; i < candidates.size() && planned.reserves.size() < reserves; ++i) {
    if (!used[numbers.at(candidates[i].team)]) {
      planned.reserves.push_back({candidates[i], i + 1});
    }
  }
}

}  // namespace

std::vector<PlannedLine> PlanLines(const Snapshot& snapshot, const std::vector<LineNeed>& lines, const Planner& planner,
                                   const RequestPlanOptions& options) {
  const std::map<std::string, int64_t> need = NeedByCapability(lines);
  std::vector<std::vector<RankedTeam>> candidates;
  TeamNumbers numbers;
  PlanProblem problem;
  problem.seed = options.seed;
  for (const LineNeed& line : lines) {
    candidates.push_back(CandidatesOf(snapshot, line, need.at(line.query.need.capability), options.reserves));
    problem.lines.push_back(ProblemLine(line, candidates.back(), numbers));
  }
  const Plan plan = planner.Solve(problem);
  std::vector<PlannedLine> planned(lines.size());
  std::vector<bool> used(numbers.size(), false);
  for (size_t i = 0; i < lines.size(); ++i) {
    for (const size_t candidate : plan.lines[i].chosen) {
      planned[i].teams.push_back({candidates[i][candidate], candidate + 1});
      used[problem.lines[i].candidates[candidate].team] = true;
    }
    planned[i].amount = plan.lines[i].amount;
    planned[i].shortage = plan.lines[i].shortage;
  }
  for (size_t i = 0; i < lines.size(); ++i) {
    AskMore(lines[i], candidates[i], options.over_ask_percent, used, numbers, planned[i]);
  }
  for (size_t i = 0; i < lines.size(); ++i) {
    AddReserves(candidates[i], options.reserves, used, numbers, planned[i]);
  }
  return planned;
}

}  // namespace muster::matching
