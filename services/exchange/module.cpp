#include "services/exchange/module.h"

#include <memory>

#include "muster/base/status_macros.h"
#include "services/exchange/rpc/exchange_service.h"
#include "services/exchange/store/tables.h"

namespace muster::exchange {

absl::Status AddTo(server::Process& process) {
  MUSTER_ASSIGN_OR_RETURN(server::Owner* const owner, process.OpenOwner("exchange", Migrations(), {}));
  ExchangeOptions documents;
  documents.bytes_per_day = process.settings().limit_document_bytes_per_day;
  ExchangeService& service = process.Keep(std::make_unique<ExchangeService>(ExchangeService::Dependencies{
      owner->database(), process.peer(), process.clock(), process.random(), process.TokenOf("exchange"), documents}));
  service.Register(process.table());
  service.RegisterOwner(process.router());
  process.DriveAsLeader("exchange-sweep", *owner, [&service](Time now) { return service.Step(now); });
  return absl::OkStatus();
}

}  // namespace muster::exchange
