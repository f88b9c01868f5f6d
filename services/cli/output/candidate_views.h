#pragma once

#include <string>

#include "muster/matching/v1/matching.pb.h"
#include "services/cli/app/lookup.h"
#include "services/cli/output/output.h"

namespace muster::cli {

/// The teams of a ranking, each with the sentence that explains its place.
void PrintRanking(Output& output, const matching::v1::RankTeamsResponse& ranking);

/// Where one team stands: its rank with the parts of its score, or every rule that keeps it out.
void PrintExplanation(Output& output, const std::string& team_name, const matching::v1::ExplainTeamResponse& answer);

/// The plan of a request, line by line.
void PrintPlan(Output& output, const dispatch::v1::ResourceRequest& request,
               const matching::v1::PlanRequestResponse& plan);

}  // namespace muster::cli
