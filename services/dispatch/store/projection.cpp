#include "services/dispatch/store/projection.h"

#include <utility>

#include "muster/base/status_macros.h"
#include "muster/storage/database.h"
#include "services/dispatch/core/alarm.h"
#include "services/dispatch/store/codecs.h"
#include "services/dispatch/store/reads.h"

namespace muster::dispatch {
namespace {

template <class T>
storage::Value Column(const T& value) {
  return storage::Codec<T>::ToValue(value);
}

storage::Write UpsertOf(const ProjectedTeam& team) {
  const TeamFacts& facts = team.facts;
  return {
      "INSERT INTO projected_team (team_id, registry_version, organization_id, organization_state, "
      "registration_end_us, blacklisted_until_us, suspended, disbanded, headcount, works_remotely, district_path, "
      "capabilities, available, means, organization_kind) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, "
      "$13, $14, $15) "
      "ON CONFLICT (team_id) DO UPDATE SET registry_version = excluded.registry_version, organization_id = "
      "excluded.organization_id, organization_state = excluded.organization_state, registration_end_us = "
      "excluded.registration_end_us, blacklisted_until_us = excluded.blacklisted_until_us, suspended = "
      "excluded.suspended, disbanded = excluded.disbanded, headcount = excluded.headcount, works_remotely = "
      "excluded.works_remotely, district_path = excluded.district_path, capabilities = excluded.capabilities, "
      "available = excluded.available, means = excluded.means, organization_kind = excluded.organization_kind WHERE "
      "excluded.registry_version >= projected_team.registry_version",
      {facts.team_id.value(), team.registry_version, facts.organization_id.value(), Column(facts.organization_state),
       Column(facts.registration_end), Column(facts.blacklisted_until), Column(facts.suspended),
       Column(facts.disbanded), Column(facts.headcount), Column(facts.works_remotely), team.district_path,
       Column(facts.capabilities), Column(DeclaredTimes{facts.available, facts.weekly, facts.blackouts}),
       Column(team.means), team.means ? team.means->organization_kind : std::string()},
      -1,
      {}};
}

class ProjectTeamCommand final : public storage::Command {
 public:
  ProjectTeamCommand(ProjectedTeam team, const EventPayloads& payloads, Random& random)
      : team_(std::move(team)), payloads_(payloads), random_(random) {}

  std::vector<storage::Read> Reads() override {
    facts_ = Facts();
    return ReadsOf(CheckStanding{team_.facts.team_id}, facts_);
  }

  absl::Status Decide(Time now, storage::Changes& changes) override {
    const auto known = facts_.teams.find(team_.facts.team_id);
    if (known != facts_.teams.end() && known->second.registry_version > team_.registry_version) {
      return absl::OkStatus();
    }
    changes.writes.push_back(UpsertOf(team_));
    facts_.teams[team_.facts.team_id] = team_;
    const Context context{now, Principal(), &random_};
    MUSTER_ASSIGN_OR_RETURN(const DispatchChanges decided,
                            dispatch::Decide(CheckStanding{team_.facts.team_id}, facts_, context));
    Origin origin;
    origin.action = "policy.check_standing";
    AppendWrites(decided, context, origin, payloads_, changes);
    return absl::OkStatus();
  }

 private:
  const ProjectedTeam team_;
  const EventPayloads& payloads_;
  Random& random_;
  Facts facts_;
};

}  // namespace

std::unique_ptr<storage::Command> ProjectTeam(ProjectedTeam team, const EventPayloads& payloads, Random& random) {
  return std::make_unique<ProjectTeamCommand>(std::move(team), payloads, random);
}

std::unique_ptr<storage::Command> ProjectTeams(std::vector<ProjectedTeam> teams) {
  return storage::MakeCommand(nullptr, [teams = std::move(teams)](Time, storage::Changes& changes) {
    for (const ProjectedTeam& team : teams) {
      changes.writes.push_back(UpsertOf(team));
    }
    return absl::OkStatus();
  });
}

}  // namespace muster::dispatch
