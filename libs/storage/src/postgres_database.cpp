#include "muster/storage/postgres_database.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "group_writer.h"
#include "muster/base/mutex.h"
#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/telemetry/log.h"
#include "postgres_connection.h"
#include "postgres_group.h"
#include "postgres_migrate.h"

namespace muster::storage {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kAttempts = 6;  ///< of one group
constexpr milliseconds kPause{200};
constexpr milliseconds kReaderPause{100};
constexpr milliseconds kListenPause{500};

PostgresConnectionOptions ConnectionOptions(const PostgresOptions& options) {
  PostgresConnectionOptions connection;
  connection.address = options.address;
  connection.name = options.name;
  connection.statement_timeout = options.statement_timeout;
  return connection;
}

/// Hears what other processes commit, on a thread and a connection of its own.
class CommitListener {
 public:
  /// `own_pid` is the backend whose commits are known already. `tell` is called from the thread.
  CommitListener(PostgresConnectionOptions options, const std::atomic<int>& own_pid, std::function<void()> tell)
      : options_(std::move(options)), own_pid_(own_pid), tell_(std::move(tell)), thread_([this] { Run(); }) {}
  ~CommitListener() {
    stopping_ = true;
    thread_.join();
  }

 private:
  void Run() {
    while (!stopping_) {
      const auto connection = Connect();
      if (!connection.ok()) {
        std::this_thread::sleep_for(kListenPause);
        continue;
      }
      if (has_listened_) {
        tell_();  // of what was committed while nobody listened
      }
      has_listened_ = true;
      while (!stopping_) {
        const absl::StatusOr<bool> told = (*connection)->WaitForNotification(own_pid_, kListenPause);
        if (!told.ok()) {
          break;
        }
        if (*told) {
          tell_();
        }
      }
    }
  }

  absl::StatusOr<std::unique_ptr<PostgresConnection>> Connect() {
    MUSTER_ASSIGN_OR_RETURN(auto connection, PostgresConnection::Open(options_));
    // LISTEN takes a name and no expression; the writer's NOTIFY makes the same one.
    MUSTER_RETURN_IF_ERROR(
        connection->Execute("DO $$ BEGIN EXECUTE format('LISTEN %I', 'muster_' || current_schema()); END $$;"));
    return connection;
  }

  const PostgresConnectionOptions options_;
  const std::atomic<int>& own_pid_;
  const std::function<void()> tell_;
  bool has_listened_ = false;  ///< the thread's
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

/// Whether this process leads: it holds a lock of its session for as long as its connection lives. The server ends a
/// session that it does not hear of for a while (a process that hangs), and with it the lead. Thread-safe.
class Leadership {
 public:
  explicit Leadership(PostgresConnectionOptions options) : options_(std::move(options)) {}

  bool IsHeld() {
    MutexLock lock(mutex_);
    if (given_up_) {
      return false;
    }
    if (steady_clock::now() >= next_check_) {
      is_held_ = Check();
      next_check_ = steady_clock::now() + kLeadInterval;
    }
    return is_held_;
  }

  void GiveUp() {
    MutexLock lock(mutex_);
    given_up_ = true;
    connection_.reset();  // and with its session the lock
  }

 private:
  bool Check() MUSTER_REQUIRES(mutex_) {
    if (connection_ == nullptr || connection_->broken()) {
      connection_.reset();
      is_held_ = false;
      auto opened = PostgresConnection::Open(options_);
      if (!opened.ok() || !(*opened)->Execute("SET idle_session_timeout = '5s'").ok()) {
        return false;
      }
      connection_ = *std::move(opened);
    }
    bool is_granted = false;
    const std::function<void(const Row&)> each = [&](const Row& row) { is_granted = row.Int(0) == 1; };
    const auto results = connection_->RoundTrip({{is_held_ ? kStillThere : kTakeLead, nullptr, &each}});
    return results.ok() && results->front().ok() && is_granted;
  }

  static constexpr milliseconds kLeadInterval{500};
  static constexpr std::string_view kTakeLead =
      "SELECT CAST(pg_try_advisory_lock(hashtext('muster leader'), hashtext(current_schema())) AS INTEGER)";
  static constexpr std::string_view kStillThere = "SELECT 1";

