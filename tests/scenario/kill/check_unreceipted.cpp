#include "muster/domain/states.h"
#include "tests/scenario/kill/evidence.h"

namespace muster::testing {
namespace {

using dispatch::v1::Assignment;
using dispatch::v1::Offer;
using notify::v1::Delivery;

/// What an organization is told of an offer that ended like this.
std::set<std::string> EventsOf(const Offer& offer) {
  std::set<std::string> events{"OfferInvited"};
  if (offer.state() == dispatch::v1::OFFER_STATE_STOOD_DOWN) {
    events.insert("OfferStoodDown");
  } else if (offer.state() == dispatch::v1::OFFER_STATE_EXPIRED) {
    events.insert("OfferExpired");
  }
  return events;
}

std::set<std::string> EventsOf(const Assignment& assignment) {
  std::set<std::string> events{"AssignmentReserved"};
  if (assignment.state() == dispatch::v1::ASSIGNMENT_STATE_CANCELLED) {
    events.insert("AssignmentCancelled");
  }
  return events;
}

/// Its organization was told, and has at least one of the messages.
template <class Object>
void CheckTold(const Evidence& evidence, const Object& subject, Problems& problems) {
  std::set<std::string> told;
  bool is_heard = false;
  for (const Delivery* delivery : AllOf(evidence.deliveries_of, subject.id())) {
    if (delivery->organization_id() == subject.organization_id()) {
      told.insert(delivery->event_type().substr(delivery->event_type().rfind('.') + 1));
      is_heard = is_heard || IsHeard(*delivery, evidence.heard);
    }
  }
  if (!is_heard) {
    problems.push_back("nobody heard anything of " + NameOf(subject));
  }
  for (const std::string& event : EventsOf(subject)) {
    if (!told.contains(event)) {
      problems.push_back(event + " of " + NameOf(subject) + " was not told");
    }
  }
}

/// A message that was overtaken need not have been heard; if it was, its receipt counts.
void CheckReceipted(const Evidence& evidence, const Delivery& delivery, Problems& problems) {
  if (IsHeard(delivery, evidence.heard)) {
    return;
  }
  if (evidence.heard.contains(delivery.id())) {
    problems.push_back(NameOf(delivery) + " was heard and has no receipt: " + delivery.ShortDebugString());
  } else if (delivery.state() != notify::v1::DELIVERY_STATE_FAILED) {
    problems.push_back(NameOf(delivery) + " was heard by nobody: " + delivery.ShortDebugString());
  }
}

bool IsOver(const Assignment& assignment) {
  const auto state = StateFromName<AssignmentState>(StateOf(assignment));
  return state && !IsActive(*state);
}

}  // namespace

void CheckUnreceipted(const Evidence& evidence, Problems& problems) {
  for (const auto& [id, offer] : evidence.found.offers) {
    CheckTold(evidence, offer, problems);
  }
  for (const auto& [id, assignment] : evidence.found.assignments) {
    CheckTold(evidence, assignment, problems);
    if (!IsOver(assignment)) {
      problems.push_back(NameOf(assignment) + " is not over: " + assignment.ShortDebugString());
    }
  }
  for (const auto& [id, delivery] : evidence.found.deliveries) {
    CheckReceipted(evidence, delivery, problems);
  }
}

}  // namespace muster::testing
