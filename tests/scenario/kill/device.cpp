#include "tests/scenario/kill/device.h"

#include <algorithm>

#include "muster/wire/timestamp.h"

namespace muster::testing {
namespace {

using dispatch::v1::AnswerOfferRequest;
using dispatch::v1::Offer;
using notify::v1::Delivery;

/// Others were faster, or the time is over.
const std::set<Reason> kTooLate{Reason::kIllegalTransition, Reason::kExpired, Reason::kLineFull};
/// The same, or the team is booked already.
const std::set<Reason> kTooLateOrBooked{Reason::kIllegalTransition, Reason::kExpired, Reason::kLineFull,
                                        Reason::kTeamOverlap};
/// The same for a promise that ran out meanwhile.
const std::set<Reason> kNotConfirmed{Reason::kIllegalTransition, Reason::kExpired, Reason::kLineFull,
                                     Reason::kTeamOverlap, Reason::kVersionConflict};
/// The incident was closed under way.
const std::set<Reason> kCalledOff{Reason::kIllegalTransition, Reason::kVersionConflict};

AnswerOfferRequest AnswerTo(const std::string& offer_id, dispatch::v1::OfferAnswer answer) {
  AnswerOfferRequest request;
  request.set_id(offer_id);
  request.set_answer(answer);
  request.set_answered_via(dispatch::v1::ANSWERED_VIA_PORTAL);
  request.mutable_cover()->set_state(dispatch::v1::COVER_STATE_DECLARED);
  request.mutable_cover()->set_insurer("PICC");
  request.mutable_cover()->set_policy_number("P-1");
  return request;
}

/// True when the operator gives seconds to answer instead of minutes.
bool IsUrgent(const Offer& offer) {
  return ToTime(offer.expire_time()) - ToTime(offer.create_time()) < std::chrono::minutes(1);
}

}  // namespace

Device::Device(const Deployment& deployment, const Manager& manager, Ledger& ledger, unsigned seed)
    : organization_id_(manager.organization_id),
      ledger_(ledger),
      line_(deployment, manager.api_key),
      actor_(deployment, manager.api_key, ledger),
      random_(seed),
      thread_([this] { Run(); }) {}

Device::~Device() {
  stopping_.store(true);
  thread_.join();
}

void Device::Run() {
  while (!stopping_.load()) {
    if (line_.Connect()) {
      Listen();
    }
    line_.Drop();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

void Device::Listen() {
  using Item = notify::v1::SubscribeResponse;
  const auto stream = line_.session().Stream<Item>(notify::v1::SubscribeRequest());
  Item item;
  while (stream.ok() && !stopping_.load()) {
    const auto next = (*stream)->Read(&item, std::chrono::milliseconds(100));
    if (next == rpc::StreamReader<Item>::Next::kEnd) {
      return;
    }
    if (next == rpc::StreamReader<Item>::Next::kItem) {
      Take(item.delivery());
    }
  }
}

void Device::Take(const Delivery& delivery) {
  EXPECT_EQ(delivery.organization_id(), organization_id_) << "heard what is another one's";
  if (ledger_.Hear(delivery)) {
    const std::string& event = delivery.event_type();
    if (event.ends_with(".OfferInvited")) {
      Answer(delivery.subject_id());
    } else if (event.ends_with(".AssignmentReserved")) {
      SetOut(delivery.subject_id());
    } else if (event.ends_with(".AssignmentReleased") || event.ends_with(".AssignmentRecalled")) {
      ComeHome(delivery.subject_id());
    }
  }
  Receipt(delivery);
}

void Device::Receipt(const Delivery& delivery) {
  notify::v1::AcknowledgeDeliveryRequest receipt;
  receipt.set_id(delivery.id());
  receipt.set_state(notify::v1::DELIVERY_STATE_DELIVERED);
  actor_.Do<Delivery>(receipt).IgnoreError();
}

void Device::Answer(const std::string& offer_id) {
  dispatch::v1::ListOffersRequest request;
  request.add_states(dispatch::v1::OFFER_STATE_INVITED);
  request.set_page_size(500);
  const auto open = actor_.Read<dispatch::v1::ListOffersResponse>(request);
  const auto offer = std::find_if(open.offers().begin(), open.offers().end(),
                                  [&](const Offer& each) { return each.id() == offer_id; });
  if (offer == open.offers().end() || (IsUrgent(*offer) && Chance(40))) {
    return;  // it is over already, or nobody answers in time
  }
  if (Chance(20)) {
    Decline(offer_id, dispatch::v1::DECLINE_REASON_NO_PEOPLE);
  } else if (Chance(30)) {
    AcceptProvisionally(offer_id);
  } else {
    Accept(offer_id);
  }
}

void Device::Accept(const std::string& offer_id) {
  const auto reply = actor_.Do<Offer>(AnswerTo(offer_id, dispatch::v1::OFFER_ANSWER_ACCEPT), kTooLateOrBooked);
  if (!reply.ok()) {
    Decline(offer_id, dispatch::v1::DECLINE_REASON_BUSY);
  }
}

void Device::Decline(const std::string& offer_id, dispatch::v1::DeclineReason why) {
  AnswerOfferRequest request = AnswerTo(offer_id, dispatch::v1::OFFER_ANSWER_DECLINE);
  request.set_decline_reason(why);
  actor_.Do<Offer>(request, kTooLate).IgnoreError();
}

void Device::AcceptProvisionally(const std::string& offer_id) {
  AnswerOfferRequest request = AnswerTo(offer_id, dispatch::v1::OFFER_ANSWER_PROVISIONAL);
  request.set_condition("transport");
  const auto promised = actor_.Do<Offer>(request, kTooLate);
  if (!promised.ok()) {
    return Decline(offer_id, dispatch::v1::DECLINE_REASON_BUSY);
  }
  if (Chance(65)) {
    dispatch::v1::ConfirmOfferRequest confirmation;
    confirmation.set_id(offer_id);
    confirmation.set_expected_version(promised->version());
    actor_.Do<Offer>(confirmation, kNotConfirmed).IgnoreError();
  }
}

void Device::SetOut(const std::string& assignment_id) {
  auto assignment = Advance(ReadAssignment(assignment_id), dispatch::v1::ASSIGNMENT_STATE_MOBILIZING, kCalledOff);
  if (assignment.ok()) {
    assignment = Advance(*assignment, dispatch::v1::ASSIGNMENT_STATE_EN_ROUTE, kCalledOff);
  }
  if (assignment.ok()) {
    dispatch::v1::CheckInRequest arrival;
    arrival.set_id(assignment_id);
    actor_.Do<dispatch::v1::Assignment>(arrival, kCalledOff).IgnoreError();
  }
}

void Device::ComeHome(const std::string& assignment_id) {
  if (Advance(ReadAssignment(assignment_id), dispatch::v1::ASSIGNMENT_STATE_RETURNING, {}).ok()) {
    dispatch::v1::CheckOutRequest home;
    home.set_id(assignment_id);
    actor_.Do<dispatch::v1::Assignment>(home).IgnoreError();
  }
}

absl::StatusOr<dispatch::v1::Assignment> Device::Advance(const dispatch::v1::Assignment& from,
                                                         dispatch::v1::AssignmentState to,
                                                         const std::set<Reason>& legal) {
  dispatch::v1::AdvanceAssignmentRequest request;
  request.set_id(from.id());
  request.set_expected_version(from.version());
  request.set_state(to);
  return actor_.Do<dispatch::v1::Assignment>(request, legal);
}

dispatch::v1::Assignment Device::ReadAssignment(const std::string& id) {
  dispatch::v1::GetAssignmentRequest request;
  request.set_id(id);
  return actor_.Read<dispatch::v1::Assignment>(request);
}

bool Device::Chance(int percent) { return std::uniform_int_distribution<int>(1, 100)(random_) <= percent; }

}  // namespace muster::testing
