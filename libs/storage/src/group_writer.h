#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/base/mutex.h"
#include "muster/base/work_pool.h"
#include "muster/storage/database.h"

namespace muster::storage {

/// A command on its way, and who waits for it.
struct Queued {
  std::unique_ptr<Command> command;
  CommandDone done;
};

/// What became of a group of commands.
struct GroupOutcome {
  std::vector<absl::StatusOr<CommandReply>> replies;  ///< one for each command, in their order
  bool changed = false;                               ///< something was committed
};

/// The queue before a database's writer, the writer's thread, and the answers to those who wait. Thread-safe.
class GroupWriter {
 public:
  /// Runs the commands of a group in their order, the commit included. Called by the writer's thread alone.
  using RunGroup = std::function<GroupOutcome(const std::vector<Queued>& group)>;

  /// A group has up to `group_size` commands; up to `queue_limit` wait, more are refused with OVERLOADED.
  GroupWriter(size_t group_size, size_t queue_limit);
  /// Runs what is queued.
  ~GroupWriter();

  /// Starts the writer's thread.
  void Start(RunGroup run_group);
  /// Runs what is queued and ends the thread; what comes later is refused.
  void Stop();

  void Submit(std::unique_ptr<Command> command, CommandDone done);
  void OnCommit(std::function<void()> listener);
  /// Called by the writer itself after a group that changed something, and for what another process has committed.
  void TellListeners();

 private:
  void Run();
  std::vector<Queued> TakeGroup();
  void Answer(std::vector<Queued> group, std::vector<absl::StatusOr<CommandReply>> replies);

  const size_t group_size_;
  const size_t queue_limit_;
  RunGroup run_group_;
  Mutex mutex_;
  CondVar wake_;
  std::deque<Queued> queue_ MUSTER_GUARDED_BY(mutex_);
  std::vector<std::function<void()>> listeners_ MUSTER_GUARDED_BY(mutex_);
  bool stopping_ MUSTER_GUARDED_BY(mutex_) = false;
  std::thread thread_;
  WorkPool answers_;
};

}  // namespace muster::storage
