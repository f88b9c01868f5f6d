#include "services/registry/core/people_authority.h"

#include "services/registry/core/authority.h"

namespace muster::registry {

bool IsOwn(const Principal& principal, const Member& member) {
  return !member.account_id.empty() && member.account_id == principal.account_id;
}

bool SpeaksFor(const Principal& principal, const Member& member) {
  if (IsOwn(principal, member)) {
    return true;
  }
  const Authority held = AuthorityOver(principal, member.organization_id, member.district_path);
  const bool of_the_street = member.organization_id.empty() && held == Authority::kOperator;
  return held >= Authority::kManager || (of_the_street && principal.Has(Role::kStreetOperator));
}

absl::Status CheckSpeaksFor(const Principal& principal, const Member& member, std::string_view action) {
  return Require(Authority::kManager, SpeaksFor(principal, member) ? Authority::kManager : Authority::kNone, action);
}

bool ConsentsFor(const Principal& principal, const Member& member) {
  return member.account_id.empty() ? SpeaksFor(principal, member) : IsOwn(principal, member);
}

}  // namespace muster::registry
