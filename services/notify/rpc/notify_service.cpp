#include "services/notify/rpc/notify_service.h"

#include <utility>

#include "muster/base/failpoint.h"
#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/rpc/origin.h"
#include "muster/rpc/owner_service.h"
#include "muster/rpc/paging.h"
#include "services/notify/store/verify.h"

namespace muster::notify {
namespace {

constexpr char kService[] = "muster.notify.v1.NotifyService.";

/// States that a receipt may have; others are refused by the rules.
DeliveryState StateOf(v1::DeliveryState state) {
  return state == v1::DELIVERY_STATE_UNSPECIFIED ? DeliveryState::kQueued
                                                 : static_cast<DeliveryState>(static_cast<int>(state) - 1);
}

std::string EncodeReply(const NotifyChanges& changes, const Facts& facts) {
  const Delivery& delivery = changes.deliveries.empty() ? facts.deliveries.front() : changes.deliveries.front().after;
  return ToProto(delivery).SerializeAsString();
}

}  // namespace

NotifyService::NotifyService(Dependencies dependencies)
    : dependencies_(std::move(dependencies)),
      queries_(dependencies_.database, dependencies_.clock),
      names_(dependencies_.registry, dependencies_.clock, dependencies_.token),
      follower_([this](const std::string& code) { return names_.NameOf(code); }, payload_, dependencies_.random),
      subscribers_([this] {
        if (dependencies_.wake) {
          dependencies_.wake();
        }
      }),
      sender_({dependencies_.database, queries_, subscribers_, payload_, dependencies_.clock, dependencies_.random}) {}

void NotifyService::Register(rpc::MethodTable& table) {
  const std::string service = kService;
  table.Stream<v1::SubscribeRequest, v1::SubscribeResponse>(
      service + "Subscribe",
      [this](std::shared_ptr<const rpc::Call> call, const v1::SubscribeRequest& request,
             std::shared_ptr<Subscribers::Writer> writer) { Subscribe(*call, request, std::move(writer)); });
  table.Unary<v1::ListDeliveriesRequest, v1::ListDeliveriesResponse>(
      service + "ListDeliveries",
      [this](const rpc::Call& call, const v1::ListDeliveriesRequest& request,
             rpc::Reply<v1::ListDeliveriesResponse> reply) { ListDeliveries(call, request, std::move(reply)); });
  table.Unary<v1::AcknowledgeDeliveryRequest, v1::Delivery>(
      service + "AcknowledgeDelivery",
      [this](const rpc::Call& call, const v1::AcknowledgeDeliveryRequest& request, rpc::Reply<v1::Delivery> reply) {
        AcknowledgeDelivery(call, request, std::move(reply));
      });
}

void NotifyService::RegisterOwner(rpc::OwnerRouter& router) {
  rpc::RegisterOwner(router, "notify", dependencies_.database, dependencies_.feed,
                     [this] { return VerifyStore(dependencies_.database); });
}

/// Only an organization follows its own deliveries: what is sent here counts as sent to it.
void NotifyService::Subscribe(const rpc::Call& call, const v1::SubscribeRequest& request,
                              std::shared_ptr<Subscribers::Writer> writer) {
  const OrganizationId& own = call.principal.organization_id;
  if (own.empty() && request.organization_id().empty()) {
    return writer->Finish(Error(Reason::kInvalidField, "organization_id"));
  }
  if (!request.organization_id().empty() && request.organization_id() != own.value()) {
    return writer->Finish(Error(Reason::kNotFound, "organization_id"));
  }
  subscribers_.Add(own, std::move(writer));
}

void NotifyService::ListDeliveries(const rpc::Call& call, const v1::ListDeliveriesRequest& request,
                                   rpc::Reply<v1::ListDeliveriesResponse> reply) {
  const auto list = [&]() -> absl::StatusOr<v1::ListDeliveriesResponse> {
    ListFilter filter{
        OrganizationId(request.organization_id()), request.subject_id(), request.unreceipted_only(), {}, 0};
    MUSTER_ASSIGN_OR_RETURN(filter.limit, rpc::PageSize(request.page_size()));
    MUSTER_ASSIGN_OR_RETURN(filter.after, rpc::IdOfPageToken(request.page_token()));
    MUSTER_ASSIGN_OR_RETURN(const ListPage page, queries_.List(call.principal, filter));
    v1::ListDeliveriesResponse response;
    for (const Listed& listed : page.items) {
      *response.add_deliveries() = ToProto(listed);
    }
    if (page.more) {
      response.set_next_page_token(rpc::PageTokenAfter(page.items.back().delivery.id.value()));
    }
    return response;
  };
  reply(list());
}

void NotifyService::AcknowledgeDelivery(const rpc::Call& call, const v1::AcknowledgeDeliveryRequest& request,
                                        rpc::Reply<v1::Delivery> reply) {
  auto command = std::make_unique<NotifyCommand<Acknowledge>>(
      Acknowledge{DeliveryId(request.id()), StateOf(request.state())},
      rpc::OriginOf(call, request.request_id(), request), EncodeReply, payload_, dependencies_.random);
  dependencies_.database.Submit(std::move(command),
                                [reply = std::move(reply)](absl::StatusOr<storage::CommandReply> done) {
                                  Failpoint("K11");
                                  v1::Delivery delivery;
                                  if (!done.ok()) {
                                    reply(done.status());
                                  } else if (!delivery.ParseFromString(done->reply)) {
                                    reply(Error(Reason::kInternalInvariant));
                                  } else {
                                    reply(std::move(delivery));
                                  }
                                });
}

}  // namespace muster::notify
