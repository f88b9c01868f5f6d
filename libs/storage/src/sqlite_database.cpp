#include "muster/storage/sqlite_database.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <utility>
#include <vector>

#include "group_writer.h"
#include "muster/base/failpoint.h"
#include "muster/base/mutex.h"
#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/telemetry/log.h"
#include "sqlite_connection.h"
#include "sqlite_migrate.h"
#include "stored_reply.h"

namespace muster::storage {
namespace {

/// Holds "<file>.lock" for as long as it lives; the kernel frees it when the process dies.
class FileLock {
 public:
  ~FileLock() {
    if (descriptor_ >= 0) {
      close(descriptor_);
    }
  }
  absl::Status Take(const std::filesystem::path& path) {
    descriptor_ = open((path.string() + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor_ < 0 || flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      return Error(Reason::kAlreadyRunning, {}, {{"what", path.filename().string()}});
    }
    return absl::OkStatus();
  }

 private:
  int descriptor_ = -1;
};

/// Makes the file, if it is not there, and lets nobody but its owner read it. Before SQLite opens it: the log and the
/// shared memory get the permissions that the file has then.
absl::Status KeepPrivate(const std::filesystem::path& path) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return absl::FailedPreconditionError("cannot open " + path.filename().string());
  }
  const bool is_private = fchmod(descriptor, 0600) == 0;
  close(descriptor);
  return is_private ? absl::OkStatus()
                    : absl::FailedPreconditionError("cannot set the permissions of " + path.filename().string());
}

class SqliteDatabase final : public Database {
 public:
  explicit SqliteDatabase(SqliteOptions options)
      : options_(std::move(options)), queue_(options_.group_size, options_.queue_limit) {}

  ~SqliteDatabase() override { queue_.Stop(); }

  absl::Status Start(std::span<const Migration> migrations) {
    MUSTER_RETURN_IF_ERROR(lock_.Take(options_.path));
    MUSTER_RETURN_IF_ERROR(KeepPrivate(options_.path));
    MUSTER_ASSIGN_OR_RETURN(writer_, SqliteConnection::Open(options_.path, false, options_.vfs));
    MUSTER_RETURN_IF_ERROR(Migrate(*writer_, migrations, options_.clock->Now()));
    MutexLock lock(readers_mutex_);
    for (int i = 0; i < options_.readers; ++i) {
      MUSTER_ASSIGN_OR_RETURN(auto reader, SqliteConnection::Open(options_.path, true, options_.vfs));
      idle_readers_.push_back(std::move(reader));
    }
    queue_.Start([this](const std::vector<Queued>& group) { return RunGroup(group); });
    return absl::OkStatus();
  }

  void Submit(std::unique_ptr<Command> command, CommandDone done) override {
    queue_.Submit(std::move(command), std::move(done));
  }

  absl::Status Query(std::span<const Read> reads) override {
    std::unique_ptr<SqliteConnection> reader = TakeReader();
    absl::Status result = reads.size() > 1 ? reader->Step("BEGIN") : absl::OkStatus();
    for (const Read& read : reads) {
      if (result.ok()) {
        result = reader->Run(read);
      }
    }
    if (reads.size() > 1) {
      (void)reader->Step("ROLLBACK");
    }
    if (!result.ok() && IsFatal(reader->last_error())) {
      Fatal(result);
    }
    ReturnReader(std::move(reader));
    return result;
  }

  void OnCommit(std::function<void()> listener) override { queue_.OnCommit(std::move(listener)); }

 private:
  std::unique_ptr<SqliteConnection> TakeReader() {
    MutexLock lock(readers_mutex_);
    while (idle_readers_.empty()) {
      reader_free_.Wait(readers_mutex_);
    }
    auto reader = std::move(idle_readers_.back());
    idle_readers_.pop_back();
    return reader;
  }

  void ReturnReader(std::unique_ptr<SqliteConnection> reader) {
    {
      MutexLock lock(readers_mutex_);
      idle_readers_.push_back(std::move(reader));
    }
    reader_free_.NotifyOne();
  }

  /// One transaction for the whole group; nobody is answered before it is on disk.
  GroupOutcome RunGroup(const std::vector<Queued>& group) {
    GroupOutcome outcome;
    outcome.replies.reserve(group.size());
    absl::Status status = writer_->Step("BEGIN IMMEDIATE");
    bool wrote = false;
    for (const Queued& queued : group) {
      absl::StatusOr<CommandReply> reply =
          status.ok() ? RunInSavepoint(*queued.command, wrote) : absl::StatusOr<CommandReply>(status);
      if (status.ok()) {
        status = StatusOfTransaction(reply);
      }
      outcome.replies.push_back(std::move(reply));
    }
    if (status.ok()) {
      status = Commit(wrote);
    }
    if (status.ok()) {
      outcome.changed = wrote;
    } else {
      Undo(status, outcome.replies);
    }
    return outcome;
  }

