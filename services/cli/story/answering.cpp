#include "services/cli/story/answering.h"

#include <thread>

#include "muster/wire/timestamp.h"
#include "services/cli/app/advancing.h"
#include "services/cli/output/format.h"

namespace muster::cli {
namespace {

using dispatch::v1::AnswerOfferRequest;
using dispatch::v1::Offer;

AnswerOfferRequest Begin(Session& session, const Offer& offer, dispatch::v1::OfferAnswer answer) {
  AnswerOfferRequest request;
  request.set_request_id(session.NewRequestId());
  request.set_id(offer.id());
  request.set_answer(answer);
  return request;
}

absl::Status KeepAssignment(Stage& stage, const Offer& offer) {
  MUSTER_ASSIGN_OR_RETURN(const auto assignment, ReadAssignment(stage.cast.duty_operator(), offer.assignment_id()));
  stage.assignments.push_back(assignment);
  return absl::OkStatus();
}

absl::StatusOr<Offer> Send(Session& session, const AnswerOfferRequest& request) { return session.Call<Offer>(request); }

}  // namespace

void Sleep(Duration duration) { std::this_thread::sleep_for(duration); }

absl::Status AcceptWithCover(Stage& stage, const Offer& offer) {
  MUSTER_ASSIGN_OR_RETURN(Session * manager, stage.cast.Manager(offer.organization_id()));
  AnswerOfferRequest request = Begin(*manager, offer, dispatch::v1::OFFER_ANSWER_ACCEPT);
  auto& cover = *request.mutable_cover();
  cover.set_state(dispatch::v1::COVER_STATE_DECLARED);
  cover.set_insurer("示范保险 Demo Insurance");
  cover.set_policy_number("DEMO-0001");
  *cover.mutable_valid_until_time() = ToTimestamp(stage.context.clock().Now() + std::chrono::hours(24 * 30));
  MUSTER_ASSIGN_OR_RETURN(const Offer answered, Send(*manager, request));
  stage.narrator.Tell({"“" + Named(stage, offer.team_id()) + "”接受，并申报自己的保险。",
                       "\"" + Named(stage, offer.team_id()) + "\" accepts and declares its own insurance."});
  stage.narrator.ByHand("muster offer accept " + offer.id() + " --as organization --insurer Demo --policy DEMO-0001");
  return KeepAssignment(stage, answered);
}

absl::Status AcceptWithoutCover(Stage& stage, const Offer& offer) {
  MUSTER_ASSIGN_OR_RETURN(Session * manager, stage.cast.Manager(offer.organization_id()));
  MUSTER_ASSIGN_OR_RETURN(const Offer answered,
                          Send(*manager, Begin(*manager, offer, dispatch::v1::OFFER_ANSWER_ACCEPT)));
  stage.narrator.Tell({"“" + Named(stage, offer.team_id()) + "”接受，没有保险。",
                       "\"" + Named(stage, offer.team_id()) + "\" accepts; it has no insurance."});
  stage.narrator.ByHand("muster offer accept " + offer.id() + " --as organization");
  return KeepAssignment(stage, answered);
}

absl::Status AcceptByPhone(Stage& stage, const Offer& offer) {
  Session& session = stage.cast.duty_operator();
  AnswerOfferRequest request = Begin(session, offer, dispatch::v1::OFFER_ANSWER_ACCEPT);
  request.set_answered_via(dispatch::v1::ANSWERED_VIA_PHONE);
  MUSTER_ASSIGN_OR_RETURN(const Offer answered, Send(session, request));
  stage.narrator.Tell({"“" + Named(stage, offer.team_id()) + "”在电话里答应，值班员代为登记。",
                       "\"" + Named(stage, offer.team_id()) + "\" says yes on the phone; the operator enters it."});
  stage.narrator.ByHand("muster offer accept " + offer.id() + " --via phone");
  return KeepAssignment(stage, answered);
}

absl::Status AnswerProvisionally(Stage& stage, const Offer& offer) {
  MUSTER_ASSIGN_OR_RETURN(Session * manager, stage.cast.Manager(offer.organization_id()));
  AnswerOfferRequest request = Begin(*manager, offer, dispatch::v1::OFFER_ANSWER_PROVISIONAL);
  request.set_condition("需要安排接送车辆 / transport has to be arranged");
  MUSTER_RETURN_IF_ERROR(Send(*manager, request).status());
  stage.narrator.Tell(
      {"“" + Named(stage, offer.team_id()) + "”有条件接受：需要安排接送车辆。名额先保留。",
       "\"" + Named(stage, offer.team_id()) + "\" accepts if transport is arranged; its place is held."});
  stage.narrator.ByHand("muster offer provisional " + offer.id() + " --condition \"transport\" --as organization");
  return absl::OkStatus();
}

absl::Status Decline(Stage& stage, const Offer& offer) {
  MUSTER_ASSIGN_OR_RETURN(Session * manager, stage.cast.Manager(offer.organization_id()));
  AnswerOfferRequest request = Begin(*manager, offer, dispatch::v1::OFFER_ANSWER_DECLINE);
  request.set_decline_reason(dispatch::v1::DECLINE_REASON_NO_PEOPLE);
  MUSTER_RETURN_IF_ERROR(Send(*manager, request).status());
  stage.narrator.Tell({"“" + Named(stage, offer.team_id()) + "”谢绝：没有人手。",
                       "\"" + Named(stage, offer.team_id()) + "\" declines: no people free."});
  stage.narrator.ByHand("muster offer decline " + offer.id() + " --reason no_people --as organization");
  return absl::OkStatus();
}

absl::Status ConfirmProvisional(Stage& stage, const Offer& offer) {
  MUSTER_ASSIGN_OR_RETURN(const auto held, OffersOf(stage, kCounsellors, dispatch::v1::OFFER_STATE_PROVISIONAL));
  if (held.empty() || held.front().id() != offer.id()) {
    return Unexpected({"有条件的答复不见了", "the provisional answer is gone"});
  }
  MUSTER_ASSIGN_OR_RETURN(Session * manager, stage.cast.Manager(offer.organization_id()));
  dispatch::v1::ConfirmOfferRequest request;
  request.set_request_id(manager->NewRequestId());
  request.set_id(offer.id());
  request.set_expected_version(held.front().version());
  MUSTER_ASSIGN_OR_RETURN(const Offer confirmed, manager->Call<Offer>(request));
  stage.narrator.Tell({"车辆有了，“" + Named(stage, offer.team_id()) + "”确认前来。",
                       "Transport is there: \"" + Named(stage, offer.team_id()) + "\" confirms."});
  stage.narrator.ByHand("muster offer confirm " + offer.id());
  return KeepAssignment(stage, confirmed);
}

}  // namespace muster::cli
