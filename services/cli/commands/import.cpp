#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <limits>
#include <thread>

#include "muster/domain/reason.h"
#include "muster/registry/v1/registry.pb.h"
#include "services/cli/app/commands.h"
#include "services/cli/app/paging.h"
#include "services/cli/connect/upload.h"
#include "services/cli/output/import_views.h"
#include "services/cli/output/names.h"
#include "services/cli/output/progress.h"
#include "services/cli/parse/input_file.h"

namespace muster::cli {
namespace {

using registry::v1::Import;

constexpr size_t kMaxFileBytes = 64UL * 1024 * 1024;
constexpr auto kLookEvery = std::chrono::milliseconds(200);

struct StartOptions {
  std::string file;
  std::string what;
  std::string format;
  std::string encoding;
  std::string system;
  std::vector<std::string> columns;
  bool dry_run = false;
  bool good_rows = false;
  bool wait = false;
};

struct ImportOptions {
  std::string id;
};

struct ImportListOptions {
  int limit = 50;
};

struct ExportOptions {
  std::string what;
  std::string format = "csv";
  std::string out = "-";
  std::string district;
  std::string kind;
  std::string state;
  std::string organization;
  std::string capability;
  bool english = false;
};

absl::Status TakeColumnChoice(const StartOptions& options, registry::v1::StartImportRequest& request) {
  for (const std::string& choice : options.columns) {
    const size_t equals = choice.rfind('=');
    if (equals == std::string::npos) {
      return UsageError({"--map 要写成“列名=字段”，如 --map 机构=name。",
                         "--map takes HEADING=FIELD, as in --map \"Company=name\"."});
    }
    auto& column = *request.add_columns();
    column.set_column(choice.substr(0, equals));
    column.set_field(choice.substr(equals + 1));
  }
  return absl::OkStatus();
}

/// What was asked for, but the upload.
absl::StatusOr<registry::v1::StartImportRequest> RequestOf(const StartOptions& options) {
  registry::v1::StartImportRequest request;
  MUSTER_ASSIGN_OR_RETURN(const auto what, ParseEnum<registry::v1::SheetContent>(options.what));
  request.set_what(what);
  if (!options.format.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const auto format, ParseEnum<registry::v1::SheetFormat>(options.format));
    request.set_format(format);
  }
  if (!options.encoding.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const auto encoding, ParseEnum<registry::v1::SheetEncoding>(options.encoding));
    request.set_encoding(encoding);
  }
  if (!options.system.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const auto system, ParseEnum<common::v1::CoordinateSystem>(options.system));
    request.set_coordinate_system(system);
  }
  request.set_mode(options.good_rows ? registry::v1::IMPORT_MODE_GOOD_ROWS : registry::v1::IMPORT_MODE_ALL_OR_NOTHING);
  request.set_dry_run(options.dry_run);
  MUSTER_RETURN_IF_ERROR(TakeColumnChoice(options, request));
  return request;
}

bool IsOver(const Import& import) {
  return import.state() != registry::v1::IMPORT_STATE_PENDING && import.state() != registry::v1::IMPORT_STATE_RUNNING;
}

absl::StatusOr<Import> ReadImport(Session& session, const std::string& id) {
  registry::v1::GetImportRequest request;
  request.set_id(id);
  return session.Call<Import>(request);
}

absl::StatusOr<Import> AwaitImport(Context& context, Session& session, Import import) {
  Progress progress(context.output(), {"导入", "importing"}, {"%", "%"}, 100);
  while (!IsOver(import)) {
    progress.Update(import.progress_percent());
    std::this_thread::sleep_for(kLookEvery);
    MUSTER_ASSIGN_OR_RETURN(import, ReadImport(session, import.id()));
  }
  return import;
}

ExitCode CodeOf(const Import& import) {
  const bool bad = import.state() == registry::v1::IMPORT_STATE_FAILED || import.rows_bad() > 0;
  return bad ? ExitCode::kNegative : ExitCode::kOk;
}