  const PostgresConnectionOptions options_;
  Mutex mutex_;
  std::unique_ptr<PostgresConnection> connection_ MUSTER_GUARDED_BY(mutex_);
  bool is_held_ MUSTER_GUARDED_BY(mutex_) = false;
  bool given_up_ MUSTER_GUARDED_BY(mutex_) = false;
  steady_clock::time_point next_check_ MUSTER_GUARDED_BY(mutex_){};
};

class PostgresDatabase final : public Database {
 public:
  explicit PostgresDatabase(PostgresOptions options)
      : options_(std::move(options)),
        leadership_(ConnectionOptions(options_)),
        queue_(options_.group_size, options_.queue_limit) {}

  ~PostgresDatabase() override {
    stopping_ = true;
    queue_.Stop();
    MutexLock lock(mutex_);
    listener_.reset();
  }

  absl::Status Start(std::span<const Migration> migrations) {
    MUSTER_RETURN_IF_ERROR(Connect());
    MUSTER_RETURN_IF_ERROR(Migrate(*writer_, migrations, options_.clock->Now()));
    MutexLock lock(mutex_);
    idle_readers_.resize(static_cast<size_t>(options_.readers));
    queue_.Start([this](const std::vector<Queued>& group) { return RunGroup(group); });
    return absl::OkStatus();
  }

  void Submit(std::unique_ptr<Command> command, CommandDone done) override {
    queue_.Submit(std::move(command), std::move(done));
  }

  absl::Status Query(std::span<const Read> reads) override {
    std::unique_ptr<PostgresConnection> reader = TakeReader();
    const bool was_open = reader != nullptr;
    bool visited = false;
    absl::Status status = QueryOn(reader, reads, visited);
    if (was_open && reader == nullptr && !visited) {
      status = QueryOn(reader, reads, visited);  // it had gone meanwhile, as after a restart of the server
    }
    ReturnReader(std::move(reader));
    return status;
  }

  bool IsLeader() override { return leadership_.IsHeld(); }
  void GiveUpLead() override { leadership_.GiveUp(); }

  void OnCommit(std::function<void()> listener) override {
    queue_.OnCommit(std::move(listener));
    MutexLock lock(mutex_);
    if (listener_ == nullptr) {
      listener_ = std::make_unique<CommitListener>(ConnectionOptions(options_), writer_pid_,
                                                   [this] { queue_.TellListeners(); });
    }
  }

 private:
  absl::Status Connect() {
    writer_.reset();
    MUSTER_ASSIGN_OR_RETURN(writer_, PostgresConnection::Open(ConnectionOptions(options_)));
    writer_pid_ = writer_->backend_pid();
    return absl::OkStatus();
  }

  /// Opens the writer's connection again if it has broken. Tries until the server has been away for `patience`, and at
  /// least once.
  absl::Status Reconnect() {
    if (writer_ != nullptr && !writer_->broken()) {
      return absl::OkStatus();
    }
    const auto now = steady_clock::now();
    away_since_ = away_since_.value_or(now);
    for (;;) {
      absl::Status status = Connect();
      if (status.ok()) {
        telemetry::LogInfo("the database is back", {{"store", options_.name}});
        away_since_.reset();
        return status;
      }
      if (stopping_ || steady_clock::now() - *away_since_ >= options_.patience) {
        return Error(Reason::kStoreBusy);
      }
      std::this_thread::sleep_for(kPause);
    }
  }

  /// Runs a group until it is committed or there is no point in trying again. A group whose connection broke at its
  /// commit may have been committed: run again, its commands find their stored replies, and automatic steps what they
  /// did. The turn at the start of a group comes only when the old transaction is over.
  GroupOutcome RunGroup(const std::vector<Queued>& group) {
    bool is_careful = false;
    absl::Status why;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      why = Reconnect();
      if (!why.ok()) {
        break;
      }
      GroupOutcome outcome;
      PostgresGroup run(*writer_, *options_.clock, options_.reply_cipher, is_careful);
      std::optional<GroupFailure> failure = run.Run(group, outcome);
      if (!failure) {
        return outcome;
      }
      why = failure->status;
      if (failure->is_refusal) {
        is_careful = true;
      } else {
        std::this_thread::sleep_for(Jitter(attempt));
      }
    }
    telemetry::LogWarning("a group of commands was given up", {{"store", options_.name}});
    GroupOutcome refused;
    refused.replies.assign(group.size(), why);
    return refused;
  }

