#include "postgres_connection.h"

#include <endian.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <deque>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/telemetry/log.h"

namespace muster::storage {
namespace {

/// The types of columns and parameters that are in use (pg_type.dat; they never change).
enum PostgresType : Oid { kUnknown = 0, kBytes = 17, kInt8 = 20, kInt4 = 23, kText = 25, kReal = 701 };

constexpr int kBinary = 1;

bool IsReadable(Oid type) {
  // kVoid is what pg_notify and the lock functions answer.
  constexpr Oid kVoid = 2278;
  return type == kBytes || type == kInt8 || type == kInt4 || type == kText || type == kReal || type == kVoid;
}

/// A row of a result whose columns came in binary.
class PostgresRow final : public Row {
 public:
  PostgresRow(const PGresult* result, int row) : result_(result), row_(row) {}

  bool IsNull(int column) const override { return PQgetisnull(result_, row_, column) != 0; }
  int64_t Int(int column) const override {
    if (IsNull(column)) {
      return 0;
    }
    switch (PQftype(result_, column)) {
      case kInt8:
        return static_cast<int64_t>(Word64(column));
      case kInt4: {
        uint32_t bits = 0;
        std::memcpy(&bits, PQgetvalue(result_, row_, column), sizeof bits);
        return static_cast<int32_t>(be32toh(bits));
      }
      case kReal:
        return static_cast<int64_t>(Real(column));
      default:
        return 0;
    }
  }
  double Real(int column) const override {
    if (IsNull(column)) {
      return 0;
    }
    return PQftype(result_, column) == kReal ? std::bit_cast<double>(Word64(column)) : static_cast<double>(Int(column));
  }
  std::string_view Text(int column) const override {
    const Oid type = PQftype(result_, column);
    if (!IsNull(column) && (type == kInt8 || type == kInt4)) {
      return numbers_.emplace_back(std::to_string(Int(column)));
    }
    return {PQgetvalue(result_, row_, column), static_cast<size_t>(PQgetlength(result_, row_, column))};
  }

 private:
  uint64_t Word64(int column) const {
    uint64_t bits = 0;
    std::memcpy(&bits, PQgetvalue(result_, row_, column), sizeof bits);
    return be64toh(bits);
  }

  const PGresult* result_;
  const int row_;
  mutable std::deque<std::string> numbers_;  ///< numbers that were asked for as text
};

/// The parameters of one statement in the form that libpq takes. Binary throughout, as numbers need no printing then.
class Parameters {
 public:
  explicit Parameters(const std::vector<Value>& values) : words_(values.size()) {
    for (size_t i = 0; i < values.size(); ++i) {
      Add(values[i], words_[i]);
    }
  }

