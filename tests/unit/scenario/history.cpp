#include "tests/unit/scenario/history.h"

#include <algorithm>

namespace muster::testing {
namespace {

using dispatch::v1::Assignment;
using dispatch::v1::Incident;
using dispatch::v1::Offer;
using dispatch::v1::RequestLine;
using dispatch::v1::ResourceRequest;
using notify::v1::Delivery;

template <class Object>
void Work(Object& object) {
  auto& window = *object.add_windows();
  window.mutable_start_time()->set_seconds(10'000);
  window.mutable_end_time()->set_seconds(20'000);
}

RequestLine MakeLine(const std::string& id) {
  RequestLine line;
  line.set_id(id);
  line.set_version(1);
  line.set_quantity(1);
  line.set_unit(dispatch::v1::QUANTITY_UNIT_TEAMS);
  line.set_state(dispatch::v1::LINE_STATE_OPEN);
  Work(line);
  return line;
}

Offer MakeOffer(const std::string& number, const std::string& line, const std::string& organization) {
  Offer offer;
  offer.set_id("offer-" + number);
  offer.set_incident_id("incident-1");
  offer.set_resource_request_id("request-1");
  offer.set_line_id(line);
  offer.set_team_id("team-" + number);
  offer.set_organization_id(organization);
  offer.set_mode(common::v1::MODE_REAL);
  offer.set_count_asked(1);
  Work(offer);
  return offer;
}

Assignment MakeAssignment(const std::string& id, const Offer& offer) {
  Assignment assignment;
  assignment.set_id(id);
  assignment.set_incident_id(offer.incident_id());
  assignment.set_resource_request_id(offer.resource_request_id());
  assignment.set_line_id(offer.line_id());
  assignment.set_offer_id(offer.id());
  assignment.set_team_id(offer.team_id());
  assignment.set_organization_id(offer.organization_id());
  assignment.set_mode(offer.mode());
  assignment.set_headcount(offer.count_offered());
  assignment.set_fills(1);
  *assignment.mutable_windows() = offer.windows();
  return assignment;
}

}  // namespace

History::History() {
  using namespace dispatch::v1;
  OpenIncident();
  for (const Offer& asked : {MakeOffer("1", "line-1", "red-cross"), MakeOffer("2", "line-2", "blue-sky"),
                             MakeOffer("3", "line-1", "blue-sky")}) {
    Move(asked, OFFER_STATE_INVITED);
    Tell(asked.id(), asked.organization_id(), "OfferInvited");
  }
  Put(found.requests["request-1"]);
  Move(offer("offer-3"), OFFER_STATE_DECLINED);
  offer("offer-1").set_count_offered(8);
  offer("offer-1").set_assignment_id("assignment-1");
  ChangeLine(0, LINE_STATE_FILLED, 1, 0);
  Move(offer("offer-1"), OFFER_STATE_ACCEPTED);
  Move(MakeAssignment("assignment-1", offer("offer-1")), ASSIGNMENT_STATE_RESERVED);
  offer("offer-2").set_count_offered(8);
  ChangeLine(1, LINE_STATE_OPEN, 0, 1);
  Move(offer("offer-2"), OFFER_STATE_PROVISIONAL);
  offer("offer-2").set_assignment_id("assignment-2");
  ChangeLine(1, LINE_STATE_FILLED, 1, 0);
  Move(offer("offer-2"), OFFER_STATE_ACCEPTED);
  Move(MakeAssignment("assignment-2", offer("offer-2")), ASSIGNMENT_STATE_RESERVED);
  for (const char* id : {"assignment-1", "assignment-2"}) {
    Tell(id, assignment(id).organization_id(), "AssignmentReserved");
    Move(assignment(id), ASSIGNMENT_STATE_MOBILIZING);
    Move(assignment(id), ASSIGNMENT_STATE_EN_ROUTE);
  }
  Move(assignment("assignment-1"), ASSIGNMENT_STATE_ON_SCENE);
  Move(assignment("assignment-1"), ASSIGNMENT_STATE_RELEASED);
  Tell("assignment-1", "red-cross", "AssignmentReleased");
  assignment("assignment-2").set_fills(0);
  ChangeLine(1, LINE_STATE_OPEN, 0, 0);
  Move(assignment("assignment-2"), ASSIGNMENT_STATE_RECALLED);
  Tell("assignment-2", "blue-sky", "AssignmentRecalled");
  for (const char* id : {"assignment-1", "assignment-2"}) {
    Move(assignment(id), ASSIGNMENT_STATE_RETURNING);
    Move(assignment(id), ASSIGNMENT_STATE_HOME);
  }
  found.incidents["incident-1"].set_title("All are home");
  Put(found.incidents["incident-1"]);
  RecordBesides();
}

void History::RecordBesides() {
  common::v1::AuditRecord refusal;
  refusal.set_object_type("offer");
  refusal.set_object_id("offer-3");
  refusal.set_result("ILLEGAL_TRANSITION");
  found.trail.push_back(refusal);
  common::v1::AuditRecord report;
  report.set_object_type("situation_report");
  report.set_object_id("report-1");
  report.set_object_version(1);
  report.set_result("ok");
  found.trail.push_back(report);
}

void History::OpenIncident() {
  Incident incident;
  incident.set_id("incident-1");
  incident.set_mode(common::v1::MODE_REAL);
  incident.set_state(dispatch::v1::INCIDENT_STATE_ACTIVE);
  Put(incident);
  ResourceRequest request;
  request.set_id("request-1");
  request.set_incident_id("incident-1");
  request.set_mode(common::v1::MODE_REAL);
  request.set_state(dispatch::v1::REQUEST_STATE_ACCEPTED);
  *request.add_lines() = MakeLine("line-1");
  *request.add_lines() = MakeLine("line-2");
  Put(request);
  Enter(line(0), "request_line");
  Enter(line(1), "request_line");
}

void History::Put(Incident incident) {
  incident.set_version(incident.version() + 1);
  Enter(found.incidents[incident.id()] = incident, "incident");
}

void History::Put(ResourceRequest request) {
  request.set_version(request.version() + 1);
  Enter(found.requests[request.id()] = request, "resource_request");
}

void History::Put(Offer offer) {
  offer.set_version(offer.version() + 1);
  Enter(found.offers[offer.id()] = offer, "offer");
}

void History::Put(Assignment assignment) {
  assignment.set_version(assignment.version() + 1);
  Enter(found.assignments[assignment.id()] = assignment, "assignment");
}

void History::Put(Delivery delivery) {
  delivery.set_version(delivery.version() + 1);
  Enter(found.deliveries[delivery.id()] = delivery, "delivery");
}

void History::Move(Offer offer, dispatch::v1::OfferState state) {
  offer.set_state(state);
  Put(std::move(offer));
}

void History::Move(Assignment assignment, dispatch::v1::AssignmentState state) {
  assignment.set_state(state);
  Put(std::move(assignment));
}

void History::ChangeLine(int index, dispatch::v1::LineState state, int filled, int held) {
  line(index).set_version(line(index).version() + 1);
  line(index).set_state(state);
  line(index).set_filled(filled);
  line(index).set_held(held);
  Enter(line(index), "request_line");
}

void History::Tell(const std::string& subject, const std::string& organization, const std::string& event) {
  Delivery message;
  message.set_id(subject + "/" + event);
  message.set_subject_id(subject);
  message.set_organization_id(organization);
  message.set_event_id("event of " + message.id());
  message.set_event_type("muster.dispatch.v1." + event);
  message.set_mode(common::v1::MODE_REAL);
  for (const auto state :
       {notify::v1::DELIVERY_STATE_QUEUED, notify::v1::DELIVERY_STATE_SENT, notify::v1::DELIVERY_STATE_DELIVERED}) {
    message.set_version(delivery(message.id()).version());
    message.set_state(state);
    Put(message);
  }
  ledger.Hear(message);
}

void History::Enter(const Message& object, const std::string& type) {
  const std::string version = std::to_string(VersionOf(object));
  ledger.Acknowledge(object);
  ledger.See(session, object);
  common::v1::AuditRecord record;
  record.set_object_type(type);
  record.set_object_id(IdOf(object));
  record.set_object_version(VersionOf(object));
  record.set_to_state(AuditedState(object));
  record.set_after_hash("hash of version " + version);
  if (VersionOf(object) > 1) {
    const auto& before = Record(IdOf(object), VersionOf(object) - 1);
    record.set_from_state(before.to_state());
    record.set_before_hash(before.after_hash());
  }
  record.set_result("ok");
  record.set_actor("someone");
  record.set_action("SomeMethod");
  record.set_request_id("request of " + IdOf(object) + " version " + version);
  record.mutable_time()->set_seconds(++time_);
  ledger.Answer(record.request_id(), object);
  found.trail.push_back(record);
}

common::v1::AuditRecord& History::Record(const std::string& object_id, int64_t version) {
  return *std::find_if(found.trail.begin(), found.trail.end(), [&](const auto& record) {
    return record.object_id() == object_id && record.object_version() == version;
  });
}

void History::Unrecord(const std::string& object_id, int64_t version) {
  std::erase_if(found.trail, [&](const auto& record) {
    return record.object_id() == object_id && record.object_version() == version;
  });
}

void History::RecordLast(const std::string& object_id, int64_t version) {
  const common::v1::AuditRecord record = Record(object_id, version);
  Unrecord(object_id, version);
  found.trail.push_back(record);
}

}  // namespace muster::testing
