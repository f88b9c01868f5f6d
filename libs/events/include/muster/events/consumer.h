#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "muster/base/clock.h"
#include "muster/base/random.h"
#include "muster/events/bus.h"
#include "muster/events/feed.h"
#include "muster/events/handler.h"
#include "muster/events/signer.h"
#include "muster/storage/database.h"

namespace muster::events {

struct ConsumerOptions {
  std::string name;                 ///< "notify": its group on the bus and the key of its positions
  std::string instance = "1";       ///< tells several processes of one consumer apart
  std::vector<std::string> owners;  ///< whose events it follows
  std::vector<Mode> modes{Mode::kReal, Mode::kDrill};
  int batch = 128;
  Duration block = std::chrono::milliseconds(250);   ///< how long one step waits on the bus
  Duration feed_interval = std::chrono::seconds(2);  ///< how often the feeds are looked at anyway
  Duration feed_interval_without_bus = std::chrono::seconds(1);
  Duration claim_interval = std::chrono::seconds(5);
  Duration claim_min_idle = std::chrono::seconds(30);  ///< longer than the slowest handler
  int max_attempts = 5;
};

/// What a consumer has done; read by metrics. Thread-safe.
struct ConsumerCounters {
  std::atomic<int64_t> applied = 0;
  std::atomic<int64_t> duplicates = 0;    ///< seen again and left alone
  std::atomic<int64_t> from_feed = 0;     ///< events that the feed brought before the bus did
  std::atomic<int64_t> garbage = 0;       ///< bus entries that are not to be believed
  std::atomic<int64_t> lost_entries = 0;  ///< bus entries that were gone before they were read (bus_lost_entries_total)
  std::atomic<int64_t> groups_made = 0;   ///< how often the bus had forgotten the group
  std::atomic<int64_t> bus_resets = 0;    ///< how often the bus had lost its memory
  std::atomic<int64_t> failures = 0;      ///< attempts of handlers that failed
  std::atomic<int64_t> dead_letters = 0;
  std::atomic<int64_t> resyncs = 0;  ///< how often an owner's feed no longer held what came next
  std::atomic<int64_t> feed_errors = 0;
  std::atomic<int64_t> lag_us = 0;  ///< age of the event applied last, when it was applied
  std::atomic<bool> bus_up = false;
};

class ConsumerSink;
struct ConsumerStream;

/// Follows the events of other services. The order is the feed's: for every owner and mode it keeps a position, the
/// last feed_seq up to which everything has been applied. An event from the bus is applied when its predecessor lies
/// at or before the position; it is a duplicate when it lies at or before the position itself; otherwise something is
/// missing and the owner's feed is read from the position on. The feed is looked at every two seconds anyway. So the
/// bus may lose, repeat, reorder or make up whatever it likes: it only decides how soon an event is applied.
///
/// One thread at a time calls Step.
class Consumer {
 public:
  /// Keeps its positions in `database` and applies every event once, across restarts; a new one starts with the oldest
  /// event that is kept. Reads the bus in a consumer group, so that several processes share the work. All arguments
  /// must outlive it.
  static std::unique_ptr<Consumer> Durable(ConsumerOptions options, storage::Database& database,
                                           DurableHandler& handler, Bus& bus, FeedSource& feed,
                                           const EventSigner& signer, const Clock& clock, Random& random);

  /// Keeps its positions in memory: every process sees every event.
  static std::unique_ptr<Consumer> InMemory(ConsumerOptions options, MemoryHandler& handler, Bus& bus, FeedSource& feed,
                                            const EventSigner& signer, const Clock& clock);

  ~Consumer();

  /// Follows `owner` from after this feed_seq on, which a snapshot contained; a durable consumer that knows its
  /// position already stays there. Before the first step.
  void StartAfter(const std::string& owner, int64_t feed_seq);

  /// Reads and applies what there is, waiting on the bus for at most `block`. Answers how long to sleep before the
  /// next step.
  Duration Step(Time now);

  /// The position in the feed of an owner: everything up to it has been applied. 0 for one that is not followed.
  /// Thread-safe.
  int64_t Position(const std::string& owner, Mode mode) const;
  /// True once all that an owner had said has been applied since the start, be it nothing. Thread-safe.
  bool HasCaughtUp(const std::string& owner) const;
  const ConsumerCounters& counters() const { return counters_; }

 private:
  using Stream = ConsumerStream;

  Consumer(ConsumerOptions options, std::unique_ptr<ConsumerSink> sink, bool in_group, Bus& bus, FeedSource& feed,
           const EventSigner& signer, const Clock& clock);

  void Start();
  absl::Status StartStream(Stream& stream);

  void ReadFeeds();
  absl::Status ReadFeed(Stream& stream);
  absl::Status Resync(Stream& stream);
  void WentBack(Stream& stream, int64_t head);

  absl::Status ReadBus();
  absl::Status JoinBus();
  absl::Status CheckEpochs();
  absl::Status ReadOwed();
  absl::Status ClaimAbandoned();
  absl::Status ReadNew();
  void BusFailed(const absl::Status& status);

  void Take(const std::vector<BusEntry>& entries);
  void TakeEntry(Stream& stream, const BusEntry& entry);
  absl::StatusOr<FeedEvent> Believe(const BusEntry& entry) const;
  absl::Status Acknowledge();

  std::vector<FeedEvent> InOrder(Stream& stream, const std::vector<FeedEvent>& events, bool from_feed);
  bool Apply(Stream& stream, const std::vector<FeedEvent>& events);
  void Reload(Stream& stream);
  void Failed(Stream& stream, const FeedEvent& event, const absl::Status& status);

  Stream* Find(const std::string& stream_name);
  bool IsResting(const Stream& stream) const;
  bool WantsFeed(const Stream& stream) const;
  Duration UntilDue() const;

  const ConsumerOptions options_;
  const std::unique_ptr<ConsumerSink> sink_;
  const bool in_group_;
  Bus& bus_;
  FeedSource& feed_;
  const EventSigner& signer_;
  const Clock& clock_;
  ConsumerCounters counters_;

  std::vector<std::unique_ptr<Stream>> streams_;
  std::map<std::string, std::string> epochs_;  ///< of the bus, per owner, as last seen
  bool joined_ = false;                        ///< the bus has been greeted since it was last lost
  Time now_{};                                 ///< of the running step
  Duration next_feed_read_{};
  Duration next_claim_{};
  Duration next_epoch_check_{};
  Duration next_housekeeping_{};
};

/// The row that a durable consumer keeps its position in: for a snapshot that is written in one transaction with the
/// position that it contains.
storage::Write PositionWrite(const std::string& consumer, const std::string& owner, Mode mode, int64_t position);

}  // namespace muster::events
