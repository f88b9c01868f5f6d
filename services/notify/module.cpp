#include "services/notify/module.h"

#include <atomic>
#include <memory>

#include "muster/base/status_macros.h"
#include "services/notify/rpc/notify_service.h"
#include "services/notify/store/tables.h"

namespace muster::notify {
namespace {

void Show(telemetry::Metrics& metrics, const SenderCounters& counters) {
  telemetry::SetTotal(metrics.Counter("deliveries_sent_total", "Sendings of deliveries, repeated ones included."),
                      counters.sent);
  telemetry::SetTotal(metrics.Counter("deliveries_escalated_total", "Deliveries that stayed without a receipt."),
                      counters.escalated);
  telemetry::SetTotal(
      metrics.Counter("deliveries_failures_total", "Rounds of sending that the store did not let through."),
      counters.failures);
}

}  // namespace

absl::Status AddTo(server::Process& process) {
  MUSTER_ASSIGN_OR_RETURN(server::Owner* const owner, process.OpenOwner("notify", Migrations(), {}));
  auto& sending = process.Keep(std::make_unique<std::atomic<server::Task*>>(nullptr));
  NotifyService& service = process.Keep(std::make_unique<NotifyService>(
      NotifyService::Dependencies{owner->database(), owner->feed(), process.peer(), process.clock(), process.random(),
                                  process.TokenOf("notify"), [&sending] {
                                    if (server::Task* const task = sending; task != nullptr) {
                                      task->Wake();
                                    }
                                  }}));
  service.Register(process.table());
  service.RegisterOwner(process.router());
  sending = &process.DriveAsLeader("notify-send", *owner, [&service](Time now) { return service.Step(now); });
  // Who listens must listen where it is sent from.
  process.ServeAsLeader(*owner);
  process.Follow("notify", {"dispatch", "registry"}, *owner, service.handler());
  process.AddMetrics([&service](telemetry::Metrics& metrics) { Show(metrics, service.counters()); });
  return absl::OkStatus();
}

}  // namespace muster::notify
