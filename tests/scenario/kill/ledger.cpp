#include "tests/scenario/kill/ledger.h"

#include <algorithm>

namespace muster::testing {
namespace {

std::string VersionNameOf(const Message& object) {
  return NameOf(object) + " version " + std::to_string(VersionOf(object));
}

}  // namespace

void Ledger::Acknowledge(const Message& reply) {
  MutexLock lock(mutex_);
  for (const Message* object : ObjectsIn(reply)) {
    const auto [told, is_new] = objects_[KindOf(*object)][IdOf(*object)].try_emplace(VersionOf(*object));
    if (is_new) {
      told->second = CopyOf(*object);
    } else if (BytesOf(*told->second) != BytesOf(*object)) {
      told_otherwise_.push_back(VersionNameOf(*object) + " was told in two ways: " + told->second->ShortDebugString() +
                                " and " + object->ShortDebugString());
    }
    acknowledgements_ += KindOf(*object) == "RequestLine" ? 0 : 1;
  }
}

void Ledger::Answer(const std::string& request_id, const Message& reply) {
  MutexLock lock(mutex_);
  const auto [answer, is_new] = answers_.try_emplace(request_id, reply.SerializeAsString());
  if (!is_new && answer->second != reply.SerializeAsString()) {
    answered_otherwise_.push_back("request " + request_id + " had another answer before: " + reply.ShortDebugString());
  }
}

void Ledger::Refuse(const std::string& request_id, const std::string& request, const std::string& reason) {
  MutexLock lock(mutex_);
  refused_.insert(request_id);
  ++refusals_[request + " " + reason];
}

int Ledger::OpenSession() {
  MutexLock lock(mutex_);
  return ++sessions_;
}

void Ledger::See(int session, const Message& reply) {
  MutexLock lock(mutex_);
  for (const Message* object : ObjectsIn(reply)) {
    int64_t& seen = seen_[{session, IdOf(*object)}];
    if (VersionOf(*object) < seen) {
      gone_back_.push_back(VersionNameOf(*object) + " was shown to who had seen version " + std::to_string(seen));
    }
    seen = std::max(seen, VersionOf(*object));
  }
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

Ledger::Objects Ledger::acknowledged() const {
  MutexLock lock(mutex_);
  return objects_;
}

size_t Ledger::acknowledgements() const {
  MutexLock lock(mutex_);
  return acknowledgements_;
}

std::set<std::string> Ledger::refused() const {
  MutexLock lock(mutex_);
  return refused_;
}

int Ledger::Refusals(const std::string& request, const std::string& reason) const {
  MutexLock lock(mutex_);
  const auto found = refusals_.find(request + " " + reason);
  return found == refusals_.end() ? 0 : found->second;
}

std::set<std::string> Ledger::heard() const {
  MutexLock lock(mutex_);
  return heard_;
}

std::vector<std::string> Ledger::illegal() const {
  MutexLock lock(mutex_);
  return illegal_;
}

Duration Ledger::longest_wait() const {
  MutexLock lock(mutex_);
  return longest_wait_;
}

std::vector<std::string> Ledger::told_otherwise() const {
  MutexLock lock(mutex_);
  return told_otherwise_;
}

std::vector<std::string> Ledger::answered_otherwise() const {
  MutexLock lock(mutex_);
  return answered_otherwise_;
}

std::vector<std::string> Ledger::gone_back() const {
  MutexLock lock(mutex_);
  return gone_back_;
}

}  // namespace muster::testing
