#include "muster/rpc/owner_service.h"

#include <utility>

#include "muster/base/status_macros.h"
#include "muster/common/v1/audit.pb.h"
#include "muster/common/v1/feed.pb.h"
#include "muster/common/v1/invariant.pb.h"
#include "muster/domain/reason.h"
#include "muster/events/convert.h"

namespace muster::rpc {

namespace pb = common::v1;
namespace {

constexpr char kVerify[] = "muster.common.v1.InvariantService.Verify";

/// What is proved of a whole store is for those who may see all of it.
absl::Status CheckWholeCity(const Call& call) {
  return call.principal.CoversWholeCity()
             ? absl::OkStatus()
             : Error(Reason::kForbidden, {}, {{"action", call.method.substr(call.method.rfind('.') + 1)}});
}

pb::VerifyResponse ToProto(const std::string& owner, const events::VerifyResult& result) {
  pb::VerifyResponse response;
  response.add_owners(owner);
  response.set_checked_rows(result.checked_rows);
  for (const events::Violation& found : result.violations) {
    pb::Violation& violation = *response.add_violations();
    violation.set_owner(owner);
    violation.set_invariant(found.invariant);
    violation.set_object_id(found.object_id);
    violation.set_problem(found.problem_en);
    violation.set_problem_zh(found.problem_zh);
  }
  return response;
}

void Merge(pb::VerifyResponse& all, pb::VerifyResponse&& part) {
  all.set_checked_rows(all.checked_rows() + part.checked_rows());
  all.mutable_violations()->MergeFrom(part.violations());
  all.mutable_owners()->MergeFrom(part.owners());
}

template <class Request, class Response>
void Forward(OwnerRouter& router, const std::string& owner, const std::string& method, Peer& peer) {
  router.Unary<Request, Response>(owner, method,
                                  [&peer, method](const Call& call, const Request& request, Reply<Response> reply) {
                                    CallUnary<Response>(peer, method, call, request, std::move(reply));
                                  });
}

}  // namespace

void RegisterOwner(OwnerRouter& router, const std::string& owner, storage::Database& database, events::FeedSource& feed,
                   VerifyOwner verify) {
  router.Unary<pb::ReadEventsRequest, pb::ReadEventsResponse>(
      owner, "muster.common.v1.EventFeedService.ReadEvents",
      [&feed, owner](const Call&, const pb::ReadEventsRequest& request, Reply<pb::ReadEventsResponse> reply) {
        reply(events::AnswerReadEvents(feed, owner, request));
      });
  router.Unary<pb::ListAuditRecordsRequest, pb::ListAuditRecordsResponse>(
      owner, "muster.common.v1.AuditService.ListAuditRecords",
      [&database](const Call& call, const pb::ListAuditRecordsRequest& request,
                  Reply<pb::ListAuditRecordsResponse> reply) {
        reply(events::AnswerListAuditRecords(database, call.principal, request));
      });
  router.Unary<pb::VerifyAuditRequest, pb::VerifyAuditResponse>(
      owner, "muster.common.v1.AuditService.VerifyAudit",
      [&database, owner](const Call& call, const pb::VerifyAuditRequest&, Reply<pb::VerifyAuditResponse> reply) {
        const absl::Status allowed = CheckWholeCity(call);
        allowed.ok() ? reply(events::AnswerVerifyAudit(database, owner)) : reply(allowed);
      });
  router.UnaryOrAll<pb::VerifyRequest, pb::VerifyResponse>(
      owner, kVerify,
      [verify = std::move(verify), owner](const Call& call,
                                          const pb::VerifyRequest&) -> absl::StatusOr<pb::VerifyResponse> {
        MUSTER_RETURN_IF_ERROR(CheckWholeCity(call));
        MUSTER_ASSIGN_OR_RETURN(const events::VerifyResult result, verify());
        return ToProto(owner, result);
      },
      Merge);
}

void ForwardOwner(OwnerRouter& router, const std::string& owner, Peer& peer) {
  Forward<pb::ReadEventsRequest, pb::ReadEventsResponse>(router, owner, "muster.common.v1.EventFeedService.ReadEvents",
                                                         peer);
  Forward<pb::ListAuditRecordsRequest, pb::ListAuditRecordsResponse>(
      router, owner, "muster.common.v1.AuditService.ListAuditRecords", peer);
  Forward<pb::VerifyAuditRequest, pb::VerifyAuditResponse>(router, owner, "muster.common.v1.AuditService.VerifyAudit",
                                                           peer);
  router.UnaryOrAll<pb::VerifyRequest, pb::VerifyResponse>(
      owner, kVerify,
      [&peer, owner](const Call& call, const pb::VerifyRequest& request) {
        pb::VerifyRequest asked = request;
        asked.set_owner(owner);
        return CallUnaryBlocking<pb::VerifyResponse>(peer, kVerify, call, asked);
      },
      Merge);
}

}  // namespace muster::rpc
