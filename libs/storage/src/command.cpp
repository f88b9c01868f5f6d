#include "muster/storage/command.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

#include "muster/storage/database.h"
#include "muster/storage/migration.h"

namespace muster::storage {
namespace {

class FunctionCommand final : public Command {
 public:
  FunctionCommand(std::function<std::vector<Read>()> reads, std::function<absl::Status(Time, Changes&)> decide)
      : reads_(std::move(reads)), decide_(std::move(decide)) {}
  std::vector<Read> Reads() override { return reads_ ? reads_() : std::vector<Read>(); }
  absl::Status Decide(Time now, Changes& changes) override { return decide_(now, changes); }

 private:
  std::function<std::vector<Read>()> reads_;
  std::function<absl::Status(Time, Changes&)> decide_;
};

}  // namespace

std::unique_ptr<Command> MakeCommand(std::function<std::vector<Read>()> reads,
                                     std::function<absl::Status(Time, Changes&)> decide) {
  return std::make_unique<FunctionCommand>(std::move(reads), std::move(decide));
}

absl::StatusOr<CommandReply> Database::Run(std::unique_ptr<Command> command) {
  std::mutex mutex;
  std::condition_variable changed;
  std::optional<absl::StatusOr<CommandReply>> outcome;
  Submit(std::move(command), [&](absl::StatusOr<CommandReply> reply) {
    // Notified under the lock: the waiter's stack frame is gone as soon as it sees the outcome.
    const std::lock_guard<std::mutex> lock(mutex);
    outcome = std::move(reply);
    changed.notify_one();
  });
  std::unique_lock<std::mutex> lock(mutex);
  changed.wait(lock, [&] { return outcome.has_value(); });
  return *std::move(outcome);
}

std::vector<Migration> Concatenate(std::span<const Migration> first, std::span<const Migration> second) {
  std::vector<Migration> all(first.begin(), first.end());
  all.insert(all.end(), second.begin(), second.end());
  return all;
}

}  // namespace muster::storage
