#include "services/registry/store/reminder_sources.h"

#include <array>
#include <chrono>
#include <string>
#include <utility>

#include "muster/base/status_macros.h"

namespace muster::registry {
namespace {

/// What may run out: rows of (object_id, detail, organization_id, district_path, end_us). One row here for each kind
/// but inspections, whose end follows from the calendar. What has been renewed with a later end is left out, and what
/// belongs to somebody who is not active any more.
struct Source {
  ReminderKind kind;
  std::string_view rows;
};

constexpr auto kSources = std::to_array<Source>({
    {ReminderKind::kCapability,
     "SELECT DISTINCT c.team_id AS object_id, c.capability AS detail, t.organization_id AS organization_id, "
     "t.district_path AS district_path, c.valid_until_us AS end_us FROM team_capability c JOIN team t ON t.id = "
     "c.team_id JOIN organization o ON o.id = t.organization_id WHERE t.disbanded = 0 AND o.state IN ('approved', "
     "'suspended') AND NOT EXISTS (SELECT 1 FROM team_capability n WHERE n.team_id = c.team_id AND n.capability = "
     "c.capability AND n.level <= c.level AND n.valid_until_us > c.valid_until_us) AND c.valid_until_us > $1 AND "
     "c.valid_until_us <= $2"},
    {ReminderKind::kRating,
     "SELECT o.id AS object_id, '' AS detail, o.id AS organization_id, o.district_path AS district_path, "
     "o.rating_end_us AS end_us FROM organization o WHERE o.rating > 0 AND o.state IN ('approved', 'suspended') AND "
     "o.rating_end_us > $1 AND o.rating_end_us <= $2"},
    {ReminderKind::kRegistration,
     "SELECT o.id AS object_id, '' AS detail, o.id AS organization_id, o.district_path AS district_path, "
     "o.registration_end_us AS end_us FROM organization o WHERE o.state IN ('approved', 'suspended') AND "
     "o.registration_end_us > $1 AND o.registration_end_us <= $2"},
    {ReminderKind::kCertificate,
     "SELECT DISTINCT m.id AS object_id, c.capability AS detail, m.organization_id AS organization_id, m.district_path "
     "AS district_path, c.valid_until_us AS end_us FROM certificate c JOIN member m ON m.id = c.member_id JOIN "
     "organization o ON o.id = m.organization_id WHERE c.state <> 'revoked' AND m.erase_us IS NULL AND o.state IN "
     "('approved', 'suspended') AND NOT EXISTS (SELECT 1 FROM certificate n WHERE n.member_id = c.member_id AND "
     "n.member_id <> '' AND n.capability = c.capability AND n.qualification = c.qualification AND n.state <> 'revoked' "
     "AND n.valid_until_us > c.valid_until_us) AND c.valid_until_us > $1 AND c.valid_until_us <= $2 UNION SELECT t.id, "
     "c.capability, t.organization_id, t.district_path, c.valid_until_us FROM certificate c JOIN team t ON t.id = "
     "c.team_id JOIN organization o ON o.id = t.organization_id WHERE c.state <> 'revoked' AND t.disbanded = 0 AND "
     "o.state IN ('approved', 'suspended') AND NOT EXISTS (SELECT 1 FROM certificate n WHERE n.team_id = c.team_id AND "
     "n.team_id <> '' AND n.capability = c.capability AND n.qualification = c.qualification AND n.state <> 'revoked' "
     "AND "
     "n.valid_until_us > c.valid_until_us) AND c.valid_until_us > $1 AND c.valid_until_us <= $2"},
    // A cover is kept as "start,end" in microseconds, each of 16 digits from 2001 to 2286.
    {ReminderKind::kInsurance,
     "SELECT object_id, '' AS detail, organization_id, district_path, end_us FROM (SELECT m.id AS object_id, "
     "m.organization_id AS organization_id, m.district_path AS district_path, CASE WHEN m.cover LIKE "
     "'________________,________________' THEN CAST(substr(m.cover, 18) AS BIGINT) ELSE 0 END AS end_us FROM member m "
     "JOIN organization o ON o.id = m.organization_id WHERE m.cover IS NOT NULL AND m.erase_us IS NULL AND o.state IN "
     "('approved', 'suspended')) c WHERE end_us > $1 AND end_us <= $2"},
});
constexpr size_t kSourceCount = kSources.size();
static_assert(kSources[0].kind == ReminderKind::kCapability && kSources[1].kind == ReminderKind::kRating &&
              kSources[2].kind == ReminderKind::kRegistration && kSources[3].kind == ReminderKind::kCertificate &&
              kSources[4].kind == ReminderKind::kInsurance);

/// The narrower threshold: what ends before it belongs to that one.
int DaysBelow(int days) { return days == 90 ? 30 : days == 30 ? 7 : 0; }

/// The statement of each source.
std::string_view StatementOf(ReminderKind kind) {
  static const std::array<std::string, kSourceCount> statements = [] {
    std::array<std::string, kSourceCount> texts;
    for (size_t i = 0; i < texts.size(); ++i) {
      texts[i] = "SELECT object_id, detail, organization_id, district_path, end_us FROM (" +
                 std::string(kSources[i].rows) +
                 ") s WHERE NOT EXISTS (SELECT 1 FROM reminder r WHERE r.object_id = s.object_id AND r.kind = $3 AND "
                 "r.detail = s.detail AND r.end_us = s.end_us AND r.days = $4) ORDER BY end_us, object_id, detail "
                 "LIMIT $5";
    }
    return texts;
  }();
  return statements[static_cast<size_t>(kind)];
}

/// The end of the day until which an organization submits to the annual inspection of the year before (Regulations on
/// social associations, article 28, and on private non-enterprise units, article 23: 31 May; on foundations, article
/// 36: 31 March), in Beijing.
Time InspectionEnd(int year, bool foundation) {
  using namespace std::chrono;
  const year_month_day day = foundation ? std::chrono::year(year) / March / 31 : std::chrono::year(year) / May / 31;
  return Time(sys_days(day) + days(1) - hours(8));
}

int YearIn(Time now) {
  using namespace std::chrono;
  return static_cast<int>(year_month_day(floor<days>(now + hours(8))).year());
}

/// Organizations whose latest annual inspection is that of the year before last: the next is due this year. Of those
/// without any on record nothing runs out. An annual inspection is kept as "[2025,0,": year and kind.
absl::Status ReadDueInspections(storage::Database& database, int days, Time now, int limit,
                                std::vector<Reminder>& due) {
  const int year = YearIn(now);
  for (const bool foundation : {false, true}) {
    const Time end = InspectionEnd(year, foundation);
    const auto within = [now](int number) { return now + std::chrono::hours(24 * number); };
    if (end <= within(DaysBelow(days)) || end > within(days)) {
      continue;
    }
    const std::string of_year = std::to_string(year - 1);
    MUSTER_RETURN_IF_ERROR(database.Query(storage::Read{
        "SELECT o.id, o.district_path FROM organization o WHERE o.state IN ('approved', 'suspended') AND o.kind IN "
        "($1, $8) AND o.inspections LIKE $2 AND o.inspections NOT LIKE $3 AND NOT EXISTS (SELECT 1 FROM reminder r "
        "WHERE "
        "r.object_id = o.id AND r.kind = 'inspection' AND r.detail = $4 AND r.end_us = $5 AND r.days = $6) ORDER BY "
        "o.id "
        "LIMIT $7",
        {foundation ? "foundation" : "association", "%[" + std::to_string(year - 2) + ",0,%", "%[" + of_year + ",0,%",
         of_year, ToMicros(end), int64_t{days}, int64_t{limit} - static_cast<int64_t>(due.size()),
         foundation ? "foundation" : "service_agency"},
        [&](const storage::Row& row) {
          Reminder& reminder = due.emplace_back();
          reminder.kind = ReminderKind::kInspection;
          reminder.object_id = std::string(row.Text(0));
          reminder.detail = of_year;
          reminder.organization_id = OrganizationId(std::string(row.Text(0)));
          reminder.district_path = std::string(row.Text(1));
          reminder.end_time = end;
          reminder.days = days;
        }}));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<Reminder>> ReadDueReminders(storage::Database& database, ReminderKind kind, int days,
                                                       Time now, int limit) {
  std::vector<Reminder> due;
  if (kind == ReminderKind::kInspection) {
    MUSTER_RETURN_IF_ERROR(ReadDueInspections(database, days, now, limit, due));
    return due;
  }
  const auto after = [now](int number) { return ToMicros(now + std::chrono::hours(24 * number)); };
  MUSTER_RETURN_IF_ERROR(database.Query(
      storage::Read{StatementOf(kind),
                    {after(DaysBelow(days)), after(days), std::string(Name(kind)), int64_t{days}, int64_t{limit}},
                    [&](const storage::Row& row) {
                      Reminder& reminder = due.emplace_back();
                      reminder.kind = kind;
                      reminder.object_id = std::string(row.Text(0));
                      reminder.detail = std::string(row.Text(1));
                      reminder.organization_id = OrganizationId(std::string(row.Text(2)));
                      reminder.district_path = std::string(row.Text(3));
                      reminder.end_time = FromMicros(row.Int(4));
                      reminder.days = days;
                    }}));
  return due;
}

}  // namespace muster::registry
