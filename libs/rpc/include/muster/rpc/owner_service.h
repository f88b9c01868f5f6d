#pragma once

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "muster/events/feed.h"
#include "muster/events/verify.h"
#include "muster/rpc/owner_router.h"
#include "muster/rpc/peer.h"
#include "muster/storage/database.h"

namespace muster::rpc {

/// Runs the invariants of one owner over its store.
using VerifyOwner = std::function<absl::StatusOr<events::VerifyResult>()>;

/// Serves for one owner what every owner of data offers: its feed of events, its audit trail and the proof of it, and
/// the check of its invariants. All arguments must outlive the router's table.
void RegisterOwner(OwnerRouter& router, const std::string& owner, storage::Database& database, events::FeedSource& feed,
                   VerifyOwner verify);

/// Serves the same for an owner that another process holds, by calling it there. `peer` must outlive the table's use.
void ForwardOwner(OwnerRouter& router, const std::string& owner, Peer& peer);

}  // namespace muster::rpc
