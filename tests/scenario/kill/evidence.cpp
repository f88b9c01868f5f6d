#include "tests/scenario/kill/evidence.h"

#include <algorithm>
#include <functional>
#include <limits>

#include "muster/domain/states.h"

namespace muster::testing {
namespace {

template <class Object>
void Index(const Findings::ById<Object>& objects, Evidence& evidence) {
  for (const auto& [id, found] : objects) {
    for (const Message* object : ObjectsIn(found)) {
      evidence.objects[IdOf(*object)] = object;
    }
  }
}

template <class State>
bool IsLegalOf(const std::string& from, const std::string& to) {
  const auto before = StateFromName<State>(from);
  const auto after = StateFromName<State>(to);
  return before && after && IsLegalMove(*before, *after);
}

}  // namespace

Evidence::Evidence(const Findings& findings, const Ledger& promises)
    : found(findings), ledger(promises), acknowledged(promises.acknowledged()), heard(promises.heard()) {
  Index(found.incidents, *this);
  Index(found.requests, *this);
  Index(found.offers, *this);
  Index(found.assignments, *this);
  Index(found.deliveries, *this);
  for (const auto& [id, delivery] : found.deliveries) {
    deliveries_of[delivery.subject_id()].push_back(&delivery);
  }
  for (const auto& [id, offer] : found.offers) {
    offers_of[offer.line_id()].push_back(&offer);
  }
  for (const auto& [id, assignment] : found.assignments) {
    assignments_of[assignment.line_id()].push_back(&assignment);
  }
  for (const AuditRecord& record : found.trail) {
    if (record.object_version() > 0) {  // others tell of reads and refusals
      changes[record.object_id()].push_back(&record);
    }
  }
}

Evidence::Span Evidence::SpanOf(const std::string& object_id, std::string_view state,
                                const std::set<std::string_view>& ends) const {
  const auto records = changes.find(object_id);
  if (records == changes.end()) {
    return {};
  }
  const auto end = records->second.end();
  const auto begins =
      std::find_if(records->second.begin(), end, [&](const auto* each) { return each->to_state() == state; });
  if (begins == end) {
    return {};
  }
  const auto ended = std::find_if(begins, end, [&](const auto* each) { return ends.contains(each->to_state()); });
  return {PlaceOf(**begins), ended == end ? std::numeric_limits<size_t>::max() : PlaceOf(**ended)};
}

std::string NameOf(const AuditRecord& record) {
  return record.object_type() + " " + record.object_id() + " version " + std::to_string(record.object_version());
}

bool IsLegal(const std::string& object_type, const std::string& from, const std::string& to) {
  static const std::map<std::string, std::function<bool(const std::string&, const std::string&)>> kinds{
      {"incident", IsLegalOf<IncidentState>}, {"request_line", IsLegalOf<LineState>},
      {"offer", IsLegalOf<OfferState>},       {"assignment", IsLegalOf<AssignmentState>},
      {"delivery", IsLegalOf<DeliveryState>},
  };
  const auto kind = kinds.find(object_type);
  return kind != kinds.end() && kind->second(from, to);
}

}  // namespace muster::testing
