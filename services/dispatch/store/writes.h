#pragma once

#include <functional>
#include <string>

#include "muster/events/event.h"
#include "muster/events/origin.h"
#include "muster/storage/command.h"
#include "services/dispatch/core/facts.h"

namespace muster::dispatch {

using events::Origin;

/// Makes the payloads of events; the rpc layer's, because payloads are protobuf messages.
class EventPayloads {
 public:
  virtual ~EventPayloads() = default;
  struct Payload {
    std::string data_type;
    std::string data;
  };
  virtual Payload Of(const Incident& incident) const = 0;
  virtual Payload Of(const ResourceRequest& request) const = 0;
  virtual Payload Of(const RequestLine& line) const = 0;
  /// `by_organization`: the organization brought it about by itself.
  virtual Payload Of(const Offer& offer, bool by_organization) const = 0;
  virtual Payload Of(const Assignment& assignment, bool by_organization) const = 0;
  virtual Payload Of(const SituationReport& report) const = 0;
  virtual Payload Of(const CallUp& call_up) const = 0;
  virtual Payload Of(const Help& help) const = 0;
};

/// Turns what a command changes into rows: every object with its audit record and, where it has one, its event.
void AppendWrites(const DispatchChanges& changes, const Context& context, const Origin& origin,
                  const EventPayloads& payloads, storage::Changes& out);

}  // namespace muster::dispatch
