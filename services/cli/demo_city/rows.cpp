#include "services/cli/demo_city/rows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "muster/domain/capability.h"
#include "services/cli/demo_city/demo_city.h"
#include "services/cli/demo_city/skills.h"
#include "services/cli/demo_city/words.h"
#include "services/registry/core/credit_code.h"

namespace muster::demo {
namespace {

namespace pb = registry::v1;

constexpr int64_t kDay = 86'400;
constexpr int kYearDays = 365;
constexpr int64_t kIdEpochMillis = 1'640'995'200'000;  // 2022-01-01
constexpr int64_t kIdKindMillis = 10'000'000;          // room for ten million rows of a kind

/// Ratings of 3A and above among the registered organizations: 1,004 of 7,929.
constexpr int kRatedOf = 7'929;
constexpr int kRated = 1'004;

std::string NameZh(const std::string& code) { return std::string(FindCapability(code)->name_zh); }

pb::OrganizationKind KindOf(Sort sort, int number) {
  switch (sort) {
    case Sort::kFoundation:
      return pb::ORGANIZATION_KIND_FOUNDATION;
    case Sort::kVolunteerRescue:
      return pb::ORGANIZATION_KIND_ASSOCIATION;
    case Sort::kOtherRegistered:
      return number % 9 < 4 ? pb::ORGANIZATION_KIND_ASSOCIATION : pb::ORGANIZATION_KIND_SERVICE_AGENCY;
    case Sort::kGovernmentRescue:
      return pb::ORGANIZATION_KIND_GOVERNMENT_RESCUE;
    case Sort::kSocialWorkStation:
      return pb::ORGANIZATION_KIND_SOCIAL_WORK_STATION;
    case Sort::kFiledGroup:
      return pb::ORGANIZATION_KIND_FILED_GROUP;
    default:
      return pb::ORGANIZATION_KIND_SERVICE_AGENCY;
  }
}

/// "51", "52", "53": the registering department (5, civil affairs) and the kind.
std::string CreditPrefix(pb::OrganizationKind kind) {
  return kind == pb::ORGANIZATION_KIND_ASSOCIATION ? "51" : kind == pb::ORGANIZATION_KIND_FOUNDATION ? "53" : "52";
}

std::string CreditCode(pb::OrganizationKind kind, const geo::District& district, int number) {
  std::array<char, 24> unit{};  // room for any int: the compiler checks
  std::snprintf(unit.data(), unit.size(), "MY%06d", number % 1'000'000);
  std::string code = CreditPrefix(kind) + std::string(district.code) + unit.data();
  code += registry::OrganizationCodeCheck(unit.data());
  return code + registry::CreditCodeCheck(code);
}

std::string PhoneNumber(const char* block, int number) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%s%06d", block, number % 1'000'000);
  return text.data();
}

void SetPosition(const geo::Position& center, double deviation_km, Draw& draw, common::v1::Position& out) {
  // Six decimals are a tenth of a metre: the same text on every machine.
  const auto rounded = [](double degrees) { return std::round(degrees * 1e6) / 1e6; };
  const double north = draw.Normal() * deviation_km / 111.2;
  out.set_latitude(rounded(center.latitude + north));
  out.set_longitude(rounded(center.longitude + draw.Normal() * deviation_km / 95.0));
  out.set_coordinate_system(common::v1::COORDINATE_SYSTEM_WGS84);
}

pb::TravelMode DrawTravelMode(bool rescue, Draw& draw) {
  if (rescue) {
    return draw.Chance(0.6) ? pb::TRAVEL_MODE_VAN : pb::TRAVEL_MODE_CAR;
  }
  constexpr std::array<pb::TravelMode, 20> kModes{
      pb::TRAVEL_MODE_WALK,    pb::TRAVEL_MODE_WALK,    pb::TRAVEL_MODE_BICYCLE, pb::TRAVEL_MODE_BICYCLE,
      pb::TRAVEL_MODE_BICYCLE, pb::TRAVEL_MODE_BICYCLE, pb::TRAVEL_MODE_BICYCLE, pb::TRAVEL_MODE_CAR,
      pb::TRAVEL_MODE_CAR,     pb::TRAVEL_MODE_CAR,     pb::TRAVEL_MODE_CAR,     pb::TRAVEL_MODE_CAR,
      pb::TRAVEL_MODE_CAR,     pb::TRAVEL_MODE_CAR,     pb::TRAVEL_MODE_CAR,     pb::TRAVEL_MODE_CAR,
      pb::TRAVEL_MODE_VAN,     pb::TRAVEL_MODE_VAN,     pb::TRAVEL_MODE_VAN,     pb::TRAVEL_MODE_BUS};
  return draw.Of(kModes);
}

/// 1 to `lowest`, the middle ones most often.
int DrawLevel(int lowest, Draw& draw) {
  const double at = draw.Unit();
  return at < 0.12 ? 1 : at < 0.40 ? 2 : at < 0.80 || lowest == 3 ? 3 : lowest;
}

void AddLanguages(Draw& draw, pb::Team& team) {
  team.add_languages("zh-CN");
  if (draw.Chance(0.4)) {
    team.add_languages("wuu");
  }
  if (draw.Chance(0.08)) {
    team.add_languages("en");
  }
}

}  // namespace

