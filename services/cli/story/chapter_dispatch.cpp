#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "muster/notify/v1/notify.pb.h"
#include "services/cli/app/dispatching.h"
#include "services/cli/story/stage.h"

namespace muster::cli {
namespace {

using dispatch::v1::Offer;
using notify::v1::Delivery;
using notify::v1::SubscribeResponse;
using Subscription = std::unique_ptr<rpc::StreamReader<SubscribeResponse>>;

constexpr Duration kPatience = std::chrono::seconds(15);

/// The organizations that listen on their own streams while the offers go out: those of the line of counsellors.
absl::StatusOr<std::map<std::string, Subscription>> Listen(Stage& stage) {
  std::map<std::string, Subscription> listening;
  for (const auto& team : stage.plan.lines(kCounsellors).teams()) {
    if (listening.contains(team.organization_id()) || listening.size() == 3) {
      continue;
    }
    MUSTER_ASSIGN_OR_RETURN(Session * manager, stage.cast.Manager(team.organization_id()));
    MUSTER_ASSIGN_OR_RETURN(listening[team.organization_id()],
                            manager->Stream<SubscribeResponse>(notify::v1::SubscribeRequest()));
  }
  return listening;
}

/// Waits on the organization's stream for the message about this offer.
absl::StatusOr<Delivery> WaitFor(Stage& stage, rpc::StreamReader<SubscribeResponse>& stream, const Offer& offer) {
  const Duration until = stage.context.clock().Steady() + kPatience;
  SubscribeResponse item;
  while (stage.context.clock().Steady() < until) {
    const auto next = stream.Read(&item, std::chrono::milliseconds(500));
    if (next == rpc::StreamReader<SubscribeResponse>::Next::kEnd) {
      return stream.status().ok() ? Unexpected({"订阅中断", "a subscription ended"}) : stream.status();
    }
    if (next == rpc::StreamReader<SubscribeResponse>::Next::kItem && item.delivery().subject_id() == offer.id()) {
      return item.delivery();
    }
  }
  return Unexpected({"组织没有收到邀请", "an organization did not receive its offer"});
}

absl::Status Acknowledge(Session& manager, const Delivery& delivery, notify::v1::DeliveryState state) {
  notify::v1::AcknowledgeDeliveryRequest request;
  request.set_request_id(manager.NewRequestId());
  request.set_id(delivery.id());
  request.set_state(state);
  return manager.Call<Delivery>(request).status();
}

absl::Status ReceiveAndAcknowledge(Stage& stage, std::map<std::string, Subscription>& listening, Time sent) {
  for (const Offer& offer : stage.offers) {
    const auto stream = listening.find(offer.organization_id());
    if (stream == listening.end()) {
      continue;
    }
    MUSTER_ASSIGN_OR_RETURN(const Delivery delivery, WaitFor(stage, *stream->second, offer));
    const double seconds = std::chrono::duration<double>(stage.context.clock().Now() - sent).count();
    MUSTER_ASSIGN_OR_RETURN(Session * manager, stage.cast.Manager(offer.organization_id()));
    MUSTER_RETURN_IF_ERROR(Acknowledge(*manager, delivery, notify::v1::DELIVERY_STATE_DELIVERED));
    MUSTER_RETURN_IF_ERROR(Acknowledge(*manager, delivery, notify::v1::DELIVERY_STATE_READ));
    const std::string name = stage.cast.names().OrganizationName(offer.organization_id());
    stage.narrator.Tell({fmt::format("{} {:.2f} 秒后收到：{}", name, seconds, delivery.text().zh()),
                         fmt::format("{} received it after {:.2f} s: {}", name, seconds, delivery.text().en())});
  }
  return absl::OkStatus();
}

/// The operator sees the receipts.
absl::Status CheckReceipts(Stage& stage, const std::map<std::string, Subscription>& listening) {
  const auto offer = std::find_if(stage.offers.begin(), stage.offers.end(),
                                  [&](const Offer& one) { return listening.contains(one.organization_id()); });
  if (offer == stage.offers.end()) {
    return Unexpected({"没有邀请发往在听的组织", "no offer went to an organization that listens"});
  }
  notify::v1::ListDeliveriesRequest request;
  request.set_subject_id(offer->id());
  MUSTER_ASSIGN_OR_RETURN(const auto reply,
                          stage.cast.duty_operator().Call<notify::v1::ListDeliveriesResponse>(request));
  const bool read = std::any_of(reply.deliveries().begin(), reply.deliveries().end(), [](const Delivery& delivery) {
    return delivery.state() == notify::v1::DELIVERY_STATE_READ;
  });
  if (!read) {
    return Unexpected({"没有已读回执", "there is no read receipt"});
  }
  stage.narrator.Tell({"值班员看到送达和已读回执。", "The operator sees that it was delivered and read."});
  stage.narrator.ByHand("muster delivery list --about " + offer->id());
  return absl::OkStatus();
}

}  // namespace

absl::Status TellOfTheDispatch(Stage& stage) {
  stage.narrator.Chapter({"派出邀请，组织收到", "Offers go out, and arrive"});
  MUSTER_ASSIGN_OR_RETURN(auto listening, Listen(stage));
  auto call = DispatchOf(stage.request, stage.plan, {}, dispatch::v1::DISPATCH_HOW_INVITE);
  const Time sent = stage.context.clock().Now();
  MUSTER_ASSIGN_OR_RETURN(const auto reply, SendDispatch(stage.context, stage.cast.duty_operator(), std::move(call)));
  stage.request = reply.resource_request();
  stage.offers.assign(reply.offers().begin(), reply.offers().end());
  stage.narrator.Tell({"第一轮发出 " + std::to_string(reply.offers_size()) + " 份邀请，答复时限 30 秒。",
                       "The first wave: " + std::to_string(reply.offers_size()) + " offers, 30 seconds to answer."});
  stage.narrator.ByHand("muster dispatch " + stage.request.id() + " --over-ask 100 --reserves 10");
  stage.narrator.ByHand("muster watch --as organization");
  MUSTER_RETURN_IF_ERROR(ReceiveAndAcknowledge(stage, listening, sent));
  return CheckReceipts(stage, listening);
}

}  // namespace muster::cli
