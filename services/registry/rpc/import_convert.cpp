#include "services/registry/rpc/import_convert.h"

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "services/registry/core/field_checks.h"
#include "services/registry/rpc/wire.h"

namespace muster::registry {
namespace {

constexpr int64_t kMaxChosenColumns = 100;

void ProblemToProto(const ImportProblem& problem, v1::ImportProblem& out) {
  out.set_row(problem.row);
  out.set_column(problem.column);
  out.set_reason(problem.reason);
  out.set_note(problem.is_note());
  out.mutable_remedy()->set_zh(problem.zh);
  out.mutable_remedy()->set_en(problem.en);
}

std::string SystemName(common::v1::CoordinateSystem system) {
  switch (system) {
    case common::v1::COORDINATE_SYSTEM_GCJ02:
      return "GCJ02";
    case common::v1::COORDINATE_SYSTEM_BD09:
      return "BD09";
    default:
      return "WGS84";
  }
}

absl::Status TakeColumns(const v1::StartImportRequest& request, DataImport& import) {
  MUSTER_RETURN_IF_ERROR(CheckRange(request.columns_size(), 0, kMaxChosenColumns, "columns"));
  for (int i = 0; i < request.columns_size(); ++i) {
    const v1::ImportColumn& column = request.columns(i);
    const std::string at = "columns[" + std::to_string(i) + "]";
    if (PlainHeading(column.column()).empty()) {
      return Error(Reason::kInvalidField, at + ".column");
    }
    if (FindColumn(import.what, column.field()) == nullptr) {
      return NoSuchField(import.what, at + ".field");
    }
    import.columns.emplace_back(column.column(), column.field());
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<SheetContent> SheetContentFromProto(v1::SheetContent what) {
  if (what == v1::SHEET_CONTENT_UNSPECIFIED) {
    return Error(Reason::kInvalidField, "what");
  }
  return static_cast<SheetContent>(static_cast<int>(what) - 1);
}

absl::StatusOr<DataImport> ImportFromProto(const v1::StartImportRequest& request) {
  DataImport import;
  MUSTER_ASSIGN_OR_RETURN(import.what, SheetContentFromProto(request.what()));
  if (request.format() == v1::SHEET_FORMAT_GEOJSON) {
    return Error(Reason::kInvalidField, "format");
  }
  import.format = request.format() == v1::SHEET_FORMAT_XLSX  ? "xlsx"
                  : request.format() == v1::SHEET_FORMAT_CSV ? "csv"
                                                             : "";
  import.encoding = request.encoding() == v1::SHEET_ENCODING_GB18030 ? "gb18030"
                    : request.encoding() == v1::SHEET_ENCODING_UTF8  ? "utf8"
                                                                     : "";
  import.coordinate_system = SystemName(request.coordinate_system());
  import.all_or_nothing = request.mode() != v1::IMPORT_MODE_GOOD_ROWS;
  import.dry_run = request.dry_run();
  MUSTER_RETURN_IF_ERROR(TakeColumns(request, import));
  return import;
}

v1::Import ToProto(const DataImport& import, const std::vector<ImportProblem>& problems) {
  v1::Import out;
  out.set_id(import.id.value());
  out.set_version(import.version);
  ToProto(import.create_time, *out.mutable_create_time());
  ToProto(import.update_time, *out.mutable_update_time());
  out.set_what(static_cast<v1::SheetContent>(static_cast<int>(import.what) + 1));
  out.set_mode(import.all_or_nothing ? v1::IMPORT_MODE_ALL_OR_NOTHING : v1::IMPORT_MODE_GOOD_ROWS);
  out.set_dry_run(import.dry_run);
  out.set_state(static_cast<v1::ImportState>(static_cast<int>(import.state) + 1));
  out.set_rows_total(import.rows_total);
  out.set_rows_read(import.rows_read);
  out.set_rows_good(import.rows_good);
  out.set_rows_bad(import.rows_bad);
  out.set_rows_stored(import.rows_stored);
  out.set_rows_already_there(import.rows_already_there);
  out.set_progress_percent(import.percent());
  for (const ImportProblem& problem : problems) {
    ProblemToProto(problem, *out.add_problems());
  }
  out.set_problem_count(import.problem_count);
  for (size_t at = 0; at < import.unknown_columns.size();) {
    const size_t end = import.unknown_columns.find('\n', at);
    out.add_unknown_columns(import.unknown_columns.substr(at, end - at));
    at = end == std::string::npos ? end : end + 1;
  }
  if (!import.failure.empty()) {
    ProblemToProto(import.failure, *out.mutable_failure());
  }
  return out;
}

}  // namespace muster::registry
