#pragma once

#include <map>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include "muster/base/clock.h"
#include "muster/base/mutex.h"
#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/notify/v1/notify.pb.h"

namespace muster::testing {

/// An object as its own version tells of it: the lines of a request have versions of their own.
template <class Object>
std::string BytesOf(Object object) {
  if constexpr (std::is_same_v<Object, dispatch::v1::ResourceRequest>) {
    object.clear_lines();
  }
  return object.SerializeAsString();
}

/// What the clients of a test were promised, what they were refused, and what reached them. Thread-safe.
class Ledger {
 public:
  /// What replies said of one object: its bytes, by version.
  using Versions = std::map<int64_t, std::string>;

  /// Enters what a reply said of one object, or of several.
  template <class Object>
  void Acknowledge(const Object& object) {
    Enter(Object::descriptor()->name(), object.id(), object.version(), BytesOf(object));
  }
  void Acknowledge(const dispatch::v1::DispatchResponse& reply);
  void Acknowledge(const dispatch::v1::CloseIncidentResponse& reply);
  /// Enters a refusal: "AnswerOfferRequest", "TEAM_OVERLAP".
  void Refuse(const std::string& request, const std::string& reason);
  /// Enters an answer that the rules do not allow.
  void EnterIllegal(std::string what);
  /// Enters how long somebody waited for an answer.
  void EnterWait(Duration wait);
  /// A device of the organization that a delivery is for has it; false when it had it before.
  bool Hear(const notify::v1::Delivery& delivery);

  /// The objects of a kind ("Offer") that replies told of, by id.
  std::map<std::string, Versions> Acknowledged(const std::string& kind) const;
  /// How often replies told of an object.
  size_t acknowledgements() const;
  std::vector<std::string> illegal() const;
  Duration longest_wait() const;
  int Refusals(const std::string& request, const std::string& reason) const;
  /// True when a device has this delivery.
  bool HasHeard(const std::string& delivery_id) const;

 private:
  void Enter(const std::string& kind, const std::string& id, int64_t version, std::string bytes);

  mutable Mutex mutex_;
  std::map<std::string, std::map<std::string, Versions>> objects_ MUSTER_GUARDED_BY(mutex_);
  std::map<std::string, int> refusals_ MUSTER_GUARDED_BY(mutex_);
  std::set<std::string> heard_ MUSTER_GUARDED_BY(mutex_);
  std::vector<std::string> illegal_ MUSTER_GUARDED_BY(mutex_);
  Duration longest_wait_ MUSTER_GUARDED_BY(mutex_){};
  size_t acknowledgements_ MUSTER_GUARDED_BY(mutex_) = 0;
};

}  // namespace muster::testing
