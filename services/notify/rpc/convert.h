#pragma once

#include <string>

#include "muster/notify/v1/notify.pb.h"
#include "services/notify/core/delivery.h"
#include "services/notify/store/notify_command.h"
#include "services/notify/store/queries.h"

namespace muster::notify {

v1::Delivery ToProto(const Delivery& delivery);
/// With the attempts and the next one, while it awaits its receipt.
v1::Delivery ToProto(const Listed& listed);

/// Payloads of notify's events: muster.notify.v1.DeliveryEvent.
class ProtoPayload final : public EventPayload {
 public:
  std::string data_type() const override;
  std::string Of(const Delivery& delivery) const override;
};

}  // namespace muster::notify
