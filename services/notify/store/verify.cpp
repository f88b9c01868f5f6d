#include "services/notify/store/verify.h"

#include "services/notify/store/tables.h"

namespace muster::notify {
namespace {

constexpr events::Forbidden kForbidden[] = {
    {"I3",
     "SELECT id FROM delivery WHERE state IN ('queued', 'sent') AND NOT EXISTS (SELECT 1 FROM delivery_schedule s "
     "WHERE s.delivery_id = delivery.id)",
     {"在等回执，却不会再发送", "awaits its receipt and is never sent again"}},
    {"I3",
     "SELECT s.delivery_id FROM delivery_schedule s JOIN delivery d ON d.id = s.delivery_id WHERE d.state NOT IN "
     "('queued', 'sent')",
     {"已有回执，却还会再发送", "has its receipt and would be sent again"}},
    {"I3",
     "SELECT MAX(id) FROM delivery GROUP BY event_id, organization_id HAVING COUNT(*) > 1",
     {"同一事件向同一组织通知了不止一次", "one event was told to one organization more than once"}},
    {"I8",
     "SELECT id FROM delivery d WHERE create_us >= (SELECT MIN(time_us) FROM inbox) AND NOT EXISTS (SELECT 1 FROM "
     "inbox i WHERE i.event_id = d.event_id)",
     {"通知所说的事件从未收到", "tells of an event that never came"}},
    {"I15",
     "SELECT id FROM delivery WHERE mode <> CASE WHEN text_zh LIKE '【演练】%' AND text_en LIKE '[EXERCISE] %' THEN "
     "'drill' ELSE 'real' END",
     {"演练的通知没有演练标记，或真实的通知带有演练标记",
      "of a drill and not marked as one, or real and marked as a drill"}},
};

}  // namespace

absl::StatusOr<events::VerifyResult> VerifyStore(storage::Database& database) {
  events::StoreVerifier verifier;
  for (const events::Forbidden& forbidden : kForbidden) {
    verifier.Forbid(forbidden);
  }
  verifier.Audited(Deliveries());
  return verifier.Run(database);
}

}  // namespace muster::notify
