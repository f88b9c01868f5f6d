#include "services/cli/demo_city/city_plan.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "services/cli/demo_city/demo_city.h"
#include "services/cli/demo_city/draw.h"
#include "services/cli/demo_city/words.h"

namespace muster::demo {
namespace {

// The city's published figures. Of its "16,000 filed" groups 15,959 are made here, so that all organizations together
// are 24,000.
constexpr int kOrganizations = 24'000;
constexpr int kTeams = 40'000;
constexpr int kMembers = 245'000;
constexpr int kRegistered = 7'929;
constexpr int kSocialWorkAgencies = 130;
constexpr int kFoundations = 68;
constexpr int kProfessionalRescues = 19;
constexpr int kVolunteerRescues = 13;
constexpr int kVolunteerRescuePeople = 630;
constexpr int kGovernmentRescues = 16;
constexpr int kGovernmentRescuePeople = 1'155;
constexpr int kStations = 96;
constexpr int kYouthTeams = 225;
constexpr int kStreets = 96;
constexpr int kDemoTeamMembers = 12;
/// Of the teams beyond the first of each organization, this part belongs to registered organizations.
constexpr double kRegisteredShare = 0.7;

/// Residents by the census of 2020 in units of 10,000, in the order of geo::Districts().
constexpr std::array<int, 10> kResidents{83, 139, 89, 92, 155, 113, 168, 143, 209, 83};

int Scaled(int figure, double scale) { return static_cast<int>(std::lround(figure * scale)); }
int ScaledAtLeastOne(int figure, double scale) { return std::max(1, Scaled(figure, scale)); }

/// `place` moved by a number of kilometres to the north and east.
geo::Position Moved(const geo::Position& place, double north_km, double east_km) {
  constexpr double kKmOfDegree = 111.2;
  constexpr double kKmOfDegreeEast = 95.0;  // at 31 degrees north
  return {place.latitude + north_km / kKmOfDegree, place.longitude + east_km / kKmOfDegreeEast};
}

/// The streets of all districts, in proportion to their residents.
std::vector<Street> MakeStreets(uint64_t seed) {
  const int residents = std::accumulate(kResidents.begin(), kResidents.end(), 0);
  std::vector<Street> streets;
  int so_far = 0;
  for (size_t d = 0; d < kResidents.size(); ++d) {
    const geo::District& district = geo::Districts()[d];
    so_far += kResidents[d];
    const auto until = static_cast<size_t>(kStreets * so_far / residents);
    for (int number = 901; streets.size() < until; ++number) {
      Draw draw(seed, Purpose::kStreet, streets.size());
      Street street{&district,
                    std::string(district.path) + "/" + std::string(district.code) + std::to_string(number),
                    StreetName(streets.size()),
                    {}};
      street.center = Moved(district.seat, draw.Normal() * 6, draw.Normal() * 6);
      streets.push_back(std::move(street));
    }
  }
  return streets;
}

void AddOrganizations(CityPlan& plan, Sort sort, int count, uint64_t seed) {
  for (int i = 0; i < count; ++i) {
    Draw draw(seed, Purpose::kPlan, plan.organizations.size());
    PlannedOrganization organization;
    organization.sort = sort;
    organization.street = sort == Sort::kSocialWorkStation ? static_cast<size_t>(i) % plan.streets.size()
                                                           : draw.Below(plan.streets.size());
    plan.organizations.push_back(organization);
  }
}

void MakeOrganizations(CityPlan& plan, uint64_t seed, double scale) {
  const int total = Scaled(kOrganizations, scale);
  plan.registered_count = Scaled(kRegistered, scale);
  AddOrganizations(plan, Sort::kSocialWorkAgency, ScaledAtLeastOne(kSocialWorkAgencies, scale), seed);
  AddOrganizations(plan, Sort::kFoundation, ScaledAtLeastOne(kFoundations, scale), seed);
  AddOrganizations(plan, Sort::kProfessionalRescue, ScaledAtLeastOne(kProfessionalRescues, scale), seed);
  AddOrganizations(plan, Sort::kVolunteerRescue, ScaledAtLeastOne(kVolunteerRescues, scale), seed);
  AddOrganizations(plan, Sort::kOtherRegistered, plan.registered_count - static_cast<int>(plan.organizations.size()),
                   seed);
  AddOrganizations(plan, Sort::kGovernmentRescue, ScaledAtLeastOne(kGovernmentRescues, scale), seed);
  AddOrganizations(plan, Sort::kSocialWorkStation, ScaledAtLeastOne(kStations, scale), seed);
  AddOrganizations(plan, Sort::kFiledGroup, total - static_cast<int>(plan.organizations.size()), seed);
  // The demo's own organization stands in the old town.
  const auto old_town = std::find_if(plan.streets.begin(), plan.streets.end(),
                                     [](const Street& street) { return street.district->code == "320508"; });
  plan.organizations.front().street = static_cast<size_t>(old_town - plan.streets.begin());
  plan.organizations.front().team_count = kDemoTeamCount;
}

/// Gives each organization one team, and the rest mostly to registered ones.
void ShareTeams(CityPlan& plan, uint64_t seed, double scale) {
  const int organizations = static_cast<int>(plan.organizations.size());
  const int rest = Scaled(kTeams, scale) - organizations - (kDemoTeamCount - 1);
  for (int i = 0; i < rest; ++i) {
    Draw draw(seed, Purpose::kPlan, static_cast<uint64_t>(organizations + i));
    const int registered = plan.registered_count;
    const int chosen =
        draw.Chance(kRegisteredShare) ? draw.Between(1, registered - 1) : draw.Between(registered, organizations - 1);
    // Government teams and stations are one team each.
    const Sort sort = plan.organizations[static_cast<size_t>(chosen)].sort;
    const bool single = sort == Sort::kGovernmentRescue || sort == Sort::kSocialWorkStation;
    plan.organizations[static_cast<size_t>(single ? organizations - 1 - i % (registered / 2) : chosen)].team_count += 1;
  }
}

void MakeTeams(CityPlan& plan) {
  for (size_t o = 0; o < plan.organizations.size(); ++o) {
    PlannedOrganization& organization = plan.organizations[o];
    organization.first_team = static_cast<int>(plan.teams.size());
    for (int place = 0; place < organization.team_count; ++place) {
      PlannedTeam team;
      team.organization = static_cast<int>(o);
      team.place = place;
      plan.teams.push_back(team);
    }
  }
}

/// Shares `people` among teams by weights, exactly, each team at least `least`.
void SharePeople(std::vector<PlannedTeam*>& teams, int people, int least, uint64_t seed) {
  std::vector<double> weights;
  for (const PlannedTeam* team : teams) {
    Draw draw(seed, Purpose::kTeam,
              static_cast<uint64_t>(team->organization) * 1000 + static_cast<uint64_t>(team->place));
    weights.push_back(0.2 - std::log(1.0 - draw.Unit()));
  }
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  const int extra = std::max(0, people - least * static_cast<int>(teams.size()));
  double so_far = 0;
  int given = 0;
  for (size_t i = 0; i < teams.size(); ++i) {
    so_far += weights[i];
    const int until = i + 1 == teams.size() ? extra : static_cast<int>(extra * so_far / total);
    teams[i]->member_count = least + until - given;
    given = until;
  }
}

void MakePeople(CityPlan& plan, uint64_t seed, double scale) {
  plan.member_count = Scaled(kMembers, scale);
  std::vector<PlannedTeam*> government;
  std::vector<PlannedTeam*> rescue;
  std::vector<PlannedTeam*> others;
  for (PlannedTeam& team : plan.teams) {
    const Sort sort = plan.organizations[static_cast<size_t>(team.organization)].sort;
    if (team.organization == 0) {
      team.member_count = kDemoTeamMembers;
    } else {
      (sort == Sort::kGovernmentRescue  ? government
       : sort == Sort::kVolunteerRescue ? rescue
                                        : others)
          .push_back(&team);
    }
  }
  const int government_people = ScaledAtLeastOne(kGovernmentRescuePeople, scale);
  const int rescue_people =
      std::max(ScaledAtLeastOne(kVolunteerRescuePeople, scale), 2 * static_cast<int>(rescue.size()));
  SharePeople(government, government_people, 1, seed);
  SharePeople(rescue, rescue_people, 2, seed);
  SharePeople(others, plan.member_count - government_people - rescue_people - kDemoTeamCount * kDemoTeamMembers, 2,
              seed);
  int next = 0;
  for (PlannedTeam& team : plan.teams) {
    team.first_member = next;
    next += team.member_count;
  }
}

/// Marks the youth teams, spread evenly over the filed groups.
void MarkYouthTeams(CityPlan& plan, double scale) {
  std::vector<PlannedTeam*> filed;
  for (PlannedTeam& team : plan.teams) {
    if (plan.organizations[static_cast<size_t>(team.organization)].sort == Sort::kFiledGroup) {
      filed.push_back(&team);
    }
  }
  const int count = std::min(ScaledAtLeastOne(kYouthTeams, scale), static_cast<int>(filed.size()));
  for (int i = 0; i < count; ++i) {
    filed[filed.size() * static_cast<size_t>(i) / static_cast<size_t>(count)]->youth = true;
  }
}

}  // namespace

CityPlan MakePlan(uint64_t seed, double scale) {
  CityPlan plan;
  plan.streets = MakeStreets(seed);
  MakeOrganizations(plan, seed, scale);
  ShareTeams(plan, seed, scale);
  MakeTeams(plan);
  MakePeople(plan, seed, scale);
  MarkYouthTeams(plan, scale);
  return plan;
}

}  // namespace muster::demo
