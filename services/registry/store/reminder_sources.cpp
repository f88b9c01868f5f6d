#include "services/registry/store/reminder_sources.h"

#include <array>
#include <chrono>
#include <string>
#include <utility>

#include "muster/base/status_macros.h"

namespace muster::registry {
namespace {

/// What may run out: rows of (object_id, detail, organization_id, district_path, end_us). One row here for each kind.
/// What has been renewed with a later end is left out, and what belongs to somebody who is not active any more.
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
});
static_assert(kSources[0].kind == ReminderKind::kCapability && kSources[1].kind == ReminderKind::kRating &&
              kSources[2].kind == ReminderKind::kRegistration);

/// The narrower threshold: what ends before it belongs to that one.
int DaysBelow(int days) { return days == 90 ? 30 : days == 30 ? 7 : 0; }

/// The statement of each source.
std::string_view StatementOf(ReminderKind kind) {
  static const std::array<std::string, kSources.size()> statements = [] {
    std::array<std::string, kSources.size()> texts;
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

}  // namespace

absl::StatusOr<std::vector<Reminder>> ReadDueReminders(storage::Database& database, ReminderKind kind, int days,
                                                       Time now, int limit) {
  std::vector<Reminder> due;
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
