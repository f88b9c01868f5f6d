#include "services/exchange/store/document_store.h"

#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "services/exchange/store/tables.h"

namespace muster::exchange {
namespace {

using storage::Read;
using storage::Row;
using storage::Value;

}  // namespace

bool IsVisible(const Principal& caller, const DocumentRecord& document) {
  return caller.account_id == document.account_id ||
         (caller.IsOfficial() && DistrictCovers(caller.district_path, document.district_path));
}

absl::StatusOr<DocumentRecord> DocumentStore::Find(const DocumentId& id) {
  static const std::string kSql = "SELECT " + DocumentTable().select_list() + " FROM document WHERE id = $1";
  std::optional<DocumentRecord> document;
  MUSTER_RETURN_IF_ERROR(
      database_.Query(Read{kSql, {Value(id.value())}, [&](const Row& row) { document = DocumentTable().Parse(row); }}));
  if (!document.has_value()) {
    return Error(Reason::kNotFound);
  }
  return *std::move(document);
}

absl::StatusOr<DocumentRecord> DocumentStore::Get(const Principal& caller, const DocumentId& id) {
  MUSTER_ASSIGN_OR_RETURN(DocumentRecord document, Find(id));
  if (!IsVisible(caller, document)) {
    return Error(Reason::kNotFound);
  }
  return document;
}

absl::StatusOr<DocumentPage> DocumentStore::List(const Principal& caller, const std::string& before, int limit) {
  // The same tests as IsVisible.
  static const std::string kSql =
      "SELECT " + DocumentTable().select_list() +
      " FROM document WHERE ($1 = '' OR id < $1) AND (account_id = $2 OR ($3 <> '' AND (district_path = $3 OR "
      "substr(district_path, 1, length($3) + 1) = $3 || '/'))) ORDER BY id DESC LIMIT $4";
  DocumentPage page;
  const std::string district = caller.IsOfficial() ? caller.district_path : std::string();
  MUSTER_RETURN_IF_ERROR(database_.Query(
      Read{kSql,
           {Value(before), Value(caller.account_id.value()), Value(district), Value(int64_t{limit} + 1)},
           [&](const Row& row) {
             if (static_cast<int>(page.documents.size()) == limit) {
               page.more = true;
             } else {
               page.documents.push_back(DocumentTable().Parse(row));
             }
           }}));
  return page;
}

absl::StatusOr<std::string> DocumentStore::Content(const DocumentRecord& document) {
  std::optional<std::string> content;
  for (const DocumentId& id : {document.id, document.duplicate_of}) {
    MUSTER_RETURN_IF_ERROR(database_.Query(Read{"SELECT content FROM document_content WHERE document_id = $1",
                                                {Value(id.value())},
                                                [&](const Row& row) { content = std::string(row.Text(0)); }}));
    if (content.has_value()) {
      return *std::move(content);
    }
  }
  return Error(Reason::kInternalInvariant);
}

absl::StatusOr<std::vector<DocumentRecord>> DocumentStore::Pending(const std::string& after, int limit) {
  static const std::string kSql = "SELECT " + DocumentTable().select_list() +
                                  " FROM document WHERE state = 'received' AND id > $1 ORDER BY id LIMIT $2";
  std::vector<DocumentRecord> documents;
  MUSTER_RETURN_IF_ERROR(database_.Query(Read{kSql, {Value(after), Value(int64_t{limit})}, [&](const Row& row) {
                                                documents.push_back(DocumentTable().Parse(row));
                                              }}));
  return documents;
}

absl::StatusOr<bool> DocumentStore::IsOvertaken(const DocumentRecord& document) {
  bool overtaken = false;
  MUSTER_RETURN_IF_ERROR(database_.Query(
      Read{"SELECT 1 FROM document WHERE origin_id = $1 AND sent_us > $2 AND state = 'done' AND outcome = 'applied' "
           "AND action IN ('update', 'stand_down') LIMIT 1",
           {Value(document.origin_id.value()), Value(ToMicros(document.sent))},
           [&](const Row&) { overtaken = true; }}));
  return overtaken;
}

}  // namespace muster::exchange
