#include "services/dispatch/core/wave_plan.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace muster::dispatch {
namespace {

using Chances = std::vector<double>;  ///< of 0, 1, 2, ... cells

constexpr int kMaxWaves = 4;
/// A line is planned in at most this many cells; more people are counted by
/// several in a cell.
constexpr int kMaxCells = 80;
/// A wave is over when this share of its acceptances has come.
constexpr double kWaveShare = 0.98;
constexpr Duration kShortestWave = std::chrono::seconds(10);
/// A wave is long enough where this share of its acceptances is known by the next one: the plan takes all as known.
constexpr double kKnownShare = 0.8;
/// How finely the price of a short line is found.
constexpr int kPriceSteps = 16;
constexpr double kLeastPrice = 1;
constexpr double kMostPrice = 1e6;
/// Later waves take the price a little higher: near it a plan tips over, and
/// chances are never known exactly.
constexpr double kPriceMargin = 1.25;

double Seconds(Duration time) { return std::chrono::duration<double>(time).count(); }
Duration FromSeconds(double seconds) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

/// A count in cells, where a cell is not a whole person: the lower number, and
/// with this chance one more.
struct InCells {
  int whole = 0;
  double part = 0;
};

/// Counts of the line's unit as cells.
class Cells {
 public:
  explicit Cells(int missing)
      : size_(std::max(1.0, static_cast<double>(missing) / kMaxCells)), number_(Number(missing / size_)) {}
  /// How many are needed.
  int number() const { return number_; }
  InCells Of(double count) const {
    const double cells = count / size_;
    const double whole = std::floor(cells);
    return {static_cast<int>(whole), cells - whole};
  }

 private:
  static int Number(double cells) { return static_cast<int>(std::ceil(cells - 1e-9)); }
  double size_;
  int number_;
};

/// `progress` (chances of cells that are filled, the last for all of them or
/// more) after one more may accept.
void AddTeam(double chance, const InCells& count, Chances& progress) {
  const int last = static_cast<int>(progress.size()) - 1;
  for (int cells = last - 1; cells >= 0; --cells) {
    const double moved = progress[static_cast<size_t>(cells)] * chance;
    progress[static_cast<size_t>(cells)] -= moved;
    progress[static_cast<size_t>(std::min(last, cells + count.whole))] += moved * (1 - count.part);
    progress[static_cast<size_t>(std::min(last, cells + count.whole + 1))] += moved * count.part;
  }
}

/// The chance that one who was asked accepts within `time` from now, after the
/// silence so far.
double ChanceWithin(const Asked& asked, Duration time) {
  const double so_far = asked.chance * asked.speed.Within(asked.since);
  const double then = asked.chance * asked.speed.Within(asked.since + std::min(time, std::max(Duration(), asked.left)));
  return so_far >= 1 ? 0 : (then - so_far) / (1 - so_far);
}

/// What waves of one length can do.
class Rounds {
 public:
  Rounds(const WaveSituation& situation, const Cells& cells, int waves)
      : situation_(situation), cells_(cells), waves_(waves), length_(Length(situation, waves)) {
    ComputeFirst();
    ComputeLater();
  }

  struct Choice {
    int ask = 0;
    double asked = 0;  ///< expected, over all waves
    double chance = 0;
    double value = 0;  ///< invitations, and the price of a short line by its chance
    double price = 0;
  };

  /// The best first wave where a line that stays short costs as much as `price` invitations.
  Choice Best(double price) const {
    const After after = Recursion(price);
    Choice best;
    best.value = std::numeric_limits<double>::infinity();
    for (size_t ask = 0; ask < first_.size(); ++ask) {
      const Choice choice = ChoiceOf(ask, price, after);
      if (choice.value < best.value - 1e-9) {
        best = choice;
      }
    }
    return best;
  }

  /// The smallest first wave that reaches the probability where later waves take the price; Best where none does. No
  /// price leads to some of them: asking half as many may be as bad as asking nobody.
  Choice Fewest(double price, double probability) const {
    const After after = Recursion(price);
    for (size_t ask = 0; ask < first_.size(); ++ask) {
      const Choice choice = ChoiceOf(ask, price, after);
      if (choice.chance >= probability) {
        return choice;
      }
    }
    return Best(price);
  }

  Duration length() const { return length_; }

  /// True when a later wave would know enough of the one before it.
  bool IsLongEnough() const {
    double known = 0;
    double all = 0;
    for (const Askable& team : situation_.waiting) {
      known += team.speed.Within(length_);
      all += team.speed.Within(std::min(situation_.answer_time, situation_.time_left));
    }
    return length_ >= kShortestWave && known >= kKnownShare * all;
  }

 private:
  /// What is expected of the waves that are left, by the cells that are
  /// missing.
  struct After {
    Chances asked;
    Chances chance;
  };

