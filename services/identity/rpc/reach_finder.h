#pragma once

#include <functional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "muster/rpc/call.h"
#include "muster/rpc/peer.h"
#include "services/identity/core/account_rules.h"

namespace muster::identity {

/// Asks the owners of organizations and incidents where those lie that an account names. It asks with this service's
/// own token, for administrators of accounts read neither; CreateAccount then holds the answer against the caller's
/// district. Thread-safe.
class ReachFinder {
 public:
  using Token = std::function<std::string()>;

  /// The peer must outlive it.
  ReachFinder(rpc::Peer& owners, Token token) : owners_(owners), token_(std::move(token)) {}

  /// Within the deadline of `parent`; blocks. What there is not has no district; ids that are none are not asked for.
  /// Errors: those of the owners, such as STORE_BUSY.
  absl::StatusOr<Reach> Find(const rpc::Call& parent, const Account& wanted) const;

 private:
  rpc::Peer& owners_;
  const Token token_;
};

}  // namespace muster::identity
