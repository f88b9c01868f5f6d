#pragma once

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/base/random.h"
#include "muster/rpc/method_table.h"
#include "muster/storage/database.h"
#include "services/registry/rpc/mutation.h"
#include "services/registry/store/person_sealer.h"
#include "services/registry/store/registry_store.h"

namespace muster::registry {

/// What every handler works with; thread-safe, owned by the service.
struct Tools {
  storage::Database& database;
  const Clock& clock;
  Random& random;
  const PersonSealer& sealer;
  const RegistryStore& store;
};

/// Serves a read: `answer(call, request)` answers a StatusOr<Response>.
template <class Request, class Response, class Answer>
void ServeRead(rpc::MethodTable& table, const std::string& name, Answer answer) {
  table.Unary<Request, Response>(
      "muster.registry.v1.RegistryService." + name,
      [answer = std::move(answer)](const rpc::Call& call, const Request& request, rpc::Reply<Response> reply) {
        reply(answer(call, request));
      });
}

/// Serves a change: `prepare(call, request)` answers a StatusOr<Mutation>, whose reply is a `Response`.
template <class Request, class Response, class Prepare>
void ServeChange(rpc::MethodTable& table, const Tools& tools, const std::string& name, Prepare prepare) {
  table.Unary<Request, Response>("muster.registry.v1.RegistryService." + name,
                                 [&tools, prepare = std::move(prepare)](const rpc::Call& call, const Request& request,
                                                                        rpc::Reply<Response> reply) {
                                   absl::StatusOr<Mutation> mutation = prepare(call, request);
                                   if (!mutation.ok()) {
                                     return reply(mutation.status());
                                   }
                                   tools.database.Submit(NewCommand(OriginOf(call, request.request_id(), request),
                                                                    *std::move(mutation), tools.random),
                                                         ReplyStored<Response>(std::move(reply)));
                                 });
}

/// Serve each group of methods. `tools` must outlive the table's use.
void ServeOrganizations(rpc::MethodTable& table, const Tools& tools);
void ServeTeams(rpc::MethodTable& table, const Tools& tools);
void ServeAvailability(rpc::MethodTable& table, const Tools& tools);
void ServeMembers(rpc::MethodTable& table, const Tools& tools);
void ServeConsents(rpc::MethodTable& table, const Tools& tools);
void ServeCertificates(rpc::MethodTable& table, const Tools& tools);
void ServePrivacy(rpc::MethodTable& table, const Tools& tools);
void ServeMemberships(rpc::MethodTable& table, const Tools& tools);
void ServeRecruitments(rpc::MethodTable& table, const Tools& tools);
void ServeSnapshot(rpc::MethodTable& table, const Tools& tools);

}  // namespace muster::registry