  Choice ChoiceOf(size_t ask, double price, const After& after) const {
    Choice choice;
    choice.ask = static_cast<int>(ask);
    choice.price = price;
    choice.asked = choice.ask;
    for (size_t cells = 0; cells < first_[ask].size(); ++cells) {
      const size_t missing = first_[ask].size() - 1 - cells;
      choice.asked += first_[ask][cells] * after.asked[missing];
      choice.chance += first_[ask][cells] * after.chance[missing];
    }
    choice.value = choice.asked + price * (1 - choice.chance);
    return choice;
  }

  static Duration Length(const WaveSituation& situation, int waves) {
    const Duration most = situation.time_left / waves;
    if (waves == 1) {
      return most;
    }
    Duration useful{};
    for (const Askable& team : situation.waiting) {
      useful = std::max(useful, team.speed.TimeOf(kWaveShare));
    }
    return std::min(most, std::min(useful, situation.answer_time));
  }

  /// The chance that a team accepts in time that is asked when so many waves
  /// are left, its own among them.
  double ChanceIn(const Askable& team, int waves_left) const {
    return team.chance * team.speed.Within(std::min(length_ * waves_left, situation_.answer_time));
  }

  /// What the first wave may bring, by how many it asks: those asked before
  /// count with what they bring meanwhile.
  void ComputeFirst() {
    Chances progress(static_cast<size_t>(cells_.number()) + 1, 0.0);
    progress[0] = 1;
    for (const Asked& asked : situation_.asked) {
      AddTeam(ChanceWithin(asked, length_ * waves_), cells_.Of(asked.count), progress);
    }
    first_.push_back(progress);
    for (const Askable& team : situation_.waiting) {
      AddTeam(ChanceIn(team, waves_), cells_.Of(team.count), progress);
      first_.push_back(progress);
      if (progress.back() > 1 - 1e-7) {
        break;
      }
    }
  }

  /// What the later waves may bring, by how many they ask: of teams as they are
  /// on the average.
  void ComputeLater() {
    for (int waves_left = 1; waves_left < waves_; ++waves_left) {
      later_.push_back(LaterWaves(waves_left));
    }
  }

  struct LaterWave {
    int asked = 0;
    Chances progress;
  };

  std::vector<LaterWave> LaterWaves(int waves_left) const {
    double chance = 0;
    double count = 0;
    for (const Askable& team : situation_.waiting) {
      chance += ChanceIn(team, waves_left) * team.count;
      count += team.count;
    }
    chance /= std::max(1.0, count);
    const InCells cells = cells_.Of(count / std::max(1.0, static_cast<double>(situation_.waiting.size())));
    std::vector<LaterWave> waves;
    Chances progress(static_cast<size_t>(cells_.number()) + 1, 0.0);
    progress[0] = 1;
    int asked = 0;
    const int left = TeamsForLater(count);
    for (double next = 0; asked <= left; next = std::max(next + 1, next * 1.04)) {
      for (; asked < static_cast<int>(next); ++asked) {
        AddTeam(chance, cells, progress);
      }
      waves.push_back({asked, progress});
      if (progress.back() > 1 - 1e-7) {
        break;
      }
    }
    return waves;
  }

  /// How many a later wave may ask: an equal part of those whom the first does not need.
  int TeamsForLater(double count) const {
    const double teams = static_cast<double>(situation_.waiting.size());
    const double needed = situation_.missing * teams / std::max(1.0, count);
    return static_cast<int>(std::max(0.0, teams - needed) / (waves_ - 1));
  }

  After Recursion(double price) const {
    const size_t states = static_cast<size_t>(cells_.number()) + 1;
    After after{Chances(states, 0.0), Chances(states, 0.0)};
    after.chance[0] = 1;
    for (const std::vector<LaterWave>& wave : later_) {  // the last one first
      After before = after;
      for (size_t missing = 1; missing < states; ++missing) {
        BestOfWave(wave, price, missing, after, before);
      }
      after = std::move(before);
    }
    return after;
  }

  static void BestOfWave(const std::vector<LaterWave>& sizes, double price, size_t missing, const After& after,
                         After& before) {
    double best = std::numeric_limits<double>::infinity();
    for (const LaterWave& wave : sizes) {
      double asked = wave.asked;
      double chance = 0;
      double done = 0;
      for (size_t cells = 0; cells < missing; ++cells) {
        asked += wave.progress[cells] * after.asked[missing - cells];
        chance += wave.progress[cells] * after.chance[missing - cells];
        done += wave.progress[cells];
      }
      chance += 1 - done;
      const double value = asked + price * (1 - chance);
      if (value < best - 1e-9) {
        best = value;
        before.asked[missing] = asked;
        before.chance[missing] = chance;
      } else if (wave.asked > best) {
        break;  // asking more costs more than it could save
      }
    }
  }

