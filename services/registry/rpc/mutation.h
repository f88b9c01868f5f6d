#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/base/random.h"
#include "muster/domain/reason.h"
#include "muster/events/audit.h"
#include "muster/events/event.h"
#include "muster/events/origin.h"
#include "muster/rpc/call.h"
#include "muster/rpc/method_table.h"
#include "muster/rpc/origin.h"
#include "muster/storage/command.h"
#include "muster/storage/database.h"
#include "services/registry/core/facts.h"

namespace muster::registry {

using events::Origin;
using rpc::OriginOf;

/// A mutation: what it reads into its facts, what it decides on them, and what it answers.
struct Mutation {
  std::function<void(Facts& facts, std::vector<storage::Read>& reads)> read;
  /// Pure.
  std::function<absl::StatusOr<RegistryChanges>(const Facts& facts, const Context& context)> decide;
  /// The reply, serialized, without unmasked personal fields.
  std::function<absl::StatusOr<std::string>(const RegistryChanges& changes)> answer;
};

/// Writes the changed objects, an audit row for each, and their events. `random` must outlive it.
std::unique_ptr<storage::Command> NewCommand(Origin origin, Mutation mutation, Random& random);

/// Answers with the message that the command stored as its reply.
template <class Response>
storage::CommandDone ReplyStored(rpc::Reply<Response> reply) {
  return [reply = std::move(reply)](absl::StatusOr<storage::CommandReply> done) {
    Response response;
    if (!done.ok()) {
      reply(done.status());
    } else if (!response.ParseFromString(done->reply)) {
      reply(Error(Reason::kInternalInvariant));
    } else {
      reply(std::move(response));
    }
  };
}

}  // namespace muster::registry
