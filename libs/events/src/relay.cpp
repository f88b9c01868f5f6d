#include "muster/events/relay.h"

#include <algorithm>
#include <map>
#include <utility>

#include "muster/base/failpoint.h"
#include "muster/base/id.h"
#include "muster/base/status_macros.h"
#include "muster/events/convert.h"
#include "outbox_rows.h"

namespace muster::events {
namespace {

constexpr Duration kIdle = std::chrono::seconds(1);
constexpr Duration kAfterBusFailure = std::chrono::milliseconds(250);
constexpr int64_t kPruneBatch = 1000;

storage::Write SetState(const std::string& name, const std::string& value) {
  return storage::Write{
      "INSERT INTO bus_state (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      {name, value},
      1,
      {}};
}

/// Drops the oldest outbox rows, a bounded part of them, but never the newest row of all: its number must not be given
/// again.
class PruneCommand final : public storage::Command {
 public:
  PruneCommand(Time older_than, int64_t published, int64_t* pruned)
      : older_than_(older_than), published_(published), pruned_(pruned) {}

  std::vector<storage::Read> Reads() override {
    rows_.clear();
    return {
        {"SELECT feed_seq, mode, time_us FROM outbox WHERE feed_seq <= $1 AND feed_seq < (SELECT max(feed_seq) FROM "
         "outbox) ORDER BY feed_seq LIMIT $2",
         {published_, kPruneBatch},
         [this](const storage::Row& row) {
           rows_.push_back({row.Int(0), std::string(row.Text(1)), FromMicros(row.Int(2))});
         }}};
  }

  absl::Status Decide(Time, storage::Changes& changes) override {
    std::map<std::string, int64_t> newest;
    *pruned_ = 0;
    for (const OldRow& row : rows_) {
      if (row.time >= older_than_) {
        break;
      }
      newest[row.mode] = row.feed_seq;
      ++*pruned_;
    }
    if (*pruned_ > 0) {
      const int64_t last = rows_[static_cast<size_t>(*pruned_ - 1)].feed_seq;
      changes.writes.push_back({"DELETE FROM outbox WHERE feed_seq <= $1", {last}, -1, {}});
    }
    for (const auto& [mode, feed_seq] : newest) {
      changes.writes.push_back(SetState("pruned:" + mode, std::to_string(feed_seq)));
    }
    return absl::OkStatus();
  }

 private:
  struct OldRow {
    int64_t feed_seq;
    std::string mode;
    Time time;
  };

