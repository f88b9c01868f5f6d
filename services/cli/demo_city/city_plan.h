#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "muster/geo/district.h"
#include "muster/geo/position.h"

namespace muster::demo {

/// What an organization is in the story of the city; decides its name, its teams and what they can do.
enum class Sort {
  kSocialWorkAgency,
  kFoundation,
  kProfessionalRescue,
  kVolunteerRescue,
  kOtherRegistered,
  kGovernmentRescue,
  kSocialWorkStation,
  kFiledGroup,
};

/// A street office (invented names and codes: 9xx is not given out).
struct Street {
  const geo::District* district = nullptr;
  std::string path;  ///< "3205/320583/320583901"
  std::string name;
  geo::Position center;
};

struct PlannedOrganization {
  Sort sort = Sort::kFiledGroup;
  size_t street = 0;
  int first_team = 0;
  int team_count = 1;
};

struct PlannedTeam {
  int organization = 0;
  int place = 0;  ///< its number inside the organization, from 0
  int first_member = 0;
  int member_count = 1;
  bool youth = false;
};

/// Who belongs to whom, with the numbers of the city's figures scaled.
struct CityPlan {
  std::vector<Street> streets;
  std::vector<PlannedOrganization> organizations;
  std::vector<PlannedTeam> teams;
  int member_count = 0;
  int registered_count = 0;  ///< organizations with a credit code; they come first
};

CityPlan MakePlan(uint64_t seed, double scale);

}  // namespace muster::demo
