#include "group_writer.h"

#include <utility>

#include "muster/base/failpoint.h"
#include "muster/domain/reason.h"

namespace muster::storage {
namespace {

constexpr size_t kAnswersWaiting = 64;  ///< groups; more are answered by the writer itself

}  // namespace

GroupWriter::GroupWriter(size_t group_size, size_t queue_limit)
    : group_size_(group_size), queue_limit_(queue_limit), answers_(1, kAnswersWaiting) {}

GroupWriter::~GroupWriter() { Stop(); }

void GroupWriter::Start(RunGroup run_group) {
  run_group_ = std::move(run_group);
  thread_ = std::thread([this] { Run(); });
}

void GroupWriter::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void GroupWriter::Submit(std::unique_ptr<Command> command, CommandDone done) {
  Failpoint("K1");
  bool taken = false;
  {
    MutexLock lock(mutex_);
    if (!stopping_ && queue_.size() < queue_limit_) {
      queue_.push_back({std::move(command), std::move(done)});
      taken = true;
    }
  }
  if (taken) {
    wake_.NotifyOne();
  } else {
    done(Error(Reason::kOverloaded, {}, {{"retry_after_s", "1"}}));
  }
}

void GroupWriter::OnCommit(std::function<void()> listener) {
  MutexLock lock(mutex_);
  listeners_.push_back(std::move(listener));
}

void GroupWriter::TellListeners() {
  std::vector<std::function<void()>> listeners;
  {
    MutexLock lock(mutex_);
    listeners = listeners_;
  }
  for (const auto& listener : listeners) {
    listener();
  }
}

void GroupWriter::Run() {
  for (;;) {
    std::vector<Queued> group = TakeGroup();
    if (group.empty()) {
      return;
    }
    GroupOutcome outcome = run_group_(group);
    if (outcome.changed) {
      TellListeners();
    }
    Answer(std::move(group), std::move(outcome.replies));
  }
}

/// Waits for commands and moves up to a group of them out of the queue; nothing when stopped and empty.
std::vector<Queued> GroupWriter::TakeGroup() {
  std::vector<Queued> group;
  MutexLock lock(mutex_);
  while (queue_.empty() && !stopping_) {
    wake_.Wait(mutex_);
  }
  while (!queue_.empty() && group.size() < group_size_) {
    group.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return group;
}

/// A lone caller is answered here; those of a group elsewhere, while the next group runs.
void GroupWriter::Answer(std::vector<Queued> group, std::vector<absl::StatusOr<CommandReply>> replies) {
  struct Answers {
    std::vector<Queued> group;
    std::vector<absl::StatusOr<CommandReply>> replies;
  };
  const auto answers = std::make_shared<Answers>(Answers{std::move(group), std::move(replies)});
  const auto tell = [answers] {
    for (size_t i = 0; i < answers->group.size(); ++i) {
      answers->group[i].done(std::move(answers->replies[i]));
    }
  };
  if (answers->group.size() == 1 || !answers_.TryPost(tell)) {
    tell();
  }
}

}  // namespace muster::storage
