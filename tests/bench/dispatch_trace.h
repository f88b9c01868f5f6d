#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "muster/storage/database.h"

namespace muster::bench {

/// The statements of one command with their values, in the order in which the runner ran them.
struct Trace {
  struct Statement {
    std::string_view sql;
    std::vector<storage::Value> parameters;
  };
  std::vector<Statement> statements;
};

/// Passes commands on to a database and writes down what each of them ran. For one command at a time.
class RecordingDatabase final : public storage::Database {
 public:
  explicit RecordingDatabase(storage::Database& inner) : inner_(inner) {}
  void Submit(std::unique_ptr<storage::Command> command, storage::CommandDone done) override;
  absl::Status Query(std::span<const storage::Read> reads) override { return inner_.Query(reads); }
  void OnCommit(std::function<void()> listener) override { inner_.OnCommit(std::move(listener)); }

  std::vector<Trace>& traces() { return traces_; }

 private:
  storage::Database& inner_;
  std::vector<Trace> traces_;
};

/// A connection through the bare sqlite3 interface, set as the product's write connection is, with its statements
/// prepared once.
class RawConnection {
 public:
  explicit RawConnection(const std::filesystem::path& file);
  ~RawConnection();
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  void Run(const Trace::Statement& statement);
  void Run(std::string_view sql) { Run(Trace::Statement{sql, {}}); }
  /// The statements of a command inside a savepoint of their own.
  void Run(const Trace& trace);

 private:
  sqlite3_stmt* Prepared(std::string_view sql);

  sqlite3* handle_ = nullptr;
  std::unordered_map<std::string_view, sqlite3_stmt*> statements_;
};

}  // namespace muster::bench