  const WaveSituation& situation_;
  const Cells& cells_;
  const int waves_;
  const Duration length_;
  std::vector<Chances> first_;
  std::vector<std::vector<LaterWave>> later_;  ///< the last wave first
};

/// The choice with the least price that reaches the probability; that with the
/// most chance where none does.
Rounds::Choice Cheapest(const Rounds& rounds, double probability) {
  Rounds::Choice best = rounds.Best(kMostPrice);
  if (best.chance < probability) {
    return best;
  }
  double low = std::log(kLeastPrice);
  double high = std::log(kMostPrice);
  for (int step = 0; step < kPriceSteps; ++step) {
    const double middle = (low + high) / 2;
    const Rounds::Choice choice = rounds.Best(std::exp(middle));
    if (choice.chance >= probability) {
      best = choice;
      high = middle;
    } else {
      low = middle;
    }
  }
  const Rounds::Choice fewest = rounds.Fewest(best.price, probability);
  return fewest.asked < best.asked ? fewest : best;
}

/// Of waves of two lengths: which plan is better.
bool IsBetter(const Rounds::Choice& one, const Rounds::Choice& other, const WaveSituation& situation) {
  if (situation.price > 0) {
    return one.value < other.value - 1e-6;
  }
  if (one.chance >= situation.probability && other.chance >= situation.probability) {
    return one.asked < other.asked - 1e-6;
  }
  return one.chance > other.chance;
}

}  // namespace

int AnswerBucket(Duration time) {
  const double seconds = Seconds(time);
  const auto found =
      std::find_if(kBucketEndSeconds.begin(), kBucketEndSeconds.end(), [seconds](int end) { return seconds < end; });
  return static_cast<int>(std::min<std::ptrdiff_t>(found - kBucketEndSeconds.begin(), kAnswerBuckets - 1));
}

SpeedCurve::SpeedCurve() : SpeedCurve({3, 5, 10, 17, 20, 20, 13, 7, 3, 1.5, 0.4, 0.1}) {}

SpeedCurve::SpeedCurve(const std::array<double, kAnswerBuckets>& weights) : shares_(weights) {
  double sum = 0;
  for (const double weight : weights) {
    sum += weight;
  }
  for (double& share : shares_) {
    share /= sum;
  }
}

double SpeedCurve::Within(Duration time) const {
  const double seconds = Seconds(time);
  double within = 0;
  double begin = 0;
  for (size_t bucket = 0; bucket < shares_.size(); ++bucket) {
    const double end = kBucketEndSeconds[bucket];
    if (seconds < end) {
      return within + shares_[bucket] * std::max(0.0, seconds - begin) / (end - begin);
    }
    within += shares_[bucket];
    begin = end;
  }
  return 1;
}

Duration SpeedCurve::TimeOf(double share) const {
  double begin = 0;
  for (size_t bucket = 0; bucket < shares_.size(); ++bucket) {
    const double end = kBucketEndSeconds[bucket];
    if (share <= shares_[bucket] + 1e-12 && shares_[bucket] > 0) {
      return FromSeconds(begin + (end - begin) * std::min(1.0, share / shares_[bucket]));
    }
    share -= shares_[bucket];
    begin = end;
  }
  return FromSeconds(begin);
}

WavePlan PlanWave(const WaveSituation& situation) {
  WavePlan plan;
  for (const Asked& asked : situation.asked) {
    plan.expected_acceptances += ChanceWithin(asked, situation.time_left) * asked.count;
  }
  if (situation.missing <= 0 || situation.time_left <= Duration()) {
    plan.fill_chance = situation.missing <= 0 ? 1 : 0;
    return plan;
  }
  const Cells cells(situation.missing);
  std::optional<Rounds::Choice> best;
  for (int waves = 1; waves <= kMaxWaves; ++waves) {
    const Rounds rounds(situation, cells, waves);
    if (waves > 1 && !rounds.IsLongEnough()) {
      break;
    }
    const Rounds::Choice choice =
        situation.price > 0 ? rounds.Best(situation.price) : Cheapest(rounds, situation.probability);
    if (!best || IsBetter(choice, *best, situation)) {
      best = choice;
      plan.next_look = rounds.length();
    }
    if (waves == 1 && choice.ask == static_cast<int>(situation.waiting.size())) {
      break;  // nobody would be left for a later wave
    }
  }
  plan.ask_now = best->ask;
  plan.fill_chance = best->chance;
  plan.expected_asked = best->asked;
  plan.price = situation.price > 0 ? situation.price : best->price * kPriceMargin;
  return plan;
}

}  // namespace muster::dispatch
