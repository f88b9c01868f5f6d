#pragma once

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "group_writer.h"
#include "muster/base/clock.h"
#include "muster/storage/command.h"
#include "muster/storage/database.h"
#include "postgres_connection.h"
#include "stored_reply.h"

namespace muster::storage {

/// Why a group was not committed.
struct GroupFailure {
  absl::Status status;
  /// The database refused a change of one command: run the group again carefully. Otherwise the same may succeed later.
  bool is_refusal = false;
};

/// Runs one group of commands in one transaction. Each command is one round trip: the writes of the command before it
/// and its own reads travel together. For one thread.
class PostgresGroup {
 public:
  /// A careful run gives every command a savepoint, so that what the database refuses undoes nothing else. Another run
  /// saves that, as refusals by the database are rare: the rules have refused before. All must outlive it.
  PostgresGroup(PostgresConnection& connection, const Clock& clock, ReplyCipher* cipher, bool is_careful)
      : connection_(connection), clock_(clock), cipher_(cipher), is_careful_(is_careful) {}

  /// Runs the commands in their order and commits. Answers nothing when that is done; else why not, and `outcome` says
  /// nothing. When the connection broke meanwhile, it is unknown whether the group was committed.
  std::optional<GroupFailure> Run(const std::vector<Queued>& group, GroupOutcome& outcome);

 private:
  absl::StatusOr<CommandReply> RunCommand(Command& command);
  absl::StatusOr<CommandReply> Decide(Command& command);
  absl::Status ReadFacts(const std::vector<Read>& reads);
  absl::Status SaveCarefully();
  void Commit();
  /// Sends what has been decided and not been written yet, and then `statements`, whose results it answers.
  absl::StatusOr<std::vector<PostgresResult>> Send(const std::vector<Statement>& statements);
  absl::Status CheckWrite(const Write& write, const PostgresResult& result);
  absl::Status Failed(const PostgresResult& result);
  /// Gives the whole group up.
  absl::Status GiveUp(absl::Status status, bool is_refusal);

  PostgresConnection& connection_;
  const Clock& clock_;
  ReplyCipher* const cipher_;
  const bool is_careful_;
  bool has_begun_ = false;
  bool changed_ = false;
  std::vector<Write> unwritten_;  ///< of the command decided last
  std::optional<GroupFailure> failure_;
};

}  // namespace muster::storage