  int count() const { return static_cast<int>(pointers_.size()); }
  const Oid* types() const { return types_.data(); }
  const char* const* values() const { return pointers_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  void Add(const Value& value, uint64_t& word) {
    if (const auto* number = std::get_if<int64_t>(&value)) {
      AddWord(kInt8, static_cast<uint64_t>(*number), word);
    } else if (const auto* real = std::get_if<double>(&value)) {
      AddWord(kReal, std::bit_cast<uint64_t>(*real), word);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      AddBytes(kText, *text);
    } else if (const auto* blob = std::get_if<Blob>(&value)) {
      AddBytes(kBytes, blob->bytes);
    } else {
      Push(kUnknown, nullptr, 0);
    }
  }
  void AddWord(Oid type, uint64_t value, uint64_t& word) {
    word = htobe64(value);
    Push(type, reinterpret_cast<const char*>(&word), sizeof word);
  }
  void AddBytes(Oid type, const std::string& bytes) { Push(type, bytes.data(), bytes.size()); }
  void Push(Oid type, const char* bytes, size_t length) {
    types_.push_back(type);
    pointers_.push_back(bytes);
    lengths_.push_back(static_cast<int>(length));
    formats_.push_back(kBinary);
  }

  std::vector<uint64_t> words_;
  std::vector<Oid> types_;
  std::vector<const char*> pointers_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
};

char TypeMark(const Value& value) { return "nifsb"[value.index()]; }

/// True when the server itself lets this account or database not in; libpq passes no code on for that.
bool SaysRefused(std::string_view message) {
  for (const std::string_view words : {"authentication failed", "no pg_hba.conf entry", "does not exist"}) {
    if (message.find(words) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

std::string Milliseconds(Duration duration) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

}  // namespace

bool PostgresResult::ok() const {
  const ExecStatusType status = PQresultStatus(result.get());
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

bool PostgresResult::skipped() const { return PQresultStatus(result.get()) == PGRES_PIPELINE_ABORTED; }

std::string_view PostgresResult::sqlstate() const {
  const char* state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
  return state == nullptr ? std::string_view() : std::string_view(state);
}

std::string_view PostgresResult::constraint() const {
  const char* name = PQresultErrorField(result.get(), PG_DIAG_CONSTRAINT_NAME);
  return name == nullptr ? std::string_view() : std::string_view(name);
}

std::string_view PostgresResult::tag() const { return PQcmdStatus(result.get()); }

int64_t PostgresResult::changed_rows() const {
  const std::string_view text = PQcmdTuples(result.get());
  int64_t rows = 0;
  std::from_chars(text.data(), text.data() + text.size(), rows);
  return rows;
}

absl::Status PostgresResult::Visit(const std::function<void(const Row&)>& each) const {
  for (int column = 0; column < PQnfields(result.get()); ++column) {
    if (!IsReadable(PQftype(result.get(), column))) {
      telemetry::LogError("a query answers a type that no row reads", {{"column", PQfname(result.get(), column)}});
      return Error(Reason::kInternal);
    }
  }
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    each(PostgresRow(result.get(), row));
  }
  return absl::OkStatus();
}

bool IsRefusal(std::string_view sqlstate) { return sqlstate.starts_with("23"); }

absl::Status PostgresError(const PGresult* result) {
  const char* field = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const std::string state = field == nullptr ? "" : field;
  if (state == "53100") {
    return Error(Reason::kStoreFull);
  }
  // Class 40: rolled back; 53: out of connections or memory; 55: a lock; 57: a time-out, or the server goes down.
  if (state.starts_with("40") || state.starts_with("53") || state.starts_with("55") || state.starts_with("57")) {
    return Error(Reason::kStoreBusy);
  }
  // The primary message of a statement's error names relations and types, and values only in classes 22 and 23.
  const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  const bool has_values = state.starts_with("22") || state.starts_with("23");
  telemetry::LogError("a statement failed",
                      {{"sqlstate", state}, {"message", has_values || message == nullptr ? "" : message}});
  return Error(Reason::kInternal, {}, {{"sqlstate", state}});
}

absl::StatusOr<std::unique_ptr<PostgresConnection>> PostgresConnection::Open(const PostgresConnectionOptions& options) {
  const std::string seconds = std::to_string(
      std::max<int64_t>(2, std::chrono::duration_cast<std::chrono::seconds>(options.connect_timeout).count()));
  // What stands after the address overrides it. A vanished peer is noticed within a few seconds, in use or idle.
  const std::array<std::pair<const char*, const char*>, 10> settings{{{"dbname", options.address.c_str()},
                                                                      {"application_name", options.name.c_str()},
                                                                      {"client_encoding", "UTF8"},
                                                                      {"connect_timeout", seconds.c_str()},
                                                                      {"target_session_attrs", "read-write"},
                                                                      {"tcp_user_timeout", "3000"},
                                                                      {"keepalives_idle", "5"},
                                                                      {"keepalives_interval", "2"},
                                                                      {"keepalives_count", "3"},
                                                                      {nullptr, nullptr}}};
  std::array<const char*, settings.size()> names{};
  std::array<const char*, settings.size()> values{};
  for (size_t i = 0; i < settings.size(); ++i) {
    names[i] = settings[i].first;
    values[i] = settings[i].second;
  }
  std::unique_ptr<PostgresConnection> connection(new PostgresConnection(
      PQconnectdbParams(names.data(), values.data(), 1), options.statement_timeout + std::chrono::seconds(5)));
  MUSTER_RETURN_IF_ERROR(connection->SetUp(options));
  return connection;
}

PostgresConnection::~PostgresConnection() { PQfinish(handle_); }

absl::Status PostgresConnection::SetUp(const PostgresConnectionOptions& options) {
  if (PQstatus(handle_) != CONNECTION_OK) {
    const std::string_view message = PQerrorMessage(handle_);
    const bool refused = SaysRefused(message);
    telemetry::LogWarning("the database lets nobody in", {{"why", message.substr(0, message.find('\n'))}});
    return refused ? absl::FailedPreconditionError(
                         "PostgreSQL refuses the account or has no such database; see the "
                         "log and the setting storage.postgres")
                   : Broken();
  }
  PQsetNoticeProcessor(
      handle_, [](void*, const char*) {}, nullptr);
  // A statement is planned once, and its joins go in the order in which they are written, as on SQLite: planning anew
  // for each call's values costs more than most statements do.
  MUSTER_RETURN_IF_ERROR(Execute(
      "SET synchronous_commit = on; SET default_transaction_isolation = 'read committed';"
      "SET statement_timeout = " +
      Milliseconds(options.statement_timeout) + "; SET lock_timeout = " + Milliseconds(options.statement_timeout / 2) +
      "; SET idle_in_transaction_session_timeout = " + Milliseconds(options.statement_timeout / 2) +
      "; SET jit = off; SET plan_cache_mode = force_generic_plan; SET join_collapse_limit = 1; SET TimeZone = 'UTC'; "
      "SET client_min_messages = warning;"));
  if (PQenterPipelineMode(handle_) != 1 || PQsetnonblocking(handle_, 1) != 0) {
    return Broken();
  }
  return absl::OkStatus();
}

absl::Status PostgresConnection::Broken() {
  broken_ = true;
  return Error(Reason::kStoreBusy);
}

absl::Status PostgresConnection::Execute(const std::string& script) {
  const bool in_pipeline = PQpipelineStatus(handle_) != PQ_PIPELINE_OFF;
  if (in_pipeline && (PQexitPipelineMode(handle_) != 1 || PQsetnonblocking(handle_, 0) != 0)) {
    return Broken();
  }
  PostgresResult result;
  result.result.reset(PQexec(handle_, script.c_str()));
  absl::Status status = absl::OkStatus();
  if (PQstatus(handle_) != CONNECTION_OK) {
    status = Broken();
  } else if (!result.ok()) {
    status = PostgresError(result.result.get());
  }
  if (in_pipeline && !broken_ && (PQenterPipelineMode(handle_) != 1 || PQsetnonblocking(handle_, 1) != 0)) {
    return Broken();
  }
  return status;
}

absl::Status PostgresConnection::Send(const Statement& statement, std::vector<Prepared*>& preparing) {
  static const std::vector<Value> kNone;
  const std::vector<Value>& values = statement.parameters == nullptr ? kNone : *statement.parameters;
  const Parameters parameters(values);
  // The types belong to the key: the server fixes them when it prepares.
  key_.assign(statement.sql);
  for (const Value& value : values) {
    key_ += TypeMark(value);
  }
  Prepared& prepared = statements_[key_];
  Prepared* prepares = nullptr;
  if (!prepared.ready) {
    prepared.name = "s" + std::to_string(++names_);
    prepares = &prepared;
    if (PQsendPrepare(handle_, prepared.name.c_str(), std::string(statement.sql).c_str(), parameters.count(),
                      parameters.types()) != 1) {
      return Broken();
    }
    prepared.ready = true;  // for those behind it in the same trip; taken back when it fails
  }
  preparing.push_back(prepares);
  return PQsendQueryPrepared(handle_, prepared.name.c_str(), parameters.count(), parameters.values(),
                             parameters.lengths(), parameters.formats(), kBinary) == 1
             ? absl::OkStatus()
             : Broken();
}

absl::StatusOr<std::vector<PostgresResult>> PostgresConnection::RoundTrip(const std::vector<Statement>& statements) {
  std::vector<Prepared*> preparing;
  preparing.reserve(statements.size());
  for (const Statement& statement : statements) {
    MUSTER_RETURN_IF_ERROR(Send(statement, preparing));
  }
  if (PQpipelineSync(handle_) != 1) {
    return Broken();
  }
  std::vector<PostgresResult> results;
  results.reserve(statements.size());
  for (size_t i = 0; i < statements.size(); ++i) {
    if (Prepared* const prepares = preparing[i]; prepares != nullptr) {
      MUSTER_ASSIGN_OR_RETURN(PostgresResult prepared, Receive());
      prepares->ready = prepared.ok();
      if (!prepared.ok() && !prepared.skipped()) {
        // What runs the statement is skipped; it answers why.
        MUSTER_RETURN_IF_ERROR(Receive().status());
        results.push_back(std::move(prepared));
        continue;
      }
    }
    MUSTER_ASSIGN_OR_RETURN(PostgresResult result, Receive(statements[i].each));
    results.push_back(std::move(result));
  }
  MUSTER_ASSIGN_OR_RETURN(const PostgresResult synced, Receive());
  if (PQresultStatus(synced.result.get()) != PGRES_PIPELINE_SYNC) {
    return Broken();
  }
  return results;
}

absl::Status PostgresConnection::AwaitResult() {
  while (PQisBusy(handle_) != 0) {
    MUSTER_RETURN_IF_ERROR(WaitForInput(patience_));
  }
  return absl::OkStatus();
}

/// The next result. Between the results of two statements libpq answers nothing; a sync has no such end.
absl::StatusOr<PostgresResult> PostgresConnection::Receive(const std::function<void(const Row&)>* each) {
  if (each != nullptr) {
    (void)PQsetSingleRowMode(handle_);
  }
  PostgresResult result;
  absl::Status visited = absl::OkStatus();
  do {
    MUSTER_RETURN_IF_ERROR(AwaitResult());
    result.result.reset(PQgetResult(handle_));
    if (result.result == nullptr || PQstatus(handle_) != CONNECTION_OK) {
      return Broken();
    }
    if (PQresultStatus(result.result.get()) == PGRES_SINGLE_TUPLE && visited.ok()) {
      visited = result.Visit(*each);
    }
  } while (PQresultStatus(result.result.get()) == PGRES_SINGLE_TUPLE);
  if (!visited.ok()) {
    broken_ = true;  // the rest of the answer was not read
    return visited;
  }
  if (PQresultStatus(result.result.get()) == PGRES_PIPELINE_SYNC) {
    return result;
  }
  MUSTER_RETURN_IF_ERROR(AwaitResult());
  if (PQgetResult(handle_) != nullptr) {
    return Broken();
  }
  return result;
}

/// Waits for bytes of the server, and writes what is still to be sent meanwhile: a server whose answers nobody reads
/// stops reading.
absl::Status PostgresConnection::WaitForInput(Duration patience) {
  const int unsent = PQflush(handle_);
  if (unsent < 0) {
    return Broken();
  }
  pollfd socket{PQsocket(handle_), static_cast<short>(unsent > 0 ? POLLIN | POLLOUT : POLLIN), 0};
  const auto timeout = std::chrono::duration_cast<std::chrono::milliseconds>(patience).count();
  const int ready = poll(&socket, 1, static_cast<int>(timeout));
  if (ready == 0 || (ready < 0 && errno != EINTR)) {
    return Broken();
  }
  return PQconsumeInput(handle_) == 1 ? absl::OkStatus() : Broken();
}

absl::StatusOr<bool> PostgresConnection::WaitForNotification(int own_pid, Duration timeout) {
  pollfd socket{PQsocket(handle_), POLLIN, 0};
  (void)poll(&socket, 1, static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(timeout).count()));
  if (PQconsumeInput(handle_) != 1) {
    return Broken();
  }
  bool is_told = false;
  while (PGnotify* notification = PQnotifies(handle_)) {
    is_told = is_told || notification->be_pid != own_pid;
    PQfreemem(notification);
  }
  return is_told;
}

}  // namespace muster::storage
