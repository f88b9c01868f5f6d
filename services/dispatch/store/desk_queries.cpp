// What the desks read: their numbers, help that nobody asked for, and what the projection still lacks.

#include "muster/base/status_macros.h"
#include "services/dispatch/store/list_sql.h"
#include "services/dispatch/store/queries.h"
#include "services/dispatch/store/tables.h"

namespace muster::dispatch {
namespace {

using storage::Read;
using storage::Row;
using storage::Value;

/// A count over what the caller sees, of the incident $4 or of all. Each is served by a partial index.
std::string CountOf(const std::string& what, const std::string& from, const std::string& organization_predicate,
                    const std::string& condition) {
  return "SELECT " + what + " FROM " + from + " WHERE " + condition + " AND " +
         VisibleTo("incident_id", organization_predicate) + " AND ($4 = '' OR incident_id = $4)";
}

/// Requests that the desk has taken on and that are not over.
const std::string kOfAcceptedRequest =
    "EXISTS (SELECT 1 FROM resource_request r WHERE r.id = request_line.resource_request_id AND r.state = '' AND "
    "r.cancelled = 0)";

const std::string& RequestsSubmitted() {
  static const std::string sql = CountOf("COUNT(*)", "resource_request", "requester_organization_id = $2",
                                         "state = 'submitted' AND cancelled = 0");
  return sql;
}

/// Short, and nobody is asked or waits to be asked.
const std::string& LinesShort() {
  static const std::string sql =
      CountOf("COUNT(*)", "request_line", "1 = 0",
              "state IN ('open', 'partly_filled') AND asked = 0 AND waiting = 0 AND filled + "
              "held < quantity AND " +
                  kOfAcceptedRequest);
  return sql;
}

const std::string& OffersProvisional() {
  static const std::string sql = CountOf("COUNT(*)", "offer", "organization_id = $2",
                                         "state IN ('invited', 'provisional') AND state = 'provisional'");
  return sql;
}

/// Duties that are not over; said as the index says it, so that SQLite takes that.
const std::string kNotOver = "state NOT IN ('home', 'cancelled', 'no_show')";

/// The first shift has begun, and the team has not checked in; $5 is now.
const std::string& CheckInsOverdue() {
  static const std::string sql =
      CountOf("COUNT(*)", "assignment", "organization_id = $2",
              kNotOver +
                  " AND state IN ('reserved', 'mobilizing', 'en_route') AND EXISTS (SELECT 1 FROM booking b WHERE "
                  "b.assignment_id = assignment.id AND b.start_us < $5)");
  return sql;
}

const std::string& AssignmentsAlarmed() {
  static const std::string sql =
      CountOf("COUNT(*)", "assignment", "organization_id = $2", kNotOver + " AND alarms <> '[]'");
  return sql;
}

const std::string& CheckedIn() {
  static const std::string sql = CountOf("check_in, headcount", "assignment", "organization_id = $2",
                                         kNotOver + " AND state IN ('on_scene', 'working')");
  return sql;
}

/// Help has a desk's district; that of an incident which was granted to the caller counts too. $5 is now.
const std::string& HelpUnanswered() {
  static const std::string sql = CountOf("COUNT(*), COALESCE(SUM(CASE WHEN answer_by_us < $5 THEN 1 ELSE 0 END), 0)",
                                         "help", "organization_id = $2", "state = 'offered'");
  return sql;
}

}  // namespace

absl::StatusOr<DeskNumbers> Queries::GetDesk(const Principal& principal, const IncidentId& incident_id) const {
  const Time now = clock_.Now();
  DeskNumbers numbers;
  std::vector<Value> parameters = CallerParameters(principal, now);
  parameters.emplace_back(incident_id.value());
  std::vector<Value> with_now = parameters;
  with_now.emplace_back(ToMicros(now));
  const auto into = [](int64_t& number) { return [&number](const Row& row) { number = row.Int(0); }; };
  const std::vector<Read> reads{Read{RequestsSubmitted(), parameters, into(numbers.requests_submitted)},
                                Read{LinesShort(), parameters, into(numbers.lines_short)},
                                Read{OffersProvisional(), parameters, into(numbers.offers_provisional)},
                                Read{AssignmentsAlarmed(), parameters, into(numbers.assignments_alarmed)},
                                Read{CheckInsOverdue(), with_now, into(numbers.check_ins_overdue)},
                                Read{HelpUnanswered(), with_now,
                                     [&numbers](const Row& row) {
                                       numbers.help_unanswered = row.Int(0);
                                       numbers.help_overdue = row.Int(1);
                                     }},
                                Read{CheckedIn(), parameters, [&numbers](const Row& row) {
                                       const auto check_in = storage::Codec<std::optional<CheckPoint>>::FromRow(row, 0);
                                       numbers.people_on_scene += check_in ? check_in->headcount : row.Int(1);
                                     }}};
  MUSTER_RETURN_IF_ERROR(database_.Query(reads));
  return numbers;
}

absl::StatusOr<bool> Queries::HasTeamsWithoutMeans() const {
  bool found = false;
  MUSTER_RETURN_IF_ERROR(database_.Query(
      Read{"SELECT 1 FROM projected_team WHERE means IS NULL LIMIT 1", {}, [&found](const Row&) { found = true; }}));
  return found;
}

}  // namespace muster::dispatch
