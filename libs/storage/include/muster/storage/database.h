#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "muster/storage/command.h"

namespace muster::storage {

/// What a committed command answers.
struct CommandReply {
  std::string reply;
  bool repeated = false;  ///< the stored reply of an earlier run with the same request_id
};

/// Called exactly once, from a thread of the database, after the commit is on disk or the command was refused.
/// It must not block.
using CommandDone = std::function<void(absl::StatusOr<CommandReply>)>;

/// Seals and opens stored replies (encryption at rest). Thread-safe.
class ReplyCipher {
 public:
  virtual ~ReplyCipher() = default;
  virtual absl::StatusOr<std::string> Seal(const std::string& plain) = 0;
  virtual absl::StatusOr<std::string> Open(const std::string& sealed) = 0;
};

/// One service's database. Thread-safe. Destroying it finishes what is queued.
class Database {
 public:
  virtual ~Database() = default;

  /// Queues a command. Errors to `done`: those of Decide and of its writes; REQUEST_ID_REUSED; DEADLINE;
  /// OVERLOADED (the queue is full), STORE_BUSY, STORE_FULL; INTERNAL_INVARIANT.
  virtual void Submit(std::unique_ptr<Command> command, CommandDone done) = 0;

  /// Runs queries on one snapshot of what is committed. Never waits for commands.
  virtual absl::Status Query(std::span<const Read> reads) = 0;

  /// `listener` is called after every commit that changed something, from a thread of the database. It must not block.
  /// Add listeners before the first Submit.
  virtual void OnCommit(std::function<void()> listener) = 0;

  /// Whether this process is the one that does the automatic work on the database (relay, timers, consumers), where
  /// several have it open. A process that dies or hangs loses the lead within seconds. For a short while two may
  /// believe to lead, so what is done as leader must be safe to be done twice. May block for a moment.
  virtual bool IsLeader() { return true; }
  /// For a process that is about to end: it does not lead any more, so that another does before it has ended.
  virtual void GiveUpLead() {}

  /// Submits and waits. Not to be called from a `done` or a listener.
  absl::StatusOr<CommandReply> Run(std::unique_ptr<Command> command);

  /// Runs one query.
  absl::Status Query(const Read& read) { return Query(std::span<const Read>(&read, 1)); }
};

/// A command made of two functions, for small steps that need no class of their own.
std::unique_ptr<Command> MakeCommand(std::function<std::vector<Read>()> reads,
                                     std::function<absl::Status(Time now, Changes& changes)> decide);

}  // namespace muster::storage
