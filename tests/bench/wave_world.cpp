#include "tests/bench/wave_world.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <utility>

namespace muster::bench {
namespace {

using dispatch::AnswerHistory;
using dispatch::AnswerOutcome;
using dispatch::PlanWave;
using dispatch::WavePlan;
using dispatch::WaveSituation;

constexpr int kWaveSeconds = 15;
constexpr char kCapability[] = "first_aid";
constexpr double kNever = std::numeric_limits<double>::infinity();

Duration FromSeconds(double seconds) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}
double Seconds(Duration time) { return std::chrono::duration<double>(time).count(); }

/// One line while it is played.
class Game {
 public:
  struct Team {
    const TrueOrganization* organization = nullptr;
    double answer_at = kNever;  ///< after it was asked
    bool accepts = false;
    double asked_at = -1;
    bool answered = false;
  };

  Game(const WaveLine& line, Strategy strategy, std::vector<Team> teams, const AnswerHistory& history)
      : line_(line), strategy_(strategy), teams_(std::move(teams)), history_(history) {}

  LineOutcome Run() {
    const double end = Seconds(line_.deadline);
    Look();
    while (filled_ < line_.quantity) {
      const double next = NextTime();
      if (next >= end) {
        break;
      }
      now_ = next;
      Settle();
      if (filled_ < line_.quantity && (now_ >= look_at_ || open_ < line_.quantity - filled_)) {
        Look();
      }
    }
    LineOutcome outcome;
    outcome.filled = filled_ >= line_.quantity;
    outcome.fill_seconds = now_;
    outcome.asked = static_cast<int>(next_);
    outcome.stood_down = outcome.filled ? open_ : 0;
    return outcome;
  }

 private:
  /// When the next answer, the next expiry or the next look comes.
  double NextTime() const {
    double next = look_at_;
    for (size_t i = 0; i < next_; ++i) {
      if (!teams_[i].answered) {
        next = std::min(next, EndOf(teams_[i]));
      }
    }
    return next;
  }
  double EndOf(const Team& team) const { return team.asked_at + std::min(team.answer_at, Seconds(line_.answer_time)); }

  void Settle() {
    for (size_t i = 0; i < next_; ++i) {
      Team& team = teams_[i];
      if (!team.answered && EndOf(team) <= now_) {
        team.answered = true;
        --open_;
        filled_ += team.accepts && team.answer_at < Seconds(line_.answer_time) ? 1 : 0;
      }
    }
  }

  void Ask(size_t count) {
    for (; count > 0 && next_ < teams_.size(); --count, ++next_) {
      teams_[next_].asked_at = now_;
      ++open_;
    }
  }

  void Look() {
    look_at_ = kNever;
    const auto missing = static_cast<size_t>(std::max(0, line_.quantity - filled_ - open_));
    switch (strategy_) {
      case Strategy::kBroadcast:
        return Ask(teams_.size());
      case Strategy::kOneByOne:
        return Ask(open_ == 0 ? 1 : 0);
      case Strategy::kPlanned:
        const WavePlan plan = PlanWave(Situation());
        price_ = plan.price;
        Ask(std::max(static_cast<size_t>(plan.ask_now), missing));
        if (next_ < teams_.size()) {
          look_at_ = now_ + std::max(10.0, Seconds(plan.next_look));
        }
    }
  }

  WaveSituation Situation() const {
    WaveSituation situation;
    situation.missing = line_.quantity - filled_;
    situation.time_left = line_.deadline - FromSeconds(now_);
    situation.answer_time = line_.answer_time;
    situation.probability = line_.probability;
    situation.price = price_;
    for (size_t i = 0; i < teams_.size() && i < next_ + 600; ++i) {
      const Team& team = teams_[i];
      const OrganizationId& id = team.organization->id;
      if (i >= next_) {
        situation.waiting.push_back({history_.Chance(id), 1, history_.Speed(id)});
      } else if (!team.answered) {
        const Duration since = FromSeconds(now_ - team.asked_at);
        situation.asked.push_back({history_.Chance(id), 1, history_.Speed(id), since, line_.answer_time - since});
      }
    }
    return situation;
  }

