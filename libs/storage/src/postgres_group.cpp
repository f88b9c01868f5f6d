#include "postgres_group.h"

#include <string_view>
#include <utility>

#include "muster/base/failpoint.h"
#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/telemetry/log.h"

namespace muster::storage {
namespace {

/// Those who write to one database take turns, whatever process they are in. Freed by the end of the transaction, after
/// its changes are visible to others.
constexpr std::string_view kTakeTurn =
    "SELECT pg_advisory_xact_lock(hashtext('muster writer'), hashtext(current_schema()))";
constexpr std::string_view kNotify = "SELECT pg_notify('muster_' || current_schema(), '')";

Statement ToStatement(std::string_view sql, const std::vector<Value>& parameters) { return {sql, &parameters}; }

}  // namespace

std::optional<GroupFailure> PostgresGroup::Run(const std::vector<Queued>& group, GroupOutcome& outcome) {
  for (const Queued& queued : group) {
    outcome.replies.push_back(RunCommand(*queued.command));
    if (failure_) {
      break;
    }
  }
  if (!failure_) {
    Commit();
  }
  if (failure_ && has_begun_ && !connection_.broken()) {
    (void)connection_.RoundTrip({{"ROLLBACK"}});
  }
  outcome.changed = changed_;
  return std::move(failure_);
}

absl::StatusOr<CommandReply> PostgresGroup::RunCommand(Command& command) {
  const auto deadline = command.steady_deadline();
  if (deadline && clock_.Steady() > *deadline) {
    return Error(Reason::kDeadline);
  }
  absl::StatusOr<CommandReply> reply = Decide(command);
  if (!is_careful_ || failure_) {
    return reply;
  }
  const absl::Status saved = reply.ok() ? SaveCarefully() : reply.status();
  if (!saved.ok() && !failure_) {
    unwritten_.clear();
    MUSTER_RETURN_IF_ERROR(Send({{"ROLLBACK TO command"}, {"RELEASE command"}}).status());
  }
  return saved.ok() ? std::move(reply) : saved;
}

/// Reads what the command needs and lets it decide; its writes wait in `unwritten_`.
absl::StatusOr<CommandReply> PostgresGroup::Decide(Command& command) {
  const std::optional<RepeatKey> key = command.repeat_key();
  std::optional<StoredReply> found;
  std::vector<Read> reads = command.Reads();
  if (key) {
    reads.push_back(FindReply(*key, found));
  }
  MUSTER_RETURN_IF_ERROR(ReadFacts(reads));
  Failpoint("K2");
  if (key) {
    MUSTER_ASSIGN_OR_RETURN(std::optional<CommandReply> earlier, OpenReply(*key, std::move(found), cipher_));
    if (earlier) {
      return *std::move(earlier);
    }
  }
  const Time now = clock_.Now();
  Changes changes;
  MUSTER_RETURN_IF_ERROR(command.Decide(now, changes));
  if (key) {
    MUSTER_ASSIGN_OR_RETURN(Write kept, KeepReply(*key, changes.reply, now, cipher_));
    changes.writes.push_back(std::move(kept));
  }
  unwritten_ = std::move(changes.writes);
  return CommandReply{std::move(changes.reply), false};
}

absl::Status PostgresGroup::ReadFacts(const std::vector<Read>& reads) {
  std::vector<Statement> statements;
  if (is_careful_) {
    statements.push_back({"SAVEPOINT command"});
  }
  const size_t first = statements.size();
  for (const Read& read : reads) {
    statements.push_back(ToStatement(read.sql, read.parameters));
  }
  MUSTER_ASSIGN_OR_RETURN(const auto results, Send(statements));
  for (size_t i = 0; i < results.size(); ++i) {
    if (!results[i].ok()) {
      return Failed(results[i]);
    }
    if (i >= first) {
      MUSTER_RETURN_IF_ERROR(results[i].Visit(reads[i - first].each));
    }
  }
  return absl::OkStatus();
}

/// Writes what the command has decided; a refusal is the command's own.
absl::Status PostgresGroup::SaveCarefully() {
  const std::vector<Write> writes = std::exchange(unwritten_, {});
  std::vector<Statement> statements;
  for (const Write& write : writes) {
    statements.push_back(ToStatement(write.sql, write.parameters));
  }
  MUSTER_ASSIGN_OR_RETURN(const auto results, Send(statements));
  for (size_t i = 0; i < writes.size(); ++i) {
    MUSTER_RETURN_IF_ERROR(CheckWrite(writes[i], results[i]));
  }
  changed_ = changed_ || !writes.empty();
  return Send({{"RELEASE command"}}).status();
}

void PostgresGroup::Commit() {
  Failpoint("K4");
  // What is left to be written is looked at before the commit goes out: a wrong number of rows is no error to the
  // server.
  if (!unwritten_.empty() && !Send({}).ok()) {
    return;
  }
  if (!has_begun_) {
    return;
  }
  std::vector<Statement> statements;
  if (changed_) {
    statements.push_back({kNotify});
  }
  statements.push_back({"COMMIT"});
  const auto results = Send(statements);
  if (!results.ok()) {
    return;
  }
  const PostgresResult& committed = results->back();
  if (!committed.ok()) {
    (void)Failed(committed);
  } else if (committed.tag() != "COMMIT") {  // a transaction that has failed answers ROLLBACK, and no error
    (void)GiveUp(Error(Reason::kStoreBusy), /*is_refusal=*/false);
  } else {
    Failpoint("K5");
  }
}

absl::StatusOr<std::vector<PostgresResult>> PostgresGroup::Send(const std::vector<Statement>& statements) {
  std::vector<Statement> all;
  if (!has_begun_) {
    all.push_back({"BEGIN"});
    all.push_back({kTakeTurn});
  }
  const size_t begin = all.size();
  const std::vector<Write> writes = std::exchange(unwritten_, {});
  for (const Write& write : writes) {
    all.push_back(ToStatement(write.sql, write.parameters));
  }
  all.insert(all.end(), statements.begin(), statements.end());
  has_begun_ = true;
  absl::StatusOr<std::vector<PostgresResult>> results = connection_.RoundTrip(all);
  if (!results.ok()) {
    return GiveUp(results.status(), /*is_refusal=*/false);
  }
  for (size_t i = 0; i < begin; ++i) {
    if (!(*results)[i].ok()) {
      return Failed((*results)[i]);
    }
  }
  for (size_t i = 0; i < writes.size(); ++i) {
    if (const absl::Status written = CheckWrite(writes[i], (*results)[begin + i]); !written.ok()) {
      return GiveUp(written, /*is_refusal=*/true);
    }
  }
  changed_ = changed_ || !writes.empty();
  Failpoint("K3");
  results->erase(results->begin(), results->begin() + static_cast<ptrdiff_t>(begin + writes.size()));
  return results;
}

/// Ok, or what the command answers because of this change.
absl::Status PostgresGroup::CheckWrite(const Write& write, const PostgresResult& result) {
  const bool is_refused = !result.ok() && IsRefusal(result.sqlstate());
  if (!result.ok() && !is_refused) {
    return Failed(result);
  }
  if (!is_refused && (write.expected_rows < 0 || result.changed_rows() == write.expected_rows)) {
    return absl::OkStatus();
  }
  if (write.otherwise.ok()) {
    telemetry::LogError("a rule let through what the database refuses",
                        {{"constraint", is_refused ? result.constraint() : "wrong number of rows"}});
    return Error(Reason::kInternalInvariant);
  }
  return write.otherwise;
}

/// What failed for a reason that may pass takes the group with it; what the statement itself is to blame for, only in a
/// run that is not careful.
absl::Status PostgresGroup::Failed(const PostgresResult& result) {
  const absl::Status status = PostgresError(result.result.get());
  const bool may_pass = status.code() == absl::StatusCode::kUnavailable;
  return may_pass || !is_careful_ ? GiveUp(status, !may_pass) : status;
}

absl::Status PostgresGroup::GiveUp(absl::Status status, bool is_refusal) {
  if (!failure_) {
    failure_ = GroupFailure{status, is_refusal};
  }
  return status;
}

}  // namespace muster::storage