std::string MakeId(IdKind kind, uint64_t seed, uint64_t number) {
  const uint64_t millis = static_cast<uint64_t>(kIdEpochMillis + static_cast<int64_t>(kind) * kIdKindMillis) + number;
  Draw draw(seed, Purpose::kId, (static_cast<uint64_t>(kind) << 56) | number);
  const uint64_t bits = draw.Next();
  std::array<char, 37> text{};
  std::snprintf(text.data(), text.size(), "%08x-%04x-7%03x-%04x-%012llx", static_cast<unsigned>(millis >> 16),
                static_cast<unsigned>(millis & 0xffff), static_cast<unsigned>(bits & 0xfff),
                static_cast<unsigned>(0x8000 | ((bits >> 12) & 0x3fff)),
                static_cast<unsigned long long>(draw.Next() & 0xffffffffffffULL));
  return text.data();
}

RowMaker::RowMaker(const CityPlan& plan, uint64_t seed, Time now)
    : plan_(plan), seed_(seed), today_(ToMicros(now) / 1'000'000 / kDay * kDay) {}

void RowMaker::SetDayOffset(int days, google::protobuf::Timestamp& out) const { out.set_seconds(today_ + days * kDay); }

const Street& RowMaker::StreetOf(int organization) const {
  return plan_.streets[plan_.organizations[static_cast<size_t>(organization)].street];
}

RowMaker::Theme RowMaker::ThemeOf(int organization) const {
  Draw draw(seed_, Purpose::kOrganization, static_cast<uint64_t>(organization));
  Theme theme;
  theme.brand = organization == 0 ? "晨曦" : BrandName(draw);
  const Sort sort = plan_.organizations[static_cast<size_t>(organization)].sort;
  theme.capability = organization == 0 ? "social_work" : DrawTheme(sort, draw);
  return theme;
}

std::string RowMaker::OrganizationName(int number, const Theme& theme) const {
  const Street& street = StreetOf(number);
  const std::string zone(street.district->name_zh);
  const std::string district = zone.ends_with("市") || zone.starts_with("苏州") ? zone : "苏州市" + zone;
  switch (plan_.organizations[static_cast<size_t>(number)].sort) {
    case Sort::kSocialWorkAgency:
      return district + theme.brand + "社会工作服务中心";
    case Sort::kFoundation:
      return "苏州市" + theme.brand + "公益基金会";
    case Sort::kProfessionalRescue:
      return "苏州市" + theme.brand + "救援服务中心";
    case Sort::kVolunteerRescue:
      return district + theme.brand + "志愿救援协会";
    case Sort::kGovernmentRescue:
      return district + NameZh(theme.capability) + "专业队";
    case Sort::kSocialWorkStation:
      return street.name + "社会工作站";
    case Sort::kFiledGroup:
      return street.name + theme.brand + NameZh(theme.capability) + "志愿服务队";
    case Sort::kOtherRegistered:
      break;
  }
  return district + theme.brand + NameZh(theme.capability) + (number % 9 < 4 ? "协会" : "服务中心");
}

