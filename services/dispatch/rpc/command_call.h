#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "muster/base/random.h"
#include "muster/domain/reason.h"
#include "muster/rpc/call.h"
#include "muster/rpc/method_table.h"
#include "muster/rpc/origin.h"
#include "muster/storage/database.h"
#include "services/dispatch/store/dispatch_command.h"

namespace muster::dispatch {

/// What a change needs of its service; all of it outlives the service.
struct ChangeTools {
  storage::Database& database;
  Random& random;
  const EventPayloads& payloads;
};

/// Runs a command for a call and answers with what `make` makes of its changes and of what it read.
template <class Response, class CoreCommand, class Request>
void RunCommand(const ChangeTools& tools, const rpc::Call& call, const Request& request, CoreCommand command,
                std::function<Response(const DispatchChanges&, const Facts&)> make, rpc::Reply<Response> reply) {
  auto stored = std::make_unique<DispatchCommand<CoreCommand>>(
      std::move(command), rpc::OriginOf(call, request.request_id(), request),
      [make = std::move(make)](const DispatchChanges& changes, const Facts& facts) {
        return make(changes, facts).SerializeAsString();
      },
      tools.payloads, tools.random);
  tools.database.Submit(std::move(stored), [reply = std::move(reply)](absl::StatusOr<storage::CommandReply> done) {
    Response response;
    if (!done.ok()) {
      reply(done.status());
    } else if (!response.ParseFromString(done->reply)) {
      reply(Error(Reason::kInternalInvariant));
    } else {
      reply(std::move(response));
    }
  });
}

}  // namespace muster::dispatch
