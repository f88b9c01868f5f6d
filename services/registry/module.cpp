#include "services/registry/module.h"

#include <memory>

#include "muster/base/status_macros.h"
#include "muster/security/blind_index.h"
#include "muster/security/field_cipher.h"
#include "services/registry/rpc/registry_service.h"
#include "services/registry/store/key_mark.h"
#include "services/registry/store/tables.h"

namespace muster::registry {

absl::Status AddTo(server::Process& process) {
  MUSTER_ASSIGN_OR_RETURN(server::Owner* const owner, process.OpenOwner("registry", Migrations(), {"dispatch"}));
  MUSTER_ASSIGN_OR_RETURN(const security::KeyRing wrapping, process.Key(security::kFieldWrappingKeyFile));
  MUSTER_ASSIGN_OR_RETURN(const security::KeyRing index, process.Key(security::kBlindIndexKeyFile));
  MUSTER_RETURN_IF_ERROR(CheckKeys(owner->database(), wrapping, index));
  const auto& cipher = process.Keep(std::make_unique<security::FieldCipher>(wrapping, process.random()));
  const auto& blind_index = process.Keep(std::make_unique<security::BlindIndex>(index));
  RegistryService& service = process.Keep(std::make_unique<RegistryService>(
      RegistryService::Dependencies{owner->database(), process.clock(), process.random(), cipher, blind_index}));
  service.Register(process.table());
  service.RegisterOwner(process.router());
  process.DriveAsLeader("registry-import", *owner, [&service](Time now) { return service.StepImport(now); });
  process.DriveAsLeader("registry-upload", *owner, [&service](Time now) { return service.StepUploads(now); });
  return absl::OkStatus();
}

}  // namespace muster::registry