pb::Organization RowMaker::Organization(int number) const {
  const PlannedOrganization& planned = plan_.organizations[static_cast<size_t>(number)];
  const Street& street = StreetOf(number);
  Draw draw(seed_, Purpose::kContact, static_cast<uint64_t>(number));
  pb::Organization out;
  out.set_id(number == 0 ? std::string(kDemoOrganizationId)
                         : MakeId(IdKind::kOrganization, seed_, static_cast<uint64_t>(number)));
  out.set_name(OrganizationName(number, ThemeOf(number)));
  out.set_kind(KindOf(planned.sort, number));
  out.set_district_path(street.path);
  out.set_address(street.name + RoadAddress(draw));
  SetPosition(street.center, number < plan_.registered_count ? 2.0 : 0.8, draw, *out.mutable_position());
  out.set_contact_name(PersonName(draw));
  out.set_contact_phone(PhoneNumber("19901", number));
  if (number < plan_.registered_count) {
    out.set_credit_code(CreditCode(out.kind(), *street.district, number));
    SetDayOffset(number == 0 || !draw.Chance(0.02) ? draw.Between(200, 5 * kYearDays) : draw.Between(5, 60),
                 *out.mutable_registration_end_time());
    const int64_t before = int64_t{number} * kRated / kRatedOf;
    const bool rated = number == 0 || (int64_t{number} + 1) * kRated / kRatedOf > before;
    out.set_rating(number == 0 ? 5 : rated ? draw.Between(3, 5) : draw.Chance(0.1) ? draw.Between(1, 2) : 0);
    if (out.rating() > 0) {
      SetDayOffset(draw.Between(100, 5 * kYearDays), *out.mutable_rating_end_time());
    }
  } else if (planned.sort == Sort::kFiledGroup) {
    const char* office = street.name.ends_with("镇") ? "人民政府" : "办事处";
    out.set_filing_office(std::string(street.district->name_zh) + street.name + office);
    out.set_filing_number("备" + street.path.substr(street.path.size() - 9) + "-" + std::to_string(number));
  }
  if (number != 0 && draw.Chance(0.001)) {
    SetDayOffset(draw.Between(30, 400), *out.mutable_blacklisted_until_time());
  }
  return out;
}

std::string RowMaker::TeamName(const PlannedTeam& team, const Theme& theme, const std::string& first_capability) const {
  if (team.youth) {
    return StreetOf(team.organization).name + theme.brand + "青年突击队";
  }
  const int count = plan_.organizations[static_cast<size_t>(team.organization)].team_count;
  return theme.brand + NameZh(first_capability) + (count > 1 ? ChineseNumber(team.place + 1) : "") + "队";
}

void RowMaker::AddCapability(const std::string& code, bool always_valid, Draw& draw, pb::Team& team) const {
  const Capability& capability = *FindCapability(code);
  pb::TeamCapability& held = *team.add_capabilities();
  held.set_capability(code);
  held.set_level(always_valid ? (team.capabilities_size() == 1 ? 1 : 2) : DrawLevel(capability.LowestLevel(), draw));
  const int life = (capability.graded ? 5 : 3) * kYearDays;
  // One in twenty certificates has run out, one in twenty will within a month.
  const double luck = always_valid ? 1.0 : draw.Unit();
  const int until = luck < 0.05 ? -draw.Between(1, 120) : luck < 0.10 ? draw.Between(1, 30) : draw.Between(60, life);
  SetDayOffset(until - life, *held.mutable_valid_from_time());
  SetDayOffset(until, *held.mutable_valid_until_time());
}

