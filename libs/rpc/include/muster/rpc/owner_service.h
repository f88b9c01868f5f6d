#pragma once

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "muster/common/v1/invariant.pb.h"
#include "muster/events/feed.h"
#include "muster/rpc/owner_router.h"
#include "muster/storage/database.h"

namespace muster::rpc {

/// Runs the invariants of one owner over its store.
using VerifyOwner = std::function<absl::StatusOr<common::v1::VerifyResponse>()>;

/// Serves for one owner what every owner of data offers: its feed of events, its audit trail and the proof of it, and
/// the check of its invariants. All arguments must outlive the router's table.
void RegisterOwner(OwnerRouter& router, const std::string& owner, storage::Database& database, events::FeedSource& feed,
                   VerifyOwner verify);

/// Adds a violation, up to 1,000.
void AddViolation(common::v1::VerifyResponse& response, const std::string& owner, const std::string& invariant,
                  const std::string& object_id, const std::string& problem);

}  // namespace muster::rpc
