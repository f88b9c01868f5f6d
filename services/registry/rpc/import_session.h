#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/sheet/reader.h"
#include "services/registry/core/data_import.h"
#include "services/registry/core/import_rows.h"
#include "services/registry/core/import_rules.h"
#include "services/registry/rpc/handlers.h"
#include "services/registry/store/import_lookup.h"
#include "services/registry/store/import_store.h"

namespace muster::registry {

/// What a file holds, found by reading it once.
struct SheetSummary {
  int64_t rows = 0;             ///< of data
  std::string unknown_columns;  ///< one a line
};

/// Some rows, ready to be stored, and what is wrong with the others.
struct PreparedBatch {
  ImportBatch rows;              ///< the good ones; ids are new, people sealed where they are to be stored
  std::vector<RowPlace> places;  ///< of each of them
  ImportFacts facts;             ///< what they join
  BatchOutcome outcome;
};

/// One pass over the rows of an uploaded file. It can be made again at any time: the rows that were done before are
/// then read past, so that doubles inside the file are still found. Not thread-safe.
class ImportSession {
 public:
  /// Opens the file and finds its header. Errors: those of the file (IsFileFault) and of the store.
  static absl::StatusOr<std::unique_ptr<ImportSession>> Open(const DataImport& import, const ImportStore& store,
                                                             const PartSealer& parts, const Tools& tools);

  /// Reads to the end; the session is over then.
  absl::StatusOr<SheetSummary> Summarize();

  /// The next rows, at most `limit`.
  absl::StatusOr<PreparedBatch> Next(int limit);
  int64_t rows_read() const { return rows_read_; }

 private:
  ImportSession(const DataImport& import, const Tools& tools) : import_(import), tools_(tools) {}

  /// Looks for the headings in the first rows of `reader`. Ok without a converter where there are none.
  absl::Status FindHeader(sheet::Reader& reader);
  /// Looks for the headings sheet by sheet.
  absl::Status FindSheet(sheet::Workbook& workbook);
  /// The next row that holds data; false at the end.
  absl::StatusOr<bool> NextRow(sheet::Row& row);
  absl::StatusOr<std::vector<ImportRow>> ReadRows(int limit, bool& ended);
  absl::Status Resolve(std::vector<ImportRow>& rows, PreparedBatch& batch);
  absl::Status ResolveOrganizations(std::vector<ImportRow>& rows, PreparedBatch& batch);
  static std::optional<Location> BaseOf(const ImportRow& row, const NamedOrganization& organization);
  void Join(const NamedOrganization& organization, ImportRow& row);
  absl::Status CountTeams(std::vector<ImportRow>& rows);
  absl::Status ResolveTeams(std::vector<ImportRow>& rows, PreparedBatch& batch);
  void CheckRules(ImportRow& row);
  void CheckDoubles(ImportRow& row);
  absl::Status Add(ImportRow& row, PreparedBatch& batch);
  absl::Status AddGood(ImportRow& row, PreparedBatch& batch);
  RowPlace PlaceOf(const ImportRow& row) const;

  const DataImport import_;
  const Tools& tools_;
  std::unique_ptr<sheet::Reader> reader_;
  std::unique_ptr<RowConverter> converter_;
  int64_t rows_read_ = 0;
  bool has_content_ = false;                                 ///< some row holds something
  std::unordered_map<std::string, int64_t> seen_;            ///< natural keys and the row that has them
  std::unordered_map<OrganizationId, int64_t> teams_there_;  ///< in the store
  std::unordered_map<OrganizationId, int64_t> teams_added_;  ///< by rows of which the store does not know yet
};

/// True for an error of the file itself, which another try would meet again.
bool IsFileFault(const absl::Status& status);

/// A file's error, or a row's, as it is kept.
ImportProblem ProblemOf(const absl::Status& status);

}  // namespace muster::registry
