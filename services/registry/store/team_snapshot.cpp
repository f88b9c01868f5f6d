#include "services/registry/store/team_snapshot.h"

#include <limits>
#include <string>
#include <unordered_map>
#include <utility>

#include "muster/base/status_macros.h"
#include "services/registry/store/codecs.h"
#include "services/registry/store/list_query.h"
#include "services/registry/store/reads.h"
#include "services/registry/store/tables.h"

namespace muster::registry {
namespace {

using storage::Read;
using storage::Row;

constexpr int kAllTeams = std::numeric_limits<int>::max() - 1;

/// Reads a snapshot with seven statements; rows that belong to a team come in the order of the teams, so that each is
/// found by going on from the one before.
class SnapshotReader {
 public:
  std::vector<Read> Statements(const Principal& principal) {
    ListQuery teams("team", {"", kAllTeams});
    teams.OnlyVisible(principal, "organization_id");
    return {{"SELECT COALESCE(MAX(feed_seq), 0) FROM outbox", {}, [this](const Row& row) { head_ = row.Int(0); }},
            {"SELECT id, state, registration_end_us, blacklisted_until_us, name, kind FROM organization",
             {},
             [this](const Row& row) { standings_.emplace(row.Text(0), ParseStanding(row, 1)); }},
            {teams.Select(TeamTable().select_list()), teams.parameters(), [this](const Row& row) { AddTeam(row); }},
            {"SELECT team_id, capability, level, valid_from_us, valid_until_us FROM team_capability ORDER BY team_id, "
             "place",
             {},
             [this](const Row& row) {
               if (TeamProfile* profile = Find(row.Text(0), at_capability_)) {
                 profile->team.capabilities.push_back(ParseCapability(row, 1));
               }
             }},
            {"SELECT team_id, start_us, end_us FROM availability ORDER BY team_id, start_us",
             {},
             [this](const Row& row) {
               if (TeamProfile* profile = Find(row.Text(0), at_window_)) {
                 profile->available.push_back({FromMicros(row.Int(1)), FromMicros(row.Int(2))});
               }
             }},
            {"SELECT team_id, weekly, blackout_days FROM team_schedule ORDER BY team_id",
             {},
             [this](const Row& row) {
               if (TeamProfile* profile = Find(row.Text(0), at_schedule_)) {
                 ParseSchedule(row, 1, *profile);
               }
             }},
            {"SELECT team_id, location FROM team_position ORDER BY team_id", {}, [this](const Row& row) {
               if (TeamProfile* profile = Find(row.Text(0), at_position_)) {
                 profile->team.reported = LocationFromText(row.Text(1));
               }
             }}};
  }

  TeamSnapshot Take() { return {std::move(teams_), head_}; }

 private:
  void AddTeam(const Row& row) {
    TeamProfile& profile = teams_.emplace_back();
    profile.team = TeamTable().Parse(row);
    const auto standing = standings_.find(profile.team.organization_id.value());
    if (standing != standings_.end()) {
      profile.standing = standing->second;
    }
  }

  /// The team of an id at or after place `at`, which moves on to it.
  TeamProfile* Find(std::string_view id, size_t& at) {
    while (at < teams_.size() && teams_[at].team.id.value() < id) {
      ++at;
    }
    return at < teams_.size() && teams_[at].team.id.value() == id ? &teams_[at] : nullptr;
  }

  int64_t head_ = 0;
  std::unordered_map<std::string, Standing> standings_;
  std::vector<TeamProfile> teams_;
  size_t at_capability_ = 0;
  size_t at_window_ = 0;
  size_t at_schedule_ = 0;
  size_t at_position_ = 0;
};

}  // namespace

absl::StatusOr<TeamSnapshot> ReadTeamSnapshot(storage::Database& database, const Principal& principal) {
  SnapshotReader reader;
  const std::vector<Read> statements = reader.Statements(principal);
  MUSTER_RETURN_IF_ERROR(database.Query(statements));
  return reader.Take();
}

}  // namespace muster::registry
