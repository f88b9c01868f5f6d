#include "tests/scenario/kill/ledger.h"

#include <algorithm>

namespace muster::testing {

void Ledger::Acknowledge(const dispatch::v1::DispatchResponse& reply) {
  Acknowledge(reply.resource_request());
  for (const auto& offer : reply.offers()) {
    Acknowledge(offer);
  }
  for (const auto& assignment : reply.assignments()) {
    Acknowledge(assignment);
  }
}

void Ledger::Acknowledge(const dispatch::v1::CloseIncidentResponse& reply) { Acknowledge(reply.incident()); }

void Ledger::Enter(const std::string& kind, const std::string& id, int64_t version, std::string bytes) {
  MutexLock lock(mutex_);
  objects_[kind][id][version] = std::move(bytes);
  ++acknowledgements_;
}

void Ledger::Refuse(const std::string& request, const std::string& reason) {
  MutexLock lock(mutex_);
  ++refusals_[request + " " + reason];
}

void Ledger::EnterIllegal(std::string what) {
  MutexLock lock(mutex_);
  illegal_.push_back(std::move(what));
}

void Ledger::EnterWait(Duration wait) {
  MutexLock lock(mutex_);
  longest_wait_ = std::max(longest_wait_, wait);
}

bool Ledger::Hear(const notify::v1::Delivery& delivery) {
  MutexLock lock(mutex_);
  return heard_.insert(delivery.id()).second;
}

std::map<std::string, Ledger::Versions> Ledger::Acknowledged(const std::string& kind) const {
  MutexLock lock(mutex_);
  const auto found = objects_.find(kind);
  return found == objects_.end() ? std::map<std::string, Versions>() : found->second;
}

size_t Ledger::acknowledgements() const {
  MutexLock lock(mutex_);
  return acknowledgements_;
}

std::vector<std::string> Ledger::illegal() const {
  MutexLock lock(mutex_);
  return illegal_;
}

Duration Ledger::longest_wait() const {
  MutexLock lock(mutex_);
  return longest_wait_;
}

int Ledger::Refusals(const std::string& request, const std::string& reason) const {
  MutexLock lock(mutex_);
  const auto found = refusals_.find(request + " " + reason);
  return found == refusals_.end() ? 0 : found->second;
}

bool Ledger::HasHeard(const std::string& delivery_id) const {
  MutexLock lock(mutex_);
  return heard_.contains(delivery_id);
}

}  // namespace muster::testing
