#include "services/notify/rpc/sender.h"

#include <chrono>
#include <utility>

#include "muster/base/failpoint.h"
#include "muster/base/status_macros.h"
#include "services/notify/store/schedule.h"

namespace muster::notify {
namespace {

constexpr Duration kInterval = std::chrono::seconds(1);
constexpr int kBatch = 128;
/// At most this many in a second, so that a clock that jumps ahead does not raise every alarm at once.
constexpr int kEscalationsPerInterval = 50;

}  // namespace

Duration Sender::Step(Time now) {
  absl::Status woken = WakeNew(now);
  absl::StatusOr<bool> more = woken.ok() ? SendDue(now) : woken;
  const absl::Status escalated = EscalateLate(now);
  if (!more.ok() || !escalated.ok()) {
    ++counters_.failures;
    return kInterval;
  }
  return *more ? Duration::zero() : kInterval;
}

absl::Status Sender::WakeNew(Time now) {
  const std::vector<OrganizationId> fresh = dependencies_.outlet.TakeNew();
  if (fresh.empty()) {
    return absl::OkStatus();
  }
  absl::Status status = dependencies_.database
                            .Run(storage::MakeCommand(nullptr,
                                                      [&](Time, storage::Changes& changes) {
                                                        for (const OrganizationId& organization : fresh) {
                                                          changes.writes.push_back(MakeDue(organization, now));
                                                        }
                                                        return absl::OkStatus();
                                                      }))
                            .status();
  if (!status.ok()) {
    dependencies_.outlet.PutBack(fresh);  // else what waits for them would stay parked until they come again
  }
  return status;
}

absl::StatusOr<bool> Sender::SendDue(Time now) {
  MUSTER_ASSIGN_OR_RETURN(std::vector<Listed> due, dependencies_.queries.Due(now, kBatch));
  if (due.empty()) {
    return false;
  }
  RecordAttempts attempts;
  for (Listed& listed : due) {
    const DeliveryId id = listed.delivery.id;
    if (listed.schedule) {
      ++listed.schedule->attempts;  // as it reads on arrival
      listed.schedule->next_time = now + WaitAfter(listed.schedule->attempts);
    }
    switch (dependencies_.outlet.Send(listed)) {
      case Outlet::Sent::kYes:
        ++counters_.sent;
        attempts.sent.push_back(id);
        break;
      case Outlet::Sent::kNobody:
        attempts.parked.push_back(id);
        break;
      case Outlet::Sent::kFull:
        attempts.delayed.push_back(id);
        break;
    }
  }
  Failpoint("K10");
  MUSTER_RETURN_IF_ERROR(Record(std::move(attempts)));
  return due.size() == kBatch;
}

absl::Status Sender::Record(RecordAttempts attempts) {
  return dependencies_.database
      .Run(Automatic(std::move(attempts), "SendDelivery", {}, dependencies_.payload, dependencies_.random))
      .status();
}

absl::Status Sender::EscalateLate(Time now) {
  if (dependencies_.clock.Steady() < next_escalation_) {
    return absl::OkStatus();
  }
  next_escalation_ = dependencies_.clock.Steady() + kInterval;
  MUSTER_ASSIGN_OR_RETURN(const std::vector<DeliveryId> late,
                          dependencies_.queries.ToEscalate(now, kEscalationsPerInterval));
  for (const DeliveryId& id : late) {
    MUSTER_RETURN_IF_ERROR(
        dependencies_.database
            .Run(Automatic(Escalate{id}, "EscalateDelivery", {}, dependencies_.payload, dependencies_.random))
            .status());
    ++counters_.escalated;
  }
  return absl::OkStatus();
}

}  // namespace muster::notify
