#include "services/matching/core/plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <random>
#include <set>

#include "services/matching/core/cover.h"

namespace muster::matching {
namespace {

class Problems {
 public:
  explicit Problems(uint64_t seed) : random_(seed) {}

  int Between(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }

  /// Lines that want the same teams, more or less.
  PlanProblem Make(int lines, int teams, int quantity, double reach) {
    PlanProblem problem;
    std::vector<int> headcount;
    for (int team = 0; team < teams; ++team) {
      headcount.push_back(Between(3, 60));
    }
    for (int i = 0; i < lines; ++i) {
      PlanLine line;
      const bool whole_teams = Between(0, 3) == 0;
      line.quantity = whole_teams ? Between(1, 1 + quantity / 20) : Between(1, quantity);
      line.priority = Between(1, 5);
      for (int team = 0; team < teams; ++team) {
        if (Between(0, 999) < static_cast<int>(reach * 1000)) {
          line.candidates.push_back({static_cast<size_t>(team), whole_teams ? 1 : headcount[static_cast<size_t>(team)],
                                     static_cast<double>(Between(5, 120))});
        }
      }
      problem.lines.push_back(std::move(line));
    }
    return problem;
  }

 private:
  std::mt19937_64 random_;
};

void ExpectValid(const PlanProblem& problem, const Plan& plan) {
  ASSERT_EQ(plan.lines.size(), problem.lines.size());
  std::set<size_t> used;
  for (size_t line = 0; line < plan.lines.size(); ++line) {
    int amount = 0;
    for (const size_t candidate : plan.lines[line].chosen) {
      const PlanCandidate& chosen = problem.lines[line].candidates.at(candidate);
      EXPECT_TRUE(used.insert(chosen.team).second) << "team " << chosen.team << " is used twice";
      amount += chosen.amount;
    }
    EXPECT_EQ(plan.lines[line].amount, amount);
    EXPECT_EQ(plan.lines[line].shortage, std::max(0, problem.lines[line].quantity - amount));
  }
  EXPECT_NEAR(plan.cost, CostOf(problem, plan.lines), 1e-6);
  EXPECT_GE(plan.cost, plan.bound - 1e-6);
}

int ShortageOf(const Plan& plan) {
  return std::accumulate(plan.lines.begin(), plan.lines.end(), 0,
                         [](int sum, const LinePlan& line) { return sum + line.shortage; });
}

/// The cheapest plan by trying everything: for a few teams only.
double BestByTryingAll(const PlanProblem& problem, size_t teams) {
  double best = 1e300;
  std::vector<LinePlan> lines(problem.lines.size());
  const std::function<void(size_t)> place = [&](size_t team) {
    if (team == teams) {
      std::vector<LinePlan> complete = lines;
      for (size_t line = 0; line < complete.size(); ++line) {
        complete[line].shortage = std::max(0, problem.lines[line].quantity - complete[line].amount);
      }
      best = std::min(best, CostOf(problem, complete));
      return;
    }
    place(team + 1);
    for (size_t line = 0; line < lines.size(); ++line) {
      const auto& candidates = problem.lines[line].candidates;
      for (size_t i = 0; i < candidates.size(); ++i) {
        if (candidates[i].team == team) {
          lines[line].chosen.push_back(i);
          lines[line].amount += candidates[i].amount;
          place(team + 1);
          lines[line].chosen.pop_back();
          lines[line].amount -= candidates[i].amount;
        }
      }
    }
  };
  place(0);
  return best;
}

TEST(CoverTest, IsTheCheapestOfAllSubsets) {
  Problems problems(1);
  for (int i = 0; i < 300; ++i) {
    std::vector<CoverItem> items;
    for (size_t item = 0; item < 10; ++item) {
      items.push_back({item, problems.Between(1, 30), static_cast<double>(problems.Between(1, 100))});
    }
    const int quantity = problems.Between(1, 120);
    double best = 1e300;
    for (unsigned subset = 0; subset < 1U << items.size(); ++subset) {
      double cost = 0;
      int amount = 0;
      for (size_t item = 0; item < items.size(); ++item) {
        if ((subset >> item & 1U) != 0) {
          cost += items[item].price;
          amount += items[item].amount;
        }
      }
      best = std::min(best, cost + 20.0 * std::max(0, quantity - amount) + 0.5 * std::max(0, amount - quantity));
    }
    ASSERT_NEAR(CoverLine(quantity, items, 20, 0.5).cost, best, 1e-9);
  }
}

TEST(CoverTest, CoversAVeryLargeQuantityNearlyAsCheaply) {
  Problems problems(2);
  std::vector<CoverItem> items;
  int supply = 0;
  for (size_t item = 0; item < 4000; ++item) {
    items.push_back({item, problems.Between(3, 60), static_cast<double>(problems.Between(5, 100))});
    supply += items.back().amount;
  }
  const Cover cover = CoverLine(100'000, items, 600, 0.5);
  int amount = 0;
  for (const size_t chosen : cover.chosen) {
    amount += items[chosen].amount;
  }
  EXPECT_GT(supply, 100'000);
  EXPECT_GE(amount, 100'000);
  EXPECT_LT(amount, 100'060);
}

TEST(CoverTest, ATeamThatCostsMoreThanTheShortageIsNotTaken) {
  EXPECT_TRUE(CoverLine(2, {{0, 2, 50}}, 20, 0).chosen.empty());
  EXPECT_EQ(CoverLine(3, {{0, 3, 50}}, 20, 0).chosen.size(), 1U);
}

TEST(CoverTest, AnotherTeamNeverMakesOneLineShorter) {
  Problems problems(3);
  for (int i = 0; i < 200; ++i) {
    PlanProblem problem = problems.Make(1, 20, 600, 1);
    const Plan before = CoverPlanner().Solve(problem);
    PlanLine& line = problem.lines[0];
    line.candidates.push_back({20, line.candidates[0].amount == 1 ? 1 : problems.Between(3, 60), 30});
    const Plan after = CoverPlanner().Solve(problem);
    ASSERT_LE(after.cost, before.cost + 1e-9);
    ASSERT_LE(ShortageOf(after), ShortageOf(before));
  }
}

TEST(PlanTest, NeverUsesATeamTwice) {
  Problems problems(10);
  for (int i = 0; i < 60; ++i) {
    const PlanProblem problem = problems.Make(problems.Between(1, 25), problems.Between(1, 120), 200, 0.4);
    ExpectValid(problem, CoverPlanner().Solve(problem));
  }
}

TEST(PlanTest, TheSameSeedGivesTheSamePlan) {
  Problems problems(11);
  for (int i = 0; i < 8; ++i) {
    PlanProblem problem = problems.Make(20, 100, 150, 0.5);
    problem.seed = static_cast<uint64_t>(i);
    const Plan first = CoverPlanner().Solve(problem);
    const Plan second = CoverPlanner().Solve(problem);
    EXPECT_EQ(first.cost, second.cost);
    for (size_t line = 0; line < first.lines.size(); ++line) {
      EXPECT_EQ(first.lines[line].chosen, second.lines[line].chosen);
    }
  }
}

TEST(PlanTest, IsCloseToTheBestOfAllPlansInSmallCases) {
  Problems problems(12);
  double total = 0;
  double best_total = 0;
  int optimal = 0;
  for (int i = 0; i < 150; ++i) {
    const PlanProblem problem = problems.Make(3, 8, 60, 0.7);
    const Plan plan = CoverPlanner().Solve(problem);
    const double best = BestByTryingAll(problem, 8);
    ASSERT_GE(plan.cost, best - 1e-6);
    ASSERT_LE(plan.bound, best + 1e-6);
    optimal += plan.cost < best + 1e-6 ? 1 : 0;
    total += plan.cost;
    best_total += best;
  }
  EXPECT_GE(optimal, 135);
  EXPECT_LT(total, best_total * 1.01);
}

TEST(PlanTest, AScarceLineGetsTheTeamThatAnotherCanDoWithout) {
  // Team 0 is the first line's cheapest, and the only one of the second, which is of lower priority.
  PlanProblem problem;
  problem.lines = {{1, 1, {{0, 1, 10}, {1, 1, 30}}}, {1, 5, {{0, 1, 20}}}};
  const Plan plan = CoverPlanner().Solve(problem);
  EXPECT_EQ(ShortageOf(plan), 0);
  EXPECT_EQ(plan.lines[0].chosen, std::vector<size_t>{1});
  EXPECT_EQ(plan.lines[1].chosen, std::vector<size_t>{0});
}

TEST(PlanTest, WhatIsShortIsShortAtTheLowerPriority) {
  PlanProblem problem;
  problem.lines = {{10, 4, {{0, 10, 10}}}, {10, 1, {{0, 10, 60}}}};
  const Plan plan = CoverPlanner().Solve(problem);
  EXPECT_EQ(plan.lines[0].shortage, 10);
  EXPECT_EQ(plan.lines[1].shortage, 0);
}

TEST(PlanTest, AnotherTeamMakesTheShortageNoWorseInSmallCases) {
  Problems problems(13);
  for (int i = 0; i < 200; ++i) {
    PlanProblem problem = problems.Make(2, 8, 150, 0.8);
    for (PlanLine& line : problem.lines) {
      line.priority = 3;
    }
    const int before = ShortageOf(CoverPlanner().Solve(problem));
    for (PlanLine& line : problem.lines) {
      const bool whole_teams = !line.candidates.empty() && line.candidates[0].amount == 1;
      line.candidates.push_back({8, whole_teams ? 1 : 20, 40});
    }
    const Plan after = CoverPlanner().Solve(problem);
    EXPECT_LE(ShortageOf(after), before) << "case " << i;
  }
}

TEST(PlanTest, AnEmptyProblemHasAnEmptyPlan) {
  EXPECT_TRUE(CoverPlanner().Solve({}).lines.empty());
  PlanProblem problem;
  problem.lines = {{5, 3, {}}};
  EXPECT_EQ(CoverPlanner().Solve(problem).lines[0].shortage, 5);
}

}  // namespace
}  // namespace muster::matching
