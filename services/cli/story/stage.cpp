#include "services/cli/story/stage.h"

#include "services/cli/app/paging.h"

namespace muster::cli {

absl::Status Unexpected(const Text& what) {
  return LocalError(ExitCode::kNegative,
                    {"故事没有按预期进行：" + what.zh, "The story did not go as it should: " + what.en});
}

std::string Named(Stage& stage, const std::string& team_id) { return stage.cast.names().TeamName(team_id); }

absl::StatusOr<std::vector<dispatch::v1::Offer>> OffersOf(Stage& stage, StoryLine line,
                                                          dispatch::v1::OfferState state) {
  dispatch::v1::ListOffersRequest request;
  request.set_line_id(stage.request.lines(line).id());
  request.add_states(state);
  MUSTER_ASSIGN_OR_RETURN(const auto reply, CollectPages<dispatch::v1::ListOffersResponse>(stage.cast.duty_operator(),
                                                                                           request, kLargestPage));
  return std::vector<dispatch::v1::Offer>(reply.offers().begin(), reply.offers().end());
}

absl::Status Refresh(Stage& stage) {
  MUSTER_ASSIGN_OR_RETURN(stage.request, FindRequest(stage.cast.duty_operator(), stage.request.id()));
  return absl::OkStatus();
}

}  // namespace muster::cli
