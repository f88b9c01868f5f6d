#include "services/registry/rpc/import_worker.h"

#include <algorithm>
#include <utility>

#include "muster/base/failpoint.h"
#include "muster/base/status_macros.h"
#include "services/registry/rpc/import_batch.h"

namespace muster::registry {
namespace {

constexpr Duration kRest = std::chrono::seconds(1);
constexpr Duration kSweepEvery = std::chrono::minutes(1);

/// Errors that another try may not meet.
bool MayPass(const absl::Status& status) {
  switch (GetErrorInfo(status).reason) {
    case Reason::kStoreBusy:
    case Reason::kStoreFull:
    case Reason::kOverloaded:
    case Reason::kDraining:
    case Reason::kDeadline:
    case Reason::kVersionConflict:
      return true;
    default:
      return false;
  }
}

}  // namespace

Duration ImportWorker::Step(Time) {
  const auto next = store_.NextAtWork();
  if (!next.ok() || !next->has_value()) {
    session_.reset();
    return kRest;
  }
  absl::Status status = Work(**next);
  if (!status.ok()) {
    session_.reset();
    if (MetARace(**next, status)) {
      return Duration::zero();
    }
    if (!MayPass(status)) {
      status = Fail(**next, status);
    }
  }
  return status.ok() ? Duration::zero() : kRest;
}

bool ImportWorker::MetARace(const DataImport& import, const absl::Status& status) {
  const bool again = raced_import_ == import.id && raced_version_ == import.version;
  raced_import_ = import.id;
  raced_version_ = import.version;
  return !again && HasReason(status, Reason::kDuplicate);
}

absl::Status ImportWorker::Work(const DataImport& import) {
  return import.state == ImportState::kPending ? Begin(import) : ReadOn(import);
}

absl::Status ImportWorker::Begin(const DataImport& import) {
  MUSTER_ASSIGN_OR_RETURN(const auto session, ImportSession::Open(import, store_, parts_, tools_));
  MUSTER_ASSIGN_OR_RETURN(const SheetSummary summary, session->Summarize());
  DataImport after = import;
  after.state = summary.rows == 0 ? ImportState::kDone : ImportState::kRunning;
  after.rows_total = summary.rows;
  after.unknown_columns = summary.unknown_columns;
  return tools_.database.Run(NewMoveCommand(import, std::move(after), tools_.random)).status();
}

absl::Status ImportWorker::ReadOn(const DataImport& import) {
  MUSTER_RETURN_IF_ERROR(MakeSession(import));
  MUSTER_ASSIGN_OR_RETURN(PreparedBatch batch, session_->Next(kImportBatchRows));
  Failpoint("K20");
  MUSTER_RETURN_IF_ERROR(tools_.database.Run(NewBatchCommand(import, std::move(batch), tools_.random)).status());
  Failpoint("K21");
  return absl::OkStatus();
}

absl::Status ImportWorker::MakeSession(const DataImport& import) {
  const bool fits = session_ != nullptr && session_of_ == import.id && session_stores_ == import.stores() &&
                    session_->rows_read() == import.rows_read;
  if (fits) {
    return absl::OkStatus();
  }
  MUSTER_ASSIGN_OR_RETURN(session_, ImportSession::Open(import, store_, parts_, tools_));
  session_of_ = import.id;
  session_stores_ = import.stores();
  while (session_->rows_read() < import.rows_read) {
    const auto missing =
        static_cast<int>(std::min<int64_t>(import.rows_read - session_->rows_read(), kImportBatchRows));
    MUSTER_RETURN_IF_ERROR(session_->Next(missing).status());
  }
  return absl::OkStatus();
}

absl::Status ImportWorker::Fail(const DataImport& import, const absl::Status& why) {
  DataImport after = import;
  after.state = ImportState::kFailed;
  after.failure = ProblemOf(why);
  return tools_.database.Run(NewMoveCommand(import, std::move(after), tools_.random)).status();
}

Duration UploadSweeper::Step(Time now) {
  const auto next = store_.NextToDrop(now - kKeepUnfinished, now - kKeep);
  if (!next.ok() || !next->has_value()) {
    return kSweepEvery;
  }
  const absl::Status done = database_
                                .Run(storage::MakeCommand([] { return std::vector<storage::Read>(); },
                                                          [id = **next](Time, storage::Changes& changes) {
                                                            DeleteUpload(id, changes.writes);
                                                            return absl::OkStatus();
                                                          }))
                                .status();
  return done.ok() ? Duration::zero() : kSweepEvery;
}

}  // namespace muster::registry
