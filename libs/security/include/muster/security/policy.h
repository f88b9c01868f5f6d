#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "muster/domain/principal.h"

namespace muster::security {

/// A set of roles.
class RoleSet {
 public:
  constexpr RoleSet() = default;
  constexpr RoleSet(std::initializer_list<Role> roles) {
    for (const Role role : roles) {
      bits_ |= Bit(role);
    }
  }
  constexpr bool Has(Role role) const { return (bits_ & Bit(role)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr RoleSet operator|(RoleSet other) const {
    RoleSet both;
    both.bits_ = bits_ | other.bits_;
    return both;
  }

 private:
  static constexpr uint32_t Bit(Role role) { return 1U << static_cast<unsigned>(role); }
  uint32_t bits_ = 0;
};

/// Who may call one method.
struct PolicyRow {
  std::string_view method;  ///< "muster.dispatch.v1.DispatchService.Dispatch"
  RoleSet roles;            ///< any of these; empty with `anonymous` only
  bool anonymous = false;   ///< needs no access token
};

/// What the gateway asks before it opens the live feed, which is no method: has a row of its own. Who may follow it may
/// read what its events tell (ListOffers and the like).
inline constexpr std::string_view kFollowLiveFeed = "muster.gateway.FollowLiveFeed";

/// The policy: a row for every method and for kFollowLiveFeed, sorted by name. What has no row is refused. It decides
/// who may do a kind of thing at all; which objects a caller sees and owns, each store call decides from the principal.
std::span<const PolicyRow> PolicyTable();

/// The row of a method; null when there is none.
const PolicyRow* FindPolicy(std::string_view method);

/// True when the method needs no access token.
bool IsAnonymousMethod(std::string_view method);

/// OK when one of the principal's roles may call `method`. FORBIDDEN otherwise, naming the action (the method's own
/// name) and nothing of the policy. `method` is the full name, also in the form "/package.Service/Method".
absl::Status Authorize(const Principal& principal, std::string_view method);

}  // namespace muster::security
