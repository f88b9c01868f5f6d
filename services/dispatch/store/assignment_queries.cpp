#include "services/dispatch/store/assignment_queries.h"

#include <algorithm>
#include <string>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/storage/codec.h"
#include "services/dispatch/core/assignment.h"
#include "services/dispatch/store/codecs.h"

namespace muster::dispatch {
namespace {

using storage::Read;
using storage::Row;

constexpr Duration kDay = std::chrono::hours(24);

/// The part of a shift from `from` on in which the team was at work: since it checked in, until it was released or the
/// shift ended, or now.
Duration WorkSince(Time from, const Row& row, Time now) {
  const Time start = FromMicros(row.Int(0));
  const Time end = FromMicros(row.Int(1));
  const auto check_in = storage::Codec<std::optional<CheckPoint>>::FromRow(row, 2);
  const Time begin = std::max({start, from, check_in ? check_in->time : start});
  const Time release = row.IsNull(3) ? end : FromMicros(row.Int(3));
  return std::max(Duration(0), std::min({end, release, now}) - begin);
}

bool MaySee(const Principal& principal, const std::string& district_path, const OrganizationId& organization_id) {
  const bool own = !organization_id.empty() && organization_id == principal.organization_id;
  return own || (principal.IsOfficial() && DistrictCovers(principal.district_path, district_path));
}

}  // namespace

absl::StatusOr<ServiceRecord> AssignmentQueries::GetServiceRecord(const Principal& principal,
                                                                  const TeamId& team_id) const {
  const Time now = clock_.Now();
  bool visible = false;
  ServiceRecord record;
  const storage::Value key = team_id.value();
  const std::vector<Read> reads{
      Read{"SELECT district_path, organization_id FROM projected_team WHERE team_id = $1",
           {key},
           [&](const Row& row) {
             visible = MaySee(principal, std::string(row.Text(0)), OrganizationId(std::string(row.Text(1))));
           }},
      Read{"SELECT COUNT(*), COALESCE(SUM(CASE WHEN assignment_id <> '' THEN 1 ELSE 0 END), 0), "
           "COALESCE(SUM(CASE WHEN state = 'declined' THEN 1 ELSE 0 END), 0), "
           "COALESCE(SUM(CASE WHEN state = 'expired' AND answer_us IS NULL THEN 1 ELSE 0 END), 0) "
           "FROM offer WHERE team_id = $1 AND mode = 'real'",
           {key},
           [&](const Row& row) {
             record.asked = static_cast<int>(row.Int(0));
             record.accepted = static_cast<int>(row.Int(1));
             record.declined = static_cast<int>(row.Int(2));
             record.unanswered = static_cast<int>(row.Int(3));
           }},
      Read{"SELECT COALESCE(SUM(CASE WHEN state = 'home' AND check_in IS NOT NULL THEN 1 ELSE 0 END), 0), "
           "COALESCE(SUM(CASE WHEN state = 'no_show' THEN 1 ELSE 0 END), 0) "
           "FROM assignment WHERE team_id = $1 AND mode = 'real'",
           {key},
           [&](const Row& row) {
             record.completed = static_cast<int>(row.Int(0));
             record.no_shows = static_cast<int>(row.Int(1));
           }},
      Read{"SELECT b.start_us, b.end_us, a.check_in, a.release_us FROM booking b JOIN assignment a ON a.id = "
           "b.assignment_id "
           "WHERE b.subject_id = $1 AND b.mode = 'real' AND (b.active = 1 OR b.worked = 1) AND a.check_in IS NOT NULL "
           "AND b.end_us > $2 AND b.start_us < $3",
           {key, ToMicros(now - kDay), ToMicros(now)},
           [&](const Row& row) { record.worked_last_day += WorkSince(now - kDay, row, now); }}};
  MUSTER_RETURN_IF_ERROR(database_.Query(reads));
  return visible ? absl::StatusOr<ServiceRecord>(record) : Error(Reason::kNotFound);
}

absl::StatusOr<std::vector<AssignmentId>> AssignmentQueries::OverdueArrivals(Time now, Duration grace,
                                                                             int limit) const {
  // As ExpectedArrival has it. The first condition is that of the index assignment_awaited.
  static const std::string sql =
      "SELECT a.id FROM assignment a WHERE a.state IN ('reserved', 'mobilizing', 'en_route') AND "
      "(a.expected_arrival_us "
      "<= $1 OR (a.expected_arrival_us IS NULL AND a.create_us <= $1 AND EXISTS (SELECT 1 FROM booking b WHERE "
      "b.assignment_id = a.id AND b.active = 1 AND b.start_us <= $1))) AND replace(a.alarms, '" +
      std::string(kArrivalOverdue) + "', '') = a.alarms ORDER BY a.id LIMIT $2";
  std::vector<AssignmentId> overdue;
  MUSTER_RETURN_IF_ERROR(database_.Query(Read{sql, {ToMicros(now - grace), int64_t{limit}}, [&](const Row& row) {
                                                overdue.emplace_back(std::string(row.Text(0)));
                                              }}));
  return overdue;
}

}  // namespace muster::dispatch