absl::StatusOr<ExitCode> StartImport(Context& context, const StartOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(registry::v1::StartImportRequest request, RequestOf(options));
  MUSTER_ASSIGN_OR_RETURN(const std::string content, ReadInput(options.file, kMaxFileBytes));
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open("officer"));
  MUSTER_ASSIGN_OR_RETURN(const std::string upload_id, UploadFile(*session, content));
  request.set_upload_id(upload_id);
  request.set_request_id(session->NewRequestId());
  MUSTER_ASSIGN_OR_RETURN(Import import, session->Call<Import>(request));
  if (options.wait || options.dry_run) {
    MUSTER_ASSIGN_OR_RETURN(import, AwaitImport(context, *session, import));
  }
  context.output().json() ? context.output().Json(import) : PrintImport(context.output(), import);
  if (!IsOver(import)) {
    context.output().Note({"正在处理。查看进度和问题：muster import show " + import.id(),
                           "It goes on. To see how far it is: muster import show " + import.id()});
  }
  return CodeOf(import);
}

absl::StatusOr<ExitCode> ShowImport(Context& context, const ImportOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open("officer"));
  MUSTER_ASSIGN_OR_RETURN(const Import import, ReadImport(*session, options.id));
  context.output().json() ? context.output().Json(import) : PrintImport(context.output(), import);
  return CodeOf(import);
}

absl::StatusOr<ExitCode> CancelImport(Context& context, const ImportOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open("officer"));
  registry::v1::CancelImportRequest request;
  request.set_request_id(session->NewRequestId());
  request.set_id(options.id);
  MUSTER_ASSIGN_OR_RETURN(const Import import, session->Call<Import>(request));
  context.output().json() ? context.output().Json(import) : PrintImport(context.output(), import);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> ListImports(Context& context, const ImportListOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open("officer"));
  constexpr int kAll = std::numeric_limits<int>::max();
  MUSTER_ASSIGN_OR_RETURN(
      auto reply, CollectPages<registry::v1::ListImportsResponse>(*session, registry::v1::ListImportsRequest(), kAll));
  // Pages begin with the oldest; the newest are wanted.
  reply.mutable_imports()->DeleteSubrange(0, std::max(0, reply.imports_size() - options.limit));
  std::reverse(reply.mutable_imports()->begin(), reply.mutable_imports()->end());
  context.output().json() ? context.output().Json(reply) : PrintImports(context.output(), reply);
  return ExitCode::kOk;
}

absl::StatusOr<registry::v1::ExportRegistryRequest> RequestOf(const ExportOptions& options) {
  registry::v1::ExportRegistryRequest request;
  MUSTER_ASSIGN_OR_RETURN(const auto what, ParseEnum<registry::v1::SheetContent>(options.what));
  MUSTER_ASSIGN_OR_RETURN(const auto format, ParseEnum<registry::v1::SheetFormat>(options.format));
  request.set_what(what);
  request.set_format(format);
  request.set_district_path(options.district);
  request.set_kind(options.kind);
  request.set_state(options.state);
  request.set_organization_id(options.organization);
  request.set_capability(options.capability);
  request.set_english(options.english);
  return request;
}

/// Writes the pieces of an export as they come.
absl::Status WritePieces(Session& session, const registry::v1::ExportRegistryRequest& request, std::ostream& out) {
  using Reader = rpc::StreamReader<registry::v1::ExportRegistryResponse>;
  MUSTER_ASSIGN_OR_RETURN(const auto reader, session.Stream<registry::v1::ExportRegistryResponse>(request));
  registry::v1::ExportRegistryResponse piece;
  for (;;) {
    const Reader::Next next = reader->Read(&piece, std::chrono::seconds(60));
    if (next == Reader::Next::kEnd) {
      return reader->status();
    }
    if (next == Reader::Next::kTimeout) {
      return Error(Reason::kDeadline);
    }
    out.write(piece.content().data(), static_cast<std::streamsize>(piece.content().size()));
  }
}

