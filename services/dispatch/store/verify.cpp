#include "services/dispatch/store/verify.h"

#include <string>

#include "muster/base/status_macros.h"
#include "muster/events/audit_check.h"
#include "muster/rpc/owner_service.h"
#include "services/dispatch/store/tables.h"

namespace muster::dispatch {
namespace {

using storage::Read;
using storage::Row;

constexpr char kOwner[] = "dispatch";

/// The query answers the ids of the objects that break an invariant.
Read Breakers(std::string_view sql, const std::string& invariant, const std::string& problem,
              common::v1::VerifyResponse& response) {
  return {sql, {}, [&response, invariant, problem](const Row& row) {
            rpc::AddViolation(response, kOwner, invariant, std::string(row.Text(0)), problem);
          }};
}

template <class T>
Read Audited(const storage::Table<T>& table, common::v1::VerifyResponse& response) {
  return events::CheckAgainstAudit(table, [&response, name = table.name()](const std::string& id, bool agrees) {
    response.set_checked_rows(response.checked_rows() + 1);
    if (!agrees) {
      rpc::AddViolation(response, kOwner, "I4", id, name + ": the row is not what its last audit record says");
    }
  });
}

}  // namespace

absl::StatusOr<common::v1::VerifyResponse> Verify(storage::Database& database) {
  common::v1::VerifyResponse response;
  response.add_owners(kOwner);
  const std::vector<Read> reads{
      Breakers("SELECT a.id FROM booking a JOIN booking b ON a.subject_id = b.subject_id AND a.mode = b.mode AND "
               "a.subject_kind = b.subject_kind AND a.id < b.id WHERE a.active = 1 AND b.active = 1 AND a.start_us < "
               "b.end_us AND b.start_us < a.end_us",
               "I2", "booking overlaps another of the same team", response),
      Breakers(
          "SELECT b.id FROM booking b JOIN assignment a ON a.id = b.assignment_id WHERE b.active <> CASE WHEN a.state "
          "IN ('home', 'cancelled', 'no_show') THEN 0 ELSE 1 END",
          "I2", "booking does not follow its assignment", response),
      Breakers("SELECT id FROM request_line l WHERE filled <> (SELECT COALESCE(SUM(fills), 0) FROM assignment a WHERE "
               "a.line_id = l.id)",
               "I5", "filled is not the sum of the line's assignments", response),
      Breakers(
          "SELECT id FROM request_line l WHERE state NOT IN ('closed', 'cancelled') AND (held <> (SELECT "
          "COALESCE(SUM(count_asked), 0) FROM offer o WHERE o.line_id = l.id AND o.state = 'provisional') OR asked <> "
          "(SELECT COALESCE(SUM(count_asked), 0) FROM offer o WHERE o.line_id = l.id AND o.state = 'invited'))",
          "I5", "held or asked is not the sum of the line's offers", response),
      Breakers("SELECT id FROM request_line l WHERE waiting <> (SELECT COUNT(*) FROM wave_candidate c WHERE c.line_id "
               "= l.id)",
               "I5", "waiting is not the number of teams that wait", response),
      Breakers("SELECT id FROM request_line WHERE filled + held > quantity + quantity * tolerance_percent / 100", "I5",
               "more than the tolerance allows", response),
      Breakers(
          "SELECT o.id FROM offer o WHERE o.state = 'accepted' AND NOT EXISTS (SELECT 1 FROM assignment a WHERE a.id "
          "= o.assignment_id)",
          "I1", "accepted offer without its assignment", response),
      Audited(Incidents(), response),
      Audited(ResourceRequests(), response),
      Audited(RequestLines(), response),
      Audited(Offers(), response),
      Audited(Assignments(), response),
      Audited(SituationReports(), response),
  };
  MUSTER_RETURN_IF_ERROR(database.Query(reads));
  return response;
}

}  // namespace muster::dispatch
