#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "muster/base/clock.h"
#include "muster/base/id.h"
#include "muster/domain/principal.h"
#include "services/registry/core/import_columns.h"
#include "services/registry/core/import_rows.h"

namespace muster::registry {

using ImportId = Id<struct ImportTag>;
using UploadId = Id<struct UploadTag>;

inline constexpr int64_t kMaxPartBytes = 512 * 1024;
inline constexpr int64_t kMaxUploadBytes = 64LL << 20;
inline constexpr int64_t kMaxProblems = 1000;  ///< that are kept; the others are counted
inline constexpr int kImportBatchRows = 1000;  ///< rows of a transaction

/// A file that waits to be imported. Its parts are rows of their own.
struct Upload {
  UploadId id;
  int64_t version = 0;
  Time create_time{};
  AccountId account_id;
  Sealed data_key;  ///< wrapped
  int64_t parts = 0;
  int64_t bytes = 0;
  bool complete = false;
};

enum class ImportState { kPending, kRunning, kDone, kFailed, kCancelled };
/// "pending".
std::string_view Name(ImportState state);
std::optional<ImportState> ImportStateFromName(std::string_view name);

/// A problem as it is kept and shown.
struct ImportProblem {
  int64_t row = 0;
  std::string column;
  std::string reason;  ///< empty: a note, the row is good all the same
  std::string zh;
  std::string en;
  bool empty() const { return zh.empty(); }
  bool is_note() const { return reason.empty(); }
};

/// A sheet on its way into the registry: what was asked for, and how far it is. Each batch of rows and the counts that
/// tell of it are one transaction, so that work goes on where it was, whatever happens in between.
struct DataImport {
  ImportId id;
  int64_t version = 0;
  Time create_time{};
  Time update_time{};

  AccountId account_id;
  bool officer = false;
  std::string authority_path;      ///< district of the officer
  std::string district_path;       ///< who sees it: officials of this district
  OrganizationId organization_id;  ///< and this organization

  UploadId upload_id;
  SheetContent what = SheetContent::kOrganizations;
  std::string format;             ///< "csv", "xlsx", "" for found out
  std::string encoding;           ///< "utf8", "gb18030", "" for found out
  std::string coordinate_system;  ///< "WGS84"
  ColumnChoice columns;
  bool all_or_nothing = true;
  bool dry_run = false;

  ImportState state = ImportState::kPending;
  bool storing = false;  ///< all-or-nothing: every row was checked and is good; from now on they are stored
  int64_t rows_total = 0;
  int64_t rows_read = 0;  ///< in this pass
  int64_t rows_good = 0;
  int64_t rows_bad = 0;
  int64_t rows_stored = 0;
  int64_t rows_already_there = 0;
  int64_t problem_count = 0;
  std::string unknown_columns;  ///< headings that stand for nothing, one a line
  ImportProblem failure;        ///< why it failed

  Importer importer() const { return {officer, authority_path, organization_id}; }
  /// Whether rows of the pass at hand are stored.
  bool stores() const { return !dry_run && (!all_or_nothing || storing); }
  bool at_work() const { return state == ImportState::kPending || state == ImportState::kRunning; }
  /// 0 to 100.
  int percent() const;
};

/// What a batch of rows came to.
struct BatchOutcome {
  int64_t read = 0;
  int64_t good = 0;
  int64_t bad = 0;
  int64_t stored = 0;
  int64_t already_there = 0;
  std::vector<ImportProblem> problems;
  bool last = false;  ///< nothing comes after it
};

/// The import after a batch. All or nothing: after the last row without a bad one the storing begins, at the first row;
/// with a bad one it has failed.
DataImport After(DataImport import, const BatchOutcome& outcome);

}  // namespace muster::registry
