#include "services/dispatch/rpc/payloads.h"

#include "services/dispatch/rpc/convert.h"

namespace muster::dispatch {
namespace {

template <class Message>
EventPayloads::Payload Pack(const Message& message) {
  return {Message::descriptor()->full_name(), message.SerializeAsString()};
}

}  // namespace

EventPayloads::Payload ProtoPayloads::Of(const Incident& incident) const {
  v1::IncidentEvent event;
  event.set_incident_id(incident.id.value());
  event.set_state(static_cast<v1::IncidentState>(static_cast<int>(incident.state) + 1));
  event.set_title(incident.title);
  event.set_kind(static_cast<v1::IncidentKind>(incident.kind));
  return Pack(event);
}

EventPayloads::Payload ProtoPayloads::Of(const ResourceRequest& request) const {
  v1::RequestEvent event;
  event.set_resource_request_id(request.id.value());
  event.set_incident_id(request.incident_id.value());
  return Pack(event);
}

EventPayloads::Payload ProtoPayloads::Of(const RequestLine& line) const {
  v1::RequestEvent event;
  event.set_resource_request_id(line.resource_request_id.value());
  event.set_incident_id(line.incident_id.value());
  event.set_line_id(line.id.value());
  event.set_line_state(static_cast<v1::LineState>(static_cast<int>(line.state) + 1));
  event.set_filled(line.filled);
  event.set_quantity(line.quantity);
  return Pack(event);
}

EventPayloads::Payload ProtoPayloads::Of(const Offer& offer, bool by_organization) const {
  v1::OfferEvent event;
  *event.mutable_offer() = ToProto(offer);
  event.mutable_offer()->clear_note();       // words of a person
  event.mutable_offer()->clear_condition();  // the same
  event.set_by_organization(by_organization);
  return Pack(event);
}

EventPayloads::Payload ProtoPayloads::Of(const Assignment& assignment, bool by_organization) const {
  v1::AssignmentEvent event;
  *event.mutable_assignment() = ToProto(assignment);
  for (v1::CheckPoint* point :
       {event.mutable_assignment()->has_check_in() ? event.mutable_assignment()->mutable_check_in() : nullptr,
        event.mutable_assignment()->has_check_out() ? event.mutable_assignment()->mutable_check_out() : nullptr}) {
    if (point != nullptr) {
      point->clear_position();  // live positions do not travel by events
    }
  }
  event.mutable_assignment()->mutable_cover()->clear_policy_number();
  event.mutable_assignment()->mutable_cover()->clear_override_reason();  // words of a person
  event.mutable_assignment()->clear_handover_note();
  event.mutable_assignment()->clear_rest_override_reason();
  for (v1::WorkConfirmation* confirmation :
       {assignment.arrival_confirmed ? event.mutable_assignment()->mutable_arrival_confirmed() : nullptr,
        assignment.work_confirmed ? event.mutable_assignment()->mutable_work_confirmed() : nullptr}) {
    if (confirmation != nullptr) {
      confirmation->clear_note();
    }
  }
  event.set_holds_team(IsActive(assignment.state));
  event.set_by_organization(by_organization);
  return Pack(event);
}

EventPayloads::Payload ProtoPayloads::Of(const SituationReport& report) const {
  v1::SituationEvent event;
  event.set_report_id(report.id);
  event.set_incident_id(report.incident_id.value());
  event.set_assignment_id(report.assignment_id.value());
  event.set_needs_more(report.needs_more);
  return Pack(event);
}

EventPayloads::Payload ProtoPayloads::Of(const CallUp& call_up) const {
  v1::CallUpEvent event;
  event.set_incident_id(call_up.id.value());
  event.set_step(static_cast<v1::CallUpStep>(call_up.step));
  *event.mutable_notice() = ToProto(call_up.notice);
  event.mutable_notice()->clear_text();  // words of a person
  return Pack(event);
}

EventPayloads::Payload ProtoPayloads::Of(const Help& help) const {
  v1::HelpEvent event;
  *event.mutable_help() = ToProto(help);
  event.mutable_help()->clear_text();    // words of a person
  event.mutable_help()->clear_answer();  // the same
  return Pack(event);
}

}  // namespace muster::dispatch
