#include <algorithm>

#include "tests/scenario/kill/evidence.h"

namespace muster::testing {
namespace {

using dispatch::v1::Assignment;
using google::protobuf::Timestamp;

/// Nobody has the reply to what made it: the call was repeated, and both made one.
template <class Object>
void CheckMadeOnce(const Evidence& evidence, const Findings::ById<Object>& found, Problems& problems) {
  const auto acknowledged = evidence.acknowledged.find(Object::descriptor()->name());
  for (const auto& [id, object] : found) {
    if (acknowledged == evidence.acknowledged.end() || !acknowledged->second.contains(id)) {
      problems.push_back(NameOf(object) + " was carried out twice: " + object.ShortDebugString());
    }
  }
}

void CheckToldOnce(const Evidence& evidence, Problems& problems) {
  std::map<std::pair<std::string, std::string>, int> by_event;
  std::map<std::pair<std::string, std::string>, int> by_type;
  for (const auto& [id, delivery] : evidence.found.deliveries) {
    if (++by_event[{delivery.event_id(), delivery.organization_id()}] == 2) {
      problems.push_back("Delivery " + id + " tells an organization again of event " + delivery.event_id());
    }
    if (++by_type[{delivery.subject_id(), delivery.event_type()}] == 2) {
      problems.push_back("Delivery " + id + " tells again of " + delivery.subject_id() + ": " + delivery.event_type());
    }
  }
}

void CheckAuditedOnce(const Evidence& evidence, Problems& problems) {
  for (const auto& [id, records] : evidence.changes) {
    std::set<int64_t> versions;
    for (const AuditRecord* record : records) {
      if (!versions.insert(record->object_version()).second) {
        problems.push_back(NameOf(*record) + " was audited twice");
      }
    }
  }
}

/// One request changes an object once and makes one incident, one request.
void CheckCarriedOutOnce(const Evidence& evidence, Problems& problems) {
  static const std::set<std::string> made_alone{"incident", "resource_request"};
  std::map<std::string, std::set<std::pair<std::string, std::string>>> changed;  // by request: kinds and ids
  std::map<std::string, std::set<std::string>> made;                             // by request: kinds
  for (const auto& [id, records] : evidence.changes) {
    for (const AuditRecord* record : records) {
      if (record->request_id().empty()) {
        continue;
      }
      const std::string request = record->actor() + " " + record->action() + " " + record->request_id();
      const bool is_first = changed[request].insert({record->object_type(), id}).second;
      const bool is_second_made = record->object_version() == 1 && made_alone.contains(record->object_type()) &&
                                  !made[request].insert(record->object_type()).second;
      if (!is_first || is_second_made) {
        problems.push_back(NameOf(*record) + " is of a request that was carried out twice: " + request);
      }
    }
  }
}

bool IsBefore(const Timestamp& one, const Timestamp& other) {
  return std::pair(one.seconds(), one.nanos()) < std::pair(other.seconds(), other.nanos());
}

bool Overlap(const Assignment& one, const Assignment& other) {
  return std::any_of(one.windows().begin(), one.windows().end(), [&](const auto& window) {
    return std::any_of(other.windows().begin(), other.windows().end(), [&](const auto& another) {
      return IsBefore(window.start_time(), another.end_time()) && IsBefore(another.start_time(), window.end_time());
    });
  });
}

/// As long as it is not over, an assignment holds its team for its windows.
void CheckTeams(const Evidence& evidence, Problems& problems) {
  const auto held = [&](const Assignment& assignment) {
    return evidence.SpanOf(assignment.id(), "reserved", {"home", "cancelled", "no_show"});
  };
  const auto& assignments = evidence.found.assignments;
  for (auto one = assignments.begin(); one != assignments.end(); ++one) {
    for (auto other = std::next(one); other != assignments.end(); ++other) {
      if (one->second.team_id() == other->second.team_id() && Overlap(one->second, other->second) &&
          held(one->second).Overlaps(held(other->second))) {
        problems.push_back("team " + one->second.team_id() + " is in two places: " + one->second.ShortDebugString() +
                           " and " + other->second.ShortDebugString());
      }
    }
  }
}

void CheckBookedOnce(const Evidence& evidence, Problems& problems) {
  std::set<std::string> offers;
  for (const auto& [id, assignment] : evidence.found.assignments) {
    if (!assignment.offer_id().empty() && !offers.insert(assignment.offer_id()).second) {
      problems.push_back(NameOf(assignment) + " is a second one of offer " + assignment.offer_id());
    }
  }
}

}  // namespace

void CheckDoubled(const Evidence& evidence, Problems& problems) {
  CheckMadeOnce(evidence, evidence.found.incidents, problems);
  CheckMadeOnce(evidence, evidence.found.requests, problems);
  CheckToldOnce(evidence, problems);
  CheckAuditedOnce(evidence, problems);
  CheckCarriedOutOnce(evidence, problems);
  CheckTeams(evidence, problems);
  CheckBookedOnce(evidence, problems);
  const Problems otherwise = evidence.ledger.answered_otherwise();
  problems.insert(problems.end(), otherwise.begin(), otherwise.end());
}

}  // namespace muster::testing
