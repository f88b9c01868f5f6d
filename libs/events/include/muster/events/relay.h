#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/base/random.h"
#include "muster/events/bus.h"
#include "muster/events/feed.h"
#include "muster/events/signer.h"
#include "muster/storage/database.h"

namespace muster::events {

struct RelayOptions {
  std::string owner;                                        ///< "dispatch"
  int batch = 256;                                          ///< events on their way to the bus at once
  Duration mark_interval = std::chrono::milliseconds(100);  ///< how often what is published is recorded
  Duration epoch_interval = std::chrono::seconds(2);        ///< how often the bus is asked whether it still remembers
  Duration keep = std::chrono::hours(30 * 24);              ///< how long the outbox is kept
  Duration prune_interval = std::chrono::minutes(10);
};

/// What a relay has done; read by metrics. Thread-safe.
struct RelayCounters {
  std::atomic<int64_t> published = 0;          ///< entries added to the bus
  std::atomic<int64_t> failures = 0;           ///< failed attempts
  std::atomic<int64_t> bus_resets = 0;         ///< how often the bus had lost its memory
  std::atomic<int64_t> pruned = 0;             ///< outbox rows dropped
  std::atomic<int64_t> published_seq = 0;      ///< the newest feed_seq on the bus
  std::atomic<int64_t> oldest_waiting_us = 0;  ///< time of the oldest event that is not on the bus; 0: none
  std::atomic<bool> bus_up = false;
};

/// Carries an owner's committed events to the bus, in the order of the feed: one stream for real, one for drills;
/// test events stay in the outbox. What it has published it records a little later, so a crash publishes some twice
/// and loses none. The feed never waits for it. One per database; one thread at a time.
class Relay {
 public:
  /// All must outlive it.
  Relay(RelayOptions options, storage::Database& database, Bus& bus, const EventSigner& signer, const Clock& clock,
        Random& random);

  /// Publishes what has been committed. Answers how long it may sleep when nothing is committed meanwhile.
  /// Wake it from Database::OnCommit.
  Duration Step(Time now);

  const RelayCounters& counters() const { return counters_; }

 private:
  /// Events made ready for the bus.
  struct Page {
    std::vector<NewEntry> entries;
    int64_t last_seq = 0;  ///< of the last event read, entry or not; 0 when there was none
    Time oldest{};
  };

  absl::Status Load();
  absl::Status CheckEpoch(Time now);
  absl::Status Publish();
  absl::Status LoadPredecessors();
  absl::StatusOr<Page> NextPage(int64_t after);
  void Published(const Page& page);
  absl::Status Mark();
  absl::Status Prune(Time now);
  Duration Failed();

  const RelayOptions options_;
  storage::Database& database_;
  Bus& bus_;
  const EventSigner& signer_;
  const Clock& clock_;
  Random& random_;
  FeedReader feed_;
  RelayCounters counters_;

  bool loaded_ = false;
  std::string epoch_;
  int64_t published_ = 0;  ///< feed_seq up to which all is on the bus
  int64_t marked_ = 0;     ///< what the database knows of that
  bool has_predecessors_ = false;
  std::map<Mode, int64_t> previous_;  ///< the event made ready last, per stream
  std::shared_ptr<std::atomic<bool>> mark_running_;
  Duration next_mark_{};
  Duration next_epoch_check_{};
  Duration next_prune_{};
};

}  // namespace muster::events