  /// Grows with the attempts.
  milliseconds Jitter(int attempt) {
    return milliseconds(std::uniform_int_distribution<int>(1, 5 << attempt)(jitter_));
  }

  /// Opens the connection if there is none; leaves none when it broke. `visited` becomes true with the first row.
  absl::Status QueryOn(std::unique_ptr<PostgresConnection>& reader, std::span<const Read> reads, bool& visited) {
    if (reader == nullptr) {
      MUSTER_RETURN_IF_ERROR(OpenReader(reader));
    }
    const absl::Status status = VisitAll(*reader, reads, visited);
    if (reader->broken()) {
      reader.reset();
    }
    return status;
  }

  /// A server that comes up is not asked by every query at once: after a refusal the next try waits for a moment.
  absl::Status OpenReader(std::unique_ptr<PostgresConnection>& reader) {
    std::this_thread::sleep_until(next_open_.load());
    auto opened = PostgresConnection::Open(ConnectionOptions(options_));
    if (!opened.ok()) {
      next_open_ = steady_clock::now() + kReaderPause;
      return opened.status();
    }
    reader = *std::move(opened);
    return absl::OkStatus();
  }

  static absl::Status VisitAll(PostgresConnection& reader, std::span<const Read> reads, bool& visited) {
    const bool is_snapshot = reads.size() > 1;
    std::vector<std::function<void(const Row&)>> visitors;
    visitors.reserve(reads.size());
    std::vector<Statement> statements;
    if (is_snapshot) {
      statements.push_back({"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"});
    }
    for (const Read& read : reads) {
      visitors.push_back([&read, &visited](const Row& row) {
        visited = true;
        read.each(row);
      });
      statements.push_back({read.sql, &read.parameters, &visitors.back()});
    }
    if (is_snapshot) {
      statements.push_back({"COMMIT"});
    }
    MUSTER_ASSIGN_OR_RETURN(const auto results, reader.RoundTrip(statements));
    for (const PostgresResult& result : results) {
      if (!result.ok()) {
        if (is_snapshot) {
          (void)reader.RoundTrip({{"ROLLBACK"}});
        }
        return PostgresError(result.result.get());
      }
    }
    return absl::OkStatus();
  }

  /// A connection for one query; null when it has to be opened.
  std::unique_ptr<PostgresConnection> TakeReader() {
    MutexLock lock(mutex_);
    while (idle_readers_.empty()) {
      reader_free_.Wait(mutex_);
    }
    auto reader = std::move(idle_readers_.back());
    idle_readers_.pop_back();
    return reader;
  }

  void ReturnReader(std::unique_ptr<PostgresConnection> reader) {
    {
      MutexLock lock(mutex_);
      idle_readers_.push_back(std::move(reader));
    }
    reader_free_.NotifyOne();
  }

  const PostgresOptions options_;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> writer_pid_ = 0;
  std::atomic<steady_clock::time_point> next_open_{};   ///< of a connection for queries
  std::unique_ptr<PostgresConnection> writer_;          ///< the writer's thread's
  std::optional<steady_clock::time_point> away_since_;  ///< the writer's thread's
  std::minstd_rand jitter_{std::random_device{}()};     ///< the writer's thread's
  Leadership leadership_;
  Mutex mutex_;
  CondVar reader_free_;
  std::vector<std::unique_ptr<PostgresConnection>> idle_readers_ MUSTER_GUARDED_BY(mutex_);
  GroupWriter queue_;
  std::unique_ptr<CommitListener> listener_ MUSTER_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> OpenPostgres(PostgresOptions options, std::span<const Migration> migrations) {
  auto database = std::make_unique<PostgresDatabase>(std::move(options));
  MUSTER_RETURN_IF_ERROR(database->Start(migrations));
  return database;
}

}  // namespace muster::storage
