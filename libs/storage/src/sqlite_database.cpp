#include "muster/storage/sqlite_database.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <deque>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "muster/base/failpoint.h"
#include "muster/base/mutex.h"
#include "muster/base/status_macros.h"
#include "muster/base/work_pool.h"
#include "muster/domain/reason.h"
#include "muster/telemetry/log.h"
#include "sqlite_connection.h"
#include "sqlite_migrate.h"

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

constexpr size_t kAnswersWaiting = 64;  ///< groups; more are answered by the writer itself

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

/// A command on its way.
struct Queued {
  std::unique_ptr<Command> command;
  CommandDone done;
};

/// A command that has run inside the open group and waits for its commit.
struct Ran {
  CommandDone done;
  absl::StatusOr<CommandReply> outcome;
};

class SqliteDatabase final : public Database {
 public:
  explicit SqliteDatabase(SqliteOptions options) : options_(std::move(options)) {}

  ~SqliteDatabase() override {
    {
      MutexLock lock(mutex_);
      stopping_ = true;
    }
    wake_.NotifyAll();
    if (thread_.joinable()) {
      thread_.join();
    }
  }

  absl::Status Start(std::span<const Migration> migrations) {
    MUSTER_RETURN_IF_ERROR(lock_.Take(options_.path));
    MUSTER_RETURN_IF_ERROR(KeepPrivate(options_.path));
    MUSTER_ASSIGN_OR_RETURN(writer_, SqliteConnection::Open(options_.path, false));
    MUSTER_RETURN_IF_ERROR(Migrate(*writer_, migrations, options_.clock->Now()));
    MutexLock lock(readers_mutex_);
    for (int i = 0; i < options_.readers; ++i) {
      MUSTER_ASSIGN_OR_RETURN(auto reader, SqliteConnection::Open(options_.path, true));
      idle_readers_.push_back(std::move(reader));
    }
    thread_ = std::thread([this] { RunWriter(); });
    return absl::OkStatus();
  }

  void Submit(std::unique_ptr<Command> command, CommandDone done) override {
    Failpoint("K1");
    bool taken = false;
    {
      MutexLock lock(mutex_);
      if (!stopping_ && queue_.size() < options_.queue_limit) {
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

  void OnCommit(std::function<void()> listener) override {
    MutexLock lock(mutex_);
    listeners_.push_back(std::move(listener));
  }

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

  void RunWriter() {
    std::vector<Queued> group;
    while (TakeGroup(group)) {
      RunGroup(group);
      group.clear();
    }
  }

  /// Waits for commands and moves up to a group of them out of the queue; false when stopped and empty.
  bool TakeGroup(std::vector<Queued>& group) {
    MutexLock lock(mutex_);
    while (queue_.empty() && !stopping_) {
      wake_.Wait(mutex_);
    }
    while (!queue_.empty() && group.size() < options_.group_size) {
      group.push_back(std::move(queue_.front()));
      queue_.pop_front();
    }
    return !group.empty();
  }

  /// One transaction for the whole group; nobody is answered before it is on disk.
  void RunGroup(std::vector<Queued>& group) {
    std::vector<Ran> ran;
    ran.reserve(group.size());
    absl::Status status = writer_->Step("BEGIN IMMEDIATE");
    bool wrote = false;
    for (Queued& queued : group) {
      absl::StatusOr<CommandReply> outcome =
          status.ok() ? RunInSavepoint(*queued.command, wrote) : absl::StatusOr<CommandReply>(status);
      if (status.ok()) {
        status = StatusOfTransaction(outcome);
      }
      ran.push_back({std::move(queued.done), std::move(outcome)});
    }
    if (status.ok()) {
      status = Commit(wrote);
    }
    if (!status.ok()) {
      Undo(status, ran);
    } else if (wrote) {
      TellListeners();
    }
    Answer(std::move(ran));
  }

  /// A lone caller is answered here; those of a group elsewhere, while the next group runs.
  void Answer(std::vector<Ran> ran) {
    const auto shared = std::make_shared<std::vector<Ran>>(std::move(ran));
    const auto tell = [shared] {
      for (Ran& one : *shared) {
        one.done(std::move(one.outcome));
      }
    };
    if (shared->size() == 1 || !answers_.TryPost(tell)) {
      tell();
    }
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
  void Undo(const absl::Status& why, std::vector<Ran>& ran) {
    if (writer_->InTransaction()) {
      (void)writer_->Step("ROLLBACK");
    }
    for (Ran& one : ran) {
      if (one.outcome.ok()) {
        one.outcome = why;
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
      MUSTER_ASSIGN_OR_RETURN(std::optional<CommandReply> stored, StoredReply(*key));
      if (stored) {
        return *std::move(stored);
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
      MUSTER_RETURN_IF_ERROR(StoreReply(*key, changes.reply, now));
    }
    wrote = wrote || key || !changes.writes.empty();
    return CommandReply{std::move(changes.reply), false};
  }

  absl::StatusOr<std::optional<CommandReply>> StoredReply(const RepeatKey& key) {
    std::optional<std::string> sealed;
    std::string body_hash;
    MUSTER_RETURN_IF_ERROR(writer_->Run(
        Read{"SELECT body_hash, reply FROM request WHERE principal = $1 AND method = $2 AND request_id = $3",
             {key.principal, key.method, key.request_id},
             [&](const Row& row) {
               body_hash = row.Text(0);
               sealed = row.Text(1);
             }}));
    if (!sealed) {
      return std::optional<CommandReply>();
    }
    if (body_hash != key.body_hash) {
      return Error(Reason::kRequestIdReused, "request_id");
    }
    if (options_.reply_cipher == nullptr) {
      return CommandReply{*std::move(sealed), true};
    }
    MUSTER_ASSIGN_OR_RETURN(std::string reply, options_.reply_cipher->Open(*sealed));
    return CommandReply{std::move(reply), true};
  }

  /// A reply that cannot be sealed could not be repeated: the command must not happen.
  absl::StatusOr<std::string> Sealed(const std::string& reply) {
    if (options_.reply_cipher == nullptr) {
      return reply;
    }
    absl::StatusOr<std::string> sealed = options_.reply_cipher->Seal(reply);
    if (!sealed.ok()) {
      telemetry::LogError("a reply could not be sealed", {{"store", options_.path.filename().string()}});
      return Error(Reason::kInternalInvariant);
    }
    return sealed;
  }

  absl::Status StoreReply(const RepeatKey& key, const std::string& reply, Time now) {
    MUSTER_ASSIGN_OR_RETURN(std::string sealed, Sealed(reply));
    return writer_->Run(
        Write{"INSERT INTO request (principal, method, request_id, body_hash, reply, create_us) VALUES ($1, $2, $3, "
              "$4, $5, $6)",
              {key.principal, key.method, key.request_id, Blob{key.body_hash}, Blob{std::move(sealed)}, ToMicros(now)},
              1,
              {}});
  }

  void TellListeners() {
    std::vector<std::function<void()>> listeners;
    {
      MutexLock lock(mutex_);
      listeners = listeners_;
    }
    for (const auto& listener : listeners) {
      listener();
    }
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
  Mutex mutex_;
  CondVar wake_;
  std::deque<Queued> queue_ MUSTER_GUARDED_BY(mutex_);
  std::vector<std::function<void()>> listeners_ MUSTER_GUARDED_BY(mutex_);
  bool stopping_ MUSTER_GUARDED_BY(mutex_) = false;
  std::thread thread_;
  WorkPool answers_{1, kAnswersWaiting};
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
