#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/storage/command.h"

namespace muster::storage {

/// One statement of a round trip. What it views must outlive the trip.
struct Statement {
  std::string_view sql;  ///< one statement, as in Read
  const std::vector<Value>* parameters = nullptr;
  /// Called for each row as it comes, so that no answer is held as a whole; then the result has no rows. May be null.
  const std::function<void(const Row&)>* each = nullptr;
};

/// What one statement of a round trip answered.
struct PostgresResult {
  std::unique_ptr<PGresult, decltype(&PQclear)> result{nullptr, &PQclear};

  bool ok() const;
  /// True when it was not tried, because one before it had failed.
  bool skipped() const;
  /// Five characters; empty when there is no error.
  std::string_view sqlstate() const;
  /// The constraint that refused; empty when there is none.
  std::string_view constraint() const;
  /// What was done: "COMMIT", "UPDATE 1".
  std::string_view tag() const;
  int64_t changed_rows() const;
  /// Calls `each` for every row. Error: INTERNAL when a column has a type that Row does not read.
  absl::Status Visit(const std::function<void(const Row&)>& each) const;
};

/// True when a constraint refused a change.
bool IsRefusal(std::string_view sqlstate);
/// What a failed statement means for the caller; logs the unexpected. Never holds values.
absl::Status PostgresError(const PGresult* result);

struct PostgresConnectionOptions {
  std::string address;  ///< a connection string or URI of libpq
  std::string name;     ///< application_name
  Duration connect_timeout = std::chrono::seconds(2);
  /// What a statement may take; the server gives it up then, and the client the connection a little later.
  Duration statement_timeout = std::chrono::seconds(10);
};

/// One connection to a primary, in libpq's pipeline mode, with its cache of prepared statements. For one thread at a
/// time. Once a call has failed with STORE_BUSY the connection is broken: throw it away and open another.
class PostgresConnection {
 public:
  /// Errors: STORE_BUSY when the server does not answer or is no primary; FAILED_PRECONDITION when it refuses us or its
  /// database does not sort and encode as the product needs.
  static absl::StatusOr<std::unique_ptr<PostgresConnection>> Open(const PostgresConnectionOptions& options);
  ~PostgresConnection();
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  /// Sends the statements together and reads what each answered, in their order. Those after a failed one are skipped,
  /// and the transaction, if one is open, has failed. Error: STORE_BUSY when the connection broke; then it is unknown
  /// what of it was done.
  absl::StatusOr<std::vector<PostgresResult>> RoundTrip(const std::vector<Statement>& statements);

  /// Runs a script of several statements without parameters, as one transaction if it opens none.
  absl::Status Execute(const std::string& script);

  bool broken() const { return broken_; }
  int backend_pid() const { return PQbackendPID(handle_); }
  /// Waits until the server has passed something on (LISTEN), or `timeout` has passed. Answers whether a connection
  /// other than `own_pid` had told it. Error: STORE_BUSY.
  absl::StatusOr<bool> WaitForNotification(int own_pid, Duration timeout);

 private:
  /// A statement that the server knows by a name.
  struct Prepared {
    std::string name;
    bool ready = false;  ///< the server has confirmed it
  };

  PostgresConnection(PGconn* handle, Duration patience) : handle_(handle), patience_(patience) {}
  absl::Status SetUp(const PostgresConnectionOptions& options);
  /// Queues a statement, and before it its preparation if the server does not know it yet: `preparing` gets that, or
  /// null.
  absl::Status Send(const Statement& statement, std::vector<Prepared*>& preparing);
  absl::StatusOr<PostgresResult> Receive(const std::function<void(const Row&)>* each = nullptr);
  absl::Status AwaitResult();
  absl::Status WaitForInput(Duration patience);
  absl::Status Broken();

  PGconn* handle_;
  const Duration patience_;
  bool broken_ = false;
  std::unordered_map<std::string, Prepared> statements_;
  int names_ = 0;    ///< given to statements so far
  std::string key_;  ///< kept for its memory
};

}  // namespace muster::storage
