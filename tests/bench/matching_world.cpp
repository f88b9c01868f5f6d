#include "tests/bench/matching_world.h"

#include <algorithm>
#include <cstdio>
#include <random>
#include <set>
#include <string>

#include "muster/domain/capability.h"
#include "muster/geo/district.h"

namespace muster::bench {
namespace {

constexpr size_t kTeams = 40'000;
constexpr size_t kOrganizations = 24'000;
constexpr int kCapabilities = 60;

/// The codes of the taxonomy that teams can hold, in its order.
std::string CapabilityOfRank(size_t rank) {
  static const std::vector<std::string> codes = [] {
    std::vector<std::string> held;
    for (const Capability& capability : Capabilities()) {
      if (!capability.IsGroup()) {
        held.emplace_back(capability.code);
      }
    }
    return held;
  }();
  return codes.at(rank);
}

class Maker {
 public:
  explicit Maker(uint64_t seed) : random_(seed) {
    double sum = 0;
    for (int rank = 1; rank <= kCapabilities; ++rank) {
      zipf_.push_back(sum += 1.0 / rank);
    }
  }

  int Between(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  bool Chance(double probability) { return Uniform() < probability; }
  double Uniform() { return std::uniform_real_distribution<double>(0, 1)(random_); }

  std::string Capability() {
    const double at = Uniform() * zipf_.back();
    const auto found = std::lower_bound(zipf_.begin(), zipf_.end(), at);
    return CapabilityOfRank(static_cast<size_t>(found - zipf_.begin()));
  }

  /// Two thirds near a district's seat, the rest between.
  geo::Position Place(size_t city) {
    const auto districts = geo::Districts();
    geo::Position place = districts[static_cast<size_t>(Between(0, static_cast<int>(districts.size()) - 1))].seat;
    const double sigma = Chance(0.67) ? 0.03 : 0.15;
    std::normal_distribution<double> normal(0, sigma);
    place.latitude += normal(random_) - 2.0 * static_cast<double>(city / 8);
    place.longitude += normal(random_) - 2.0 * static_cast<double>(city % 8);
    return place;
  }

  Window WindowWithin(int low_hours, int high_hours, int longest_hours) {
    const Time start = kNow + std::chrono::minutes(Between(low_hours * 60, high_hours * 60));
    return {start, start + std::chrono::minutes(Between(30, longest_hours * 60))};
  }

  matching::TeamRecord Team(size_t number) {
    matching::TeamRecord team;
    char id[64];
    std::snprintf(id, sizeof id, "01980000-0000-7000-8000-%012zx", number);
    team.facts.team_id = TeamId(id);
    const size_t city = number / kTeams;
    std::snprintf(id, sizeof id, "01980000-0000-7000-9000-%012zx",
                  city * kOrganizations + static_cast<size_t>(Between(0, kOrganizations - 1)));
    team.facts.organization_id = OrganizationId(id);
    team.facts.organization_state = OrganizationState::kApproved;
    team.facts.headcount = Between(3, 60);
    team.facts.works_remotely = Chance(0.15);
    std::set<std::string> capabilities;
    for (const size_t count = static_cast<size_t>(Between(1, 5)); capabilities.size() < count;) {
      capabilities.insert(Capability());
    }
    for (const std::string& capability : capabilities) {
      const Window valid{kNow - std::chrono::hours(9000), kNow + std::chrono::hours(Between(0, 30'000))};
      team.facts.capabilities.push_back({capability, Between(1, 4), valid});
    }
    team.name = "Team " + std::to_string(number);
    team.district_path = "3205/320506";
    team.position = Place(city);
    team.travel_mode = static_cast<geo::TravelMode>(Between(0, 4));
    team.confirmed_time = kNow - std::chrono::hours(Between(0, 5000));
    team.history_known = true;
    AddTrouble(team);
    return team;
  }

  matching::RankQuery Query(size_t cities) {
    matching::RankQuery query;
    query.now = kNow;
    query.need.capability = Capability();
    query.need.lowest_level = Between(0, 4);
    query.need.people = Chance(0.5) ? Between(5, 60) : 0;
    query.need.windows = {WindowWithin(0, 72, 12)};
    query.need.position = Place(static_cast<size_t>(Between(0, static_cast<int>(cities) - 1)));
    return query;
  }

 private:
  void AddTrouble(matching::TeamRecord& team) {
    matching::TeamWork& work = team.WorkOf(Mode::kReal);
    if (Chance(0.1)) {
      work.booked.push_back(WindowWithin(-8, 72, 12));
    }
    if (Chance(0.1)) {
      work.last_work_end = kNow - std::chrono::minutes(Between(0, 4000));
      work.organization_recent_work = std::chrono::hours(Between(1, 100));
    }
    if (Chance(0.05)) {
      team.facts.available.push_back(WindowWithin(-8, 24, 72));
    }
    if (Chance(0.02)) {
      team.facts.suspended = WindowWithin(-24, 24, 48);
    }
  }

  std::mt19937_64 random_;
  std::vector<double> zipf_;
};

}  // namespace

std::vector<matching::TeamRecord> MakeWorld(size_t cities, uint64_t seed) {
  Maker maker(seed);
  std::vector<matching::TeamRecord> teams;
  teams.reserve(cities * kTeams);
  for (size_t number = 0; number < cities * kTeams; ++number) {
    teams.push_back(maker.Team(number));
  }
  return teams;
}

std::vector<matching::RankQuery> MakeQueries(size_t cities, size_t count, uint64_t seed) {
  Maker maker(seed);
  std::vector<matching::RankQuery> queries;
  for (size_t i = 0; i < count; ++i) {
    queries.push_back(maker.Query(cities));
  }
  return queries;
}

}  // namespace muster::bench
