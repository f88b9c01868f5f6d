#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "services/dispatch/core/answer_history.h"
#include "services/dispatch/core/wave_plan.h"

namespace muster::bench {

/// An organization as it is: what the planner has to learn.
struct TrueOrganization {
  OrganizationId id;
  double chance = 0;            ///< that a team of it accepts
  double decline_share = 0.3;   ///< of those who do not accept: who says so; the others are silent
  double median_seconds = 180;  ///< of the time to an answer, which is lognormal
  double spread = 0.8;          ///< its sigma
};

/// A city whose acceptance is known to us and not to the planner.
struct WaveCity {
  std::string name;
  std::vector<TrueOrganization> organizations;
};
/// `count` organizations that all accept with this chance, or with one of several, by turns.
WaveCity MakeCity(const std::string& name, int count, const std::vector<double>& chances);

/// How a line asks.
enum class Strategy { kPlanned, kOneByOne, kBroadcast };

struct WaveLine {
  int quantity = 5;
  int candidates = 100;  ///< teams of one that are ranked for it
  Duration deadline = std::chrono::minutes(40);
  Duration answer_time = std::chrono::minutes(10);
  double probability = 0.95;
};

/// What became of a line.
struct LineOutcome {
  bool filled = false;
  double fill_seconds = 0;  ///< where it was filled
  int asked = 0;
  int stood_down = 0;  ///< had not answered when it was full
};

/// Plays lines of a city, answer by answer, with the production planner. What it learns comes from Learn alone.
class WaveSimulator {
 public:
  WaveSimulator(WaveCity city, uint64_t seed) : city_(std::move(city)), random_(seed) {}

  /// Lines of the past whose answers the planner may learn from: every one asked a few, and most were stood down early.
  void Learn(int offers);
  LineOutcome Play(const WaveLine& line, Strategy strategy);

 private:
  struct Answer {
    double seconds = 0;  ///< after the invitation; infinite: silent
    bool accepts = false;
  };
  Answer Draw(const TrueOrganization& organization);
  const TrueOrganization& Any();
  void Count(const TrueOrganization& organization, dispatch::AnswerOutcome outcome, double seconds);

  WaveCity city_;
  std::mt19937_64 random_;
  std::vector<dispatch::AnswerCount> counts_;
};

/// The mean of many lines.
struct WaveFigures {
  double filled_share = 0;
  double fill_minutes = 0;  ///< mean of those that were filled
  double asked = 0;
  double stood_down = 0;
};
WaveFigures PlayMany(WaveSimulator& simulator, const WaveLine& line, Strategy strategy, int lines);

/// A case so small that the optimum can be computed: everyone who was asked has answered by the next wave, one in
/// 1/chance with yes.
struct SmallCase {
  int quantity = 1;
  double chance = 0.3;
  int waves = 2;
  double probability = 0.95;
};
/// Expected invitations, and the chance that the line is filled.
struct SmallResult {
  double asked = 0;
  double filled = 0;
};
/// What the planner does in it, computed over all outcomes.
SmallResult Planned(const SmallCase& small);
/// The fewest expected invitations of any way to ask that fills the line with the probability, by dynamic programs.
/// `of_any`: even of one that tosses coins between two; else of the best one that does not, among those on the hull.
double Optimum(const SmallCase& small, bool of_any);

}  // namespace muster::bench
