#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "services/matching/core/team_index.h"

namespace muster::matching {

/// How far back an organization's work counts for fairness.
inline constexpr Duration kRecentWork = std::chrono::hours(24 * 30);

/// A team's assignment as far as matching cares.
struct Duty {
  AssignmentId id;
  TeamId team_id;
  OrganizationId organization_id;  ///< may be empty in a snapshot of bookings
  Mode mode = Mode::kReal;
  std::vector<Window> windows;
  bool holds_team = false;  ///< its bookings keep the team busy
  bool worked = false;      ///< the team checked in: counts for rest and for its organization's recent work
  Time end_time{};          ///< when it stopped holding the team
};

/// Puts together what registry and dispatch say of the teams, and keeps the index up to date with it. Facts may arrive
/// in any order and more than once. One thread at a time.
class Roster {
 public:
  /// `index` must outlive it.
  explicit Roster(TeamIndex& index) : index_(index) {}

  /// Replaces all teams by the registry's snapshot. Of each record, `work` and `history_known` are filled in here.
  void LoadTeams(std::vector<TeamRecord> teams);
  /// A team as it is now.
  void PutTeam(TeamRecord team);

  /// Replaces everything that keeps teams busy by dispatch's snapshot of active bookings.
  void LoadDuties(std::vector<Duty> duties);
  /// A change of an assignment.
  void PutDuty(const Duty& duty);
  /// A change that was read from the past: only what has ended is taken, for rest and recent work. Shown in the index
  /// from FinishHistory on.
  void AddHistory(const Duty& duty);
  /// Everything of the last 30 days has been read: from now on no work on record means that there was none.
  void FinishHistory();
  bool history_known() const { return history_known_; }

  /// Forgets work that ended more than 30 days before `now`.
  void Age(Time now);

 private:
  /// Work that has ended, of one team in one mode.
  struct Worked {
    TeamId team_id;
    OrganizationId organization_id;
    Mode mode = Mode::kReal;
    Time last_end{};
    Duration duration{};
    std::vector<Window> windows;  ///< the parts of its shifts that it worked
  };
  using ModeDurations = std::array<Duration, 3>;

  void FillWork(TeamRecord& team) const;
  void Hold(const Duty& duty);
  void LetGo(const AssignmentId& id);
  bool RememberWork(const Duty& duty);
  void Forget(const AssignmentId& id, std::set<TeamId>& touched);
  void Refresh(const std::set<TeamId>& teams);
  void AddTeamsOf(const OrganizationId& organization, std::set<TeamId>& teams) const;

  TeamIndex& index_;
  bool history_known_ = false;
  std::unordered_map<OrganizationId, std::set<TeamId>> teams_of_;
  std::unordered_map<AssignmentId, Duty> holding_;
  std::unordered_map<AssignmentId, Worked> worked_;
  std::multimap<Time, AssignmentId> worked_by_end_;
  std::unordered_map<TeamId, std::set<AssignmentId>> duties_of_;  ///< holding and worked
  std::unordered_map<OrganizationId, ModeDurations> recent_;
};

}  // namespace muster::matching
