#include "services/notify/store/verify.h"

#include <string>
#include <vector>

#include "muster/base/status_macros.h"
#include "muster/events/audit_check.h"
#include "muster/rpc/owner_service.h"
#include "services/notify/store/tables.h"

namespace muster::notify {
namespace {

constexpr char kOwner[] = "notify";

storage::Read Breakers(std::string_view sql, const std::string& problem, common::v1::VerifyResponse& response) {
  return {sql, {}, [&response, problem](const storage::Row& row) {
            rpc::AddViolation(response, kOwner, "I3", std::string(row.Text(0)), problem);
          }};
}

}  // namespace

absl::StatusOr<common::v1::VerifyResponse> Verify(storage::Database& database) {
  common::v1::VerifyResponse response;
  response.add_owners(kOwner);
  const std::vector<storage::Read> reads{
      Breakers("SELECT id FROM delivery WHERE state IN ('queued', 'sent') AND NOT EXISTS (SELECT 1 FROM "
               "delivery_schedule s WHERE s.delivery_id = delivery.id)",
               "awaits its receipt and is never sent again", response),
      Breakers("SELECT s.delivery_id FROM delivery_schedule s JOIN delivery d ON d.id = s.delivery_id WHERE d.state "
               "NOT IN ('queued', 'sent')",
               "has its receipt and would be sent again", response),
      events::CheckAgainstAudit(Deliveries(),
                                [&response](const std::string& id, bool agrees) {
                                  response.set_checked_rows(response.checked_rows() + 1);
                                  if (!agrees) {
                                    rpc::AddViolation(response, kOwner, "I4", id,
                                                      "delivery: the row is not what its last audit record says");
                                  }
                                }),
  };
  MUSTER_RETURN_IF_ERROR(database.Query(reads));
  return response;
}

}  // namespace muster::notify
