#include <atomic>
#include <chrono>
#include <map>
#include <utility>
#include <vector>

#include "consumer_sink.h"
#include "muster/base/id.h"
#include "muster/base/mutex.h"
#include "muster/base/status_macros.h"
#include "muster/events/consumer.h"
#include "trace_of_event.h"

namespace muster::events {
namespace {

/// How many events of no concern may pass before the position is written for them alone.
constexpr int kSkipsPerWrite = 500;
constexpr Duration kInboxKept = std::chrono::hours(31 * 24);

storage::Write InboxWrite(const std::string& consumer, const FeedEvent& event, Time now) {
  return {"INSERT INTO inbox (consumer, event_id, time_us) VALUES ($1, $2, $3)",
          {consumer, event.id.value(), ToMicros(now)},
          1,
          {}};
}

/// What one event changes, together with the rows that make it happen once and in order.
class ApplyCommand final : public storage::Command {
 public:
  /// `inner` may be null: then only the position moves. `has_moved`, where given, is set when the kept position is not
  /// `expected`.
  ApplyCommand(std::string consumer, const FeedEvent& event, std::unique_ptr<storage::Command> inner, int64_t expected,
               std::shared_ptr<std::atomic<bool>> has_moved)
      : consumer_(std::move(consumer)),
        event_(event),
        inner_(std::move(inner)),
        expected_(expected),
        has_moved_(std::move(has_moved)) {}

  std::vector<storage::Read> Reads() override {
    position_ = 0;
    known_ = false;
    std::vector<storage::Read> reads = inner_ == nullptr ? std::vector<storage::Read>() : inner_->Reads();
    reads.push_back({"SELECT position FROM consumer_position WHERE consumer = $1 AND owner = $2 AND mode = $3",
                     {consumer_, event_.owner, std::string(Name(event_.mode))},
                     [this](const storage::Row& row) { position_ = row.Int(0); }});
    reads.push_back({"SELECT 1 FROM inbox WHERE consumer = $1 AND event_id = $2",
                     {consumer_, event_.id.value()},
                     [this](const storage::Row&) { known_ = true; }});
    return reads;
  }

  absl::Status Decide(Time now, storage::Changes& changes) override {
    if (position_ != expected_) {
      if (has_moved_ != nullptr) {
        *has_moved_ = true;
      }
      return absl::AbortedError("position has moved");
    }
    if (inner_ != nullptr && !known_) {
      MUSTER_RETURN_IF_ERROR(inner_->Decide(now, changes));
      changes.writes.push_back(InboxWrite(consumer_, event_, now));
    }
    changes.writes.push_back(PositionWrite(consumer_, event_.owner, event_.mode, event_.feed_seq));
    return absl::OkStatus();
  }

 private:
  const std::string consumer_;
  const FeedEvent event_;
  const std::unique_ptr<storage::Command> inner_;
  const int64_t expected_;
  const std::shared_ptr<std::atomic<bool>> has_moved_;
  int64_t position_ = 0;
  bool known_ = false;
};

/// Collects the outcomes of commands that were submitted one after the other.
class Outcomes {
 public:
  void Submit(storage::Database& database, std::unique_ptr<storage::Command> command) {
    size_t index = 0;
    {
      MutexLock lock(mutex_);
      index = statuses_.size();
      statuses_.emplace_back();
      ++running_;
    }
    database.Submit(std::move(command), [this, index](const auto& reply) {
      // Notified under the lock: the waiter may destroy this object as soon as it sees the last outcome.
      MutexLock lock(mutex_);
      statuses_[index] = reply.status();
      --running_;
      changed_.NotifyOne();
    });
  }

  std::vector<absl::Status> Wait() {
    MutexLock lock(mutex_);
    while (running_ > 0) {
      changed_.Wait(mutex_);
    }
    return std::move(statuses_);
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  std::vector<absl::Status> statuses_ MUSTER_GUARDED_BY(mutex_);
  size_t running_ MUSTER_GUARDED_BY(mutex_) = 0;
};

class DurableSink final : public ConsumerSink {
 public:
  DurableSink(std::string consumer, storage::Database& database, DurableHandler& handler, Random& random)
      : consumer_(std::move(consumer)), database_(database), handler_(handler), random_(random) {}

  absl::StatusOr<int64_t> Load(const std::string& owner, Mode mode) override {
    int64_t position = 0;
    MUSTER_RETURN_IF_ERROR(database_.Query(
        storage::Read{"SELECT position FROM consumer_position WHERE consumer = $1 AND owner = $2 AND mode = $3",
                      {consumer_, owner, std::string(Name(mode))},
                      [&](const storage::Row& row) { position = row.Int(0); }}));
    kept_[{owner, mode}] = {position, 0};
    return position;
  }

