#include "services/registry/rpc/reminder_step.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "muster/base/id.h"
#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "services/registry/rpc/mutation.h"
#include "services/registry/store/reminder_sources.h"

namespace muster::registry {
namespace {

constexpr ReminderKind kKinds[] = {ReminderKind::kCapability,  ReminderKind::kRating,    ReminderKind::kRegistration,
                                   ReminderKind::kCertificate, ReminderKind::kInsurance, ReminderKind::kInspection};
constexpr int kDays[] = {7, 30, 90};

Mutation TellAll(std::vector<Reminder> due) {
  Mutation mutation;
  mutation.read = [](Facts&, std::vector<storage::Read>&) {};
  mutation.decide = [due = std::move(due)](const Facts&, const Context& context) -> absl::StatusOr<RegistryChanges> {
    RegistryChanges changes;
    for (Reminder reminder : due) {
      reminder.id = ReminderId(NewUuid(context.now, *context.random));
      reminder.create_time = context.now;
      changes.reminders.push_back({std::nullopt, std::move(reminder), "ExpiryReminder"});
    }
    return changes;
  };
  mutation.answer = [](const RegistryChanges&) -> absl::StatusOr<std::string> { return std::string(); };
  return mutation;
}

}  // namespace

absl::StatusOr<int> ReminderStep::TellDue(ReminderKind kind, int days, Time now) {
  MUSTER_ASSIGN_OR_RETURN(std::vector<Reminder> due, ReadDueReminders(database_, kind, days, now, kBatch));
  const int count = static_cast<int>(due.size());
  if (count == 0) {
    return 0;
  }
  Origin origin;
  origin.action = "policy.remind";
  const absl::Status told = database_.Run(NewCommand(origin, TellAll(std::move(due)), random_)).status();
  // Another has told one of them meanwhile: the next step sees the rest.
  if (!told.ok() && !HasReason(told, Reason::kDuplicate)) {
    return told;
  }
  return count;
}

Duration ReminderStep::Step(Time now) {
  const Duration steady = clock_.Steady();
  if (steady < next_) {
    return next_ - steady;
  }
  bool is_done = true;
  for (const ReminderKind kind : kKinds) {
    for (const int days : kDays) {
      const absl::StatusOr<int> told = TellDue(kind, days, now);
      is_done = is_done && told.ok() && *told < kBatch;
    }
  }
  next_ = steady + (is_done ? kInterval : kPause);
  return next_ - steady;
}

}  // namespace muster::registry
