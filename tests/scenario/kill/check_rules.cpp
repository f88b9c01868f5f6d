#include <algorithm>

#include "tests/scenario/kill/evidence.h"

namespace muster::testing {
namespace {

using dispatch::v1::Assignment;
using dispatch::v1::Offer;
using dispatch::v1::RequestLine;
using google::protobuf::FieldDescriptor;
using notify::v1::Delivery;

void CheckNumbers(const Message& object, Problems& problems) {
  const auto& reflection = *object.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(object, &fields);
  for (const FieldDescriptor* field : fields) {
    const bool is_number = field->type() == FieldDescriptor::TYPE_INT32 && !field->is_repeated();
    if (is_number && reflection.GetInt32(object, field) < 0) {
      problems.push_back(NameOf(object) + " has a negative number: " + field->name());
    }
  }
}

int CapacityOf(const RequestLine& line) {
  return static_cast<int>(int64_t{line.quantity()} * (100 + line.tolerance_percent()) / 100);
}

/// What its offers and assignments take of a line, in its unit.
struct Sums {
  int filled = 0;
  int held = 0;
  int asked = 0;
};

Sums SumsOf(const Evidence& evidence, const RequestLine& line) {
  Sums sums;
  for (const Assignment* assignment : AllOf(evidence.assignments_of, line.id())) {
    sums.filled += assignment->fills();
  }
  for (const Offer* offer : AllOf(evidence.offers_of, line.id())) {
    sums.held += offer->state() == dispatch::v1::OFFER_STATE_PROVISIONAL ? offer->count_asked() : 0;
    sums.asked += offer->state() == dispatch::v1::OFFER_STATE_INVITED ? offer->count_asked() : 0;
  }
  return sums;
}

void CheckSums(const Evidence& evidence, const RequestLine& line, Problems& problems) {
  const Sums sums = SumsOf(evidence, line);
  const bool is_over =
      line.state() == dispatch::v1::LINE_STATE_CLOSED || line.state() == dispatch::v1::LINE_STATE_CANCELLED;
  if (line.filled() != sums.filled) {
    problems.push_back(NameOf(line) + " is not filled by what its assignments bring: " + std::to_string(sums.filled));
  }
  if (!is_over && (line.held() != sums.held || line.asked() != sums.asked)) {
    problems.push_back(NameOf(line) + " does not count what its offers ask and hold");
  }
  if (std::max(line.filled() + line.held(), sums.filled + sums.held) > CapacityOf(line)) {
    problems.push_back(NameOf(line) + " has more than was asked for: " + line.ShortDebugString());
  }
}

/// How many teams a line had at most at one time, promised or booked, as the audit trail tells.
int MostTeamsOf(const Evidence& evidence, const RequestLine& line) {
  std::vector<Evidence::Span> taken;
  for (const Assignment* assignment : AllOf(evidence.assignments_of, line.id())) {
    taken.push_back(evidence.SpanOf(assignment->id(), "reserved", {"cancelled", "no_show", "recalled"}));
  }
  for (const Offer* offer : AllOf(evidence.offers_of, line.id())) {
    taken.push_back(
        evidence.SpanOf(offer->id(), "provisional", {"accepted", "declined", "expired", "withdrawn", "stood_down"}));
  }
  int64_t most = 0;
  for (const Evidence::Span& one : taken) {
    most = std::max(most, std::count_if(taken.begin(), taken.end(), [&](const Evidence::Span& other) {
                      return other.begin <= one.begin && one.begin < other.end;
                    }));
  }
  return static_cast<int>(most);
}

void CheckLine(const Evidence& evidence, const RequestLine& line, Problems& problems) {
  CheckSums(evidence, line, problems);
  if (line.unit() == dispatch::v1::QUANTITY_UNIT_TEAMS && MostTeamsOf(evidence, line) > CapacityOf(line)) {
    problems.push_back(NameOf(line) + " had more teams at one time than was asked for");
  }
}

/// The incident, the line and the team are those of the offer that was accepted, and nobody more comes.
void CheckOrigin(const Evidence& evidence, const Assignment& assignment, Problems& problems) {
  const auto found = evidence.found.offers.find(assignment.offer_id());
  if (found == evidence.found.offers.end()) {
    return;  // booked directly, or reported as lost
  }
  const Offer& offer = found->second;
  if (offer.state() != dispatch::v1::OFFER_STATE_ACCEPTED && offer.state() != dispatch::v1::OFFER_STATE_WITHDRAWN) {
    problems.push_back(NameOf(assignment) + " was booked by an offer that is " + StateOf(offer) + ": " + offer.id());
  }
  if (assignment.line_id() != offer.line_id() || assignment.team_id() != offer.team_id() ||
      assignment.organization_id() != offer.organization_id()) {
    problems.push_back(NameOf(assignment) + " has another line, team or organization than offer " + offer.id());
  }
  if (assignment.headcount() > offer.count_offered()) {
    problems.push_back(NameOf(assignment) + " has more people than offer " + offer.id() + " offered");
  }
}

/// An exercise stays one.
template <class Object>
void CheckModes(const Evidence& evidence, const Findings::ById<Object>& objects, Problems& problems) {
  for (const auto& [id, object] : objects) {
    const auto incident = evidence.found.incidents.find(object.incident_id());
    if (incident == evidence.found.incidents.end()) {
      problems.push_back(NameOf(object) + " is of no incident: " + object.incident_id());
    } else if (incident->second.mode() != object.mode()) {
      problems.push_back(NameOf(object) + " has another mode than its incident " + incident->first);
    }
  }
}

/// "muster.dispatch.v1.OfferStoodDown" of an "offer": "stood_down".
std::string StateToldBy(const std::string& event_type, const std::string& object_type) {
  const size_t start = event_type.rfind('.') + 1 + object_type.size();
  std::string state;
  for (size_t i = std::min(start, event_type.size()); i < event_type.size(); ++i) {
    const bool is_upper = event_type[i] >= 'A' && event_type[i] <= 'Z';
    state += is_upper && !state.empty() ? "_" : "";
    state += is_upper ? static_cast<char>(event_type[i] - 'A' + 'a') : event_type[i];
  }
  return state;
}

/// It tells of something that happened.
bool Happened(const Evidence& evidence, const Delivery& delivery) {
  const auto records = evidence.changes.find(delivery.subject_id());
  return records != evidence.changes.end() &&
         std::any_of(records->second.begin(), records->second.end(), [&](const AuditRecord* record) {
           return record->to_state() == StateToldBy(delivery.event_type(), record->object_type());
         });
}

/// It tells those whom it concerns, as an exercise if it is one.
template <class Object>
void CheckAddress(const Delivery& delivery, const Findings::ById<Object>& subjects, Problems& problems) {
  const auto subject = subjects.find(delivery.subject_id());
  if (subject == subjects.end()) {
    return;
  }
  if (delivery.organization_id() != subject->second.organization_id()) {
    problems.push_back(NameOf(delivery) + " is for another organization than " + NameOf(subject->second));
  }
  if (delivery.mode() != subject->second.mode()) {
    problems.push_back(NameOf(delivery) + " has another mode than " + NameOf(subject->second));
  }
}

void CheckDelivery(const Evidence& evidence, const Delivery& delivery, Problems& problems) {
  if (!Happened(evidence, delivery)) {
    problems.push_back(NameOf(delivery) + " tells of what never happened: " + delivery.event_type() + " of " +
                       delivery.subject_id());
  }
  CheckAddress(delivery, evidence.found.offers, problems);
  CheckAddress(delivery, evidence.found.assignments, problems);
  const bool is_marked = delivery.text().zh().starts_with("【演练】") && delivery.text().en().starts_with("[EXERCISE]");
  if (is_marked != (delivery.mode() == common::v1::MODE_DRILL)) {
    problems.push_back(NameOf(delivery) + " is not marked as what it is, real or an exercise");
  }
}

}  // namespace

void CheckRules(const Evidence& evidence, Problems& problems) {
  for (const auto& [id, object] : evidence.objects) {
    CheckNumbers(*object, problems);
  }
  for (const auto& [id, request] : evidence.found.requests) {
    for (const RequestLine& line : request.lines()) {
      CheckLine(evidence, line, problems);
    }
  }
  for (const auto& [id, assignment] : evidence.found.assignments) {
    CheckOrigin(evidence, assignment, problems);
  }
  CheckModes(evidence, evidence.found.requests, problems);
  CheckModes(evidence, evidence.found.offers, problems);
  CheckModes(evidence, evidence.found.assignments, problems);
  for (const auto& [id, delivery] : evidence.found.deliveries) {
    CheckDelivery(evidence, delivery, problems);
  }
}

}  // namespace muster::testing
