#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/domain/principal.h"
#include "muster/storage/database.h"
#include "services/exchange/core/document.h"

namespace muster::exchange {

/// True when the caller handed the document in, or is an official of its district.
bool IsVisible(const Principal& caller, const DocumentRecord& document);

struct DocumentPage {
  std::vector<DocumentRecord> documents;  ///< newest first
  bool more = false;
};

/// Reads documents. Where a caller is given, only what it may see is found; the rest is NOT_FOUND. Blocks on the
/// database. Thread-safe.
class DocumentStore {
 public:
  /// The database must outlive it.
  explicit DocumentStore(storage::Database& database) : database_(database) {}

  absl::StatusOr<DocumentRecord> Get(const Principal& caller, const DocumentId& id);
  /// Documents older than `before` (empty: from the newest), at most `limit`.
  absl::StatusOr<DocumentPage> List(const Principal& caller, const std::string& before, int limit);

  /// For this service's own steps. NOT_FOUND when there is none.
  absl::StatusOr<DocumentRecord> Find(const DocumentId& id);
  /// The bytes as they came; a duplicate has those of the first unless it had its own.
  absl::StatusOr<std::string> Content(const DocumentRecord& document);
  /// Documents that are not done, oldest first.
  absl::StatusOr<std::vector<DocumentRecord>> Pending(const std::string& after, int limit);
  /// True when a message sent later than this one has changed the same incident already.
  absl::StatusOr<bool> IsOvertaken(const DocumentRecord& document);

 private:
  storage::Database& database_;
};

}  // namespace muster::exchange
