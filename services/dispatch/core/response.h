#pragma once

#include <string>
#include <vector>

#include "muster/domain/response_plan.h"
#include "services/dispatch/core/model.h"

namespace muster::dispatch {

/// What is usually needed for an incident; a template for a request.
struct ProposedPlan {
  const muster::ResponsePlan* plan = nullptr;  ///< null: there is none
  int level = 0;                               ///< for which level, 1 to 4
  std::vector<RequestLine> lines;
};

/// The worst of grade, warning colour and declared response levels; 4 when none is given.
int LevelOf(const Incident& incident);

/// The plan of the incident's category at its level, with shifts from the next full hour after now or its onset.
ProposedPlan ProposePlan(const Incident& incident, Time now);

}  // namespace muster::dispatch
