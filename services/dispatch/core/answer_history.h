#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "services/dispatch/core/facts.h"
#include "services/dispatch/core/wave_plan.h"

namespace muster::dispatch {

/// The hour of the day in China, 0 to 23.
int HourOfDay(Time time);

/// The answers that these changes of offers hold, for each organization and for the city. Only real ones: an exercise
/// teaches how exercises are answered.
std::vector<AnswerCount> AnswersIn(const std::vector<Changed<Offer>>& offers, Time now);

/// Who accepts, and how fast, learned from earlier offers: a Beta posterior by organization, capability and hour of the
/// day, shrunk to the organization's mean, that to the city's for the capability, and that to the city's. Silence
/// counts by the share of acceptances that would have come by then, so that who was stood down early teaches little.
class AnswerHistory {
 public:
  /// For offers of that capability sent at that hour. `counts` hold the city's and those of the organizations
  /// concerned.
  AnswerHistory(const std::vector<AnswerCount>& counts, const std::string& capability, int hour);

  /// The chance that a team of the organization ever accepts.
  double Chance(const OrganizationId& organization) const;
  const SpeedCurve& Speed(const OrganizationId& organization) const;

 private:
  /// Answers of one kind of offers.
  struct Tally {
    std::array<double, kAnswerBuckets> accepted{};
    std::array<double, kAnswerBuckets> silent{};
    double declined = 0;

    void Add(const AnswerCount& count);
    double Accepted() const;
    /// How many offers the acceptances were drawn from, by this speed.
    double Exposure(const SpeedCurve& speed) const;
  };
  struct Learned {
    double chance = 0;
    SpeedCurve speed;
  };

  static SpeedCurve CitySpeed(const Tally& city);
  static SpeedCurve Shrunk(const Tally& tally, const SpeedCurve& to, double strength);
  static double Shrunk(const Tally& tally, const SpeedCurve& speed, double to, double strength);

  Learned city_;
  std::map<OrganizationId, Learned> organizations_;
};

}  // namespace muster::dispatch
