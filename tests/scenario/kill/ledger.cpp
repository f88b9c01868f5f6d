#include "tests/scenario/kill/ledger.h"

#include <algorithm>
#include <iterator>

namespace muster::testing {

void Ledger::Acknowledge(const std::string& kind, const std::string& id, int64_t version) {
  MutexLock lock(mutex_);
  int64_t& known = versions_[kind][id];
  known = std::max(known, version);
  ++acknowledgements_;
}

void Ledger::Invite(const std::string& offer_id) {
  MutexLock lock(mutex_);
  invited_.insert(offer_id);
}

void Ledger::Hear(const std::string& offer_id) {
  MutexLock lock(mutex_);
  heard_.insert(offer_id);
}

std::map<std::string, int64_t> Ledger::Acknowledged(const std::string& kind) const {
  MutexLock lock(mutex_);
  const auto found = versions_.find(kind);
  return found == versions_.end() ? std::map<std::string, int64_t>() : found->second;
}

size_t Ledger::acknowledgements() const {
  MutexLock lock(mutex_);
  return acknowledgements_;
}

std::set<std::string> Ledger::invited() const {
  MutexLock lock(mutex_);
  return invited_;
}

std::vector<std::string> Ledger::Unheard() const {
  MutexLock lock(mutex_);
  std::vector<std::string> unheard;
  std::set_difference(invited_.begin(), invited_.end(), heard_.begin(), heard_.end(), std::back_inserter(unheard));
  return unheard;
}

}  // namespace muster::testing
