#include "services/dispatch/core/response.h"

#include <algorithm>
#include <chrono>

namespace muster::dispatch {
namespace {

Time NextFullHour(Time time) { return std::chrono::ceil<std::chrono::hours>(time); }

RequestLine LineOf(const ResponsePlanLine& from, int level, Time start) {
  RequestLine line;
  line.capability = std::string(from.capability);
  line.lowest_level = from.lowest_level;
  line.quantity = from.QuantityAt(level);
  line.unit = from.in_teams ? QuantityUnit::kTeams : QuantityUnit::kPeople;
  line.place = from.is_remote ? Place::kRemote : Place::kOnSite;
  line.priority = from.priority;
  const Time begin = start + std::chrono::hours(from.start_hour);
  line.windows = {{begin, begin + std::chrono::hours(from.hours)}};
  line.instructions = std::string(from.text_zh) + " / " + std::string(from.text_en);
  return line;
}

}  // namespace

int LevelOf(const Incident& incident) {
  int worst = kEventLevels;
  const auto take = [&worst](int level) { worst = level == 0 ? worst : std::min(worst, level); };
  take(incident.grade);
  take(incident.warning_color);
  for (const ResponseLevel& declared : incident.response_levels) {
    take(declared.level);
  }
  return worst;
}

ProposedPlan ProposePlan(const Incident& incident, Time now) {
  ProposedPlan proposed;
  proposed.plan = FindResponsePlan(incident.category);
  if (proposed.plan == nullptr) {
    return proposed;
  }
  proposed.level = LevelOf(incident);
  const Time start = NextFullHour(std::max(now, incident.onset_time.value_or(now)));
  for (const ResponsePlanLine& line : proposed.plan->lines) {
    if (line.QuantityAt(proposed.level) > 0) {
      proposed.lines.push_back(LineOf(line, proposed.level, start));
    }
  }
  return proposed;
}

}  // namespace muster::dispatch
