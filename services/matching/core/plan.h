#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace muster::matching {

/// A team that could serve a line. Teams are numbered within the problem.
struct PlanCandidate {
  size_t team = 0;
  int amount = 0;   ///< what it brings, in the line's unit: its headcount, or 1 where whole teams are counted
  double cost = 0;  ///< minutes, as in Score; the headcount part left out, for teams are combined here
};

/// One kind of help to find teams for.
struct PlanLine {
  int quantity = 0;                       ///< people or teams
  int priority = 3;                       ///< 1 is the highest, 5 the lowest
  std::vector<PlanCandidate> candidates;  ///< each team at most once; the plan prefers none by order
};

/// How a plan is judged, in minutes as scores are. A policy of this project.
struct PlanPolicy {
  /// What a missing person (or team, where teams are counted) costs at the lowest priority; each higher priority
  /// adds as much again, so that a shortage outweighs any travel.
  double shortage_minutes = 600;
  /// What asking one more team costs: its leader, its vehicle, its briefing.
  double team_minutes = 5;
  /// What a person brought and not needed costs.
  double surplus_minutes = 0.5;
};

struct PlanProblem {
  std::vector<PlanLine> lines;
  PlanPolicy policy;
  uint64_t seed = 0;  ///< breaks ties; the same problem and seed give the same plan
};

/// What one line gets.
struct LinePlan {
  std::vector<size_t> chosen;  ///< indexes into the line's candidates, ascending
  int amount = 0;              ///< what they bring
  int shortage = 0;            ///< what is missing
};

struct Plan {
  std::vector<LinePlan> lines;  ///< as in the problem; no team in two of them
  double cost = 0;              ///< by the policy, shortages included
  /// A cost that no plan can be under, given the candidates.
  double bound = 0;
};

/// Makes a plan for all lines together. Implementations are pure and thread-safe: time and chance come in with the
/// problem, and the work done depends on its size alone.
class Planner {
 public:
  virtual ~Planner() = default;
  virtual Plan Solve(const PlanProblem& problem) const = 0;
};

/// Covers line after line by an exact dynamic program, in order of priority, then improves: lines that pay more than
/// they would alone may take other lines' teams at the price of the loss, and the robbed lines cover anew; a move stays
/// when the whole plan gets cheaper.
class CoverPlanner final : public Planner {
 public:
  Plan Solve(const PlanProblem& problem) const override;
};

/// The cost of a plan under the problem's policy.
double CostOf(const PlanProblem& problem, const std::vector<LinePlan>& lines);

}  // namespace muster::matching
