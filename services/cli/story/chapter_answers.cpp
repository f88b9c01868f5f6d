#include <algorithm>

#include "services/cli/app/advancing.h"
#include "services/cli/output/dispatch_views.h"
#include "services/cli/output/format.h"
#include "services/cli/output/progress.h"
#include "services/cli/story/answering.h"
#include "services/cli/story/stage.h"

namespace muster::cli {
namespace {

using dispatch::v1::Offer;

constexpr Duration kWaveDelay = std::chrono::seconds(15);
constexpr Duration kSilence = std::chrono::seconds(30);
constexpr Duration kLook = std::chrono::milliseconds(200);

std::vector<Offer> FirstWave(const Stage& stage, StoryLine line) {
  std::vector<Offer> offers;
  std::copy_if(stage.offers.begin(), stage.offers.end(), std::back_inserter(offers),
               [&](const Offer& offer) { return offer.line_id() == stage.request.lines(line).id(); });
  return offers;
}

/// Waits until a later wave of the line is out; the offers of that wave.
absl::StatusOr<std::vector<Offer>> AwaitWave(Stage& stage, StoryLine line, int wave, Duration at_most) {
  const Duration start = stage.context.clock().Steady();
  Progress progress(stage.narrator.output(), {"等待下一轮", "waiting for the next wave"}, {"秒", "s"},
                    std::chrono::duration<double>(at_most).count());
  while (stage.context.clock().Steady() - start < at_most) {
    MUSTER_ASSIGN_OR_RETURN(auto offers, OffersOf(stage, line, dispatch::v1::OFFER_STATE_INVITED));
    std::erase_if(offers, [&](const Offer& offer) { return offer.wave() < wave; });
    if (!offers.empty()) {
      return offers;
    }
    progress.Update(std::chrono::duration<double>(stage.context.clock().Steady() - start).count());
    Sleep(kLook);
  }
  return Unexpected({"下一轮没有自动发出", "the next wave did not go out by itself"});
}

absl::Status TellWhoWasStoodDown(Stage& stage, StoryLine line) {
  MUSTER_ASSIGN_OR_RETURN(const auto stood_down, OffersOf(stage, line, dispatch::v1::OFFER_STATE_STOOD_DOWN));
  MUSTER_RETURN_IF_ERROR(Refresh(stage));
  if (stage.request.lines(line).state() != dispatch::v1::LINE_STATE_FILLED || stood_down.empty()) {
    return Unexpected({"满员后没有解除待命", "nobody was stood down when the line was full"});
  }
  stage.narrator.Tell({"这一行满员；“" + Named(stage, stood_down.front().team_id()) + "”等 " +
                           std::to_string(stood_down.size()) + " 支仍被询问的队伍解除待命。",
                       "That line is full; those still asked are stood down: " + std::to_string(stood_down.size()) +
                           ", among them \"" + Named(stage, stood_down.front().team_id()) + "\"."});
  return absl::OkStatus();
}

/// One accepts with insurance of its own, one comes under a condition, one declines: the next wave goes out at once.
absl::Status AnswerAsCounsellors(Stage& stage) {
  const auto offers = FirstWave(stage, kCounsellors);
  if (offers.size() < 3) {
    return Unexpected({"第一轮邀请太少", "the first wave is too small"});
  }
  MUSTER_RETURN_IF_ERROR(AcceptWithCover(stage, offers[0]));
  MUSTER_RETURN_IF_ERROR(AnswerProvisionally(stage, offers[1]));
  MUSTER_RETURN_IF_ERROR(Decline(stage, offers[2]));
  MUSTER_ASSIGN_OR_RETURN(const auto next, AwaitWave(stage, kCounsellors, 2, kWaveDelay));
  stage.narrator.Tell(
      {"有人谢绝，第二轮自动发出：" + std::to_string(next.size()) + " 份邀请。",
       "One declined, so the second wave goes out by itself: " + std::to_string(next.size()) + " offers."});
  MUSTER_RETURN_IF_ERROR(AcceptByPhone(stage, next.front()));
  MUSTER_RETURN_IF_ERROR(ConfirmProvisional(stage, offers[1]));
  return TellWhoWasStoodDown(stage, kCounsellors);
}

absl::Status AnswerOnTheHotline(Stage& stage) {
  const auto offers = FirstWave(stage, kHotline);
  if (offers.size() < 2) {
    return Unexpected({"热线只问了一支队伍", "only one team was asked for the hotline"});
  }
  MUSTER_RETURN_IF_ERROR(AcceptByPhone(stage, offers[0]));
  return TellWhoWasStoodDown(stage, kHotline);
}

}  // namespace

absl::Status TellOfTheAnswers(Stage& stage) {
  stage.narrator.Chapter({"组织答复", "Organizations answer"}, /*may_pause=*/false);
  const auto distribution = FirstWave(stage, kDistribution);
  if (distribution.size() < 2) {
    return Unexpected({"配送只问了一支队伍", "only one team was asked for the distribution"});
  }
  MUSTER_RETURN_IF_ERROR(AcceptWithoutCover(stage, distribution[0]));
  MUSTER_RETURN_IF_ERROR(AnswerOnTheHotline(stage));
  MUSTER_RETURN_IF_ERROR(AnswerAsCounsellors(stage));
  stage.narrator.ByHand("muster offer list --request " + stage.request.id());
  return absl::OkStatus();
}

absl::Status TellOfTheNextWave(Stage& stage) {
  stage.narrator.Chapter({"有一支没有回音", "One stays silent"}, /*may_pause=*/false);
  const Offer silent = FirstWave(stage, kDistribution)[1];
  stage.narrator.Tell({"“" + Named(stage, silent.team_id()) + "”一直没有答复……",
                       "\"" + Named(stage, silent.team_id()) + "\" does not answer..."});
  MUSTER_ASSIGN_OR_RETURN(const auto next, AwaitWave(stage, kDistribution, 2, kSilence + kWaveDelay));
  MUSTER_ASSIGN_OR_RETURN(const auto expired, OffersOf(stage, kDistribution, dispatch::v1::OFFER_STATE_EXPIRED));
  if (expired.size() != 1 || expired.front().id() != silent.id()) {
    return Unexpected({"沉默的邀请没有过期", "the silent offer did not expire"});
  }
  stage.narrator.Tell({"时限一到，邀请作废，下一轮自动发出：" + std::to_string(next.size()) + " 份邀请。",
                       "When the time is up its offer expires and the next wave goes out by itself: " +
                           std::to_string(next.size()) + " offers."});
  stage.narrator.ByHand("muster wave show " + stage.request.lines(kDistribution).id());
  MUSTER_RETURN_IF_ERROR(AcceptByPhone(stage, next.front()));
  return TellWhoWasStoodDown(stage, kDistribution);
}

}  // namespace muster::cli