absl::StatusOr<ExitCode> Export(Context& context, const ExportOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(const auto request, RequestOf(options));
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open("officer"));
  if (options.out == "-") {
    MUSTER_RETURN_IF_ERROR(WritePieces(*session, request, std::cout));
    return ExitCode::kOk;
  }
  // A file that is broken off never stands under the name that was asked for.
  const std::string part = options.out + ".part";
  std::ofstream file(part, std::ios::binary | std::ios::trunc);
  absl::Status status = WritePieces(*session, request, file);
  file.close();
  std::error_code error;
  if (status.ok() && file) {
    std::filesystem::rename(part, options.out, error);
  }
  if (!status.ok() || !file || error) {
    std::remove(part.c_str());
    return !status.ok() ? status
                        : UsageError({"写不了文件 " + options.out + "。请检查路径和权限。",
                                      "Cannot write " + options.out + ". Check the path and the permissions."});
  }
  return ExitCode::kOk;
}

void BindStart(Commands& commands, Command app, StartOptions& options) {
  app.Option("FILE", options.file, commands.In({"CSV 或 XLSX 文件", "a CSV or XLSX file"})).Required();
  app.Option("--what", options.what, "organizations, teams, members").Required();
  app.Flag("--dry-run", options.dry_run, commands.In({"只检查，不存入", "only check, store nothing"}));
  app.Flag("--good-rows", options.good_rows,
           commands.In({"存入合格的行；不写则全部或全不", "store the good rows; without it all or nothing"}));
  app.Option("--format", options.format,
             commands.In({"csv 或 xlsx；不写则自动识别", "csv or xlsx; found out by itself"}));
  app.Option("--encoding", options.encoding,
             commands.In({"utf8 或 gb18030；不写则自动识别", "utf8 or gb18030; found out by itself"}));
  app.Option("--system", options.system,
             commands.In({"坐标系：wgs84（默认）、gcj02、bd09", "of the positions: wgs84 (default), gcj02, bd09"}));
  app.Option("--map", options.columns, commands.In({"列名=字段，如 机构=name", "HEADING=FIELD, as in Company=name"}))
      .Repeatable();
  app.Flag("--wait", options.wait, commands.In({"等到完成", "wait until it is done"}));
}

void AddImports(Commands& commands) {
  const Command group = commands.Group("import", {"从表格导入", "import from sheets"});
  commands.Add<StartOptions>(
      group, "start", {"上传并导入一个文件", "upload a file and import it"},
      [&](Command app, StartOptions& options) { BindStart(commands, app, options); }, StartImport);
  commands.Add<ImportOptions>(
      group, "show", {"查看进度和问题", "how far it is, and its problems"},
      [](Command app, ImportOptions& options) { app.Option("ID", options.id).Required(); }, ShowImport);
  commands.Add<ImportListOptions>(
      group, "list", {"列出导入，新的在前", "list imports, the newest first"},
      [&](Command app, ImportListOptions& options) {
        app.Option("--limit", options.limit, commands.In({"最多几条", "at most so many"})).AtLeastOne();
      },
      ListImports);
  commands.Add<ImportOptions>(
      group, "cancel", {"停止一个导入", "end an import"},
      [](Command app, ImportOptions& options) { app.Option("ID", options.id).Required(); }, CancelImport);
}

}  // namespace

void AddImportCommands(Commands& commands) {
  AddImports(commands);
  commands.Add<ExportOptions>(
      commands.root(), "export", {"导出为表格（已遮蔽）", "export as a sheet, masked"},
      [&](Command app, ExportOptions& options) {
        app.Option("WHAT", options.what, "organizations, teams, members").Required();
        app.Option("--format", options.format, "csv, xlsx, geojson").ShowDefault();
        app.Option("--out", options.out, commands.In({"文件；- 为标准输出", "a file; - for standard output"}))
            .ShowDefault();
        app.Option("--district", options.district,
                   commands.In({"区划，如昆山市、320583", "only of this district: Kunshan, 320583"}));
        app.Option("--kind", options.kind, commands.In({"组织类型", "organizations of this kind"}));
        app.Option("--state", options.state, commands.In({"组织状态", "organizations in this state"}));
        app.Option("--org", options.organization,
                   commands.In({"只要这个组织的队伍、成员", "teams, members of this organization"}));
        app.Option("--capability", options.capability,
                   commands.In({"只要有这项能力的队伍", "teams with this capability"}));
        app.Flag("--english", options.english, commands.In({"英文列名", "headings in English"}));
      },
      Export);
}

}  // namespace muster::cli
