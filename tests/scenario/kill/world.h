#pragma once

#include <string>
#include <vector>

#include "tests/scenario/support/deployment.h"

namespace muster::testing {

/// What every team of the world can do: on site, and from home.
inline constexpr char kOnSiteSkill[] = "psychological_support";
inline constexpr char kRemoteSkill[] = "crisis_hotline";

/// The manager of an organization.
struct Manager {
  std::string organization_id;
  std::string api_key;
};

/// Who plays: organizations whose teams can all do the same work, and those who call them.
struct World {
  std::vector<Manager> managers;
  std::vector<std::string> team_ids;
  std::string operator_key;
  std::string auditor_key;
};

struct WorldSize {
  int organizations = 3;
  int teams_of_each = 3;
};

/// Makes the organizations with their teams. Whatever fails fails the test.
World MakeWorld(const Deployment& deployment, const WorldSize& size = {});

}  // namespace muster::testing
