#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "muster/base/clock.h"
#include "muster/events/consumer.h"
#include "muster/events/handler.h"
#include "muster/rpc/peer.h"
#include "services/matching/core/roster.h"

namespace muster::matching {

/// Keeps the index up to date: takes the registry's snapshot of teams and dispatch's of bookings, then follows the
/// events of both from where the snapshots stand, each process by itself. What teams have worked in the last 30 days
/// is read from dispatch's feed once the index is ready. One thread drives Step; the rest is thread-safe.
class IndexFeeder final : public events::MemoryHandler {
 public:
  struct Dependencies {
    rpc::Peer& registry;
    rpc::Peer& dispatch;
    events::FeedSource& feed;  ///< of the owners "registry" and "dispatch"
    events::Bus& bus;          ///< for this object alone
    const events::EventSigner& signer;
    const Clock& clock;
    /// The service's own access token, fresh.
    std::function<std::string()> token;
  };

  /// All dependencies and the index must outlive it.
  IndexFeeder(Dependencies dependencies, TeamIndex& index);

  /// Takes what is new; waits on the bus for at most a quarter of a second. Answers how long to sleep before the next
  /// step.
  Duration Step(Time now);

  /// True once teams and bookings have been loaded: rankings are worth something.
  bool IsReady() const { return has_teams_ && has_bookings_; }
  /// True once the work of the last 30 days is known too: rest and fairness are scored.
  bool IsHistoryKnown() const { return history_known_; }
  const events::ConsumerCounters& counters() const { return consumer_->counters(); }

  absl::Status Apply(const events::FeedEvent& event) override;
  absl::StatusOr<int64_t> Resync(const std::string& owner) override;

 private:
  absl::StatusOr<int64_t> LoadTeams();
  absl::StatusOr<int64_t> LoadBookings();
  absl::Status ApplyRegistry(const events::FeedEvent& event);
  absl::Status ApplyDispatch(const events::FeedEvent& event);
  void ReadHistory();
  void ReloadAfterImport(Time now);

  const Dependencies dependencies_;
  Roster roster_;
  std::unique_ptr<events::Consumer> consumer_;
  std::atomic<bool> has_teams_ = false;
  std::atomic<bool> has_bookings_ = false;
  std::atomic<bool> history_known_ = false;
  int64_t teams_seq_ = 0;                ///< what the snapshot of teams contains
  int64_t bookings_seq_ = 0;             ///< what the snapshot of bookings contains
  int64_t history_seq_ = 0;              ///< how far the past has been read
  bool history_wanted_ = true;           ///< some of the past before the snapshot of bookings has not been read
  std::optional<Duration> import_seen_;  ///< Steady() of the first import that the snapshot lacks
  Duration last_import_{};               ///< Steady() of the last one
  Duration next_aging_{};
};

}  // namespace muster::matching
