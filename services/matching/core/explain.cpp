#include "services/matching/core/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "muster/domain/capability.h"
#include "muster/domain/reason.h"

namespace muster::matching {
namespace {

int64_t WholeMinutes(Duration duration) { return (duration.count() + 30'000'000) / 60'000'000; }

Text TellMinutes(int64_t minutes) {
  if (minutes < 60) {
    return {fmt::format("{}分钟", minutes), fmt::format("{} min", minutes)};
  }
  if (minutes % 60 == 0) {
    return {fmt::format("{}小时", minutes / 60), fmt::format("{} h", minutes / 60)};
  }
  return {fmt::format("{}小时{}分钟", minutes / 60, minutes % 60),
          fmt::format("{} h {} min", minutes / 60, minutes % 60)};
}

/// Hours, or days from two days on.
Text TellSpan(Duration span) {
  const int64_t hours = std::max<int64_t>(0, span.count() / 3'600'000'000);
  if (hours < 48) {
    return {fmt::format("{}小时", hours), fmt::format("{} h", hours)};
  }
  return {fmt::format("{}天", hours / 24), fmt::format("{} days", hours / 24)};
}

std::string_view ModeZh(geo::TravelMode mode) {
  switch (mode) {
    case geo::TravelMode::kWalk:
      return "步行";
    case geo::TravelMode::kBicycle:
      return "骑行";
    case geo::TravelMode::kCar:
      return "驾车";
    case geo::TravelMode::kVan:
      return "乘面包车";
    case geo::TravelMode::kBus:
      return "乘大巴";
  }
  return "";
}

std::string_view ModeEn(geo::TravelMode mode) {
  switch (mode) {
    case geo::TravelMode::kWalk:
      return "on foot";
    case geo::TravelMode::kBicycle:
      return "by bicycle";
    case geo::TravelMode::kCar:
      return "by car";
    case geo::TravelMode::kVan:
      return "by van";
    case geo::TravelMode::kBus:
      return "by bus";
  }
  return "";
}

Text TellTravel(const RankedTeam& ranked) {
  const double kilometres = *ranked.score.distance_m / 1000;
  const Text time = TellMinutes(WholeMinutes(*ranked.score.travel_time));
  Text text{fmt::format("距离{:.1f}公里，{}约{}到达", kilometres, ModeZh(ranked.team->travel_mode), time.zh),
            fmt::format("{:.1f} km away, there in about {} {}", kilometres, time.en, ModeEn(ranked.team->travel_mode))};
  if (ranked.score.beyond_range) {
    text.zh += fmt::format("，超出其{:.0f}公里的出动范围", ranked.team->range_m / 1000);
    text.en += fmt::format(", beyond the {:.0f} km that it goes", ranked.team->range_m / 1000);
  }
  return text;
}

Text TellFit(const RankedTeam& ranked, const TeamNeed& need) {
  return {fmt::format("能力{}级（要求{}级）", ranked.score.level, need.lowest_level),
          fmt::format("level {} where {} is needed", ranked.score.level, need.lowest_level)};
}

Text TellHeadcount(const RankedTeam& ranked, const TeamNeed& need) {
  const int headcount = ranked.team->facts.headcount;
  return {fmt::format("可出动{}人（需{}人）", headcount, need.people),
          fmt::format("{} people for {} needed", headcount, need.people)};
}

Text TellRest(const RankedTeam& ranked, const TeamNeed& need) {
  const std::optional<Time>& end = ranked.team->WorkOf(need.mode).last_work_end;
  if (!end) {
    return {"近期无任务，休息充分", "rested, no recent work"};
  }
  const Text span = TellSpan(HullOf(need).start - *end);
  return {fmt::format("开始时已休息{}", span.zh), fmt::format("{} of rest before the start", span.en)};
}

Text TellFairness(const RankedTeam& ranked, const TeamNeed& need) {
  const Duration work = ranked.team->WorkOf(need.mode).organization_recent_work;
  const auto hours = static_cast<int64_t>(std::lround(static_cast<double>(work.count()) / 3600e6));
  if (hours == 0) {
    return {"所属组织近30天未出动", "its organization has not worked in the last 30 days"};
  }
  return {fmt::format("所属组织近30天已出动{}小时", hours),
          fmt::format("its organization worked {} h in the last 30 days", hours)};
}

Text TellFreshness(const RankedTeam& ranked, Time now) {
  const Text span = TellSpan(now - *ranked.team->confirmed_time);
  return {fmt::format("资料{}前更新", span.zh), fmt::format("facts confirmed {} ago", span.en)};
}

constexpr int kMostExamined = 1000;

std::vector<Refusal> RefusalsOf(const TeamRecord& team, const RankQuery& query) {
  std::vector<Refusal> refusals;
  if (query.only && std::find(query.only->begin(), query.only->end(), team.facts.team_id) == query.only->end()) {
    refusals.push_back(
        {std::string(Name(EligibilityRule::kNotEnrolled)), {"未报名参加本次演练", "not enrolled in this drill"}});
  }
  for (RuleFailure& failure : FailuresOf(team, query.need)) {
    refusals.push_back(
        {std::string(Name(failure.rule)), {std::move(failure.message_zh), std::move(failure.message_en)}});
  }
  return refusals;
}

/// Each rule once, even if it fails in several shifts.
void CountRefusals(const TeamRecord& team, const std::vector<Refusal>& refusals,
                   std::map<std::string, RuleCount>& rules) {
  std::set<std::string> seen;
  for (const Refusal& refusal : refusals) {
    if (!seen.insert(refusal.rule).second) {
      continue;
    }
    RuleCount& count = rules[refusal.rule];
    ++count.teams;
    if (count.example == nullptr || refusals.size() < count.example_rules) {
      count.example = &team;
      count.example_rules = refusals.size();
      count.text = refusal.text;
    }
  }
}

}  // namespace

std::vector<PartText> TellParts(const RankedTeam& ranked, const RankQuery& query) {
  const Score& score = ranked.score;
  std::vector<PartText> parts;
  if (score.travel) {
    parts.push_back({"travel", *score.travel, TellTravel(ranked)});
  }
  if (score.fit) {
    parts.push_back({"fit", *score.fit, TellFit(ranked, query.need)});
  }
  if (score.headcount) {
    parts.push_back({"headcount", *score.headcount, TellHeadcount(ranked, query.need)});
  }
  if (score.rest) {
    parts.push_back({"rest", *score.rest, TellRest(ranked, query.need)});
  }
  if (score.fairness) {
    parts.push_back({"fairness", *score.fairness, TellFairness(ranked, query.need)});
  }
  if (score.freshness) {
    parts.push_back({"freshness", *score.freshness, TellFreshness(ranked, query.now)});
  }
  return parts;
}

Text TellRank(const RankedTeam& ranked, size_t place, const RankQuery& query) {
  Text text{fmt::format("第{}名，综合代价{:.0f}分钟", place, ranked.score.cost),
            fmt::format("No. {} at a cost of {:.0f} min", place, ranked.score.cost)};
  const char* join_zh = "：";
  const char* join_en = ": ";
  for (const PartText& part : TellParts(ranked, query)) {
    text.zh += join_zh + part.text.zh;
    text.en += join_en + part.text.en;
    join_zh = "；";
    join_en = "; ";
  }
  if (ranked.score.travel_unknown) {
    text.zh += std::string(join_zh) + "位置未知，排在位置已知的队伍之后";
    text.en += std::string(join_en) + "its position is unknown, so it stands behind those whose position is known";
  }
  text.zh += "。";
  text.en += ".";
  return text;
}

Explanation Explain(const Snapshot& snapshot, const TeamRecord& team, const RankQuery& query) {
  Explanation explanation;
  explanation.team = &team;
  explanation.refusals = RefusalsOf(team, query);
  if (explanation.refusals.empty()) {
    explanation.ranked = {&team, ScoreTeam(team, query.need, query.policy, query.now)};
    explanation.place = snapshot.PlaceOf(query, explanation.ranked);
  }
  return explanation;
}

Obstacles CountObstacles(const Snapshot& snapshot, const RankQuery& query) {
  Obstacles obstacles;
  std::map<std::string, RuleCount> rules;
  const auto examine = [&](const TeamRecord& team) {
    if (query.district_path.empty() || DistrictCovers(query.district_path, team.district_path)) {
      ++obstacles.examined;
      CountRefusals(team, RefusalsOf(team, query), rules);
    }
    return obstacles.examined < kMostExamined;
  };
  if (query.only) {
    for (const TeamId& id : *query.only) {
      const TeamRecord* team = snapshot.Find(id);
      if (team != nullptr && !examine(*team)) {
        break;
      }
    }
  } else {
    snapshot.ForEachHolder(query.need.capability, examine);
  }
  for (auto& [rule, count] : rules) {
    count.rule = rule;
    obstacles.rules.push_back(std::move(count));
  }
  std::stable_sort(obstacles.rules.begin(), obstacles.rules.end(),
                   [](const RuleCount& a, const RuleCount& b) { return a.teams > b.teams; });
  return obstacles;
}

Text TellNobody(const Snapshot& snapshot, const RankQuery& query, const Obstacles& obstacles) {
  if (const absl::Status known = CheckCapabilityCode(query.need.capability, "capability"); !known.ok()) {
    const ErrorInfo info = GetErrorInfo(known);
    return {info.message_zh, info.message_en};
  }
  if (obstacles.examined > 0) {
    return {fmt::format("看过的{}支队伍都不可派，原因如下。", obstacles.examined),
            fmt::format("None of the {} teams looked at can go; these rules keep them out.", obstacles.examined)};
  }
  if (query.only) {
    return {"本次演练没有您辖区的队伍报名。", "No team of your district is enrolled in this drill."};
  }
  const size_t holders = snapshot.CountHolders(query.need.capability);
  return holders == 0 ? Text{"没有队伍具备这项能力。", "No team holds this capability."}
                      : Text{"具备这项能力的队伍都不在您的辖区。",
                             "None of the teams with this capability belongs to your district."};
}

}  // namespace muster::matching
