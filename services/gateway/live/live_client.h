#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "services/gateway/live/live_hub.h"

namespace muster::gateway {

/// One client of the live feed. Everything happens on the thread of its socket.
class LiveClient final : public WebSocketHandler, public std::enable_shared_from_this<LiveClient> {
 public:
  LiveClient(LiveHub& hub, LiveIdentity identity, LiveCursor cursor, RenewIdentity renew);

  void OnOpen(WebSocket& socket) override;
  void OnText(const std::string& text) override;
  void OnWritten() override;
  void OnClosed() override;

  /// A new event, in order of its place.
  void Deliver(const std::shared_ptr<const LiveEvent>& event);
  /// The owner's ring was reset: something may be missing between `place` and now.
  void Lost(const std::string& owner, int64_t head);
  void CheckIdentity(Time now);
  void Recheck();

 private:
  enum class Source { kLive, kRing, kFeed };
  /// How far the client is with one owner.
  struct Progress {
    Source source = Source::kLive;
    int64_t place = 0;                                       ///< next in the ring
    int64_t skip_through = 0;                                ///< everything up to this feed_seq is had
    int64_t last = 0;                                        ///< feed_seq of the last event taken from the ring
    bool reading = false;                                    ///< a page of the feed is on its way
    std::deque<std::shared_ptr<const LiveEvent>> pending{};  ///< read and not sent yet
  };

  void Begin(const std::string& owner, int64_t cursor);
  void Pump();
  bool PumpOwner(const std::string& owner, Progress& progress);
  bool Refill(const std::string& owner, Progress& progress);
  void ReadFeed(const std::string& owner, Progress& progress);
  void OnPage(const std::string& owner, const absl::StatusOr<events::FeedPage>& page);
  void NeedsSnapshot(const std::string& owner, Progress& progress);
  void SendControl(std::string text);
  void OnRenewed(const absl::StatusOr<LiveIdentity>& identity);

  LiveHub& hub_;
  LiveIdentity identity_;
  const LiveCursor cursor_;
  const RenewIdentity renew_;
  WebSocket* socket_ = nullptr;
  size_t shard_ = 0;
  bool renewing_ = false;
  bool renew_again_ = false;
  std::map<std::string, Progress> owners_;
};

}  // namespace muster::gateway
