#include "services/registry/store/import_store.h"

#include <nlohmann/json.hpp>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "services/registry/store/codecs.h"
#include "services/registry/store/list_query.h"
#include "services/registry/store/reads.h"
#include "services/registry/store/scope.h"

namespace muster::storage {

using registry::ColumnChoice;
using registry::ImportProblem;

template <>
struct Codec<registry::SheetContent> : NameCodec<registry::SheetContent, registry::SheetContentFromName> {};
template <>
struct Codec<registry::ImportState> : NameCodec<registry::ImportState, registry::ImportStateFromName> {};

template <>
struct Codec<ColumnChoice> {
  static Value ToValue(const ColumnChoice& choice) {
    nlohmann::json json = nlohmann::json::array();
    for (const auto& [column, field] : choice) {
      json.push_back({column, field});
    }
    return json.dump();
  }
  static ColumnChoice FromRow(const Row& row, int column) {
    ColumnChoice choice;
    for (const auto& item : nlohmann::json::parse(row.Text(column), nullptr, false)) {
      choice.emplace_back(item.at(0).get<std::string>(), item.at(1).get<std::string>());
    }
    return choice;
  }
};

template <>
struct Codec<ImportProblem> {
  static Value ToValue(const ImportProblem& problem) {
    return problem.empty()
               ? std::string()
               : nlohmann::json::array({problem.row, problem.column, problem.reason, problem.zh, problem.en}).dump();
  }
  static ImportProblem FromRow(const Row& row, int column) {
    if (row.Text(column).empty()) {
      return {};
    }
    const auto json = nlohmann::json::parse(row.Text(column), nullptr, false);
    return {json.at(0).get<int64_t>(), json.at(1).get<std::string>(), json.at(2).get<std::string>(),
            json.at(3).get<std::string>(), json.at(4).get<std::string>()};
  }
};

}  // namespace muster::storage

