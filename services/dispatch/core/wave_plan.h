#pragma once

#include <array>
#include <chrono>
#include <vector>

#include "muster/base/clock.h"

namespace muster::dispatch {

/// Answers are counted by how long they took, in this many buckets.
inline constexpr int kAnswerBuckets = 12;
/// Where each bucket ends; the last holds whatever takes longer than the one before it, up to a day.
inline constexpr std::array<int, kAnswerBuckets> kBucketEndSeconds{15,  30,   60,   120,  240,   480,
                                                                   900, 1800, 3600, 7200, 14400, 86400};
/// The bucket of an answer that took this long.
int AnswerBucket(Duration time);

/// How fast those who accept do so: the share of them in each bucket. Within a bucket they come evenly.
class SpeedCurve {
 public:
  /// Before anything is known: half of them within three and a half minutes, nine in ten within twenty.
  SpeedCurve();
  /// Weights of the buckets, which are not all 0; they are brought to a sum of 1.
  explicit SpeedCurve(const std::array<double, kAnswerBuckets>& weights);

  /// The share, 0 to 1, that has accepted within `time` of being asked.
  double Within(Duration time) const;
  /// After how long the share has accepted.
  Duration TimeOf(double share) const;
  const std::array<double, kAnswerBuckets>& shares() const { return shares_; }

 private:
  std::array<double, kAnswerBuckets> shares_;
};

/// A team that waits to be asked.
struct Askable {
  double chance = 0;  ///< that it ever accepts
  int count = 1;      ///< what it would take of the line, in the line's unit
  SpeedCurve speed;
};

/// A team that was asked and has not answered.
struct Asked {
  double chance = 0;  ///< as when it was asked
  int count = 1;
  SpeedCurve speed;
  Duration since{};  ///< how long ago it was asked
  Duration left{};   ///< until its offer ends
};

/// What a wave is planned on.
struct WaveSituation {
  int missing = 0;               ///< still to be found, in the line's unit
  std::vector<Asked> asked;      ///< who was asked already
  std::vector<Askable> waiting;  ///< who could be asked, in the order in which they would be
  Duration time_left{};          ///< until the line is to be filled
  Duration answer_time{};        ///< how long an offer stays open
  double probability = 0.95;     ///< with which the line is to be filled by then
  double price = 0;              ///< of the plan made for the line's first wave; 0: this is the first
};

/// What to do now.
struct WavePlan {
  int ask_now = 0;                  ///< of those who wait, from the front
  double expected_acceptances = 0;  ///< of those asked already, in the line's unit, in time
  double fill_chance = 0;           ///< that these, the wave now and those planned after it fill the line in time
  double expected_asked = 0;        ///< how many this takes in all, with the later waves
  Duration next_look{};             ///< after which time to plan again
  double price = 0;                 ///< what a line that stays short costs, in invitations
};

/// How many to ask now, so that with as few invitations as possible the line is filled with the chosen probability in
/// time. Later waves are used where the time allows, each as long as most answers take; who answers after the next one
/// has gone out counts in the chance, as if it were known by then. The chance of a wave is the tail of a
/// Poisson-binomial distribution; over the waves a backward recursion weighs invitations against a line that stays
/// short, whose price is the least with which the probability is reached. The price found for the first wave is that of
/// the later ones: so the probability is the line's from its first wave on, and no wave makes up for bad luck at any
/// cost. Where the probability cannot be reached, all are asked.
WavePlan PlanWave(const WaveSituation& situation);

}  // namespace muster::dispatch
