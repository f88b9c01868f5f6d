#include "services/registry/module.h"

#include <memory>

#include "muster/base/status_macros.h"
#include "muster/security/blind_index.h"
#include "muster/security/field_cipher.h"
#include "services/registry/rpc/registry_service.h"
#include "services/registry/rpc/reminder_step.h"
#include "services/registry/store/key_mark.h"
#include "services/registry/store/person_sealer.h"
#include "services/registry/store/search_filler.h"
#include "services/registry/store/tables.h"

namespace muster::registry {
namespace {

constexpr int kSealThreads = 2;

}  // namespace

absl::Status AddTo(server::Process& process) {
  MUSTER_ASSIGN_OR_RETURN(server::Owner* const owner,
                          process.OpenOwner("registry", Migrations(), {"dispatch", "notify"}));
  MUSTER_ASSIGN_OR_RETURN(const security::KeyRing wrapping, process.Key(security::kFieldWrappingKeyFile));
  MUSTER_ASSIGN_OR_RETURN(const security::KeyRing index, process.Key(security::kBlindIndexKeyFile));
  MUSTER_RETURN_IF_ERROR(CheckKeys(owner->database(), wrapping, index));
  const auto& cipher = process.Keep(std::make_unique<security::FieldCipher>(wrapping, process.random()));
  const auto& blind_index = process.Keep(std::make_unique<security::BlindIndex>(index));
  MUSTER_RETURN_IF_ERROR(FillSearch(owner->database(), PersonSealer(cipher, blind_index)));
  RegistryService& service = process.Keep(std::make_unique<RegistryService>(
      RegistryService::Dependencies{owner->database(), process.clock(), process.random(), cipher, blind_index,
                                    kSealThreads, process.settings().readiness_time}));
  service.Register(process.table());
  service.RegisterOwner(process.router());
  ReminderStep& reminders =
      process.Keep(std::make_unique<ReminderStep>(owner->database(), process.clock(), process.random()));
  process.DriveAsLeader("registry-remind", *owner, [&reminders](Time now) { return reminders.Step(now); });
  process.DriveAsLeader("registry-import", *owner, [&service](Time now) { return service.StepImport(now); });
  process.DriveAsLeader("registry-upload", *owner, [&service](Time now) { return service.StepUploads(now); });
  return absl::OkStatus();
}

}  // namespace muster::registry
