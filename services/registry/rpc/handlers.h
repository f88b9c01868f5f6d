#pragma once

#include <functional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/base/random.h"
#include "muster/registry/v1/registry.pb.h"
#include "muster/rpc/method_table.h"
#include "muster/storage/database.h"
#include "services/registry/rpc/mutation.h"
#include "services/registry/store/person_sealer.h"
#include "services/registry/store/reads.h"
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

// What the handlers of organizations share.

/// The organization as it is shown, its contact masked.
absl::StatusOr<v1::Organization> Masked(const Tools& tools, const Organization& organization);
/// The reply of a change of an organization: the first that changed.
std::function<absl::StatusOr<std::string>(const RegistryChanges& changes)> AnswerOrganization(const Tools& tools);
/// Reads whether another has the codes of `values`.
void ReadTaken(const Organization& values, Facts& facts, Reads& reads);

/// Serve each group of methods. `tools` must outlive the table's use.
void ServeOrganizations(rpc::MethodTable& table, const Tools& tools);
void ServeOrganizationLife(rpc::MethodTable& table, const Tools& tools);
void ServeOrganizationChanges(rpc::MethodTable& table, const Tools& tools);
void ServeDuplicates(rpc::MethodTable& table, const Tools& tools);
void ServeTeams(rpc::MethodTable& table, const Tools& tools);
void ServeAvailability(rpc::MethodTable& table, const Tools& tools);
void ServeMembers(rpc::MethodTable& table, const Tools& tools);
void ServeConsents(rpc::MethodTable& table, const Tools& tools);
void ServeCertificates(rpc::MethodTable& table, const Tools& tools);
void ServePrivacy(rpc::MethodTable& table, const Tools& tools);
void ServeMemberships(rpc::MethodTable& table, const Tools& tools);
void ServeRecruitments(rpc::MethodTable& table, const Tools& tools);
void ServeSnapshot(rpc::MethodTable& table, const Tools& tools);
void ServePositions(rpc::MethodTable& table, const Tools& tools);
void ServePartners(rpc::MethodTable& table, const Tools& tools);
/// `readiness_time`: how long a declaration holds that does not say.
void ServeReadiness(rpc::MethodTable& table, const Tools& tools, Duration readiness_time);
void ServeTaxonomy(rpc::MethodTable& table);

}  // namespace muster::registry