  const Time older_than_;
  const int64_t published_;
  int64_t* const pruned_;
  std::vector<OldRow> rows_;
};

}  // namespace

Relay::Relay(RelayOptions options, storage::Database& database, Bus& bus, const EventSigner& signer, const Clock& clock,
             Random& random)
    : options_(std::move(options)),
      database_(database),
      bus_(bus),
      signer_(signer),
      clock_(clock),
      random_(random),
      feed_(options_.owner, database),
      mark_running_(std::make_shared<std::atomic<bool>>(false)) {}

Duration Relay::Step(Time now) {
  absl::Status status = Load();
  if (!status.ok()) {
    return Failed();
  }
  if (clock_.Steady() >= next_prune_) {
    (void)Prune(now);  // what it misses it finds the next time
  }
  status = CheckEpoch(now);
  if (status.ok()) {
    status = Publish();
  }
  counters_.bus_up = status.ok();
  (void)Mark();
  if (!status.ok()) {
    has_predecessors_ = false;  // what was made ready may not have been sent
    return Failed();
  }
  return marked_ < published_ ? options_.mark_interval : kIdle;
}

Duration Relay::Failed() {
  ++counters_.failures;
  return kAfterBusFailure;
}

absl::Status Relay::Load() {
  if (loaded_) {
    return absl::OkStatus();
  }
  MUSTER_RETURN_IF_ERROR(database_.Query(storage::Read{
      "SELECT name, value FROM bus_state WHERE name IN ('published', 'epoch')", {}, [this](const auto& row) {
        if (row.Text(0) == "epoch") {
          epoch_ = row.Text(1);
        } else {
          published_ = std::strtoll(std::string(row.Text(1)).c_str(), nullptr, 10);
        }
      }}));
  // A database that was restored from a backup may be behind what its old self had published.
  MUSTER_ASSIGN_OR_RETURN(const int64_t head, feed_.Head());
  published_ = std::min(published_, head);
  marked_ = published_;
  counters_.published_seq = published_;
  loaded_ = true;
  return absl::OkStatus();
}

/// The marker is gone when the bus was flushed or lost, and another when it was put back to an older state.
absl::Status Relay::CheckEpoch(Time now) {
  if (clock_.Steady() < next_epoch_check_) {
    return absl::OkStatus();
  }
  MUSTER_ASSIGN_OR_RETURN(const std::string found, bus_.Epoch(options_.owner));
  if (epoch_.empty() || found != epoch_) {
    if (!epoch_.empty()) {
      ++counters_.bus_resets;
    }
    std::string epoch = NewUuid(now, random_);
    MUSTER_RETURN_IF_ERROR(database_
                               .Run(storage::MakeCommand(nullptr,
                                                         [&epoch](Time, storage::Changes& changes) {
                                                           changes.writes.push_back(SetState("epoch", epoch));
                                                           return absl::OkStatus();
                                                         }))
                               .status());
    epoch_ = std::move(epoch);
    MUSTER_RETURN_IF_ERROR(bus_.SetEpoch(options_.owner, epoch_));
  }
  next_epoch_check_ = clock_.Steady() + options_.epoch_interval;
  return absl::OkStatus();
}

/// The last event of each stream that is published already.
absl::Status Relay::LoadPredecessors() {
  if (has_predecessors_) {
    return absl::OkStatus();
  }
  MUSTER_ASSIGN_OR_RETURN(previous_, feed_.Predecessors(published_));
  has_predecessors_ = true;
  return absl::OkStatus();
}

/// While one page is on its way, the next is made ready.
absl::Status Relay::Publish() {
  MUSTER_RETURN_IF_ERROR(LoadPredecessors());
  Page sent;
  for (;;) {
    absl::StatusOr<Page> page = NextPage(sent.last_seq == 0 ? published_ : sent.last_seq);
    if (!sent.entries.empty()) {
      MUSTER_RETURN_IF_ERROR(bus_.FinishAppend());
      Failpoint("K7");
    }
    if (sent.last_seq > 0) {
      Published(sent);
    }
    MUSTER_RETURN_IF_ERROR(page.status());
    if (page->last_seq == 0) {
      counters_.oldest_waiting_us = 0;
      return absl::OkStatus();
    }
    Failpoint("K6");
    counters_.oldest_waiting_us = ToMicros(page->oldest);
    if (!page->entries.empty()) {
      MUSTER_RETURN_IF_ERROR(bus_.StartAppend(page->entries));
    }
    sent = *std::move(page);
    (void)Mark();
  }
}

/// The events after a place in the feed, signed and ready for the bus.
absl::StatusOr<Relay::Page> Relay::NextPage(int64_t after) {
  std::vector<FeedEvent> events;
  events.reserve(static_cast<size_t>(options_.batch));
  MUSTER_RETURN_IF_ERROR(database_.Query(ReadOutbox(options_.owner, after, options_.batch, kAllModes, events)));
  Page page;
  if (events.empty()) {
    return page;
  }
  page.last_seq = events.back().feed_seq;
  page.oldest = events.front().time;
  page.entries.reserve(events.size());
  for (FeedEvent& event : events) {
    if (event.mode == Mode::kTest) {
      continue;
    }
    event.previous_feed_seq = std::exchange(previous_[event.mode], event.feed_seq);
    std::string stream = StreamName(event.owner, event.mode);
    std::string payload = SerializeEvent(event);
    std::string signature = signer_.Sign(payload);
    page.entries.push_back({std::move(stream), std::move(payload), std::move(signature)});
  }
  return page;
}

void Relay::Published(const Page& page) {
  counters_.published += static_cast<int64_t>(page.entries.size());
  published_ = page.last_seq;
  counters_.published_seq = published_;
}

/// Does not wait for the commit: marks are many and none of them matters much.
absl::Status Relay::Mark() {
  if (marked_ >= published_ || clock_.Steady() < next_mark_ || mark_running_->exchange(true)) {
    return absl::OkStatus();
  }
  next_mark_ = clock_.Steady() + options_.mark_interval;
  marked_ = published_;
  database_.Submit(storage::MakeCommand(nullptr,
                                        [published = published_](Time, storage::Changes& changes) {
                                          changes.writes.push_back(SetState("published", std::to_string(published)));
                                          return absl::OkStatus();
                                        }),
                   [running = mark_running_](const auto&) { *running = false; });
  return absl::OkStatus();
}

/// Looks at the oldest row first, so that the writer is asked only when there is something to drop.
absl::Status Relay::Prune(Time now) {
  next_prune_ = clock_.Steady() + options_.prune_interval;
  Time oldest = now;
  MUSTER_RETURN_IF_ERROR(database_.Query(storage::Read{"SELECT time_us FROM outbox ORDER BY feed_seq LIMIT 1",
                                                       {},
                                                       [&](const auto& row) { oldest = FromMicros(row.Int(0)); }}));
  if (oldest >= now - options_.keep) {
    return absl::OkStatus();
  }
  int64_t pruned = 0;
  MUSTER_RETURN_IF_ERROR(database_.Run(std::make_unique<PruneCommand>(now - options_.keep, marked_, &pruned)).status());
  counters_.pruned += pruned;
  if (pruned == kPruneBatch) {
    next_prune_ = clock_.Steady();
  }
  return absl::OkStatus();
}

}  // namespace muster::events
