#include "services/dispatch/core/wave_policy.h"

#include <algorithm>
#include <set>

#include "services/dispatch/core/answer_history.h"
#include "services/dispatch/core/line_filling.h"
#include "services/dispatch/core/plan.h"

namespace muster::dispatch {
namespace {

/// Looks of one line are at least this far apart.
constexpr Duration kShortestPause = std::chrono::seconds(10);

int HeadcountOf(const Facts& facts, const TeamId& team) {
  const auto found = facts.teams.find(team);
  return found == facts.teams.end() ? 0 : found->second.facts.headcount;
}

}  // namespace

Time FillBy(const RequestLine& line) {
  return line.fill_by ? *line.fill_by : line.windows.empty() ? Time{} : line.windows.front().start;
}

bool AsksByChance(const RequestLine& line, Time now) { return line.fill_ppm > 0 && FillBy(line) > now; }

std::vector<Candidate> MayBeAsked(const Facts& facts) {
  std::set<TeamId> asked;
  for (const Offer& offer : facts.offers) {
    if (offer.state != OfferState::kWithdrawn) {  // that is no answer: an operator may name the team anew
      asked.insert(offer.team_id);
    }
  }
  std::vector<Candidate> waiting;
  for (const Candidate& candidate : facts.candidates) {
    const auto team = facts.teams.find(candidate.team_id);
    const ProjectedTeam* known = team == facts.teams.end() ? nullptr : &team->second;
    if (!asked.contains(candidate.team_id) &&
        FailingRules(known, candidate.team_id, facts.lines.front(), *facts.incident).empty()) {
      waiting.push_back(candidate);
    }
  }
  return waiting;
}

WavePlan PlanOf(const Facts& facts, const std::vector<Candidate>& waiting, Time now) {
  const RequestLine& line = facts.lines.front();
  const AnswerHistory history(facts.answers, line.capability, HourOfDay(now));
  WaveSituation situation;
  situation.missing = Missing(line);
  situation.time_left = FillBy(line) - now;
  situation.answer_time = std::chrono::seconds(line.answer_seconds);
  situation.probability = line.fill_ppm / 1e6;
  situation.price = facts.look ? facts.look->price : 0;
  for (const Offer& offer : facts.offers) {
    if (offer.state == OfferState::kInvited) {
      situation.asked.push_back({history.Chance(offer.organization_id), offer.count_asked,
                                 history.Speed(offer.organization_id), now - offer.create_time,
                                 offer.expire_time - now});
    }
  }
  for (const Candidate& candidate : waiting) {
    const OrganizationId& organization = facts.teams.at(candidate.team_id).facts.organization_id;
    situation.waiting.push_back({history.Chance(organization),
                                 Contribution(line, HeadcountOf(facts, candidate.team_id), line.quantity),
                                 history.Speed(organization)});
  }
  return PlanWave(situation);
}

WaveLook LookAfter(const RequestLine& line, const WavePlan& plan, Time now) {
  return {line.id, std::min(now + std::max(plan.next_look, kShortestPause), FillBy(line)), plan.price};
}

WaveLook LookNow(const RequestLine& line, Time now) { return {line.id, now, 0}; }

}  // namespace muster::dispatch
