#include "services/registry/rpc/import_methods.h"

#include <memory>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/registry/v1/import.pb.h"
#include "muster/rpc/paging.h"
#include "services/registry/rpc/call_command.h"
#include "services/registry/rpc/import_convert.h"
#include "services/registry/rpc/import_worker.h"
#include "services/registry/store/reads.h"

namespace muster::registry {
namespace {

constexpr int64_t kMaxAtWork = 10;  ///< imports of one account that wait or run

/// What a command learns before it decides.
struct StartFacts {
  std::optional<Upload> upload;
  std::optional<Organization> organization;
  int64_t at_work = 0;
};

absl::Status CheckStart(const DataImport& import, const StartFacts& facts, Time now) {
  if (!facts.upload || facts.upload->account_id != import.account_id || !facts.upload->complete) {
    return Error(Reason::kNotFound, "upload_id");
  }
  if (facts.upload->create_time < now - UploadSweeper::kKeep) {
    return Error(Reason::kExpired, "upload_id");
  }
  if (!import.officer && (!facts.organization || import.what == SheetContent::kOrganizations)) {
    return Error(Reason::kForbidden, "what", {{"action", "StartImport: organizations"}});
  }
  if (facts.at_work >= kMaxAtWork) {
    return Error(Reason::kRateLimited, "", {{"retry_after_s", "60"}});
  }
  return absl::OkStatus();
}

void AppendImportAudit(const Origin& origin, const DataImport& import, const std::string& from, Time now,
                       Random& random, storage::Changes& changes) {
  events::AuditEntry entry = origin.Audit("data_import", import.id.value());
  entry.from_state = from;
  entry.to_state = Name(import.state);
  entry.note = std::string(Name(import.what)) + (import.dry_run ? ", dry run" : "");
  changes.writes.push_back(events::AuditWrite(entry, now, random));
}

absl::StatusOr<std::unique_ptr<storage::Command>> NewStartCommand(const ImportTools& tools, const rpc::Call& call,
                                                                  const v1::StartImportRequest& request) {
  MUSTER_ASSIGN_OR_RETURN(DataImport wanted, ImportFromProto(request));
  wanted.upload_id = UploadId(request.upload_id());
  wanted.account_id = call.principal.account_id;
  wanted.officer = call.principal.Has(Role::kCivilAffairsOfficer);
  wanted.authority_path = wanted.officer ? call.principal.district_path : "";
  wanted.organization_id = wanted.officer ? OrganizationId() : call.principal.organization_id;
  const auto facts = std::make_shared<StartFacts>();
  const auto reads = [facts, wanted, principal = call.principal] {
    *facts = StartFacts();
    std::vector<storage::Read> list{ReadUpload(wanted.upload_id, facts->upload),
                                    ReadImportsAtWork(wanted.account_id, facts->at_work)};
    ReadOrganization(principal, wanted.organization_id, facts->organization, list);
    return list;
  };
  const Origin origin = OriginOf(call, request.request_id(), request);
  Random& random = tools.tools.random;
  const auto decide = [facts, wanted, origin, &random](Time now, storage::Changes& changes) {
    MUSTER_RETURN_IF_ERROR(CheckStart(wanted, *facts, now));
    DataImport import = wanted;
    import.id = ImportId(NewUuid(now, random));
    import.version = 1;
    import.create_time = now;
    import.update_time = now;
    import.district_path = import.officer ? import.authority_path : facts->organization->district_path;
    changes.writes.push_back(DataImportTable().Insert(import));
    AppendImportAudit(origin, import, "", now, random, changes);
    changes.reply = ToProto(import, {}).SerializeAsString();
    return absl::OkStatus();
  };
  return std::make_unique<CallCommand>(origin, reads, decide);
}

absl::Status CheckCancel(const DataImport& import) {
  if (!import.at_work()) {
    return Error(Reason::kIllegalTransition, "id",
                 {{"from", std::string(Name(import.state))}, {"to", "cancelled"}, {"allowed", "none"}});
  }
  if (import.storing) {
    return ErrorWithTexts(
        Reason::kIllegalTransition, "id", "所有行已检查合格，正在存入。按“全部或全不”的方式不能中途停下，请等它完成。",
        "Every row was found good and is being stored. All or nothing: it cannot be stopped now. Wait "
        "until it is done.",
        {{"from", "running"}, {"to", "cancelled"}, {"allowed", "done"}});
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<storage::Command>> NewCancelCommand(const ImportTools& tools, const rpc::Call& call,
                                                                   const v1::CancelImportRequest& request) {
  MUSTER_RETURN_IF_ERROR(tools.store.GetImport(call.principal, ImportId(request.id())).status());
  const auto stored = std::make_shared<std::optional<DataImport>>();
  const auto reads = [stored, id = ImportId(request.id())] {
    stored->reset();
    return std::vector<storage::Read>{ReadImport(id, *stored)};
  };
  const Origin origin = OriginOf(call, request.request_id(), request);
  Random& random = tools.tools.random;
  const auto decide = [stored, origin, &random](Time now, storage::Changes& changes) {
    if (!*stored) {
      return Error(Reason::kNotFound);
    }
    MUSTER_RETURN_IF_ERROR(CheckCancel(**stored));
    DataImport import = **stored;
    import.version += 1;
    import.update_time = now;
    import.state = ImportState::kCancelled;
    changes.writes.push_back(DataImportTable().Update(import));
    AppendImportAudit(origin, import, std::string(Name((*stored)->state)), now, random, changes);
    changes.reply = ToProto(import, {}).SerializeAsString();
    return absl::OkStatus();
  };
  return std::make_unique<CallCommand>(origin, reads, decide);
}

absl::StatusOr<v1::Import> ReadOneImport(const ImportTools& tools, const rpc::Call& call,
                                         const v1::GetImportRequest& request) {
  MUSTER_ASSIGN_OR_RETURN(const DataImport import, tools.store.GetImport(call.principal, ImportId(request.id())));
  MUSTER_ASSIGN_OR_RETURN(const auto problems, tools.store.ProblemsOf(import.id));
  return ToProto(import, problems);
}

absl::StatusOr<v1::ListImportsResponse> ReadImportPage(const ImportTools& tools, const rpc::Call& call,
                                                       const v1::ListImportsRequest& request) {
  MUSTER_ASSIGN_OR_RETURN(const int limit, rpc::PageSize(request.page_size()));
  MUSTER_ASSIGN_OR_RETURN(const std::string after, rpc::IdOfPageToken(request.page_token()));
  MUSTER_ASSIGN_OR_RETURN(const auto page, tools.store.ListImports(call.principal, {after, limit}));
  v1::ListImportsResponse response;
  for (const DataImport& import : page.items) {
    *response.add_imports() = ToProto(import, {});
  }
  if (page.more) {
    response.set_next_page_token(rpc::PageTokenAfter(page.items.back().id.value()));
  }
  return response;
}

/// Serves a change whose command `make(tools, call, request)` makes.
template <class Request, class Make>
void ServeImportChange(rpc::MethodTable& table, const ImportTools& tools, const std::string& name, Make make) {
  table.Unary<Request, v1::Import>(
      "muster.registry.v1.RegistryService." + name,
      [&tools, make](const rpc::Call& call, const Request& request, rpc::Reply<v1::Import> reply) {
        absl::StatusOr<std::unique_ptr<storage::Command>> command = make(tools, call, request);
        if (!command.ok()) {
          return reply(command.status());
        }
        tools.tools.database.Submit(*std::move(command), ReplyStored<v1::Import>(std::move(reply)));
      });
}

}  // namespace

void ServeImports(rpc::MethodTable& table, const ImportTools& tools) {
  ServeImportChange<v1::StartImportRequest>(table, tools, "StartImport", NewStartCommand);
  ServeImportChange<v1::CancelImportRequest>(table, tools, "CancelImport", NewCancelCommand);
  ServeRead<v1::GetImportRequest, v1::Import>(table, "GetImport", [&tools](const auto& call, const auto& request) {
    return ReadOneImport(tools, call, request);
  });
  ServeRead<v1::ListImportsRequest, v1::ListImportsResponse>(
      table, "ListImports",
      [&tools](const auto& call, const auto& request) { return ReadImportPage(tools, call, request); });
}

}  // namespace muster::registry
