#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "muster/domain/principal.h"

namespace muster::registry {

/// Whose word a change needs, from least to most.
enum class Authority {
  kNone,
  kOperator,   ///< follows the team, may speak for it in what may change by the hour
  kLeader,     ///< leads teams of the organization
  kManager,    ///< manages the organization
  kApplicant,  ///< manages an organization that is still a draft and so may write what an officer will check
  kOfficer,    ///< civil-affairs officer of the district
  kNobody,     ///< set by the system
};

/// What `principal` may say about objects of this organization in this district.
Authority AuthorityOver(const Principal& principal, const OrganizationId& organization_id,
                        const std::string& district_path);

/// OK, or FORBIDDEN naming the action.
absl::Status Require(Authority needed, Authority held, std::string_view action);

}  // namespace muster::registry
