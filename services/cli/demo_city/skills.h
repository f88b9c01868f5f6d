#pragma once

#include <string>
#include <vector>

#include "services/cli/demo_city/city_plan.h"
#include "services/cli/demo_city/draw.h"

namespace muster::demo {

bool IsRescue(Sort sort);

/// A plain capability by Zipf's law with exponent 1: the n-th most wanted is drawn with a probability in proportion to
/// 1 / n. Graded specialities belong to rescue teams alone and are not among them.
const std::string& DrawService(Draw& draw);

/// What an organization does first of all.
std::string DrawTheme(Sort sort, Draw& draw);

/// One to five capabilities of a team, each once, the first of them `first` unless that is empty.
std::vector<std::string> DrawCapabilities(Sort sort, const std::string& first, Draw& draw);

/// What the teams of the demo's own organization can do, by their number in it.
const std::vector<std::string>& DemoCapabilities(int place);

/// True for a capability that can be used by telephone or online.
bool WorksRemotely(const std::string& code);

}  // namespace muster::demo
