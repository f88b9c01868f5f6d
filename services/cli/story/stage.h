#pragma once

#include <string>
#include <vector>

#include "muster/base/status_macros.h"
#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/matching/v1/matching.pb.h"
#include "services/cli/app/context.h"
#include "services/cli/story/cast.h"
#include "services/cli/story/narrator.h"

namespace muster::cli {

/// The lines of the story's request, in its order.
enum StoryLine : int { kCounsellors = 0, kDistribution = 1, kHotline = 2 };

/// What the chapters hand on to each other.
struct Stage {
  Context& context;
  Cast& cast;
  Narrator& narrator;

  dispatch::v1::Incident incident = {};
  dispatch::v1::ResourceRequest request = {};
  matching::v1::PlanRequestResponse plan = {};
  std::vector<dispatch::v1::Offer> offers = {};            ///< of the first wave
  std::vector<dispatch::v1::Assignment> assignments = {};  ///< in the order of their acceptance
};

// The chapters, in this order. Each does its part with real calls and answers an error when the story does not go as
// it should.
absl::Status TellOfTheCity(Stage& stage);
absl::Status TellOfTheAlert(Stage& stage);
absl::Status TellOfTheRequest(Stage& stage);
absl::Status TellOfTheCandidates(Stage& stage);
absl::Status TellOfTheDispatch(Stage& stage);
absl::Status TellOfTheAnswers(Stage& stage);
absl::Status TellOfTheNextWave(Stage& stage);
absl::Status TellOfTheDeparture(Stage& stage);
absl::Status TellOfTheWork(Stage& stage);
absl::Status TellOfTheEnd(Stage& stage);
absl::Status TellOfTheAudit(Stage& stage);

/// The story did not go as it should.
absl::Status Unexpected(const Text& what);

/// "NAME (people)" of a team, for sentences.
std::string Named(Stage& stage, const std::string& team_id);

/// The offers of a line of the story in a state, newest first.
absl::StatusOr<std::vector<dispatch::v1::Offer>> OffersOf(Stage& stage, StoryLine line, dispatch::v1::OfferState state);

/// Reads the request again.
absl::Status Refresh(Stage& stage);

}  // namespace muster::cli
