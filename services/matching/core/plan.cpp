#include "services/matching/core/plan.h"

#include <algorithm>
#include <numeric>
#include <random>

#include "services/matching/core/cover.h"

namespace muster::matching {
namespace {

constexpr size_t kNobody = static_cast<size_t>(-1);
/// Rounds of improvement over all lines. More found nothing in requests of up to 100 lines.
constexpr int kRounds = 8;
/// Gains below this are noise of floating-point sums.
constexpr double kLeastGain = 1e-6;

double ShortagePrice(const PlanLine& line, const PlanPolicy& policy) {
  return policy.shortage_minutes * (6 - std::clamp(line.priority, 1, 5));
}

LinePlan Summarized(const PlanLine& line, std::vector<size_t> chosen) {
  LinePlan plan;
  plan.chosen = std::move(chosen);
  for (const size_t candidate : plan.chosen) {
    plan.amount += line.candidates[candidate].amount;
  }
  plan.shortage = std::max(0, line.quantity - plan.amount);
  return plan;
}

double LineCost(const PlanLine& line, const LinePlan& plan, const PlanPolicy& policy) {
  double cost =
      ShortagePrice(line, policy) * plan.shortage + policy.surplus_minutes * std::max(0, plan.amount - line.quantity);
  for (const size_t candidate : plan.chosen) {
    cost += line.candidates[candidate].cost + policy.team_minutes;
  }
  return cost;
}

/// A plan being made: who has which team, and what each line pays.
class Draft {
 public:
  explicit Draft(const PlanProblem& problem);

  void CoverInOrder(const std::vector<size_t>& order);
  /// Lets lines take from each other, those first that pay most more than they would alone; false: nothing gained.
  bool ImproveOnce(std::mt19937_64& random);
  Plan Finish() &&;

 private:
  struct Saved {
    size_t line;
    LinePlan plan;
  };

  template <class PriceOfOwned>
  Cover CoverWith(size_t line, const PriceOfOwned& price_of_owned) const;
  Cover CoverAlone(size_t line) const;
  /// Covers a line anew with its own and free teams.
  void CoverFromFree(size_t line);
  void Assign(size_t line, std::vector<size_t> chosen);
  void Release(size_t line);
  /// What the owner would pay more without this team of its own.
  double LossWithout(size_t owner, size_t team);
  bool TryTake(size_t line);
  std::vector<size_t> Rob(size_t line, const std::vector<size_t>& chosen);