pb::Team RowMaker::Team(int number) const {
  const PlannedTeam& planned = plan_.teams[static_cast<size_t>(number)];
  const int organization = planned.organization;
  const bool demo = organization == 0;
  const Sort sort = plan_.organizations[static_cast<size_t>(organization)].sort;
  Draw draw(seed_, Purpose::kTeam, static_cast<uint64_t>(number));
  pb::Team out;
  out.set_id(MakeId(IdKind::kTeam, seed_, static_cast<uint64_t>(number)));
  out.set_organization_id(demo ? std::string(kDemoOrganizationId)
                               : MakeId(IdKind::kOrganization, seed_, static_cast<uint64_t>(organization)));
  const Theme theme = ThemeOf(organization);
  const std::vector<std::string> codes =
      demo ? DemoCapabilities(planned.place)
           : DrawCapabilities(sort, planned.place == 0 ? theme.capability : std::string(), draw);
  out.set_name(TeamName(planned, theme, codes.front()));
  out.set_leader_member_id(MakeId(IdKind::kMember, seed_, static_cast<uint64_t>(planned.first_member)));
  out.set_headcount(planned.member_count);
  SetPosition(StreetOf(organization).center, organization < plan_.registered_count ? 3.0 : 0.8, draw,
              *out.mutable_base_position());
  out.set_travel_mode(demo ? pb::TRAVEL_MODE_VAN : DrawTravelMode(IsRescue(sort), draw));
  out.set_turnout_minutes(IsRescue(sort) ? draw.Between(5, 40) : draw.Between(2, 18) * 10);
  out.set_range_km(sort == Sort::kFiledGroup ? draw.Between(3, 12) : IsRescue(sort) || demo ? 0 : draw.Between(15, 80));
  for (const std::string& code : codes) {
    AddCapability(code, demo, draw, out);
  }
  AddLanguages(draw, out);
  const bool can_be_remote = std::any_of(codes.begin(), codes.end(), WorksRemotely);
  out.set_works_remotely(can_be_remote && (demo || draw.Chance(0.6)));
  out.set_district_path(StreetOf(organization).path);
  if (!demo && draw.Chance(0.003)) {
    SetDayOffset(-draw.Between(1, 30), *out.mutable_suspended()->mutable_start_time());
    SetDayOffset(draw.Between(1, 90), *out.mutable_suspended()->mutable_end_time());
  }
  return out;
}

std::vector<pb::Availability> RowMaker::Windows(int team) const {
  std::vector<pb::Availability> windows;
  Draw draw(seed_, Purpose::kWindow, static_cast<uint64_t>(team));
  if (plan_.teams[static_cast<size_t>(team)].organization == 0 || !draw.Chance(0.15)) {
    return windows;
  }
  const auto add = [&](int from, int until) {
    pb::Availability& window = windows.emplace_back();
    window.set_id(MakeId(IdKind::kWindow, seed_, static_cast<uint64_t>(team) * 8 + windows.size()));
    window.set_team_id(MakeId(IdKind::kTeam, seed_, static_cast<uint64_t>(team)));
    SetDayOffset(from, *window.mutable_window()->mutable_start_time());
    SetDayOffset(until, *window.mutable_window()->mutable_end_time());
  };
  if (draw.Chance(0.7)) {
    add(-1, draw.Between(20, 120));
  } else {
    // Weekends: 1970-01-01 was a Thursday.
    const int saturday = static_cast<int>((9 - today_ / kDay % 7) % 7);
    for (int week = 0; week < 4; ++week) {
      add(saturday + 7 * week, saturday + 7 * week + 2);
    }
  }
  return windows;
}

pb::Member RowMaker::Member(int number, int team_number) const {
  const PlannedTeam& team = plan_.teams[static_cast<size_t>(team_number)];
  Draw draw(seed_, Purpose::kMember, static_cast<uint64_t>(number));
  pb::Member out;
  out.set_id(MakeId(IdKind::kMember, seed_, static_cast<uint64_t>(number)));
  out.set_organization_id(team.organization == 0
                              ? std::string(kDemoOrganizationId)
                              : MakeId(IdKind::kOrganization, seed_, static_cast<uint64_t>(team.organization)));
  out.add_team_ids(MakeId(IdKind::kTeam, seed_, static_cast<uint64_t>(team_number)));
  out.set_name(PersonName(draw));
  out.set_phone(PhoneNumber("19900", number));
  out.set_district_path(StreetOf(team.organization).path);
  const Sort sort = plan_.organizations[static_cast<size_t>(team.organization)].sort;
  if (sort == Sort::kSocialWorkAgency || sort == Sort::kSocialWorkStation) {
    out.add_skills("social_work");
  } else if (draw.Chance(0.3)) {
    out.add_skills(DrawService(draw));
  }
  return out;
}

}  // namespace muster::demo
