#include <memory>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/registry/v1/import.pb.h"
#include "services/registry/core/field_checks.h"
#include "services/registry/rpc/call_command.h"
#include "services/registry/rpc/import_methods.h"
#include "services/registry/store/import_store.h"

namespace muster::registry {
namespace {

constexpr int64_t kMaxAccountUploadBytes = 256LL << 20;
constexpr int64_t kMaxAccountUploads = 1000;
constexpr int64_t kMaxAllUploadBytes = 2048LL << 20;

/// A part and the upload as it is with it.
struct NewPart {
  Upload upload;
  int64_t number = 0;
  std::string sealed;
  bool is_first = false;
};

/// What a command learns before it decides.
struct UploadFacts {
  std::optional<Upload> stored;
  UploadTotals account;
  UploadTotals all;
};

absl::Status CheckTotals(const UploadFacts& facts, int64_t bytes) {
  const bool account_full =
      facts.account.bytes + bytes > kMaxAccountUploadBytes || facts.account.uploads > kMaxAccountUploads;
  if (!account_full && facts.all.bytes + bytes <= kMaxAllUploadBytes) {
    return absl::OkStatus();
  }
  return ErrorWithTexts(Reason::kRateLimited, "content",
                        "暂存的上传文件太多。上传文件保留 24 小时，请导入后明天再试，或合并文件。",
                        "Too many uploaded files are kept. Each is kept for 24 hours: try again tomorrow, or upload "
                        "fewer files.",
                        {{"retry_after_s", "3600"}});
}

absl::StatusOr<NewPart> MakePart(const ImportTools& tools, const rpc::Call& call,
                                 const v1::UploadPartRequest& request) {
  const auto bytes = static_cast<int64_t>(request.content().size());
  MUSTER_RETURN_IF_ERROR(CheckRange(bytes, 1, kMaxPartBytes, "content"));
  NewPart part;
  part.number = request.number();
  part.is_first = request.upload_id().empty();
  if (part.is_first) {
    part.upload.id = UploadId(NewUuid(tools.tools.clock.Now(), tools.tools.random));
    part.upload.account_id = call.principal.account_id;
    MUSTER_ASSIGN_OR_RETURN(part.upload.data_key.bytes, tools.parts.NewKey(part.upload.id));
  } else {
    MUSTER_ASSIGN_OR_RETURN(part.upload, tools.store.GetUpload(UploadId(request.upload_id())));
  }
  if (part.upload.account_id != call.principal.account_id || part.upload.complete) {
    return Error(Reason::kNotFound, "upload_id");
  }
  if (part.number != part.upload.parts) {
    return Error(Reason::kInvalidField, part.is_first ? "upload_id" : "number");
  }
  MUSTER_RETURN_IF_ERROR(CheckRange(part.upload.bytes + bytes, 1, kMaxUploadBytes, "content"));
  MUSTER_ASSIGN_OR_RETURN(part.sealed, tools.parts.Seal(part.upload, part.number, request.content()));
  part.upload.version += 1;
  part.upload.parts += 1;
  part.upload.bytes += bytes;
  part.upload.complete = request.last();
  return part;
}

std::unique_ptr<storage::Command> NewPartCommand(const Origin& origin, NewPart part, int64_t bytes, Random& random) {
  const auto facts = std::make_shared<UploadFacts>();
  const auto reads = [facts, id = part.upload.id, account = part.upload.account_id] {
    *facts = UploadFacts();
    return std::vector<storage::Read>{ReadUpload(id, facts->stored), ReadUploadTotals(account, facts->account),
                                      ReadUploadTotals(AccountId(), facts->all)};
  };
  const auto decide = [facts, origin, part = std::move(part), bytes, &random](Time now, storage::Changes& changes) {
    if (!part.is_first && (!facts->stored || facts->stored->version + 1 != part.upload.version)) {
      return Error(facts->stored ? Reason::kInvalidField : Reason::kNotFound, facts->stored ? "number" : "upload_id");
    }
    MUSTER_RETURN_IF_ERROR(CheckTotals(*facts, bytes));
    Upload upload = part.upload;
    upload.create_time = part.is_first ? now : upload.create_time;
    changes.writes.push_back(UploadTable().Save(upload));
    changes.writes.push_back(InsertPart(upload.id, part.number, part.sealed));
    if (upload.complete) {
      events::AuditEntry entry = origin.Audit("upload", upload.id.value());
      entry.note = std::to_string(upload.bytes) + " bytes";
      changes.writes.push_back(events::AuditWrite(entry, now, random));
    }
    v1::UploadPartResponse response;
    response.set_upload_id(upload.id.value());
    response.set_size(upload.bytes);
    changes.reply = response.SerializeAsString();
    return absl::OkStatus();
  };
  return std::make_unique<CallCommand>(origin, reads, decide);
}

}  // namespace

void ServeUploads(rpc::MethodTable& table, const ImportTools& tools) {
  table.Unary<v1::UploadPartRequest, v1::UploadPartResponse>(
      "muster.registry.v1.RegistryService.UploadPart",
      [&tools](const rpc::Call& call, const v1::UploadPartRequest& request, rpc::Reply<v1::UploadPartResponse> reply) {
        absl::StatusOr<NewPart> part = MakePart(tools, call, request);
        if (!part.ok()) {
          return reply(part.status());
        }
        tools.tools.database.Submit(NewPartCommand(OriginOf(call, request.request_id(), request), *std::move(part),
                                                   static_cast<int64_t>(request.content().size()), tools.tools.random),
                                    ReplyStored<v1::UploadPartResponse>(std::move(reply)));
      });
}

}  // namespace muster::registry