  absl::StatusOr<int64_t> FirstPosition(const std::string&) override { return 0; }
  absl::StatusOr<int64_t> Resync(const std::string& owner) override { return handler_.Resync(owner); }

  /// All commands of the run go to the database at once and share its commits; each holds only when the one before it
  /// did.
  Outcome Apply(std::span<const FeedEvent> run) override {
    Kept& kept = kept_[{run.front().owner, run.front().mode}];
    const auto has_moved = std::make_shared<std::atomic<bool>>(false);
    Outcome outcome;
    Outcomes submitted;
    std::vector<size_t> indexes;
    int64_t expected = kept.position;
    for (; outcome.applied < run.size(); ++outcome.applied) {
      const FeedEvent& event = run[outcome.applied];
      const TraceOfEvent trace(event);
      auto command = handler_.Handle(event);
      if (!command.ok()) {
        outcome.status = command.status();
        break;
      }
      if (*command == nullptr && ++kept.skipped < kSkipsPerWrite) {
        continue;
      }
      submitted.Submit(database_, std::make_unique<ApplyCommand>(consumer_, event, *std::move(command), expected,
                                                                 indexes.empty() ? has_moved : nullptr));
      indexes.push_back(outcome.applied);
      expected = event.feed_seq;
      kept.skipped = 0;
    }
    const std::vector<absl::Status> statuses = submitted.Wait();
    for (size_t i = 0; i < statuses.size(); ++i) {
      if (!statuses[i].ok()) {
        outcome = {indexes[i], statuses[i], i == 0 && *has_moved};
        break;
      }
      kept.position = run[indexes[i]].feed_seq;
    }
    return outcome;
  }

  absl::Status DeadLetter(const FeedEvent& event, const std::string& reason, Time now) override {
    Kept& kept = kept_[{event.owner, event.mode}];
    auto write_row = storage::MakeCommand(nullptr, [&](Time, storage::Changes& changes) {
      changes.writes.push_back(
          {"INSERT INTO dead_letter (id, consumer, owner, mode, feed_seq, event_id, type, reason, time_us) "
           "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
           {NewUuid(now, random_), consumer_, event.owner, std::string(Name(event.mode)), event.feed_seq,
            event.id.value(), event.type, reason, ToMicros(now)},
           1,
           {}});
      return absl::OkStatus();
    });
    MUSTER_RETURN_IF_ERROR(
        database_.Run(std::make_unique<ApplyCommand>(consumer_, event, std::move(write_row), kept.position, nullptr))
            .status());
    kept = {event.feed_seq, 0};
    return absl::OkStatus();
  }

  /// A bounded part at a time, so that nobody waits for it.
  void Housekeep(Time now) override {
    database_.Submit(storage::MakeCommand(nullptr,
                                          [now](Time, storage::Changes& changes) {
                                            changes.writes.push_back(
                                                {"DELETE FROM inbox WHERE (consumer, event_id) IN (SELECT consumer, "
                                                 "event_id FROM inbox WHERE time_us < $1 ORDER BY time_us LIMIT 2000)",
                                                 {ToMicros(now - kInboxKept)},
                                                 -1,
                                                 {}});
                                            return absl::OkStatus();
                                          }),
                     [](const auto&) {});
  }

 private:
  struct Kept {
    int64_t position = 0;  ///< as the database has it
    int skipped = 0;       ///< events of no concern since then
  };

  const std::string consumer_;
  storage::Database& database_;
  DurableHandler& handler_;
  Random& random_;
  std::map<std::pair<std::string, Mode>, Kept> kept_;
};

}  // namespace

storage::Write PositionWrite(const std::string& consumer, const std::string& owner, Mode mode, int64_t position) {
  return {
      "INSERT INTO consumer_position (consumer, owner, mode, position) VALUES ($1, $2, $3, $4) "
      "ON CONFLICT (consumer, owner, mode) DO UPDATE SET position = excluded.position",
      {consumer, owner, std::string(Name(mode)), position},
      1,
      {}};
}

std::unique_ptr<ConsumerSink> MakeDurableSink(std::string consumer, storage::Database& database,
                                              DurableHandler& handler, Random& random) {
  return std::make_unique<DurableSink>(std::move(consumer), database, handler, random);
}

}  // namespace muster::events
