#pragma once

#include <map>
#include <string>
#include <vector>

#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/domain/eligibility.h"
#include "muster/events/feed.h"
#include "muster/registry/v1/registry.pb.h"
#include "muster/rpc/method_table.h"

namespace muster::matching::testing {

/// Registry and dispatch as matching sees them: their snapshots, their feeds and the few calls it makes. What they
/// hold is public for tests to change, between calls.
class FakeOwners final : public events::FeedSource {
 public:
  explicit FakeOwners(const Clock& clock) : clock_(clock) {}
  void Register(rpc::MethodTable& table);
  absl::StatusOr<events::FeedPage> Read(const events::FeedQuery& query) override;

  /// Adds an event to an owner's feed.
  template <class Message>
  void Say(const std::string& owner, const Message& message, Mode mode = Mode::kReal) {
    Append(owner, Message::descriptor()->full_name(), message.SerializeAsString(), mode);
  }
  int64_t Head(const std::string& owner) const;

  std::vector<registry::v1::TeamProfile> teams;
  std::vector<dispatch::v1::Booking> bookings;
  std::map<std::string, dispatch::v1::ResourceRequest> requests;
  std::map<std::string, dispatch::v1::Incident> incidents;
  std::vector<dispatch::v1::Offer> offers;
  int snapshots = 0;
  bool registry_is_down = false;
  std::string last_token;  ///< of the last call to dispatch

 private:
  void Append(const std::string& owner, const std::string& type, const std::string& data, Mode mode);

  const Clock& clock_;
  std::map<std::string, std::vector<events::FeedEvent>> feeds_;
};

}  // namespace muster::matching::testing
