#include "services/exchange/rpc/exchange_service.h"

#include <algorithm>
#include <utility>

#include "muster/base/failpoint.h"
#include "muster/base/id.h"
#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/domain/reason.h"
#include "muster/rpc/origin.h"
#include "muster/rpc/owner_service.h"
#include "muster/rpc/paging.h"
#include "muster/security/access_token.h"
#include "muster/security/hmac.h"
#include "muster/telemetry/log.h"
#include "services/exchange/core/cap_reader.h"
#include "services/exchange/store/verify.h"

namespace muster::exchange {
namespace {

constexpr char kOwner[] = "exchange";
constexpr Duration kIdle = std::chrono::seconds(1);
constexpr Duration kLongestWait = std::chrono::seconds(60);

using rpc::OriginOf;

/// For what this service does by itself.
Origin OwnOrigin() {
  Origin origin;
  origin.principal.account_id = AccountId("service:exchange");
  origin.source_address = "local";
  origin.action = "ApplyDocument";
  return origin;
}

absl::Status CheckContentType(const std::string& content_type) {
  std::string type(TrimBlanks(content_type.substr(0, content_type.find(';'))));
  std::transform(type.begin(), type.end(), type.begin(), [](unsigned char c) { return std::tolower(c); });
  const bool known = type.empty() || type == "application/cap+xml" || type == "application/xml" || type == "text/xml";
  return known ? absl::OkStatus()
               : ErrorWithTexts(Reason::kInvalidField, "content_type",
                                "只接受 application/cap+xml 和 application/xml。请改正内容类型。",
                                "Only application/cap+xml and application/xml are taken. Correct the content type.");
}

absl::Status CheckAcceptance(const pb::SubmitDocumentRequest& request) {
  if (!request.accept_expired() || !TrimBlanks(request.reason()).empty()) {
    return absl::OkStatus();
  }
  return ErrorWithTexts(Reason::kInvalidField, "reason", "接受过期警报必须说明理由。请填写 reason。",
                        "Accepting an alert that is out of date needs a reason. Give one.");
}

DocumentEnd Kept(FaultCode code, const std::string& zh, const std::string& en) {
  return {Outcome::kKeptOnly, {}, {{"alert", code, zh, en}}};
}

DocumentEnd Refused(const absl::Status& status) {
  const ErrorInfo info = GetErrorInfo(status);
  return Kept(FaultCode::kRefused, "事件未能建立或修改：" + info.message_zh,
              "The incident could not be made or changed: " + info.message_en);
}

}  // namespace

ExchangeService::ExchangeService(Dependencies dependencies)
    : dependencies_(std::move(dependencies)),
      store_(dependencies_.database),
      feed_(kOwner, dependencies_.database),
      quota_(dependencies_.database, dependencies_.clock, dependencies_.options.bytes_per_day),
      writer_(dependencies_.dispatch, dependencies_.clock, dependencies_.token,
              dependencies_.options.dispatch_timeout) {}

void ExchangeService::Register(rpc::MethodTable& table) {
  const std::string prefix = "muster.exchange.v1.ExchangeService.";
  table.Unary<pb::SubmitDocumentRequest, pb::SubmitDocumentResponse>(
      prefix + "SubmitDocument",
      [this](const auto& call, const auto& request, auto reply) { reply(Submit(call, request)); });
  table.Unary<pb::GetDocumentRequest, pb::Document>(
      prefix + "GetDocument", [this](const auto& call, const auto& request, auto reply) { reply(Get(call, request)); });
  table.Unary<pb::ListDocumentsRequest, pb::ListDocumentsResponse>(
      prefix + "ListDocuments",
      [this](const auto& call, const auto& request, auto reply) { reply(List(call, request)); });
}

void ExchangeService::RegisterOwner(rpc::OwnerRouter& router) {
  rpc::RegisterOwner(router, kOwner, dependencies_.database, feed_,
                     [this] { return VerifyStore(dependencies_.database); });
}

absl::StatusOr<ReceivedCap> ExchangeService::Receive(const rpc::Call& call,
                                                     const pb::SubmitDocumentRequest& request) const {
  MUSTER_RETURN_IF_ERROR(CheckContentType(request.content_type()));
  MUSTER_RETURN_IF_ERROR(CheckAcceptance(request));
  const ExchangeOptions& options = dependencies_.options;
  const bool strict_account = options.strict_accounts.contains(call.principal.account_id.value());
  const bool strict = request.strictness() == pb::STRICTNESS_STRICT ||
                      (request.strictness() == pb::STRICTNESS_UNSPECIFIED && strict_account);
  ReceivedCap received;
  received.strictness = strict ? Strictness::kStrict : Strictness::kLenient;
  MUSTER_ASSIGN_OR_RETURN(CapReading reading, ReadCap(request.content(), received.strictness, options.limits));
  received.message = std::move(reading.message);
  received.faults = std::move(reading.faults);
  received.content = request.content();
  received.sha256 = ToHex(security::Sha256(request.content()));
  received.accept_expired = request.accept_expired();
  received.reason = request.reason();
  return received;
}

absl::StatusOr<pb::SubmitDocumentResponse> ExchangeService::Submit(const rpc::Call& call,
                                                                   const pb::SubmitDocumentRequest& request) {
  MUSTER_ASSIGN_OR_RETURN(ReceivedCap received, Receive(call, request));
  Failpoint("K17");
  const AccountId& account = call.principal.account_id;
  const absl::Status room = quota_.Take(account, request.content().size());
  received.room = room;
  const absl::StatusOr<storage::CommandReply> kept = dependencies_.database.Run(NewReceiveCommand(
      OriginOf(call, request.request_id(), request), std::move(received), ProtoEncoding(), dependencies_.random));
  if (room.ok() && (!kept.ok() || kept->repeated)) {
    quota_.GiveBack(account, request.content().size());
  }
  MUSTER_RETURN_IF_ERROR(kept.status());
  const DocumentId id(kept->reply);
  // The document is kept whatever happens now; Step carries on what cannot be done at once.
  (void)Carry(id, kept->repeated);
  MUSTER_ASSIGN_OR_RETURN(const DocumentRecord document, store_.Find(id));
  pb::SubmitDocumentResponse response;
  *response.mutable_document() = ToProto(document);
  return response;
}

absl::StatusOr<pb::Document> ExchangeService::Get(const rpc::Call& call, const pb::GetDocumentRequest& request) {
  MUSTER_ASSIGN_OR_RETURN(const DocumentRecord document, store_.Get(call.principal, DocumentId(request.id())));
  pb::Document response = ToProto(document);
  MUSTER_ASSIGN_OR_RETURN(*response.mutable_content(), store_.Content(document));
  return response;
}

absl::StatusOr<pb::ListDocumentsResponse> ExchangeService::List(const rpc::Call& call,
                                                                const pb::ListDocumentsRequest& request) {
  MUSTER_ASSIGN_OR_RETURN(const int size, rpc::PageSize(request.page_size()));
  MUSTER_ASSIGN_OR_RETURN(const std::string before, rpc::IdOfPageToken(request.page_token()));
  MUSTER_ASSIGN_OR_RETURN(const DocumentPage page, store_.List(call.principal, before, size));
  pb::ListDocumentsResponse response;
  for (const DocumentRecord& document : page.documents) {
    *response.add_documents() = ToProto(document);
  }
  if (page.more) {
    response.set_next_page_token(rpc::PageTokenAfter(page.documents.back().id.value()));
  }
  return response;
}

bool ExchangeService::Claim(const DocumentId& id) {
  MutexLock lock(mutex_);
  return claimed_.insert(id).second;
}

void ExchangeService::Release(const DocumentId& id) {
  MutexLock lock(mutex_);
  claimed_.erase(id);
}

absl::Status ExchangeService::Carry(const DocumentId& id, bool again) {
  if (!Claim(id)) {
    return Error(Reason::kRequestInProgress);
  }
  absl::Status status = CarryClaimed(id, again);
  Release(id);
  return status;
}

absl::Status ExchangeService::CarryClaimed(const DocumentId& id, bool again) {
  MUSTER_ASSIGN_OR_RETURN(const DocumentRecord document, store_.Find(id));
  if (document.state == DocumentState::kDone) {
    return absl::OkStatus();
  }
  Failpoint("K18");
  absl::StatusOr<DocumentEnd> end = Apply(document, again);
  if (!end.ok()) {
    if (IsPassing(end.status())) {
      return end.status();
    }
    end = Refused(end.status());
  }
  Failpoint("K19");
  return dependencies_.database
      .Run(NewFinishCommand(OwnOrigin(), id, *std::move(end), ProtoEncoding(), dependencies_.random))
      .status();
}

absl::StatusOr<IncidentDraft> ExchangeService::DraftOf(const DocumentRecord& document) {
  MUSTER_ASSIGN_OR_RETURN(const std::string content, store_.Content(document));
  MUSTER_ASSIGN_OR_RETURN(const CapReading reading,
                          ReadCap(content, document.strictness, dependencies_.options.limits));
  std::vector<CapFault> known;
  // As of the moment it came: the same draft however often it is tried.
  std::optional<IncidentDraft> draft = DraftFrom(reading.message, document.create_time, known);
  if (!draft.has_value()) {
    return Error(Reason::kInternalInvariant);
  }
  return *std::move(draft);
}

absl::StatusOr<DocumentEnd> ExchangeService::Apply(const DocumentRecord& document, bool again) {
  if (document.action != IncidentAction::kCreate) {
    return ApplyToOrigin(document, again);
  }
  MUSTER_ASSIGN_OR_RETURN(const IncidentDraft draft, DraftOf(document));
  MUSTER_ASSIGN_OR_RETURN(IncidentId incident_id, writer_.Create(document, draft, again));
  if (draft.all_clear) {
    MUSTER_RETURN_IF_ERROR(writer_.StandDown(document, incident_id));
  }
  return DocumentEnd{Outcome::kApplied, std::move(incident_id), {}};
}

absl::StatusOr<DocumentEnd> ExchangeService::ApplyToOrigin(const DocumentRecord& document, bool again) {
  MUSTER_RETURN_IF_ERROR(Carry(document.origin_id, again));
  MUSTER_ASSIGN_OR_RETURN(const DocumentRecord origin, store_.Find(document.origin_id));
  if (origin.incident_id.empty()) {
    return Kept(FaultCode::kRefused, "所引用的警报没有建立事件", "the alert that it refers to made no incident");
  }
  MUSTER_ASSIGN_OR_RETURN(const bool overtaken, store_.IsOvertaken(document));
  if (overtaken) {
    DocumentEnd end =
        Kept(FaultCode::kTimeOrder, "更晚发出的消息已经生效", "a message that was sent later has taken effect already");
    end.incident_id = origin.incident_id;
    return end;
  }
  absl::Status status;
  if (document.action == IncidentAction::kUpdate) {
    MUSTER_ASSIGN_OR_RETURN(const IncidentDraft draft, DraftOf(document));
    status = writer_.Update(document, draft, origin.incident_id);
  } else {
    status = writer_.StandDown(document, origin.incident_id);
  }
  if (HasReason(status, Reason::kIllegalTransition)) {
    DocumentEnd end =
        Kept(FaultCode::kIncidentClosed, "事件已经关闭，未作改动", "the incident is closed; nothing was changed");
    end.incident_id = origin.incident_id;
    return end;
  }
  MUSTER_RETURN_IF_ERROR(status);
  return DocumentEnd{Outcome::kApplied, origin.incident_id, {}};
}

Duration ExchangeService::Step(Time now) {
  constexpr int kBatch = 100;
  std::string after;
  std::set<DocumentId> pending;
  for (;;) {
    const auto documents = store_.Pending(after, kBatch);
    if (!documents.ok()) {
      return kIdle;
    }
    for (const DocumentRecord& document : *documents) {
      after = document.id.value();
      pending.insert(document.id);
      TryAgain(document, now);
    }
    if (documents->size() < kBatch) {
      break;
    }
  }
  std::erase_if(retries_, [&](const auto& entry) { return !pending.contains(entry.first); });
  return kIdle;
}

void ExchangeService::TryAgain(const DocumentRecord& document, Time now) {
  const bool young = document.create_time <= now && document.create_time > now - dependencies_.options.grace;
  Retry& retry = retries_[document.id];
  const Duration steady = dependencies_.clock.Steady();
  if (young || steady < retry.next) {
    return;
  }
  const absl::Status status = Carry(document.id, /*again=*/true);
  if (status.ok()) {
    return;
  }
  telemetry::LogWarning("a document waits for its effect",
                        {{"document_id", document.id}, {"reason", RowOf(GetErrorInfo(status).reason).name}});
  retry.wait = std::clamp<Duration>(retry.wait * 2, kIdle, kLongestWait);
  retry.next = steady + retry.wait;
}

}  // namespace muster::exchange
