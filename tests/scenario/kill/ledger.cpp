#include "tests/scenario/kill/ledger.h"

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
