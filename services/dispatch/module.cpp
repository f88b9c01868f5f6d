#include "services/dispatch/module.h"

#include <chrono>
#include <memory>

#include "muster/base/status_macros.h"
#include "muster/security/confirm_token.h"
#include "muster/security/key_file.h"
#include "muster/security/pass.h"
#include "services/dispatch/rpc/dispatch_service.h"
#include "services/dispatch/rpc/registry_follower.h"
#include "services/dispatch/rpc/timers.h"
#include "services/dispatch/store/migrations.h"

namespace muster::dispatch {
namespace {

/// How a line asks that does not say.
WavePolicy NewLine(const config::ServerSettings& settings) {
  const auto seconds = [](std::chrono::milliseconds time) { return static_cast<int>(time.count() / 1000); };
  return {static_cast<int>(settings.wave_size), seconds(settings.answer_time), seconds(settings.provisional_time),
          false};
}

}  // namespace

absl::Status AddTo(server::Process& process) {
  MUSTER_ASSIGN_OR_RETURN(server::Owner* const owner, process.OpenOwner("dispatch", Migrations(), {"notify"}));
  MUSTER_ASSIGN_OR_RETURN(security::KeyRing confirm_key, process.Key(security::kConfirmKeyFile));
  const auto& confirm_tokens = process.Keep(std::make_unique<security::ConfirmTokens>(std::move(confirm_key)));
  MUSTER_ASSIGN_OR_RETURN(const security::KeyRing pass_key, process.NewKey(security::kPassSigningKeyFile));
  const auto& passes = process.Keep(std::make_unique<security::PassSigner>(pass_key));
  DispatchService& service = process.Keep(std::make_unique<DispatchService>(DispatchService::Dependencies{
      owner->database(), process.clock(), process.random(), confirm_tokens, owner->feed(), NewLine(process.settings()),
      process.settings().help_answer_time, &passes, process.settings().arrival_grace, process.settings().undo_time}));
  service.Register(process.table());
  service.RegisterOwner(process.router());
  Timers& timers = process.Keep(std::make_unique<Timers>(service, process.clock()));
  process.DriveAsLeader("dispatch-timer", *owner, [&timers](Time now) { return timers.Step(now); });
  RegistryFollower& follower = process.Keep(std::make_unique<RegistryFollower>(RegistryFollower::Dependencies{
      owner->database(), process.peer(), process.clock(), process.TokenOf("dispatch"), service}));
  const events::Consumer& consumer = process.Follow("dispatch", {"registry"}, *owner, follower);
  process.Drive("dispatch-means", [&follower, owner](Time) {
    return owner->leads() ? follower.FillIn() : Duration(std::chrono::seconds(30));
  });
  process.AddReadiness([&consumer, owner] {
    std::vector<std::string> reasons;
    if (owner->leads() && !consumer.HasCaughtUp("registry")) {
      reasons.push_back("dispatch: the registry has not been read yet, no team can be booked");
    }
    return reasons;
  });
  return absl::OkStatus();
}

}  // namespace muster::dispatch
