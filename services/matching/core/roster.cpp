#include "services/matching/core/roster.h"

#include <algorithm>
#include <utility>

namespace muster::matching {

void Roster::FillWork(TeamRecord& team) const {
  team.work = {};
  team.history_known = history_known_;
  if (const auto recent = recent_.find(team.facts.organization_id); recent != recent_.end()) {
    for (size_t mode = 0; mode < team.work.size(); ++mode) {
      team.work[mode].organization_recent_work = recent->second[mode];
    }
  }
  const auto duties = duties_of_.find(team.facts.team_id);
  if (duties == duties_of_.end()) {
    return;
  }
  for (const AssignmentId& id : duties->second) {
    if (const auto holding = holding_.find(id); holding != holding_.end()) {
      auto& booked = team.WorkOf(holding->second.mode).booked;
      booked.insert(booked.end(), holding->second.windows.begin(), holding->second.windows.end());
    }
    if (const auto worked = worked_.find(id); worked != worked_.end()) {
      TeamWork& work = team.WorkOf(worked->second.mode);
      work.last_work_end = std::max(work.last_work_end.value_or(worked->second.last_end), worked->second.last_end);
      work.worked.insert(work.worked.end(), worked->second.windows.begin(), worked->second.windows.end());
    }
  }
}

void Roster::LoadTeams(std::vector<TeamRecord> teams) {
  teams_of_.clear();
  for (TeamRecord& team : teams) {
    teams_of_[team.facts.organization_id].insert(team.facts.team_id);
    FillWork(team);
  }
  index_.Load(std::move(teams));
}

void Roster::PutTeam(TeamRecord team) {
  {
    const Snapshot snapshot = index_.Read();
    const TeamRecord* before = snapshot.Find(team.facts.team_id);
    if (before != nullptr && before->facts.organization_id != team.facts.organization_id) {
      teams_of_[before->facts.organization_id].erase(team.facts.team_id);
    }
  }
  teams_of_[team.facts.organization_id].insert(team.facts.team_id);
  FillWork(team);
  std::vector<TeamRecord> one;
  one.push_back(std::move(team));
  index_.Put(std::move(one));
}

void Roster::Hold(const Duty& duty) {
  holding_[duty.id] = duty;
  duties_of_[duty.team_id].insert(duty.id);
}

void Roster::LetGo(const AssignmentId& id) {
  const auto held = holding_.find(id);
  if (held == holding_.end()) {
    return;
  }
  if (worked_.count(id) == 0) {
    duties_of_[held->second.team_id].erase(id);
  }
  holding_.erase(held);
}

void Roster::LoadDuties(std::vector<Duty> duties) {
  std::set<TeamId> touched;
  for (const auto& [id, duty] : std::exchange(holding_, {})) {
    touched.insert(duty.team_id);
    if (worked_.count(id) == 0) {
      duties_of_[duty.team_id].erase(id);
    }
  }
  for (Duty& duty : duties) {
    touched.insert(duty.team_id);
    if (const auto known = holding_.find(duty.id); known != holding_.end()) {
      // One assignment has a booking for every shift.
      known->second.windows.insert(known->second.windows.end(), duty.windows.begin(), duty.windows.end());
    } else {
      Hold(duty);
    }
  }
  Refresh(touched);
}

void Roster::PutDuty(const Duty& duty) {
  std::set<TeamId> touched{duty.team_id};
  LetGo(duty.id);
  if (duty.holds_team) {
    Hold(duty);
  } else if (RememberWork(duty)) {
    AddTeamsOf(duty.organization_id, touched);
  }
  Refresh(touched);
}

void Roster::AddHistory(const Duty& duty) {
  if (!duty.holds_team) {
    RememberWork(duty);
  }
}

/// False when it is known already or was no work.
bool Roster::RememberWork(const Duty& duty) {
  if (!duty.worked || duty.windows.empty() || worked_.count(duty.id) != 0) {
    return false;
  }
  // A booking ends with its shift, or when the team was let go before: as dispatch reckons rest.
  Worked worked{duty.team_id, duty.organization_id, duty.mode, duty.windows.front().start, {}, {}};
  for (const Window& window : duty.windows) {
    const Time end = std::max(window.start, std::min(window.end, duty.end_time));
    worked.last_end = std::max(worked.last_end, end);
    worked.duration += end - window.start;
    if (window.start < end) {
      worked.windows.push_back({window.start, end});
    }
  }
  recent_[duty.organization_id][static_cast<size_t>(duty.mode)] += worked.duration;
  worked_by_end_.emplace(worked.last_end, duty.id);
  duties_of_[duty.team_id].insert(duty.id);
  worked_.emplace(duty.id, std::move(worked));
  return true;
}

void Roster::FinishHistory() {
  history_known_ = true;
  std::vector<TeamRecord> teams;
  {
    const Snapshot snapshot = index_.Read();
    teams.reserve(snapshot.team_count());
    snapshot.ForEach([&](const TeamRecord& team) { teams.push_back(team); });
  }
  LoadTeams(std::move(teams));
}

void Roster::Age(Time now) {
  std::set<TeamId> touched;
  while (!worked_by_end_.empty() && worked_by_end_.begin()->first < now - kRecentWork) {
    const AssignmentId id = worked_by_end_.begin()->second;
    worked_by_end_.erase(worked_by_end_.begin());
    Forget(id, touched);
  }
  Refresh(touched);
}

void Roster::Forget(const AssignmentId& id, std::set<TeamId>& touched) {
  const auto found = worked_.find(id);
  const Worked worked = found->second;
  worked_.erase(found);
  duties_of_[worked.team_id].erase(id);
  recent_[worked.organization_id][static_cast<size_t>(worked.mode)] -= worked.duration;
  touched.insert(worked.team_id);
  AddTeamsOf(worked.organization_id, touched);
}

void Roster::AddTeamsOf(const OrganizationId& organization, std::set<TeamId>& teams) const {
  if (const auto found = teams_of_.find(organization); found != teams_of_.end()) {
    teams.insert(found->second.begin(), found->second.end());
  }
}

void Roster::Refresh(const std::set<TeamId>& teams) {
  std::vector<TeamRecord> changed;
  {
    const Snapshot snapshot = index_.Read();
    for (const TeamId& id : teams) {
      if (const TeamRecord* team = snapshot.Find(id); team != nullptr) {
        changed.push_back(*team);
        FillWork(changed.back());
      }
    }
  }
  if (!changed.empty()) {
    index_.Put(std::move(changed));
  }
}

}  // namespace muster::matching
