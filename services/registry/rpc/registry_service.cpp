#include "services/registry/rpc/registry_service.h"

#include "muster/rpc/owner_service.h"
#include "services/registry/store/verify.h"

namespace muster::registry {
namespace {

constexpr char kOwner[] = "registry";

}  // namespace

RegistryService::RegistryService(Dependencies dependencies)
    : sealer_(dependencies.cipher, dependencies.blind_index),
      store_(dependencies.database),
      tools_{dependencies.database, dependencies.clock, dependencies.random, sealer_, store_},
      readiness_time_(dependencies.readiness_time),
      feed_(kOwner, dependencies.database),
      import_(tools_, dependencies.seal_threads),
      parts_(dependencies.cipher),
      import_store_(dependencies.database),
      import_tools_{tools_, import_store_, parts_},
      worker_(tools_, import_store_, parts_),
      sweeper_(dependencies.database, import_store_) {}

void RegistryService::Register(rpc::MethodTable& table) {
  ServeOrganizations(table, tools_);
  ServeOrganizationLife(table, tools_);
  ServeOrganizationChanges(table, tools_);
  ServeDuplicates(table, tools_);
  ServeTeams(table, tools_);
  ServeAvailability(table, tools_);
  ServeMembers(table, tools_);
  ServeConsents(table, tools_);
  ServeCertificates(table, tools_);
  ServePrivacy(table, tools_);
  ServeMemberships(table, tools_);
  ServeRecruitments(table, tools_);
  ServeSnapshot(table, tools_);
  ServePositions(table, tools_);
  ServePartners(table, tools_);
  ServeReadiness(table, tools_, readiness_time_);
  ServeTaxonomy(table);
  import_.Register(table);
  ServeUploads(table, import_tools_);
  ServeImports(table, import_tools_);
  ServeExport(table, tools_);
}

void RegistryService::RegisterOwner(rpc::OwnerRouter& router) {
  rpc::RegisterOwner(router, kOwner, tools_.database, feed_, [this] { return VerifyStore(tools_.database); });
}

}  // namespace muster::registry