  /// Not ok when the command's failure took the whole transaction with it: SQLite rolls back by itself when a disk is
  /// full or memory runs out.
  absl::Status StatusOfTransaction(const absl::StatusOr<CommandReply>& outcome) const {
    if (writer_->InTransaction()) {
      return absl::OkStatus();
    }
    return outcome.ok() ? Error(Reason::kInternalInvariant) : outcome.status();
  }

  absl::Status Commit(bool wrote) {
    Failpoint("K4");
    absl::Status committed = writer_->Step(wrote ? "COMMIT" : "ROLLBACK");
    if (committed.ok()) {
      Failpoint("K5");
    } else if (IsFatal(writer_->last_error())) {
      Fatal(committed);
    }
    return committed;
  }

  /// Nothing of the group holds: who had succeeded is told why not.
  void Undo(const absl::Status& why, std::vector<absl::StatusOr<CommandReply>>& replies) {
    if (writer_->InTransaction()) {
      (void)writer_->Step("ROLLBACK");
    }
    for (absl::StatusOr<CommandReply>& reply : replies) {
      if (reply.ok()) {
        reply = why;
      }
    }
  }

  /// Runs a command so that its refusal undoes nothing but itself.
  absl::StatusOr<CommandReply> RunInSavepoint(Command& command, bool& wrote) {
    const auto deadline = command.steady_deadline();
    if (deadline && options_.clock->Steady() > *deadline) {
      return Error(Reason::kDeadline);
    }
    MUSTER_RETURN_IF_ERROR(writer_->Step("SAVEPOINT command"));
    absl::StatusOr<CommandReply> outcome = RunCommand(command, wrote);
    if (!outcome.ok()) {
      if (IsFatal(writer_->last_error())) {
        Fatal(outcome.status());
      }
      if (!writer_->InTransaction()) {
        return outcome;
      }
      (void)writer_->Step("ROLLBACK TO command");
    }
    MUSTER_RETURN_IF_ERROR(writer_->Step("RELEASE command"));
    return outcome;
  }

  /// Sets `wrote` when it succeeds and changed something.
  absl::StatusOr<CommandReply> RunCommand(Command& command, bool& wrote) {
    const std::optional<RepeatKey> key = command.repeat_key();
    if (key) {
      std::optional<StoredReply> found;
      MUSTER_RETURN_IF_ERROR(writer_->Run(FindReply(*key, found)));
      MUSTER_ASSIGN_OR_RETURN(std::optional<CommandReply> earlier,
                              OpenReply(*key, std::move(found), options_.reply_cipher));
      if (earlier) {
        return *std::move(earlier);
      }
    }
    for (const Read& read : command.Reads()) {
      MUSTER_RETURN_IF_ERROR(writer_->Run(read));
    }
    Failpoint("K2");
    const Time now = options_.clock->Now();
    Changes changes;
    MUSTER_RETURN_IF_ERROR(command.Decide(now, changes));
    for (const Write& write : changes.writes) {
      MUSTER_RETURN_IF_ERROR(writer_->Run(write));
      Failpoint("K3");
    }
    if (key) {
      MUSTER_ASSIGN_OR_RETURN(const Write kept, KeepReply(*key, changes.reply, now, options_.reply_cipher));
      MUSTER_RETURN_IF_ERROR(writer_->Run(kept));
    }
    wrote = wrote || key || !changes.writes.empty();
    return CommandReply{std::move(changes.reply), false};
  }

  void Fatal(const absl::Status& status) {
    telemetry::LogError("the file can no longer be trusted", {{"store", options_.path.filename().string()}});
    if (options_.on_fatal) {
      options_.on_fatal(status);
    }
  }

  const SqliteOptions options_;
  FileLock lock_;
  std::unique_ptr<SqliteConnection> writer_;
  Mutex readers_mutex_;
  CondVar reader_free_;
  std::vector<std::unique_ptr<SqliteConnection>> idle_readers_ MUSTER_GUARDED_BY(readers_mutex_);
  GroupWriter queue_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> OpenSqlite(SqliteOptions options, std::span<const Migration> migrations) {
  // Counting every allocation under one lock is of no use here. Refused, harmlessly, when SQLite is in use already.
  static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  (void)uncounted;
  telemetry::LogInfo("store opens", {{"store", options.path.filename().string()}, {"sqlite", sqlite3_libversion()}});
  auto database = std::make_unique<SqliteDatabase>(std::move(options));
  MUSTER_RETURN_IF_ERROR(database->Start(migrations));
  return database;
}

}  // namespace muster::storage
