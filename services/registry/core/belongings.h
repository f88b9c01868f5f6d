#pragma once

#include <vector>

#include "services/registry/core/people.h"
#include "services/registry/core/readiness_model.h"

namespace muster::registry {

/// What an organization owns beside its teams and members, in every state.
struct Belongings {
  std::vector<Membership> memberships;  ///< of people of other organizations in its teams too
  std::vector<Recruitment> recruitments;
  std::vector<Application> applications;
  std::vector<Readiness> readiness;
  std::vector<Capacity> capacities;
};

}  // namespace muster::registry
