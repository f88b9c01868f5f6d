#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/registry/core/model.h"

namespace muster::registry {

using OrganizationChangeId = Id<struct OrganizationChangeTag>;
using DismissalId = Id<struct DismissalTag>;

enum class ChangeState { kOpen, kApproved, kRefused, kWithdrawn };

/// "refused".
std::string_view Name(ChangeState state);
std::optional<ChangeState> ChangeStateFromName(std::string_view name);

/// A change of what an officer vouches for, as an organization asks for it.
struct OrganizationChange {
  OrganizationChangeId id;
  int64_t version = 0;
  Time create_time{};
  Time update_time{};
  OrganizationId organization_id;
  ChangeState state = ChangeState::kOpen;
  Organization values;             ///< only the fields that `paths` names
  std::vector<std::string> paths;  ///< names of the wire
  std::string reason;
  AccountId author;
  AccountId reviewer;  ///< empty: nobody yet
  std::string decision_reason;
};

/// Two organizations that an officer has found to be two. Never changes.
struct DuplicateDismissal {
  DismissalId id;
  int64_t version = 0;
  Time create_time{};
  OrganizationId first_id;  ///< the smaller id
  OrganizationId second_id;
  std::string reason;
  AccountId officer;
};

}  // namespace muster::registry