  const PlanProblem& problem_;
  std::vector<LinePlan> lines_;
  std::vector<double> cost_;   ///< of each line now
  std::vector<double> alone_;  ///< of each line if it had all its candidates to itself
  std::vector<size_t> owner_;  ///< line of each team, or kNobody
  std::vector<double> loss_;   ///< of a team's owner without it; below 0: not known
};

Draft::Draft(const PlanProblem& problem)
    : problem_(problem), lines_(problem.lines.size()), cost_(problem.lines.size()), alone_(problem.lines.size()) {
  size_t teams = 0;
  for (const PlanLine& line : problem.lines) {
    for (const PlanCandidate& candidate : line.candidates) {
      teams = std::max(teams, candidate.team + 1);
    }
  }
  owner_.assign(teams, kNobody);
  loss_.assign(teams, -1);
  for (size_t line = 0; line < lines_.size(); ++line) {
    alone_[line] = CoverAlone(line).cost;
    Assign(line, {});
  }
}

/// `price_of_owned(team)` is added to the cost of a team that another line has; below 0: not to be had.
template <class PriceOfOwned>
Cover Draft::CoverWith(size_t line, const PriceOfOwned& price_of_owned) const {
  const PlanLine& asked = problem_.lines[line];
  std::vector<CoverItem> items;
  items.reserve(asked.candidates.size());
  for (size_t i = 0; i < asked.candidates.size(); ++i) {
    const PlanCandidate& candidate = asked.candidates[i];
    const size_t owner = owner_[candidate.team];
    const double extra = owner == kNobody || owner == line ? 0 : price_of_owned(candidate.team);
    if (candidate.amount > 0 && extra >= 0) {
      items.push_back({i, candidate.amount, candidate.cost + problem_.policy.team_minutes + extra});
    }
  }
  return CoverLine(asked.quantity, items, ShortagePrice(asked, problem_.policy), problem_.policy.surplus_minutes);
}

Cover Draft::CoverAlone(size_t line) const {
  return CoverWith(line, [](size_t) { return 0.0; });
}

void Draft::CoverFromFree(size_t line) {
  Assign(line, CoverWith(line, [](size_t) { return -1.0; }).chosen);
}

void Draft::Release(size_t line) {
  for (const size_t candidate : lines_[line].chosen) {
    const size_t team = problem_.lines[line].candidates[candidate].team;
    if (owner_[team] == line) {
      owner_[team] = kNobody;
    }
  }
  lines_[line] = {};
}

void Draft::Assign(size_t line, std::vector<size_t> chosen) {
  Release(line);
  const PlanLine& asked = problem_.lines[line];
  lines_[line] = Summarized(asked, std::move(chosen));
  for (const size_t candidate : lines_[line].chosen) {
    owner_[asked.candidates[candidate].team] = line;
  }
  cost_[line] = LineCost(asked, lines_[line], problem_.policy);
}

void Draft::CoverInOrder(const std::vector<size_t>& order) {
  for (const size_t line : order) {
    CoverFromFree(line);
  }
}

double Draft::LossWithout(size_t owner, size_t team) {
  if (loss_[team] < 0) {
    owner_[team] = lines_.size();  // nobody's, and not to be had
    const double without = CoverWith(owner, [](size_t) { return -1.0; }).cost;
    owner_[team] = owner;
    loss_[team] = std::max(0.0, without - cost_[owner]);
  }
  return loss_[team];
}

/// Takes the chosen teams from other lines; returns those lines, in order of priority.
std::vector<size_t> Draft::Rob(size_t line, const std::vector<size_t>& chosen) {
  std::vector<size_t> robbed;
  for (const size_t candidate : chosen) {
    const size_t owner = owner_[problem_.lines[line].candidates[candidate].team];
    if (owner != kNobody && owner != line && std::find(robbed.begin(), robbed.end(), owner) == robbed.end()) {
      robbed.push_back(owner);
    }
  }
  std::stable_sort(robbed.begin(), robbed.end(),
                   [&](size_t a, size_t b) { return problem_.lines[a].priority < problem_.lines[b].priority; });
  return robbed;
}

bool Draft::TryTake(size_t line) {
  const Cover wanted = CoverWith(line, [&](size_t team) { return LossWithout(owner_[team], team); });
  if (wanted.cost >= cost_[line] - kLeastGain) {
    return false;
  }
  const std::vector<size_t> robbed = Rob(line, wanted.chosen);
  std::vector<Saved> saved{{line, lines_[line]}};
  double before = cost_[line];
  for (const size_t owner : robbed) {
    saved.push_back({owner, lines_[owner]});
    before += cost_[owner];
  }
  for (const size_t owner : robbed) {
    Release(owner);
  }
  Assign(line, wanted.chosen);
  double after = cost_[line];
  for (const size_t owner : robbed) {
    CoverFromFree(owner);
    after += cost_[owner];
  }
  if (after < before - kLeastGain) {
    std::fill(loss_.begin(), loss_.end(), -1);
    return true;
  }
  for (const Saved& one : saved) {
    Release(one.line);
  }
  for (Saved& one : saved) {
    Assign(one.line, std::move(one.plan.chosen));
  }
  return false;
}

bool Draft::ImproveOnce(std::mt19937_64& random) {
  std::vector<size_t> order(lines_.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::shuffle(order.begin(), order.end(), random);
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return cost_[a] - alone_[a] > cost_[b] - alone_[b]; });
  bool gained = false;
  for (const size_t line : order) {
    if (cost_[line] > alone_[line] + kLeastGain) {
      gained = TryTake(line) || gained;
    }
  }
  return gained;
}

Plan Draft::Finish() && {
  Plan plan;
  plan.lines = std::move(lines_);
  plan.cost = std::accumulate(cost_.begin(), cost_.end(), 0.0);
  plan.bound = std::accumulate(alone_.begin(), alone_.end(), 0.0);
  return plan;
}

/// Priority first; then the lines that have the fewest candidates for what they need.
std::vector<size_t> OrderOfNeed(const PlanProblem& problem) {
  std::vector<double> supply;
  for (const PlanLine& line : problem.lines) {
    double amount = 0;
    for (const PlanCandidate& candidate : line.candidates) {
      amount += candidate.amount;
    }
    supply.push_back(amount / std::max(1, line.quantity));
  }
  std::vector<size_t> order(problem.lines.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    const int a_priority = problem.lines[a].priority;
    const int b_priority = problem.lines[b].priority;
    return a_priority != b_priority ? a_priority < b_priority : supply[a] < supply[b];
  });
  return order;
}

/// Further starts from lines in other orders: few lines leave little to improve by moves, and cost little.
size_t StartsFor(const PlanProblem& problem) { return std::clamp<size_t>(100 / (problem.lines.size() + 1), 1, 16); }

Plan Improved(const PlanProblem& problem, const std::vector<size_t>& order, std::mt19937_64& random) {
  Draft draft(problem);
  draft.CoverInOrder(order);
  for (int round = 0; round < kRounds && draft.ImproveOnce(random); ++round) {
  }
  return std::move(draft).Finish();
}

}  // namespace

double CostOf(const PlanProblem& problem, const std::vector<LinePlan>& lines) {
  double cost = 0;
  for (size_t line = 0; line < lines.size(); ++line) {
    cost += LineCost(problem.lines[line], lines[line], problem.policy);
  }
  return cost;
}

Plan CoverPlanner::Solve(const PlanProblem& problem) const {
  std::mt19937_64 random(problem.seed);
  std::vector<size_t> order = OrderOfNeed(problem);
  Plan best = Improved(problem, order, random);
  for (size_t start = 1; start < StartsFor(problem) && best.cost > best.bound + kLeastGain; ++start) {
    std::shuffle(order.begin(), order.end(), random);
    Plan other = Improved(problem, order, random);
    if (other.cost < best.cost - kLeastGain) {
      best = std::move(other);
    }
  }
  return best;
}

}  // namespace muster::matching
