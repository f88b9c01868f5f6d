#pragma once

#include <string>
#include <vector>

#include "muster/base/random.h"
#include "services/registry/core/facts.h"

namespace muster::registry::testing {

constexpr Time kNow = FromMicros(1'767'225'600'000'000);  // 2026-01-01
constexpr Duration kDay = std::chrono::hours(24);

inline const OrganizationId kOrganization{"01900000-0000-7000-8000-000000000001"};
inline const OrganizationId kOtherOrganization{"01900000-0000-7000-8000-000000000002"};
inline const TeamId kTeam{"01900000-0000-7000-8000-0000000000a1"};

inline Principal Officer(std::string district = "3205") {
  return {AccountId("officer"), {Role::kCivilAffairsOfficer}, std::move(district), {}, {}};
}
inline Principal Operator(std::string district = "3205") {
  return {AccountId("operator"), {Role::kCityOperator}, std::move(district), {}, {}};
}
inline Principal Manager(OrganizationId organization = kOrganization) {
  return {AccountId("manager"), {Role::kOrganizationManager}, "", std::move(organization), {}};
}
inline Principal Leader(OrganizationId organization = kOrganization) {
  return {AccountId("leader"), {Role::kTeamLeader}, "", std::move(organization), {}};
}

inline Organization SampleOrganization() {
  Organization organization;
  organization.id = kOrganization;
  organization.version = 3;
  organization.name = "晨曦社会工作服务中心";
  organization.kind = OrganizationKind::kServiceAgency;
  organization.credit_code = "52320506MJ0000026R";
  organization.district_path = "3205/320583";
  organization.state = OrganizationState::kApproved;
  return organization;
}

inline TeamProfile SampleTeam() {
  TeamProfile profile;
  profile.team.id = kTeam;
  profile.team.version = 5;
  profile.team.organization_id = kOrganization;
  profile.team.name = "心理援助一队";
  profile.team.headcount = 8;
  profile.team.district_path = "3205/320583";
  profile.team.capabilities = {{"psychological_support", 2, {kNow - 100 * kDay, kNow + 200 * kDay}}};
  profile.standing = StandingOf(SampleOrganization());
  return profile;
}

inline Context ContextOf(Principal principal) {
  static SeededRandom random(1);
  return {kNow, std::move(principal), &random};
}

}  // namespace muster::registry::testing
