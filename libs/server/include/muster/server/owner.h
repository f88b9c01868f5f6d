#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/base/mutex.h"
#include "muster/base/random.h"
#include "muster/events/audit.h"
#include "muster/events/bus.h"
#include "muster/events/driver.h"
#include "muster/events/feed.h"
#include "muster/events/janitor.h"
#include "muster/events/relay.h"
#include "muster/events/signer.h"
#include "muster/storage/database.h"
#include "muster/storage/migration.h"
#include "muster/storage/reply_sweeper.h"

namespace muster::server {

/// What every owner of data has, whatever its service: its database, its feed, the relay that carries its events to the
/// bus, the linker of its audit trail, the janitor of its streams and the sweeper of its stored replies. Of several
/// processes over one database, the leader alone relays, links and sweeps.
class Owner {
 public:
  struct Options {
    std::string name;  ///< "dispatch"
    /// Opens its database with these migrations.
    std::function<absl::StatusOr<std::unique_ptr<storage::Database>>(std::span<const storage::Migration>)> open;
    std::span<const storage::Migration> migrations;  ///< its own set; "common" and "events" are added
    std::set<std::string> groups;                    ///< the consumers that read its streams in a group
    std::function<std::unique_ptr<events::Bus>()> make_bus;
    const events::EventSigner* signer = nullptr;
    const Clock* clock = nullptr;
    Random* random = nullptr;
  };

  /// Opens the database; errors are those of `open`. What the options point to must outlive it.
  static absl::StatusOr<std::unique_ptr<Owner>> Open(Options options);
  ~Owner();

  const std::string& name() const { return options_.name; }
  storage::Database& database() { return *database_; }
  events::FeedReader& feed() { return feed_; }
  /// Whether this process led when it looked last, within the last second. Does not block.
  bool leads() const { return leads_; }
  const events::RelayCounters& relay() const { return relay_.counters(); }
  const events::JanitorCounters& janitor() const { return janitor_.counters(); }

  /// Starts the threads; from then on events flow.
  void Start();
  /// Stops the threads; nothing is lost, the feed stays.
  void Stop();

 private:
  Owner(Options options, std::unique_ptr<storage::Database> database);
  Duration KeepUp(Time now);
  /// Looks whether this process leads; may block for a moment.
  bool Leads();

  const Options options_;
  const std::unique_ptr<storage::Database> database_;
  const std::unique_ptr<events::Bus> relay_bus_;
  const std::unique_ptr<events::Bus> janitor_bus_;
  std::atomic<bool> leads_ = false;
  events::FeedReader feed_;
  events::Relay relay_;
  events::AuditLinker linker_;
  events::Janitor janitor_;
  storage::ReplySweeper reply_sweeper_;
  Mutex wake_mutex_;
  std::unique_ptr<events::StepDriver> relay_driver_ MUSTER_GUARDED_BY(wake_mutex_);
  std::unique_ptr<events::StepDriver> upkeep_driver_;
};

}  // namespace muster::server
