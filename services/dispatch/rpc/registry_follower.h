#pragma once

#include <functional>
#include <memory>
#include <string>

#include "muster/base/clock.h"
#include "muster/events/handler.h"
#include "muster/registry/v1/registry.pb.h"
#include "muster/rpc/peer.h"
#include "muster/storage/database.h"
#include "services/dispatch/core/model.h"
#include "services/dispatch/rpc/dispatch_service.h"

namespace muster::dispatch {

/// The registry's profile of a team as dispatch needs it.
ProjectedTeam ToProjection(const registry::v1::TeamProfile& profile);

/// Keeps the projection of the registry: takes its snapshot at first and after a bulk import, and follows its events.
class RegistryFollower final : public events::DurableHandler {
 public:
  struct Dependencies {
    storage::Database& database;
    rpc::Peer& registry;
    const Clock& clock;
    /// The service's own access token, fresh.
    std::function<std::string()> token;
    /// Looks at the assignments of teams that changed.
    DispatchService& service;
  };
  explicit RegistryFollower(Dependencies dependencies) : dependencies_(std::move(dependencies)) {}

  absl::StatusOr<std::unique_ptr<storage::Command>> Handle(const events::FeedEvent& event) override;
  absl::StatusOr<int64_t> Resync(const std::string& owner) override;

  /// Takes the snapshot again while teams are projected without what they bring along (TeamMeans), as the version
  /// before left them. Answers when to call it again. Runs on any one thread; blocks.
  Duration FillIn();

 private:
  /// Projects every team, and answers the feed position of what was read.
  absl::StatusOr<int64_t> TakeSnapshot();

  Dependencies dependencies_;
  int64_t snapshot_seq_ = 0;  ///< what the last snapshot contained: imports up to there need no further one
};

}  // namespace muster::dispatch
