#pragma once

#include <functional>
#include <memory>
#include <string>

#include "muster/base/clock.h"
#include "muster/base/random.h"
#include "muster/events/feed.h"
#include "muster/events/handler.h"
#include "muster/notify/v1/notify.pb.h"
#include "muster/rpc/method_table.h"
#include "muster/rpc/owner_router.h"
#include "muster/rpc/peer.h"
#include "muster/storage/database.h"
#include "services/notify/rpc/capability_names.h"
#include "services/notify/rpc/convert.h"
#include "services/notify/rpc/dispatch_news.h"
#include "services/notify/rpc/sender.h"
#include "services/notify/rpc/subscribers.h"
#include "services/notify/store/queries.h"

namespace muster::notify {

/// The notify service: deliveries to organizations and their receipts. The program that wires it opens the database
/// with the migration sets "common", "events" and this service's (tables.h), calls Register and RegisterOwner, lets a
/// durable consumer named "notify" of the owners "dispatch" and "registry" feed handler(), and drives Step, waking it
/// from Database::OnCommit. Thread-safe, but for handler() and Step, each of which one thread calls at a time.
class NotifyService {
 public:
  struct Dependencies {
    storage::Database& database;
    events::FeedSource& feed;  ///< the service's own
    rpc::Peer& registry;       ///< where capabilities have their names
    const Clock& clock;
    Random& random;
    std::function<std::string()> token;  ///< the service's own access token, fresh
    std::function<void()> wake;          ///< makes the next Step come at once; must not block; may be empty
  };

  /// All dependencies must outlive it.
  explicit NotifyService(Dependencies dependencies);

  /// Serves muster.notify.v1.NotifyService in `table`; the service must outlive the table's use.
  void Register(rpc::MethodTable& table);
  /// Serves notify's feed, audit trail and invariants.
  void RegisterOwner(rpc::OwnerRouter& router);

  /// What turns dispatch's events into deliveries.
  events::DurableHandler& handler() { return follower_; }
  /// Sends what is due; answers how long it may sleep.
  Duration Step(Time now) { return sender_.Step(now); }

  const SenderCounters& counters() const { return sender_.counters(); }
  size_t subscriber_count() const { return subscribers_.size(); }

 private:
  void Subscribe(const rpc::Call& call, const v1::SubscribeRequest& request,
                 std::shared_ptr<Subscribers::Writer> writer);
  void ListDeliveries(const rpc::Call& call, const v1::ListDeliveriesRequest& request,
                      rpc::Reply<v1::ListDeliveriesResponse> reply);
  void AcknowledgeDelivery(const rpc::Call& call, const v1::AcknowledgeDeliveryRequest& request,
                           rpc::Reply<v1::Delivery> reply);

  const Dependencies dependencies_;
  const Queries queries_;
  const ProtoPayload payload_;
  CapabilityNames names_;
  DispatchFollower follower_;
  Subscribers subscribers_;
  Sender sender_;
};

}  // namespace muster::notify