  const WaveLine& line_;
  const Strategy strategy_;
  std::vector<Team> teams_;
  const AnswerHistory& history_;
  size_t next_ = 0;
  int filled_ = 0;
  int open_ = 0;
  double now_ = 0;
  double look_at_ = kNever;
  double price_ = 0;
};

/// Chances of 0, 1, ... acceptances of so many who are asked.
std::vector<double> Binomial(int asked, double chance) {
  std::vector<double> chances{1.0};
  for (int i = 0; i < asked; ++i) {
    chances.push_back(0);
    for (size_t yes = chances.size() - 1; yes > 0; --yes) {
      chances[yes] = chances[yes] * (1 - chance) + chances[yes - 1] * chance;
    }
    chances[0] *= 1 - chance;
  }
  return chances;
}

/// What is expected from a state on that still needs 0, 1, 2, ... after this wave.
SmallResult Expected(int missing, const std::vector<double>& acceptances, const std::vector<SmallResult>& after) {
  SmallResult result;
  result.asked = static_cast<double>(acceptances.size()) - 1;
  for (size_t yes = 0; yes < acceptances.size(); ++yes) {
    const SmallResult& next = after[static_cast<size_t>(std::max(0, missing - static_cast<int>(yes)))];
    result.asked += acceptances[yes] * next.asked;
    result.filled += acceptances[yes] * next.filled;
  }
  return result;
}

std::vector<SmallResult> AtTheEnd(const SmallCase& small) {
  std::vector<SmallResult> end(static_cast<size_t>(small.quantity) + 1);
  end[0].filled = 1;
  return end;
}

int MostAsked(const SmallCase& small) { return static_cast<int>((3.0 * small.quantity + 10) / small.chance); }

/// The best way to ask where a line that stays short costs so many invitations.
SmallResult BestAt(const SmallCase& small, double price, const std::vector<std::vector<double>>& acceptances) {
  std::vector<SmallResult> after = AtTheEnd(small);
  for (int wave = 0; wave < small.waves; ++wave) {
    std::vector<SmallResult> before = after;
    for (int missing = 1; missing <= small.quantity; ++missing) {
      double best = kNever;
      for (const std::vector<double>& wave_of : acceptances) {
        const SmallResult result = Expected(missing, wave_of, after);
        const double value = result.asked + price * (1 - result.filled);
        if (value < best - 1e-12) {
          best = value;
          before[static_cast<size_t>(missing)] = result;
        }
      }
    }
    after = before;
  }
  return after.back();
}

}  // namespace

WaveCity MakeCity(const std::string& name, int count, const std::vector<double>& chances) {
  WaveCity city{name, {}};
  for (int i = 0; i < count; ++i) {
    TrueOrganization organization;
    organization.id = OrganizationId("organization " + std::to_string(i));
    organization.chance = chances[static_cast<size_t>(i) % chances.size()];
    city.organizations.push_back(std::move(organization));
  }
  return city;
}

const TrueOrganization& WaveSimulator::Any() { return city_.organizations[random_() % city_.organizations.size()]; }

WaveSimulator::Answer WaveSimulator::Draw(const TrueOrganization& organization) {
  std::uniform_real_distribution<double> uniform(0, 1);
  std::normal_distribution<double> normal(0, 1);
  Answer answer;
  answer.seconds = organization.median_seconds * std::exp(organization.spread * normal(random_));
  answer.accepts = uniform(random_) < organization.chance;
  if (!answer.accepts && uniform(random_) >= organization.decline_share) {
    answer.seconds = kNever;
  }
  return answer;
}

void WaveSimulator::Count(const TrueOrganization& organization, AnswerOutcome outcome, double seconds) {
  const int bucket = dispatch::AnswerBucket(FromSeconds(seconds));
  counts_.push_back({organization.id, kCapability, 10, outcome, bucket, 1});
  counts_.push_back({OrganizationId(), kCapability, -1, outcome, bucket, 1});
}

