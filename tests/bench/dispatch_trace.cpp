#include "tests/bench/dispatch_trace.h"

#include <cstdio>
#include <cstdlib>
#include <variant>

namespace muster::bench {
namespace {

using storage::Value;

/// What the runner reads and writes around a command with a request_id.
constexpr std::string_view kFindReply =
    "SELECT body_hash, reply FROM request WHERE principal = $1 AND method = $2 AND request_id = $3";
constexpr std::string_view kKeepReply =
    "INSERT INTO request (principal, method, request_id, body_hash, reply, create_us) VALUES ($1, $2, $3, $4, $5, $6)";
/// What sealing adds to a stored reply: header, nonce and tag.
constexpr size_t kSealBytes = 50;

class RecordingCommand final : public storage::Command {
 public:
  RecordingCommand(std::unique_ptr<storage::Command> inner, Trace& trace) : inner_(std::move(inner)), trace_(trace) {}

  std::vector<storage::Read> Reads() override {
    trace_.statements.clear();
    if (const auto key = inner_->repeat_key()) {
      trace_.statements.push_back({kFindReply, {key->principal, key->method, key->request_id}});
    }
    std::vector<storage::Read> reads = inner_->Reads();
    for (const storage::Read& read : reads) {
      trace_.statements.push_back({read.sql, read.parameters});
    }
    return reads;
  }

  absl::Status Decide(Time now, storage::Changes& changes) override {
    absl::Status status = inner_->Decide(now, changes);
    for (const storage::Write& write : changes.writes) {
      trace_.statements.push_back({write.sql, write.parameters});
    }
    if (const auto key = inner_->repeat_key()) {
      trace_.statements.push_back({kKeepReply,
                                   {key->principal, key->method, key->request_id, storage::Blob{key->body_hash},
                                    storage::Blob{changes.reply + std::string(kSealBytes, 'x')}, ToMicros(now)}});
    }
    return status;
  }
  std::optional<storage::RepeatKey> repeat_key() const override { return inner_->repeat_key(); }

 private:
  std::unique_ptr<storage::Command> inner_;
  Trace& trace_;
};

void Check(bool good, sqlite3* handle, std::string_view what) {
  if (!good) {
    std::fprintf(stderr, "%.*s: %s\n", static_cast<int>(what.size()), what.data(), sqlite3_errmsg(handle));
    std::exit(2);
  }
}

void Bind(sqlite3_stmt* statement, int at, const Value& value) {
  if (const auto* number = std::get_if<int64_t>(&value)) {
    sqlite3_bind_int64(statement, at, *number);
  } else if (const auto* real = std::get_if<double>(&value)) {
    sqlite3_bind_double(statement, at, *real);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    sqlite3_bind_text64(statement, at, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8);
  } else if (const auto* blob = std::get_if<storage::Blob>(&value)) {
    sqlite3_bind_blob64(statement, at, blob->bytes.data(), blob->bytes.size(), SQLITE_STATIC);
  } else {
    sqlite3_bind_null(statement, at);
  }
}

/// Fetches every column of the row that a statement stands on.
void Fetch(sqlite3_stmt* statement) {
  const int columns = sqlite3_column_count(statement);
  for (int column = 0; column < columns; ++column) {
    if (sqlite3_column_type(statement, column) == SQLITE_TEXT) {
      (void)sqlite3_column_blob(statement, column);
      (void)sqlite3_column_bytes(statement, column);
    } else {
      (void)sqlite3_column_int64(statement, column);
    }
  }
}

}  // namespace

void RecordingDatabase::Submit(std::unique_ptr<storage::Command> command, storage::CommandDone done) {
  inner_.Submit(std::make_unique<RecordingCommand>(std::move(command), traces_.emplace_back()), std::move(done));
}

RawConnection::RawConnection(const std::filesystem::path& file) {
  Check(sqlite3_open_v2(file.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr) == SQLITE_OK,
        handle_, "open");
  const char* pragmas =
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA mmap_size=0;"
      "PRAGMA secure_delete=ON; PRAGMA cache_size=-32768; PRAGMA temp_store=MEMORY;";
  Check(sqlite3_exec(handle_, pragmas, nullptr, nullptr, nullptr) == SQLITE_OK, handle_, "pragmas");
}

RawConnection::~RawConnection() {
  for (const auto& [sql, statement] : statements_) {
    sqlite3_finalize(statement);
  }
  sqlite3_close(handle_);
}

sqlite3_stmt* RawConnection::Prepared(std::string_view sql) {
  sqlite3_stmt*& statement = statements_[sql];
  if (statement == nullptr) {
    std::string text(sql);
    for (size_t i = 0; i + 1 < text.size(); ++i) {
      text[i] = text[i] == '$' && text[i + 1] >= '0' && text[i + 1] <= '9' ? '?' : text[i];
    }
    Check(sqlite3_prepare_v3(handle_, text.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) == SQLITE_OK,
          handle_, sql);
  }
  return statement;
}

void RawConnection::Run(const Trace::Statement& statement) {
  sqlite3_stmt* prepared = Prepared(statement.sql);
  int at = 0;
  for (const Value& value : statement.parameters) {
    Bind(prepared, ++at, value);
  }
  int step = sqlite3_step(prepared);
  for (; step == SQLITE_ROW; step = sqlite3_step(prepared)) {
    Fetch(prepared);
  }
  Check(step == SQLITE_DONE, handle_, statement.sql);
  sqlite3_reset(prepared);
}

void RawConnection::Run(const Trace& trace) {
  Run("SAVEPOINT command");
  for (const Trace::Statement& statement : trace.statements) {
    Run(statement);
  }
  Run("RELEASE command");
}

}  // namespace muster::bench
