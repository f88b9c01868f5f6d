#include "muster/rpc/origin.h"

#include "muster/rpc/body_hash.h"

namespace muster::rpc {

events::Origin OriginOf(const Call& call, const std::string& request_id, const google::protobuf::Message& request) {
  events::Origin origin;
  origin.principal = call.principal;
  origin.source_address = call.source_address;
  origin.action = call.method;
  origin.request_id = request_id;
  origin.body_hash = BodyHash(request);
  origin.traceparent = MakeTraceparent(call.trace_id);
  if (call.steady_deadline != kNoDeadline) {
    origin.steady_deadline = call.steady_deadline;
  }
  return origin;
}

}  // namespace muster::rpc
