#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/security/field_cipher.h"
#include "muster/storage/database.h"
#include "muster/storage/table.h"
#include "services/registry/core/data_import.h"
#include "services/registry/store/registry_store.h"

namespace muster::registry {

const storage::Table<Upload>& UploadTable();
const storage::Table<DataImport>& DataImportTable();

/// Seals the parts of uploads: files hold names and phones in clear.
class PartSealer {
 public:
  /// `cipher` must outlive it.
  explicit PartSealer(const security::FieldCipher& cipher) : cipher_(cipher) {}

  /// A new wrapped key for the upload of this id.
  absl::StatusOr<std::string> NewKey(const UploadId& id) const;
  absl::StatusOr<std::string> Seal(const Upload& upload, int64_t number, std::string_view plain) const;
  absl::StatusOr<std::string> Open(const Upload& upload, int64_t number, std::string_view sealed) const;

 private:
  const security::FieldCipher& cipher_;
};

/// What is kept of uploads altogether, for the limits.
struct UploadTotals {
  int64_t bytes = 0;
  int64_t uploads = 0;
};

// Reads, filled in while a command runs.
storage::Read ReadUpload(const UploadId& id, std::optional<Upload>& into);
storage::Read ReadImport(const ImportId& id, std::optional<DataImport>& into);
/// Of one account; of all where `account` is empty.
storage::Read ReadUploadTotals(const AccountId& account, UploadTotals& into);
storage::Read ReadImportsAtWork(const AccountId& account, int64_t& into);

// Writes.
storage::Write InsertPart(const UploadId& id, int64_t number, const std::string& sealed);
void DeleteUpload(const UploadId& id, std::vector<storage::Write>& writes);
/// From `place` on; what is beyond kMaxProblems is not kept.
void InsertProblems(const ImportId& id, int64_t place, const std::vector<ImportProblem>& problems,
                    std::vector<storage::Write>& writes);

/// The queries about uploads and imports. Thread-safe.
class ImportStore {
 public:
  /// The database must outlive it.
  explicit ImportStore(storage::Database& database) : database_(database) {}

  /// NOT_FOUND for one that the principal may not see.
  absl::StatusOr<DataImport> GetImport(const Principal& principal, const ImportId& id) const;
  absl::StatusOr<Page<DataImport>> ListImports(const Principal& principal, const PageStart& start) const;
  absl::StatusOr<std::vector<ImportProblem>> ProblemsOf(const ImportId& id) const;

  /// NOT_FOUND.
  absl::StatusOr<Upload> GetUpload(const UploadId& id) const;
  /// A part as it is kept.
  absl::StatusOr<std::string> GetPart(const UploadId& id, int64_t number) const;

  /// The oldest import that is to be worked on; none when there is nothing to do.
  absl::StatusOr<std::optional<DataImport>> NextAtWork() const;
  /// An upload that nobody needs any more: unfinished and begun before the one time, or begun before the other, and not
  /// being imported.
  absl::StatusOr<std::optional<UploadId>> NextToDrop(Time unfinished_before, Time before) const;

 private:
  storage::Database& database_;
};

}  // namespace muster::registry
