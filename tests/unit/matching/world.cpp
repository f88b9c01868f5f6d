#include "tests/unit/matching/world.h"

#include <algorithm>
#include <cstdio>

namespace muster::matching::testing {

World::World(uint64_t seed, WorldOptions options) : random_(seed), options_(options) {
  for (size_t i = 0; i < options.teams; ++i) {
    teams.push_back(NewTeam());
  }
}

TeamRecord World::NewTeam() {
  TeamRecord team;
  char id[64];
  const auto number = static_cast<unsigned long long>(next_id_++);
  std::snprintf(id, sizeof id, "01980000-0000-7000-8000-%012llx", number);
  team.facts.team_id = TeamId(id);
  return Changed(team);
}

TeamRecord World::Changed(const TeamRecord& old) {
  TeamRecord team;
  team.facts.team_id = old.facts.team_id;
  FillFacts(team.facts);
  FillWork(team);
  team.name = "Team " + team.facts.team_id.value().substr(30);
  team.district_path = Chance(0.5) ? "3205/320506" : "3205/320583";
  if (!Chance(options_.unplaced)) {
    team.position = NewPosition();
  }
  team.travel_mode = static_cast<geo::TravelMode>(Below(5));
  if (Chance(0.3)) {
    team.turnout = std::chrono::minutes(Below(40));
  }
  team.range_m = Chance(0.2) ? Between(1'000, 30'000) : 0;
  if (!Chance(0.2)) {
    team.confirmed_time = HoursFromNow(-Between(0, 20'000));
  }
  return team;
}

void World::FillFacts(TeamFacts& facts) {
  const double troubled = options_.troubled;
  facts.organization_id = OrganizationId("organization-" + std::to_string(Below(100)));
  facts.organization_state =
      Chance(troubled * 0.3) ? static_cast<OrganizationState>(Below(7)) : OrganizationState::kApproved;
  facts.disbanded = Chance(troubled * 0.1);
  facts.headcount = static_cast<int>(3 + Below(58));
  facts.works_remotely = Chance(0.4);
  if (Chance(troubled)) {
    facts.registration_end = HoursFromNow(Between(-100, 200));
  }
  if (Chance(troubled * 0.5)) {
    facts.blacklisted_until = HoursFromNow(Between(-100, 100));
  }
  if (Chance(troubled)) {
    const double start = Between(-100, 100);
    facts.suspended = HourWindow(start, start + Between(0, 80));
  }
  for (size_t i = 0, count = 1 + Below(4); i < count; ++i) {
    const bool narrow = Chance(troubled);
    facts.capabilities.push_back({Capability(), static_cast<int>(Below(5)),
                                  narrow ? HourWindow(Between(-200, 50), Between(0, 300)) : HourWindow(-9e4, 9e4)});
  }
  for (size_t i = 0, count = Chance(troubled) ? 1 + Below(3) : 0; i < count; ++i) {
    const double start = Between(-50, 100);
    facts.available.push_back(HourWindow(start, start + Between(1, 150)));
  }
  if (Chance(troubled * 0.5)) {
    facts.weekly.push_back({static_cast<int>(Below(128)), static_cast<int>(Below(1440)), 1440, {}, {}});
  }
  if (Chance(troubled * 0.5)) {
    const double start = Between(-50, 150);
    facts.blackouts.push_back(HourWindow(start, start + 24));
  }
}

void World::FillWork(TeamRecord& team) {
  team.history_known = !Chance(0.1);
  for (TeamWork& work : team.work) {
    for (size_t i = 0, count = Chance(options_.troubled) ? 1 + Below(3) : 0; i < count; ++i) {
      const double start = Between(-50, 150);
      work.booked.push_back(HourWindow(start, start + Between(1, 20)));
    }
    if (Chance(options_.troubled)) {
      work.last_work_end = HoursFromNow(Between(-200, 20));
      work.worked.push_back(
          {*work.last_work_end - Duration(static_cast<int64_t>(Between(1, 12) * 3600e6)), *work.last_work_end});
    }
    if (Chance(0.3)) {
      work.organization_recent_work = Duration(static_cast<int64_t>(Between(0, 300) * 3600e6));
    }
  }
}

geo::Position World::NewPosition() {
  if (options_.whole_earth) {
    return {Between(-90, 90), Between(-180, 180)};
  }
  // Dense at ten places, thin between them, as a city is.
  const double place = static_cast<double>(Below(10));
  const double spread = options_.spread_degrees * (Chance(0.7) ? 0.05 : 1);
  const double scale = options_.spread_degrees / 5;
  return {31.3 + scale * (place - 5) + Between(-spread, spread),
          120.6 + scale * (5 - place) + Between(-spread, spread)};
}

std::string World::Capability() {
  // Common ones and rare ones.
  const auto rank =
      std::min(Below(static_cast<size_t>(options_.capabilities)), Below(static_cast<size_t>(options_.capabilities)));
  return "capability_" + std::to_string(rank);
}

RankQuery World::NewQuery() {
  RankQuery query;
  query.now = kNow;
  query.limit = Chance(0.1) ? 1 + Below(300) : 20;
  TeamNeed& need = query.need;
  need.capability = Capability();
  need.lowest_level = static_cast<int>(Below(5));
  need.mode = Chance(0.8) ? Mode::kReal : static_cast<Mode>(Below(3));
  need.place = Chance(0.2) ? Place::kRemote : Place::kOnSite;
  need.people = Chance(0.5) ? static_cast<int>(1 + Below(100)) : 0;
  if (!Chance(0.1)) {
    need.position = NewPosition();
  }
  double start = Between(-30, 120);
  for (size_t i = 0, count = Chance(0.8) ? 1 : 1 + Below(4); i < count; ++i) {
    const double end = start + Between(0.5, 24);
    need.windows.push_back(HourWindow(start, end));
    start = end + Between(0, 10);
  }
  if (Chance(0.1)) {
    query.district_path = "3205/320506";
  }
  for (size_t i = 0, count = Chance(0.1) && !teams.empty() ? 50 : 0; i < count; ++i) {
    query.without.insert(teams[Below(teams.size())].facts.team_id);
  }
  return query;
}

}  // namespace muster::matching::testing
