#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "muster/base/mutex.h"
#include "muster/domain/principal.h"
#include "services/matching/core/directory.h"
#include "services/matching/core/posting_tree.h"
#include "services/matching/core/reclaimer.h"
#include "services/matching/core/score.h"

namespace muster::matching {

/// What to rank for, and how.
struct RankQuery {
  TeamNeed need;
  ScorePolicy policy;
  Time now{};                               ///< for the age of facts
  size_t limit = 20;                        ///< the most teams
  std::string district_path;                ///< only teams in this district; empty: all
  std::optional<std::vector<TeamId>> only;  ///< only these: the teams enrolled in a drill
  std::unordered_set<TeamId> without;       ///< never these: asked already
};

/// A team with its score. The record lives as long as the snapshot that it came from.
struct RankedTeam {
  const TeamRecord* team = nullptr;
  Score score;
};

/// Everything that one version of the index holds.
struct IndexVersion;

/// The index as it was at one moment, whatever changes meanwhile. Holding one never blocks the writer; it keeps what
/// it shows in memory, so it is for one call and not for keeps. Movable; to be used by one thread at a time, and not
/// after the index.
class Snapshot {
 public:
  Snapshot(Snapshot&& other) noexcept;
  Snapshot& operator=(Snapshot&&) = delete;
  ~Snapshot();

  /// The best eligible teams, best first: exactly the first `limit` of all eligible teams in the order of RanksBefore.
  std::vector<RankedTeam> Rank(const RankQuery& query) const;
  /// The place (from 1) that a team with this score has in the ranking of all eligible teams.
  size_t PlaceOf(const RankQuery& query, const RankedTeam& team) const;
  /// The team; null when it is not known.
  const TeamRecord* Find(const TeamId& id) const;
  /// How many teams hold the capability and are not disbanded.
  size_t CountHolders(const std::string& capability) const;
  /// Calls `visit` for those teams, until it answers false; in no particular order.
  void ForEachHolder(const std::string& capability, const std::function<bool(const TeamRecord&)>& visit) const;
  size_t team_count() const;
  /// Grows by one with every change.
  uint64_t version() const;
  void ForEach(const std::function<void(const TeamRecord&)>& visit) const;

 private:
  friend class TeamIndex;
  Snapshot(EpochReclaimer* reclaimer, size_t slot, const IndexVersion* version)
      : reclaimer_(reclaimer), slot_(slot), version_(version) {}

  EpochReclaimer* reclaimer_;
  size_t slot_;
  const IndexVersion* version_;
};

/// All teams, in memory: for every capability a tree of small cells over the positions of those who hold it. A search
/// goes into the nearest cells first and stops where a bound proves that no better team can follow. One team's change
/// copies its cells and the path to them and publishes all of it at once. Thread-safe: any number of readers, who
/// never block; writers wait for each other.
class TeamIndex {
 public:
  TeamIndex();
  ~TeamIndex();
  TeamIndex(const TeamIndex&) = delete;
  TeamIndex& operator=(const TeamIndex&) = delete;

  /// Replaces everything by `teams` (ids unique), in one step. Works on up to `threads` threads; 0: on as many as help.
  void Load(std::vector<TeamRecord> teams, size_t threads = 0) MUSTER_EXCLUDES(writer_);
  /// Puts these teams in the place of their former versions, or adds them, in one step.
  void Put(std::vector<TeamRecord> teams) MUSTER_EXCLUDES(writer_);
  /// Forgets teams, in one step; unknown ones are left out.
  void Erase(std::span<const TeamId> teams) MUSTER_EXCLUDES(writer_);

  Snapshot Read() const;

 private:
  void PutOne(Edit& edit, IndexVersion& next, TeamRecord record) MUSTER_REQUIRES(writer_);
  void Publish(Edit& edit, const IndexVersion* next) MUSTER_REQUIRES(writer_);

  mutable EpochReclaimer reclaimer_;
  std::atomic<const IndexVersion*> current_;
  Mutex writer_;
  uint64_t edits_ MUSTER_GUARDED_BY(writer_) = 0;
};

}  // namespace muster::matching
