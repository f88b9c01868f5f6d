#include "services/matching/module.h"

#include <memory>

#include "services/matching/rpc/matching_service.h"

namespace muster::matching {

absl::Status AddTo(server::Process& process) {
  events::Bus& bus = *process.Keep(std::make_unique<std::unique_ptr<events::Bus>>(process.MakeBus()));
  MatchingService& service = process.Keep(std::make_unique<MatchingService>(
      MatchingService::Dependencies{process.peer(), process.peer(), process.feeds(), bus, process.event_signer(),
                                    process.clock(), process.TokenOf("matching")}));
  service.Register(process.table());
  process.Drive("matching-feed", [&service](Time now) { return service.Step(now); });
  process.AddReadiness([&service] {
    return service.feeder().IsReady() ? std::vector<std::string>()
                                      : std::vector<std::string>{"matching: the index is being loaded"};
  });
  if (!process.Holds("registry")) {  // another instance answers meanwhile
    process.AddGate("the index of teams", [&service] { return service.feeder().IsReady(); });
  }
  return absl::OkStatus();
}

}  // namespace muster::matching