void WaveSimulator::Learn(int offers) {
  std::uniform_real_distribution<double> minutes(1, 10);
  for (int i = 0; i < offers; ++i) {
    const TrueOrganization& organization = Any();
    const Answer answer = Draw(organization);
    const double patience = 60 * minutes(random_);  // until its line was full, or its time had passed
    if (answer.seconds > patience) {
      Count(organization, AnswerOutcome::kSilent, patience);
    } else {
      Count(organization, answer.accepts ? AnswerOutcome::kAccepted : AnswerOutcome::kDeclined, answer.seconds);
    }
  }
}

LineOutcome WaveSimulator::Play(const WaveLine& line, Strategy strategy) {
  std::vector<Game::Team> teams;
  for (int i = 0; i < line.candidates; ++i) {
    Game::Team team;
    team.organization = &Any();
    const Answer answer = Draw(*team.organization);
    team.answer_at = answer.seconds;
    team.accepts = answer.accepts;
    teams.push_back(team);
  }
  const AnswerHistory history(counts_, kCapability, 10);
  return Game(line, strategy, std::move(teams), history).Run();
}

WaveFigures PlayMany(WaveSimulator& simulator, const WaveLine& line, Strategy strategy, int lines) {
  WaveFigures figures;
  int filled = 0;
  for (int i = 0; i < lines; ++i) {
    const LineOutcome outcome = simulator.Play(line, strategy);
    filled += outcome.filled ? 1 : 0;
    figures.fill_minutes += outcome.filled ? outcome.fill_seconds / 60 : 0;
    figures.asked += outcome.asked;
    figures.stood_down += outcome.stood_down;
  }
  figures.filled_share = static_cast<double>(filled) / lines;
  figures.fill_minutes /= std::max(1, filled);
  figures.asked /= lines;
  figures.stood_down /= lines;
  return figures;
}

SmallResult Planned(const SmallCase& small) {
  constexpr Duration kWave = std::chrono::seconds(kWaveSeconds);
  const dispatch::SpeedCurve at_once({1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  const auto plan = [&](int missing, int waves, double price) {
    WaveSituation situation;
    situation.missing = missing;
    situation.waiting.assign(static_cast<size_t>(MostAsked(small)), {small.chance, 1, at_once});
    situation.time_left = kWave * waves;
    situation.answer_time = std::chrono::minutes(10);
    situation.probability = small.probability;
    situation.price = price;
    return PlanWave(situation);
  };
  const WavePlan first = plan(small.quantity, small.waves, 0);
  std::vector<SmallResult> after = AtTheEnd(small);
  for (int waves = 1; waves <= small.waves; ++waves) {
    std::vector<SmallResult> before = after;
    for (int missing = 1; missing <= small.quantity; ++missing) {
      const bool is_first = waves == small.waves && missing == small.quantity;
      const int ask = is_first ? first.ask_now : plan(missing, waves, first.price).ask_now;
      before[static_cast<size_t>(missing)] = Expected(missing, Binomial(ask, small.chance), after);
    }
    after = before;
  }
  return after.back();
}

double Optimum(const SmallCase& small, bool of_any) {
  std::vector<std::vector<double>> acceptances;
  for (int asked = 0; asked <= MostAsked(small); ++asked) {
    acceptances.push_back(Binomial(asked, small.chance));
  }
  double low = 0;
  double high = std::log(1e6);
  double bound = 0;  // no way to ask needs fewer: Lagrange's dual
  double on_hull = 0;
  for (int step = 0; step < 24; ++step) {
    const double price = std::exp((low + high) / 2);
    const SmallResult best = BestAt(small, price, acceptances);
    bound = std::max(bound, best.asked + price * (small.probability - best.filled));
    if (best.filled >= small.probability) {
      on_hull = best.asked;
      high = (low + high) / 2;
    } else {
      low = (low + high) / 2;
    }
  }
  return of_any ? bound : on_hull;
}

}  // namespace muster::bench
