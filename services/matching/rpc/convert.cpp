#include "services/matching/rpc/convert.h"

#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/capability.h"
#include "muster/domain/reason.h"
#include "muster/geo/position.h"
#include "muster/wire/timestamp.h"

namespace muster::matching {
namespace {

constexpr int kMaxWindows = 100;
constexpr int kMaxPeople = 100'000;
constexpr int kMaxLevel = 4;

Window ToWindow(const common::v1::Window& window) { return {ToTime(window.start_time()), ToTime(window.end_time())}; }

WeeklyTime ToWeekly(const registry::v1::WeeklyTime& message) {
  constexpr int kMinutesOfDay = 24 * 60;
  const int length = message.end_minute() - message.start_minute();
  WeeklyTime weekly{0, message.start_minute(), length > 0 ? length : length + kMinutesOfDay, {}, {}};
  for (const int day : message.weekdays()) {
    weekly.weekdays |= day >= 1 && day <= 7 ? 1 << (day - 1) : 0;
  }
  if (message.has_valid_from_time()) {
    weekly.valid_from = ToTime(message.valid_from_time());
  }
  if (message.has_valid_until_time()) {
    weekly.valid_until = ToTime(message.valid_until_time());
  }
  return weekly;
}

Mode ToMode(common::v1::Mode mode) {
  switch (mode) {
    case common::v1::MODE_DRILL:
      return Mode::kDrill;
    case common::v1::MODE_TEST:
      return Mode::kTest;
    default:
      return Mode::kReal;
  }
}

Place ToPlace(common::v1::Place place) { return place == common::v1::PLACE_REMOTE ? Place::kRemote : Place::kOnSite; }

geo::Position Stored(const common::v1::Position& position) { return {position.latitude(), position.longitude()}; }

absl::StatusOr<geo::Position> Given(const common::v1::Position& position, const std::string& field) {
  geo::CoordinateSystem system = geo::CoordinateSystem::kWgs84;
  if (position.coordinate_system() == common::v1::COORDINATE_SYSTEM_GCJ02) {
    system = geo::CoordinateSystem::kGcj02;
  } else if (position.coordinate_system() == common::v1::COORDINATE_SYSTEM_BD09) {
    system = geo::CoordinateSystem::kBd09;
  }
  return geo::ToWgs84(Stored(position), system, field);
}

geo::TravelMode ToTravelMode(registry::v1::TravelMode mode) {
  switch (mode) {
    case registry::v1::TRAVEL_MODE_WALK:
      return geo::TravelMode::kWalk;
    case registry::v1::TRAVEL_MODE_BICYCLE:
      return geo::TravelMode::kBicycle;
    case registry::v1::TRAVEL_MODE_VAN:
      return geo::TravelMode::kVan;
    case registry::v1::TRAVEL_MODE_BUS:
      return geo::TravelMode::kBus;
    default:
      return geo::TravelMode::kCar;
  }
}

OrganizationState ToState(registry::v1::OrganizationState state) {
  // The wire's states follow the domain's, one further; an unknown one is never in good standing.
  return state == registry::v1::ORGANIZATION_STATE_UNSPECIFIED ? OrganizationState::kDraft
                                                               : static_cast<OrganizationState>(state - 1);
}

TeamFacts ToFacts(const registry::v1::TeamProfile& profile) {
  const registry::v1::Team& team = profile.team();
  TeamFacts facts;
  facts.team_id = TeamId(team.id());
  facts.organization_id = OrganizationId(team.organization_id());
  facts.disbanded = team.disbanded();
  facts.organization_state = ToState(profile.organization_state());
  if (profile.has_registration_end_time()) {
    facts.registration_end = ToTime(profile.registration_end_time());
  }
  if (profile.has_blacklisted_until_time()) {
    facts.blacklisted_until = ToTime(profile.blacklisted_until_time());
  }
  if (team.has_suspended()) {
    facts.suspended = ToWindow(team.suspended());
  }
  facts.headcount = team.headcount();
  facts.works_remotely = team.works_remotely();
  for (const registry::v1::TeamCapability& held : team.capabilities()) {
    facts.capabilities.push_back(
        {held.capability(), held.level(), {ToTime(held.valid_from_time()), ToTime(held.valid_until_time())}});
  }
  for (const common::v1::Window& window : profile.available()) {
    facts.available.push_back(ToWindow(window));
  }
  for (const registry::v1::WeeklyTime& weekly : profile.weekly()) {
    facts.weekly.push_back(ToWeekly(weekly));
  }
  for (const common::v1::Window& window : profile.blackouts()) {
    facts.blackouts.push_back(ToWindow(window));
  }
  return facts;
}

void SetText(const Text& text, common::v1::LocalizedText& out) {
  out.set_zh(text.zh);
  out.set_en(text.en);
}

absl::Status CheckRange(int value, int most, const std::string& field) {
  return value >= 0 && value <= most ? absl::OkStatus()
                                     : Error(Reason::kOutOfRange, field, {{"range", "0 - " + std::to_string(most)}});
}

absl::StatusOr<std::vector<Window>> ToWindows(const v1::Need& need) {
  if (need.windows().empty() || need.windows_size() > kMaxWindows) {
    return Error(Reason::kInvalidField, "need.windows");
  }
  std::vector<Window> windows;
  for (int i = 0; i < need.windows_size(); ++i) {
    const common::v1::Window& window = need.windows(i);
    windows.push_back(ToWindow(window));
    if (!window.has_start_time() || !window.has_end_time() || windows.back().start >= windows.back().end) {
      return Error(Reason::kBadTime, "need.windows[" + std::to_string(i) + "]");
    }
  }
  return windows;
}

}  // namespace

TeamRecord ToRecord(const registry::v1::TeamProfile& profile) {
  const registry::v1::Team& team = profile.team();
  TeamRecord record;
  record.facts = ToFacts(profile);
  record.name = team.name();
  record.organization_name = profile.organization_name();
  record.district_path = team.district_path();
  // The base is where a team is called from; where it was last seen stands in only when no base is known.
  if (team.has_base_position()) {
    record.position = Stored(team.base_position());
  } else if (team.has_current_position()) {
    record.position = Stored(team.current_position());
  }
  record.travel_mode = ToTravelMode(team.travel_mode());
  if (team.turnout_minutes() > 0) {
    record.turnout = std::chrono::minutes(team.turnout_minutes());
  }
  record.range_m = team.range_km() * 1000.0;
  if (team.has_update_time()) {
    record.confirmed_time = ToTime(team.update_time());
  }
  return record;
}

Duty ToDuty(const dispatch::v1::AssignmentEvent& event) {
  const dispatch::v1::Assignment& assignment = event.assignment();
  Duty duty;
  duty.id = AssignmentId(assignment.id());
  duty.team_id = TeamId(assignment.team_id());
  duty.organization_id = OrganizationId(assignment.organization_id());
  duty.mode = ToMode(assignment.mode());
  for (const common::v1::Window& window : assignment.windows()) {
    duty.windows.push_back(ToWindow(window));
  }
  duty.holds_team = event.holds_team();
  duty.worked = assignment.has_check_in();
  duty.end_time = ToTime(assignment.update_time());
  return duty;
}

Duty ToDuty(const dispatch::v1::Booking& booking) {
  Duty duty;
  duty.id = AssignmentId(booking.assignment_id());
  duty.team_id = TeamId(booking.team_id());
  duty.mode = ToMode(booking.mode());
  duty.windows = {ToWindow(booking.window())};
  duty.holds_team = booking.active();
  return duty;
}

absl::StatusOr<TeamNeed> ToNeed(const v1::Need& need) {
  TeamNeed result;
  MUSTER_RETURN_IF_ERROR(CheckCapabilityCode(need.capability(), "need.capability"));
  MUSTER_RETURN_IF_ERROR(CheckRange(need.lowest_level(), kMaxLevel, "need.lowest_level"));
  MUSTER_RETURN_IF_ERROR(CheckRange(need.people(), kMaxPeople, "need.people"));
  result.capability = need.capability();
  result.lowest_level = need.lowest_level();
  result.people = need.people();
  result.place = ToPlace(need.place());
  result.mode = ToMode(need.mode());
  MUSTER_ASSIGN_OR_RETURN(result.windows, ToWindows(need));
  if (need.has_position()) {
    MUSTER_ASSIGN_OR_RETURN(result.position, Given(need.position(), "need.position"));
  }
  return result;
}

TeamNeed ToNeed(const dispatch::v1::RequestLine& line, const dispatch::v1::Incident& incident) {
  TeamNeed need;
  need.capability = line.capability();
  need.lowest_level = line.lowest_level();
  need.people = line.unit() == dispatch::v1::QUANTITY_UNIT_TEAMS ? 0 : line.quantity();
  need.place = ToPlace(line.place());
  need.mode = ToMode(incident.mode());
  for (const common::v1::Window& window : line.windows()) {
    need.windows.push_back(ToWindow(window));
  }
  if (line.has_position()) {
    need.position = Stored(line.position());
  } else if (incident.has_position()) {
    need.position = Stored(incident.position());
  }
  return need;
}

v1::RankedTeam ToProto(const RankedTeam& ranked, size_t place, const RankQuery& query, Detail detail) {
  const TeamRecord& team = *ranked.team;
  v1::RankedTeam out;
  out.set_team_id(team.facts.team_id.value());
  out.set_team_name(team.name);
  out.set_organization_id(team.facts.organization_id.value());
  out.set_organization_name(team.organization_name);
  out.set_rank(static_cast<int32_t>(place));
  out.set_cost(ranked.score.cost);
  out.set_headcount(team.facts.headcount);
  out.set_level(ranked.score.level);
  if (ranked.score.distance_m) {
    out.set_distance_m(*ranked.score.distance_m);
  }
  if (ranked.score.travel_time) {
    out.set_travel_seconds(static_cast<int32_t>(ranked.score.travel_time->count() / 1'000'000));
  }
  if (detail == Detail::kFull) {
    for (const PartText& part : TellParts(ranked, query)) {
      v1::ScorePart* out_part = out.add_parts();
      out_part->set_name(std::string(part.name));
      out_part->set_cost(part.cost);
      SetText(part.text, *out_part->mutable_text());
    }
    SetText(TellRank(ranked, place, query), *out.mutable_explanation());
  }
  return out;
}

v1::ExplainTeamResponse ToProto(const Explanation& explanation, const RankQuery& query) {
  v1::ExplainTeamResponse response;
  response.set_eligible(explanation.refusals.empty());
  for (const Refusal& refusal : explanation.refusals) {
    registry::v1::RuleFailure* failure = response.add_failures();
    failure->set_rule(refusal.rule);
    SetText(refusal.text, *failure->mutable_text());
  }
  if (response.eligible()) {
    *response.mutable_ranked() = ToProto(explanation.ranked, explanation.place, query, Detail::kFull);
  }
  return response;
}

void ToProto(const Obstacles& obstacles, const Text& explanation, v1::RankTeamsResponse& out) {
  for (const RuleCount& rule : obstacles.rules) {
    v1::RefusalCount* refusal = out.add_refusals();
    refusal->set_rule(rule.rule);
    refusal->set_teams(rule.teams);
    refusal->set_example_team_id(rule.example->facts.team_id.value());
    refusal->set_example_team_name(rule.example->name);
    SetText(rule.text, *refusal->mutable_text());
  }
  SetText(explanation, *out.mutable_explanation());
}

}  // namespace muster::matching