namespace muster::registry {
namespace {

using storage::Blob;
using storage::Read;
using storage::Row;
using storage::Table;
using storage::Write;

security::FieldPlace PartPlace(const std::string& row_id) { return {"upload_part", "content", row_id, ""}; }

std::string RowId(const Upload& upload, int64_t number) { return upload.id.value() + "/" + std::to_string(number); }

}  // namespace

const Table<DataImport>& DataImportTable() {
  static const Table<DataImport> table = Table<DataImport>("data_import")
                                             .Column("id", &DataImport::id)
                                             .Column("version", &DataImport::version)
                                             .Column("create_us", &DataImport::create_time)
                                             .Column("update_us", &DataImport::update_time)
                                             .Column("account_id", &DataImport::account_id)
                                             .Column("officer", &DataImport::officer)
                                             .Column("authority_path", &DataImport::authority_path)
                                             .Column("district_path", &DataImport::district_path)
                                             .Column("organization_id", &DataImport::organization_id)
                                             .Column("upload_id", &DataImport::upload_id)
                                             .Column("content", &DataImport::what)
                                             .Column("file_format", &DataImport::format)
                                             .Column("file_encoding", &DataImport::encoding)
                                             .Column("coordinate_system", &DataImport::coordinate_system)
                                             .Column("column_choice", &DataImport::columns)
                                             .Column("all_or_nothing", &DataImport::all_or_nothing)
                                             .Column("dry_run", &DataImport::dry_run)
                                             .Column("state", &DataImport::state)
                                             .Column("storing", &DataImport::storing)
                                             .Column("rows_total", &DataImport::rows_total)
                                             .Column("rows_read", &DataImport::rows_read)
                                             .Column("rows_good", &DataImport::rows_good)
                                             .Column("rows_bad", &DataImport::rows_bad)
                                             .Column("rows_stored", &DataImport::rows_stored)
                                             .Column("rows_already_there", &DataImport::rows_already_there)
                                             .Column("problem_count", &DataImport::problem_count)
                                             .Column("unknown_columns", &DataImport::unknown_columns)
                                             .Column("failure", &DataImport::failure)
                                             .Done();
  return table;
}

const Table<Upload>& UploadTable() {
  static const Table<Upload> table = Table<Upload>("upload")
                                         .Column("id", &Upload::id)
                                         .Column("version", &Upload::version)
                                         .Column("create_us", &Upload::create_time)
                                         .Column("account_id", &Upload::account_id)
                                         .Column("data_key", &Upload::data_key)
                                         .Column("parts", &Upload::parts)
                                         .Column("bytes", &Upload::bytes)
                                         .Column("complete", &Upload::complete)
                                         .Done();
  return table;
}

absl::StatusOr<std::string> PartSealer::NewKey(const UploadId& id) const {
  MUSTER_ASSIGN_OR_RETURN(const security::NewPersonKey key, cipher_.CreatePersonKey(id.value()));
  return key.wrapped;
}

absl::StatusOr<std::string> PartSealer::Seal(const Upload& upload, int64_t number, std::string_view plain) const {
  MUSTER_ASSIGN_OR_RETURN(const auto key, cipher_.UnwrapPersonKey(upload.id.value(), upload.data_key.bytes));
  const std::string row_id = RowId(upload, number);
  return cipher_.Encrypt(key, PartPlace(row_id), plain);
}

absl::StatusOr<std::string> PartSealer::Open(const Upload& upload, int64_t number, std::string_view sealed) const {
  MUSTER_ASSIGN_OR_RETURN(const auto key, cipher_.UnwrapPersonKey(upload.id.value(), upload.data_key.bytes));
  const std::string row_id = RowId(upload, number);
  MUSTER_ASSIGN_OR_RETURN(const auto plain, cipher_.Decrypt(key, PartPlace(row_id), sealed));
  return plain.Reveal();
}

Read ReadUpload(const UploadId& id, std::optional<Upload>& into) {
  static const std::string kSql = "SELECT " + UploadTable().select_list() + " FROM upload WHERE id = $1";
  return {kSql, {id.value()}, [&into](const Row& row) { into = UploadTable().Parse(row); }};
}

Read ReadImport(const ImportId& id, std::optional<DataImport>& into) {
  static const std::string kSql = "SELECT " + DataImportTable().select_list() + " FROM data_import WHERE id = $1";
  return {kSql, {id.value()}, [&into](const Row& row) { into = DataImportTable().Parse(row); }};
}

Read ReadUploadTotals(const AccountId& account, UploadTotals& into) {
  return {"SELECT COUNT(*), CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM upload WHERE account_id = $1 OR $1 = ''",
          {account.value()},
          [&into](const Row& row) {
            into = {row.Int(1), row.Int(0)};
          }};
}

Read ReadImportsAtWork(const AccountId& account, int64_t& into) {
  return {"SELECT COUNT(*) FROM data_import WHERE state IN ('pending', 'running') AND account_id = $1",
          {account.value()},
          [&into](const Row& row) { into = row.Int(0); }};
}

Write InsertPart(const UploadId& id, int64_t number, const std::string& sealed) {
  return {"INSERT INTO upload_part (upload_id, number, content) VALUES ($1, $2, $3)",
          {id.value(), number, Blob{sealed}},
          1,
          Error(Reason::kDuplicate)};
}

void DeleteUpload(const UploadId& id, std::vector<Write>& writes) {
  writes.push_back({"DELETE FROM upload_part WHERE upload_id = $1", {id.value()}, -1, {}});
  writes.push_back({"DELETE FROM upload WHERE id = $1", {id.value()}, -1, {}});
}

void InsertProblems(const ImportId& id, int64_t place, const std::vector<ImportProblem>& problems,
                    std::vector<Write>& writes) {
  for (const ImportProblem& problem : problems) {
    if (place >= kMaxProblems) {
      return;
    }
    writes.push_back(
        {"INSERT INTO import_problem (import_id, place, row_number, column_name, reason, text_zh, text_en) "
         "VALUES ($1, $2, $3, $4, $5, $6, $7)",
         {id.value(), place++, problem.row, problem.column, problem.reason, problem.zh, problem.en},
         1,
         {}});
  }
}

absl::StatusOr<DataImport> ImportStore::GetImport(const Principal& principal, const ImportId& id) const {
  static const std::string kSql = "SELECT " + DataImportTable().select_list() + " FROM data_import WHERE id = $1 AND " +
                                  ScopeCondition("organization_id", 2);
  std::vector<storage::Value> parameters{id.value()};
  AppendScope(ScopeOf(principal), parameters);
  std::optional<DataImport> found;
  MUSTER_RETURN_IF_ERROR(
      database_.Query(Read{kSql, parameters, [&found](const Row& row) { found = DataImportTable().Parse(row); }}));
  if (!found) {
    return Error(Reason::kNotFound);
  }
  return *std::move(found);
}

absl::StatusOr<Page<DataImport>> ImportStore::ListImports(const Principal& principal, const PageStart& start) const {
  ListQuery query("data_import", start);
  query.OnlyVisible(principal, "organization_id");
  Page<DataImport> page;
  MUSTER_RETURN_IF_ERROR(
      database_.Query(Read{query.Select(DataImportTable().select_list()), query.parameters(), [&](const Row& row) {
                             if (static_cast<int>(page.items.size()) == start.limit) {
                               page.more = true;
                             } else {
                               page.items.push_back(DataImportTable().Parse(row));
                             }
                           }}));
  return page;
}

absl::StatusOr<std::vector<ImportProblem>> ImportStore::ProblemsOf(const ImportId& id) const {
  std::vector<ImportProblem> problems;
  MUSTER_RETURN_IF_ERROR(database_.Query(
      Read{"SELECT row_number, column_name, reason, text_zh, text_en FROM import_problem WHERE import_id = $1 ORDER BY "
           "place",
           {id.value()},
           [&problems](const Row& row) {
             problems.push_back({row.Int(0), std::string(row.Text(1)), std::string(row.Text(2)),
                                 std::string(row.Text(3)), std::string(row.Text(4))});
           }}));
  return problems;
}

absl::StatusOr<Upload> ImportStore::GetUpload(const UploadId& id) const {
  std::optional<Upload> upload;
  MUSTER_RETURN_IF_ERROR(database_.Query(ReadUpload(id, upload)));
  if (!upload) {
    return Error(Reason::kNotFound, "upload_id");
  }
  return *std::move(upload);
}

absl::StatusOr<std::string> ImportStore::GetPart(const UploadId& id, int64_t number) const {
  std::optional<std::string> part;
  MUSTER_RETURN_IF_ERROR(database_.Query(Read{"SELECT content FROM upload_part WHERE upload_id = $1 AND number = $2",
                                              {id.value(), number},
                                              [&part](const Row& row) { part = std::string(row.Text(0)); }}));
  if (!part) {
    return Error(Reason::kNotFound, "upload_id");
  }
  return *std::move(part);
}

absl::StatusOr<std::optional<DataImport>> ImportStore::NextAtWork() const {
  static const std::string kSql = "SELECT " + DataImportTable().select_list() +
                                  " FROM data_import WHERE state IN ('pending', 'running') ORDER BY id LIMIT 1";
  std::optional<DataImport> next;
  MUSTER_RETURN_IF_ERROR(
      database_.Query(Read{kSql, {}, [&next](const Row& row) { next = DataImportTable().Parse(row); }}));
  return next;
}

absl::StatusOr<std::optional<UploadId>> ImportStore::NextToDrop(Time unfinished_before, Time before) const {
  std::optional<UploadId> id;
  MUSTER_RETURN_IF_ERROR(database_.Query(
      Read{"SELECT id FROM upload WHERE (create_us < $2 OR (complete = 0 AND create_us < $1)) AND id NOT IN (SELECT "
           "upload_id FROM data_import WHERE state IN ('pending', 'running')) ORDER BY id LIMIT 1",
           {ToMicros(unfinished_before), ToMicros(before)},
           [&id](const Row& row) { id = UploadId(std::string(row.Text(0))); }}));
  return id;
}

}  // namespace muster::registry
