#include "tests/scenario/kill/reckoning.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <limits>

#include "muster/common/v1/audit.pb.h"
#include "services/cli/app/paging.h"
#include "services/cli/output/format.h"

namespace muster::testing {
namespace {

using common::v1::ListAuditRecordsRequest;
using common::v1::ListAuditRecordsResponse;
using dispatch::v1::Assignment;
using dispatch::v1::ListAssignmentsRequest;
using dispatch::v1::ListAssignmentsResponse;
using dispatch::v1::ListIncidentsRequest;
using dispatch::v1::ListIncidentsResponse;
using dispatch::v1::ListOffersRequest;
using dispatch::v1::ListOffersResponse;
using dispatch::v1::ListRequestsRequest;
using dispatch::v1::ListRequestsResponse;
using dispatch::v1::Offer;
using notify::v1::Delivery;
using notify::v1::ListDeliveriesRequest;
using notify::v1::ListDeliveriesResponse;

std::unique_ptr<cli::Session> Open(const Deployment& deployment, const std::string& api_key) {
  return cli::Session::Open({.socket_path = deployment.socket(), .api_key = api_key}).value();
}

template <class Response, class Request>
Response ReadAll(cli::Session& session, const Request& request) {
  const auto all = cli::CollectPages<Response>(session, request, std::numeric_limits<int>::max());
  EXPECT_TRUE(all.ok()) << all.status();
  return all.ok() ? *all : Response();
}

template <class Objects>
auto Indexed(const Objects& objects) {
  std::map<std::string, typename Objects::value_type> by_id;
  for (const auto& object : objects) {
    by_id[object.id()] = object;
  }
  return by_id;
}

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

bool IsOver(const Assignment& assignment) {
  return assignment.state() == dispatch::v1::ASSIGNMENT_STATE_HOME ||
         assignment.state() == dispatch::v1::ASSIGNMENT_STATE_CANCELLED;
}

bool Overlap(const Assignment& one, const Assignment& other) {
  return std::any_of(one.windows().begin(), one.windows().end(), [&](const auto& window) {
    return std::any_of(other.windows().begin(), other.windows().end(), [&](const auto& another) {
      return cli::ToTime(window.start_time()) < cli::ToTime(another.end_time()) &&
             cli::ToTime(another.start_time()) < cli::ToTime(window.end_time());
    });
  });
}

}  // namespace

Reckoning::Reckoning(const Deployment& deployment, const World& world, const Ledger& ledger)
    : ledger_(ledger), auditor_(Open(deployment, world.auditor_key)) {
  const auto reader = Open(deployment, world.operator_key);
  incidents_ = Indexed(ReadAll<ListIncidentsResponse>(*reader, ListIncidentsRequest()).incidents());
  requests_ = Indexed(ReadAll<ListRequestsResponse>(*reader, ListRequestsRequest()).resource_requests());
  offers_ = Indexed(ReadAll<ListOffersResponse>(*reader, ListOffersRequest()).offers());
  assignments_ = Indexed(ReadAll<ListAssignmentsResponse>(*reader, ListAssignmentsRequest()).assignments());
  deliveries_ = Indexed(ReadAll<ListDeliveriesResponse>(*reader, ListDeliveriesRequest()).deliveries());
  for (const auto& [id, delivery] : deliveries_) {
    deliveries_of_.emplace(delivery.subject_id(), delivery);
  }
  ReadTrail("dispatch");
  ReadTrail("notify");
}

void Reckoning::ReadTrail(const std::string& owner) {
  ListAuditRecordsRequest request;
  request.set_owner(owner);
  const auto trail = ReadAll<ListAuditRecordsResponse>(*auditor_, request);
  for (const auto& record : trail.records()) {
    ++audited_[{record.object_id(), record.object_version()}];
  }
}

std::vector<std::string> Reckoning::Unrest() const {
  std::vector<std::string> problems;
  for (const auto& [id, offer] : offers_) {
    CheckTold(id, EventsOf(offer), problems);
  }
  for (const auto& [id, assignment] : assignments_) {
    CheckTold(id, EventsOf(assignment), problems);
    if (!IsOver(assignment)) {
      problems.push_back("not over: " + assignment.ShortDebugString());
    }
  }
  return problems;
}

void Reckoning::CheckTold(const std::string& subject, const std::set<std::string>& events,
                          std::vector<std::string>& problems) const {
  std::map<std::string, int> told;
  int heard = 0;
  const auto [begin, end] = deliveries_of_.equal_range(subject);
  for (auto found = begin; found != end; ++found) {
    const Delivery& delivery = found->second;
    ++told[delivery.event_type().substr(delivery.event_type().rfind('.') + 1)];
    heard += IsHeard(delivery) ? 1 : 0;
    if (!IsHeard(delivery) && delivery.state() != notify::v1::DELIVERY_STATE_FAILED) {
      problems.push_back("nobody heard: " + delivery.ShortDebugString());
    }
  }
  if (heard == 0) {
    problems.push_back("nobody heard anything of " + subject);
  }
  for (const std::string& event : events) {
    if (told[event] == 0) {
      problems.push_back(event + " of " + subject + " was not told");
    }
  }
}

/// Its receipt is there, and a device has it indeed.
bool Reckoning::IsHeard(const Delivery& delivery) const {
  const bool has_receipt =
      delivery.state() == notify::v1::DELIVERY_STATE_DELIVERED || delivery.state() == notify::v1::DELIVERY_STATE_READ;
  return has_receipt && ledger_.HasHeard(delivery.id());
}

std::vector<std::string> Reckoning::Lost() const {
  Problems problems;
  CheckKept(incidents_, problems);
  CheckKept(requests_, problems);
  CheckKept(offers_, problems);
  CheckKept(assignments_, problems);
  CheckKept(deliveries_, problems);
  return problems;
}

template <class Object>
void Reckoning::CheckKept(const ById<Object>& stored, Problems& problems) const {
  const std::string kind = Object::descriptor()->name() + " ";
  for (const auto& [id, versions] : ledger_.Acknowledged(Object::descriptor()->name())) {
    const auto found = stored.find(id);
    const auto& [version, bytes] = *versions.rbegin();
    if (found == stored.end()) {
      problems.push_back(kind + id + " is gone");
    } else if (found->second.version() < version) {
      problems.push_back(kind + id + " is older than version " + std::to_string(version));
    } else if (found->second.version() == version && BytesOf(found->second) != bytes) {
      problems.push_back(kind + id + " differs from what was told: " + found->second.ShortDebugString());
    }
    for (const auto& [acknowledged, unused] : versions) {
      if (!audited_.contains({id, acknowledged})) {
        problems.push_back(kind + id + " version " + std::to_string(acknowledged) + " is not in the audit trail");
      }
    }
  }
}

std::vector<std::string> Reckoning::Doubled() const {
  Problems problems;
  CheckOnce(incidents_, problems);
  CheckOnce(requests_, problems);
  std::map<std::pair<std::string, std::string>, int> told;
  for (const auto& [id, delivery] : deliveries_) {
    if (++told[{delivery.subject_id(), delivery.event_type()}] == 2) {
      problems.push_back(delivery.subject_id() + " was told twice: " + delivery.event_type());
    }
  }
  for (const auto& [object, times] : audited_) {
    if (times > 1) {
      problems.push_back(object.first + " version " + std::to_string(object.second) + " was audited twice");
    }
  }
  CheckTeams(problems);
  return problems;
}

template <class Object>
void Reckoning::CheckOnce(const ById<Object>& stored, Problems& problems) const {
  const auto acknowledged = ledger_.Acknowledged(Object::descriptor()->name());
  for (const auto& [id, object] : stored) {
    if (!acknowledged.contains(id)) {
      problems.push_back("carried out twice: " + object.ShortDebugString());
    }
  }
}

void Reckoning::CheckTeams(Problems& problems) const {
  for (auto one = assignments_.begin(); one != assignments_.end(); ++one) {
    for (auto other = std::next(one); other != assignments_.end(); ++other) {
      if (one->second.team_id() == other->second.team_id() && Overlap(one->second, other->second)) {
        problems.push_back("a team is in two places: " + one->second.ShortDebugString() + " and " +
                           other->second.ShortDebugString());
      }
    }
  }
}

void Reckoning::ExpectOffersHeard() const {
  size_t heard = 0;
  for (const auto& [id, delivery] : deliveries_) {
    heard += delivery.event_type().ends_with(".OfferInvited") && IsHeard(delivery) ? 1 : 0;
  }
  std::cout << "offers heard: " << heard << " of " << offers_.size() << "\n";
  EXPECT_GE(heard * 10, offers_.size() * 9);
}

void Reckoning::ExpectAllWasPlayed() const {
  std::map<std::string, int> seen;
  for (const auto& [id, offer] : offers_) {
    const bool accepted = offer.state() == dispatch::v1::OFFER_STATE_ACCEPTED;
    const bool expired = offer.state() == dispatch::v1::OFFER_STATE_EXPIRED;
    const bool promised = !offer.condition().empty();
    seen["declined with a reason"] += offer.decline_reason() == dispatch::v1::DECLINE_REASON_NO_PEOPLE ? 1 : 0;
    seen["a promise confirmed"] += accepted && promised ? 1 : 0;
    seen["a promise that lapsed"] += expired && promised ? 1 : 0;
    seen["silence"] += expired && !offer.has_answer_time() ? 1 : 0;
    seen["a later wave"] += offer.wave() > 1 ? 1 : 0;
    seen["work from home"] += accepted && offer.capability() == kRemoteSkill ? 1 : 0;
    seen["stood down when full"] += offer.state() == dispatch::v1::OFFER_STATE_STOOD_DOWN ? 1 : 0;
  }
  for (const auto& [id, assignment] : assignments_) {
    seen["home after work on scene"] +=
        assignment.state() == dispatch::v1::ASSIGNMENT_STATE_HOME && assignment.has_check_in() ? 1 : 0;
  }
  seen["a second acceptance refused"] = ledger_.Refusals("AnswerOfferRequest", "TEAM_OVERLAP");
  seen["a second booking refused"] = ledger_.Refusals("DispatchRequest", "TEAM_OVERLAP");
  for (const auto& [what, times] : seen) {
    EXPECT_GT(times, 0) << what;
    std::cout << what << ": " << times << "\n";
  }
}

}  // namespace muster::testing
