#include "services/notify/rpc/convert.h"

#include "muster/wire/timestamp.h"

namespace muster::notify {
namespace {

void SetTime(google::protobuf::Timestamp* (v1::Delivery::*field)(), const std::optional<Time>& time, v1::Delivery& to) {
  if (time) {
    *(to.*field)() = ToTimestamp(*time);
  }
}

v1::DeliveryState StateToProto(DeliveryState state) {
  return static_cast<v1::DeliveryState>(static_cast<int>(state) + 1);
}

}  // namespace

v1::Delivery ToProto(const Delivery& delivery) {
  v1::Delivery proto;
  proto.set_id(delivery.id.value());
  proto.set_version(delivery.version);
  *proto.mutable_create_time() = ToTimestamp(delivery.create_time);
  *proto.mutable_update_time() = ToTimestamp(delivery.update_time);
  proto.set_event_id(delivery.event_id.value());
  proto.set_event_type(delivery.event_type);
  proto.set_subject_id(delivery.subject_id);
  proto.set_organization_id(delivery.organization_id.value());
  proto.set_state(StateToProto(delivery.state));
  proto.set_attempts(delivery.attempts);
  SetTime(&v1::Delivery::mutable_delivered_time, delivery.delivered_time, proto);
  SetTime(&v1::Delivery::mutable_read_time, delivery.read_time, proto);
  proto.set_mode(static_cast<common::v1::Mode>(static_cast<int>(delivery.mode) + 1));
  proto.mutable_text()->set_zh(delivery.text_zh);
  proto.mutable_text()->set_en(delivery.text_en);
  proto.set_district_path(delivery.district_path);
  return proto;
}

v1::Delivery ToProto(const Listed& listed) {
  v1::Delivery proto = ToProto(listed.delivery);
  if (listed.schedule) {
    proto.set_attempts(listed.schedule->attempts);
    SetTime(&v1::Delivery::mutable_next_attempt_time, listed.schedule->next_time, proto);
  }
  return proto;
}

std::string ProtoPayload::data_type() const { return v1::DeliveryEvent::descriptor()->full_name(); }

std::string ProtoPayload::Of(const Delivery& delivery) const {
  v1::DeliveryEvent event;
  event.set_delivery_id(delivery.id.value());
  event.set_event_id(delivery.event_id.value());
  event.set_event_type(delivery.event_type);
  event.set_subject_id(delivery.subject_id);
  event.set_organization_id(delivery.organization_id.value());
  event.set_state(StateToProto(delivery.state));
  event.mutable_text()->set_zh(delivery.text_zh);
  event.mutable_text()->set_en(delivery.text_en);
  return event.SerializeAsString();
}

}  // namespace muster::notify
