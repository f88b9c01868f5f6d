#include "services/dispatch/core/answer_history.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace muster::dispatch {
namespace {

/// What is believed before there is any answer, and how many offers that is worth.
constexpr double kFirstChance = 0.3;
constexpr double kFirstStrength = 4;
/// How many offers the level above is worth. Organizations differ much: what one does itself soon counts for more.
constexpr double kCapabilityStrength = 10;
constexpr double kOrganizationStrength = 3;
constexpr double kHourStrength = 8;
/// How many acceptances the speed above is worth.
constexpr double kCitySpeedStrength = 5;
constexpr double kOrganizationSpeedStrength = 20;

constexpr int64_t kChinaOffsetUs = int64_t{8} * 3600 * 1'000'000;
constexpr int64_t kHourUs = int64_t{3600} * 1'000'000;

/// The same hour or a neighbour of it: what people do changes slowly over the day.
bool IsNear(int hour, int other) {
  const int apart = std::abs(hour - other);
  return std::min(apart, 24 - apart) <= 1;
}

std::chrono::seconds MiddleOf(size_t bucket) {
  const int begin = bucket == 0 ? 0 : kBucketEndSeconds[bucket - 1];
  return std::chrono::seconds((begin + kBucketEndSeconds[bucket]) / 2);
}

}  // namespace

int HourOfDay(Time time) {
  const int64_t hours = (ToMicros(time) + kChinaOffsetUs) / kHourUs;
  return static_cast<int>((hours % 24 + 24) % 24);
}

std::vector<AnswerCount> AnswersIn(const std::vector<Changed<Offer>>& offers, Time now) {
  using Key = std::tuple<std::string, std::string, int, AnswerOutcome, int>;
  std::map<Key, int64_t> counts;
  for (const Changed<Offer>& offer : offers) {
    if (!offer.before || offer.before->state != OfferState::kInvited || offer.after.state == OfferState::kInvited ||
        offer.after.mode != Mode::kReal) {
      continue;
    }
    const OfferState state = offer.after.state;
    const AnswerOutcome outcome = state == OfferState::kAccepted || state == OfferState::kProvisional
                                      ? AnswerOutcome::kAccepted
                                  : state == OfferState::kDeclined ? AnswerOutcome::kDeclined
                                                                   : AnswerOutcome::kSilent;
    const int bucket = AnswerBucket(now - offer.after.create_time);
    ++counts[{offer.after.organization_id.value(), offer.after.capability, HourOfDay(offer.after.create_time), outcome,
              bucket}];
    ++counts[{"", offer.after.capability, -1, outcome, bucket}];
  }
  std::vector<AnswerCount> list;
  for (const auto& [key, answers] : counts) {
    const auto& [organization, capability, hour, outcome, bucket] = key;
    list.push_back({OrganizationId(organization), capability, hour, outcome, bucket, answers});
  }
  return list;
}

void AnswerHistory::Tally::Add(const AnswerCount& count) {
  const double answers = static_cast<double>(count.answers);
  const auto bucket = static_cast<size_t>(std::clamp(count.bucket, 0, kAnswerBuckets - 1));
  if (count.outcome == AnswerOutcome::kAccepted) {
    accepted[bucket] += answers;
  } else if (count.outcome == AnswerOutcome::kSilent) {
    silent[bucket] += answers;
  } else {
    declined += answers;
  }
}

double AnswerHistory::Tally::Accepted() const { return std::accumulate(accepted.begin(), accepted.end(), 0.0); }

double AnswerHistory::Tally::Exposure(const SpeedCurve& speed) const {
  double exposure = Accepted() + declined;
  for (size_t bucket = 0; bucket < silent.size(); ++bucket) {
    exposure += silent[bucket] > 0 ? silent[bucket] * speed.Within(MiddleOf(bucket)) : 0;
  }
  return exposure;
}

/// Kaplan and Meier's estimate: the acceptances of each bucket among those who were still asked then.
SpeedCurve AnswerHistory::CitySpeed(const Tally& city) {
  double at_risk =
      city.Exposure(SpeedCurve({1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));  // everyone, from the first bucket on
  double not_yet = 1;
  std::array<double, kAnswerBuckets> came{};
  double sum = 0;
  for (size_t bucket = 0; bucket < came.size(); ++bucket) {
    const double asked = at_risk - city.silent[bucket] / 2;
    const double share = asked > 0 ? std::min(1.0, city.accepted[bucket] / asked) : 0;
    came[bucket] = not_yet * share;
    sum += came[bucket];
    not_yet -= came[bucket];
    at_risk -= city.accepted[bucket] + city.silent[bucket];
  }
  Tally estimate;
  const double acceptances = city.Accepted();
  for (size_t bucket = 0; bucket < came.size() && sum > 0; ++bucket) {
    estimate.accepted[bucket] = acceptances * came[bucket] / sum;
  }
  return Shrunk(estimate, SpeedCurve(), kCitySpeedStrength);
}

SpeedCurve AnswerHistory::Shrunk(const Tally& tally, const SpeedCurve& to, double strength) {
  std::array<double, kAnswerBuckets> weights{};
  for (size_t bucket = 0; bucket < weights.size(); ++bucket) {
    weights[bucket] = tally.accepted[bucket] + strength * to.shares()[bucket];
  }
  return SpeedCurve(weights);
}

double AnswerHistory::Shrunk(const Tally& tally, const SpeedCurve& speed, double to, double strength) {
  return (tally.Accepted() + strength * to) / (tally.Exposure(speed) + strength);
}

AnswerHistory::AnswerHistory(const std::vector<AnswerCount>& counts, const std::string& capability, int hour) {
  Tally city;
  Tally of_capability;
  struct Own {
    Tally all;
    Tally now;
  };
  std::map<OrganizationId, Own> own;
  for (const AnswerCount& count : counts) {
    if (count.organization_id.empty()) {
      city.Add(count);
      if (count.capability == capability) of_capability.Add(count);
    } else {
      Own& organization = own[count.organization_id];
      organization.all.Add(count);
      if (count.capability == capability && IsNear(count.hour, hour)) organization.now.Add(count);
    }
  }
  city_.speed = CitySpeed(city);
  city_.chance =
      Shrunk(of_capability, city_.speed, Shrunk(city, city_.speed, kFirstChance, kFirstStrength), kCapabilityStrength);
  for (const auto& [id, organization] : own) {
    const SpeedCurve speed = Shrunk(organization.all, city_.speed, kOrganizationSpeedStrength);
    const double mean = Shrunk(organization.all, speed, city_.chance, kOrganizationStrength);
    organizations_[id] = {Shrunk(organization.now, speed, mean, kHourStrength), speed};
  }
}

double AnswerHistory::Chance(const OrganizationId& organization) const {
  const auto found = organizations_.find(organization);
  return found == organizations_.end() ? city_.chance : found->second.chance;
}

const SpeedCurve& AnswerHistory::Speed(const OrganizationId& organization) const {
  const auto found = organizations_.find(organization);
  return found == organizations_.end() ? city_.speed : found->second.speed;
}

}  // namespace muster::dispatch
