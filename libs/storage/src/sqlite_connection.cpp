#include "sqlite_connection.h"

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/telemetry/log.h"

namespace muster::storage {
namespace {

/// The row that a statement stands on.
class SqliteRow final : public Row {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}
  bool IsNull(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  int64_t Int(int column) const override { return sqlite3_column_int64(statement_, column); }
  double Real(int column) const override { return sqlite3_column_double(statement_, column); }
  std::string_view Text(int column) const override {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return bytes == nullptr ? std::string_view()
                            : std::string_view(bytes, static_cast<size_t>(sqlite3_column_bytes(statement_, column)));
  }

 private:
  sqlite3_stmt* statement_;
};

/// Makes a statement ready for its next run; one that is left standing pins the WAL and blocks COMMIT.
class StatementReset {
 public:
  explicit StatementReset(sqlite3_stmt* statement) : statement_(statement) {}
  ~StatementReset() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  StatementReset(const StatementReset&) = delete;
  StatementReset& operator=(const StatementReset&) = delete;

 private:
  sqlite3_stmt* statement_;
};

/// $1 would be a name to SQLite, numbered by first appearance; ?1 is the parameter of that number.
std::string WithSqliteParameters(std::string_view sql) {
  std::string text(sql);
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '$' && text[i + 1] >= '0' && text[i + 1] <= '9') {
      text[i] = '?';
    }
  }
  return text;
}

}  // namespace

absl::Status SqliteError(int extended_code) {
  switch (extended_code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Error(Reason::kStoreBusy);
    case SQLITE_FULL:
      return Error(Reason::kStoreFull);
    default:
      break;
  }
  if (extended_code == SQLITE_IOERR_SHMSIZE) {
    return Error(Reason::kStoreFull);
  }
  return Error(Reason::kInternal, {}, {{"sqlite", std::to_string(extended_code)}});
}

bool IsFatal(int extended_code) {
  if (extended_code == SQLITE_IOERR_SHMSIZE) {
    return false;  // the disk is full
  }
  const int code = extended_code & 0xff;
  return code == SQLITE_IOERR || code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

absl::StatusOr<std::unique_ptr<SqliteConnection>> SqliteConnection::Open(const std::filesystem::path& path,
                                                                         bool read_only, const std::string& vfs) {
  sqlite3* handle = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int opened = sqlite3_open_v2(path.c_str(), &handle, flags, vfs.empty() ? nullptr : vfs.c_str());
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(handle));
  if (opened != SQLITE_OK) {
    return SqliteError(opened);
  }
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, 2000);
  MUSTER_RETURN_IF_ERROR(connection->Execute(
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA mmap_size=0;"
      "PRAGMA secure_delete=ON; PRAGMA cache_size=-32768; PRAGMA temp_store=MEMORY;"));
  if (read_only) {
    MUSTER_RETURN_IF_ERROR(connection->Execute("PRAGMA query_only=ON;"));
  }
  return connection;
}

SqliteConnection::~SqliteConnection() {
  for (const auto& [sql, statement] : statements_) {
    sqlite3_finalize(statement);
  }
  sqlite3_close(handle_);
}

absl::Status SqliteConnection::Failed() {
  last_error_ = sqlite3_extended_errcode(handle_);
  if ((last_error_ & 0xff) == SQLITE_ERROR || (last_error_ & 0xff) == SQLITE_MISUSE) {
    telemetry::LogError("a statement failed", {{"sqlite", sqlite3_errmsg(handle_)}});  // names no values
  }
  return SqliteError(last_error_);
}

absl::Status SqliteConnection::Execute(const char* sql) {
  return sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) == SQLITE_OK ? absl::OkStatus() : Failed();
}

absl::StatusOr<sqlite3_stmt*> SqliteConnection::Prepare(std::string_view sql) {
  const auto found = statements_.find(sql);
  if (found != statements_.end()) {
    return found->second;
  }
  const std::string text = WithSqliteParameters(sql);
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(handle_, text.c_str(), static_cast<int>(text.size()), SQLITE_PREPARE_PERSISTENT, &statement,
                         nullptr) != SQLITE_OK) {
    return Failed();
  }
  statements_.emplace(sql, statement);
  return statement;
}

absl::Status SqliteConnection::Bind(sqlite3_stmt* statement, const std::vector<Value>& parameters) {
  for (size_t i = 0; i < parameters.size(); ++i) {
    const int at = static_cast<int>(i) + 1;
    const Value& value = parameters[i];
    int bound = SQLITE_OK;
    if (const auto* number = std::get_if<int64_t>(&value)) {
      bound = sqlite3_bind_int64(statement, at, *number);
    } else if (const auto* real = std::get_if<double>(&value)) {
      bound = sqlite3_bind_double(statement, at, *real);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      bound = sqlite3_bind_text64(statement, at, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8);
    } else if (const auto* blob = std::get_if<Blob>(&value)) {
      bound = sqlite3_bind_blob64(statement, at, blob->bytes.data(), blob->bytes.size(), SQLITE_STATIC);
    } else {
      bound = sqlite3_bind_null(statement, at);
    }
    if (bound != SQLITE_OK) {
      return Failed();
    }
  }
  return absl::OkStatus();
}

absl::Status SqliteConnection::Run(const Read& read) {
  MUSTER_ASSIGN_OR_RETURN(sqlite3_stmt * statement, Prepare(read.sql));
  const StatementReset reset(statement);
  MUSTER_RETURN_IF_ERROR(Bind(statement, read.parameters));
  const SqliteRow row(statement);
  for (;;) {
    const int step = sqlite3_step(statement);
    if (step == SQLITE_DONE) {
      return absl::OkStatus();
    }
    if (step != SQLITE_ROW) {
      return Failed();
    }
    read.each(row);
  }
}

absl::Status SqliteConnection::Run(const Write& write) {
  MUSTER_ASSIGN_OR_RETURN(sqlite3_stmt * statement, Prepare(write.sql));
  const StatementReset reset(statement);
  MUSTER_RETURN_IF_ERROR(Bind(statement, write.parameters));
  int step = SQLITE_ROW;
  while (step == SQLITE_ROW) {
    step = sqlite3_step(statement);
  }
  const bool refused = step != SQLITE_DONE && (sqlite3_extended_errcode(handle_) & 0xff) == SQLITE_CONSTRAINT;
  if (step != SQLITE_DONE && !refused) {
    return Failed();
  }
  if (refused || (write.expected_rows >= 0 && sqlite3_changes64(handle_) != write.expected_rows)) {
    if (write.otherwise.ok()) {
      telemetry::LogError("a rule let through what the database refuses",
                          {{"sqlite", refused ? sqlite3_errmsg(handle_) : "wrong number of rows"}});
      return Error(Reason::kInternalInvariant);
    }
    return write.otherwise;
  }
  return absl::OkStatus();
}

absl::Status SqliteConnection::Step(std::string_view sql) { return Run(Write{sql, {}, -1, {}}); }

}  // namespace muster::storage
