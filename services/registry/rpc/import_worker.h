#pragma once

#include <memory>

#include "absl/status/status.h"
#include "muster/base/clock.h"
#include "services/registry/rpc/handlers.h"
#include "services/registry/rpc/import_session.h"
#include "services/registry/store/import_store.h"

namespace muster::registry {

/// Works on imports, the oldest first, a batch of rows a step. What it holds in memory can be lost at any time: the
/// import itself tells where to go on. One thread at a time.
class ImportWorker {
 public:
  /// All must outlive it.
  ImportWorker(const Tools& tools, const ImportStore& store, const PartSealer& parts)
      : tools_(tools), store_(store), parts_(parts) {}

  /// Answers how long to sleep before the next step: nothing while there is more to do.
  Duration Step(Time now);

 private:
  /// One batch, or the beginning, of an import.
  absl::Status Work(const DataImport& import);
  absl::Status Begin(const DataImport& import);
  absl::Status ReadOn(const DataImport& import);
  /// Opens the file again where the session is not at the place at which the import is.
  absl::Status MakeSession(const DataImport& import);
  absl::Status Fail(const DataImport& import, const absl::Status& why);
  /// True when a batch was refused, the first time, for what someone stored since it was looked at: made again, it
  /// finds the row that is concerned.
  bool MetARace(const DataImport& import, const absl::Status& status);

  const Tools& tools_;
  const ImportStore& store_;
  const PartSealer& parts_;
  std::unique_ptr<ImportSession> session_;
  ImportId session_of_;
  bool session_stores_ = false;
  ImportId raced_import_;
  int64_t raced_version_ = 0;
};

/// Drops uploads that nobody needs any more. One thread at a time.
class UploadSweeper {
 public:
  static constexpr Duration kKeep = std::chrono::hours(24);
  static constexpr Duration kKeepUnfinished = std::chrono::minutes(15);

  /// Both must outlive it.
  UploadSweeper(storage::Database& database, const ImportStore& store) : database_(database), store_(store) {}

  /// As ImportWorker::Step.
  Duration Step(Time now);

 private:
  storage::Database& database_;
  const ImportStore& store_;
};

}  // namespace muster::registry
