#pragma once

#include "services/dispatch/store/writes.h"

namespace muster::dispatch {

/// The payloads of dispatch's events: messages of muster.dispatch.v1, with facts that are not personal.
class ProtoPayloads final : public EventPayloads {
 public:
  Payload Of(const Incident& incident) const override;
  Payload Of(const ResourceRequest& request) const override;
  Payload Of(const RequestLine& line) const override;
  Payload Of(const Offer& offer, bool by_organization) const override;
  Payload Of(const Assignment& assignment, bool by_organization) const override;
  Payload Of(const SituationReport& report) const override;
  Payload Of(const CallUp& call_up) const override;
  Payload Of(const Help& help) const override;
};

}  // namespace muster::dispatch
