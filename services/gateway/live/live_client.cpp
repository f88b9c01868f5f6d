#include "services/gateway/live/live_client.h"

#include <algorithm>
#include <utility>

#include "muster/domain/reason.h"
#include "services/gateway/connect/json_writer.h"

namespace muster::gateway {
namespace {

/// Frames that a client which catches up may have waiting: the queue's rest is left for live events.
constexpr size_t kCatchUpQueue = 64;
constexpr size_t kRingBatch = 128;
constexpr int kFeedPage = 500;
/// How far two streams of one owner may be apart when they meet in the ring.
constexpr int64_t kOutOfOrder = 256;

}  // namespace

LiveClient::LiveClient(LiveHub& hub, LiveIdentity identity, LiveCursor cursor, RenewIdentity renew)
    : hub_(hub), identity_(std::move(identity)), cursor_(std::move(cursor)), renew_(std::move(renew)) {}

void LiveClient::OnOpen(WebSocket& socket) {
  socket_ = &socket;
  shard_ = socket.shard();
  hub_.Enter(shared_from_this(), shard_);
  std::string hello = "{\"control\":\"hello\",\"cursor\":{";
  bool first = true;
  for (const std::string& owner : hub_.options_.owners) {
    const auto asked = cursor_.find(owner);
    int64_t head = 0;
    {
      MutexLock lock(hub_.mutex_);
      const LiveRing& ring = hub_.rings_.at(owner);
      head = ring.head();
      owners_[owner] = {.place = ring.next_place()};
    }
    hello += std::exchange(first, false) ? "" : ",";
    AppendJsonString(hello, owner);
    hello += ":\"" + std::to_string(asked == cursor_.end() ? head : asked->second) + "\"";
  }
  SendControl(hello + "}}");
  for (const auto& [owner, cursor] : cursor_) {
    Begin(owner, cursor);
  }
  Pump();
}

void LiveClient::Begin(const std::string& owner, int64_t cursor) {
  Progress& progress = owners_[owner];
  MutexLock lock(hub_.mutex_);
  const LiveRing& ring = hub_.rings_.at(owner);
  progress.source = Source::kFeed;
  progress.skip_through = cursor;
  // A cursor ahead of what has come here is checked against the feed: it may be from another life of the database.
  if (const auto position = ring.Locate(cursor); position.has_value() && cursor <= ring.head()) {
    progress.source = Source::kRing;
    progress.place = position->place;
    progress.skip_through = position->skip_through;
  }
}

void LiveClient::OnText(const std::string&) {
  if (socket_ != nullptr) {
    socket_->Close(CloseCode::kPolicy, "the feed takes no messages");
  }
}

void LiveClient::OnWritten() {
  if (socket_ != nullptr && socket_->queued() < kCatchUpQueue / 2) {
    Pump();
  }
}

void LiveClient::OnClosed() {
  if (std::exchange(socket_, nullptr) != nullptr) {
    hub_.Leave(*this, shard_);
  }
}

void LiveClient::Deliver(const std::shared_ptr<const LiveEvent>& event) {
  const auto found = owners_.find(event->owner);
  if (socket_ == nullptr || found == owners_.end()) {
    return;
  }
  Progress& progress = found->second;
  if (progress.source != Source::kLive || event->place < progress.place) {
    return;  // it comes, or came, by the way of catching up
  }
  progress.place = event->place + 1;
  if (MaySee(identity_.principal, *event) && !socket_->Send(event->frame)) {
    socket_->Close(CloseCode::kTryAgainLater, "resync");
  }
}

void LiveClient::Pump() {
  for (auto& [owner, progress] : owners_) {
    while (socket_ != nullptr && PumpOwner(owner, progress)) {
    }
  }
}

/// Sends what waits; false when nothing more can be done now.
bool LiveClient::PumpOwner(const std::string& owner, Progress& progress) {
  while (!progress.pending.empty()) {
    if (socket_->queued() >= kCatchUpQueue || !socket_->Send(progress.pending.front()->frame)) {
      return false;
    }
    progress.pending.pop_front();
  }
  return progress.source != Source::kLive && Refill(owner, progress);
}

/// Fetches what comes next; false when it comes later, or when the client is up to date and goes live.
bool LiveClient::Refill(const std::string& owner, Progress& progress) {
  if (progress.source == Source::kFeed) {
    ReadFeed(owner, progress);
    return false;
  }
  MutexLock lock(hub_.mutex_);
  const auto batch = hub_.rings_.at(owner).Read(progress.place, kRingBatch);
  if (!batch.has_value()) {
    // Overtaken while catching up. The ring is not quite in order of feed_seq, so some events may come twice.
    progress.source = Source::kFeed;
    progress.skip_through = std::max(progress.skip_through, progress.last - kOutOfOrder);
    return true;
  }
  if (batch->empty()) {
    progress.source = Source::kLive;
    return false;
  }
  for (const auto& event : *batch) {
    progress.place = event->place + 1;
    progress.last = event->feed_seq;
    if (event->feed_seq > progress.skip_through && MaySee(identity_.principal, *event)) {
      progress.pending.push_back(event);
    }
  }
  return true;
}

void LiveClient::ReadFeed(const std::string& owner, Progress& progress) {
  if (std::exchange(progress.reading, true)) {
    return;
  }
  const events::FeedQuery query{
      .owner = owner, .after = progress.skip_through, .limit = kFeedPage, .modes = {Mode::kReal, Mode::kDrill}};
  const bool posted = hub_.feed_pool_.TryPost([self = shared_from_this(), query] {
    auto page = std::make_shared<absl::StatusOr<events::FeedPage>>(self->hub_.feed_.Read(query));
    self->hub_.PostTo(self->shard_, [self, page, owner = query.owner] { self->OnPage(owner, *page); });
  });
  if (!posted) {
    socket_->Close(CloseCode::kTryAgainLater, "busy");
  }
}

void LiveClient::OnPage(const std::string& owner, const absl::StatusOr<events::FeedPage>& page) {
  if (socket_ == nullptr) {
    return;
  }
  Progress& progress = owners_[owner];
  progress.reading = false;
  if (!page.ok()) {
    HasReason(page.status(), Reason::kBadCursor) ? NeedsSnapshot(owner, progress)
                                                 : socket_->Close(CloseCode::kTryAgainLater, "the feed cannot be read");
    return;
  }
  if (progress.skip_through > page->head) {
    NeedsSnapshot(owner, progress);  // a cursor from before a restore: that event does not exist
    return;
  }
  for (const events::FeedEvent& event : page->events) {
    progress.skip_through = event.feed_seq;
    const auto live = EncodeLiveEvent(event);
    if (MaySee(identity_.principal, *live)) {
      progress.pending.push_back(live);
    }
  }
  if (page->events.size() < static_cast<size_t>(kFeedPage)) {
    progress.skip_through = std::max(progress.skip_through, page->head);
  }
  {
    MutexLock lock(hub_.mutex_);
    if (const auto position = hub_.rings_.at(owner).Locate(progress.skip_through); position.has_value()) {
      progress.source = Source::kRing;
      progress.place = position->place;
      progress.skip_through = std::max(progress.skip_through, position->skip_through);
    }
  }
  Pump();
}

void LiveClient::NeedsSnapshot(const std::string& owner, Progress& progress) {
  int64_t head = 0;
  {
    MutexLock lock(hub_.mutex_);
    const LiveRing& ring = hub_.rings_.at(owner);
    head = ring.head();
    progress = {.place = ring.next_place()};
  }
  std::string text = "{\"control\":\"snapshot_needed\",\"reason\":\"BAD_CURSOR\",\"owner\":";
  AppendJsonString(text, owner);
  SendControl(text + ",\"cursor\":\"" + std::to_string(head) + "\"}");
}

void LiveClient::Lost(const std::string& owner, int64_t) {
  const auto found = owners_.find(owner);
  if (socket_ != nullptr && found != owners_.end() && found->second.source == Source::kLive) {
    NeedsSnapshot(owner, found->second);
  }
}

void LiveClient::SendControl(std::string text) {
  if (socket_ != nullptr && !socket_->Send(std::make_shared<const std::string>(std::move(text)))) {
    socket_->Close(CloseCode::kTryAgainLater, "resync");
  }
}

void LiveClient::CheckIdentity(Time now) {
  if (now >= identity_.expire_time) {
    Recheck();
  }
}

void LiveClient::Recheck() {
  if (socket_ == nullptr) {
    return;
  }
  if (!renew_) {
    if (hub_.clock_.Now() >= identity_.expire_time) {
      socket_->Close(CloseCode::kPolicy, "SESSION_EXPIRED");
    }
    return;
  }
  if (renewing_) {
    renew_again_ = true;  // the answer that is on its way may be from before the change
    return;
  }
  renewing_ = true;
  renew_([self = shared_from_this()](absl::StatusOr<LiveIdentity> identity) {
    self->hub_.PostTo(self->shard_, [self, identity = std::move(identity)] { self->OnRenewed(identity); });
  });
}

void LiveClient::OnRenewed(const absl::StatusOr<LiveIdentity>& identity) {
  renewing_ = false;
  if (identity.ok()) {
    identity_ = *identity;
  } else if (const bool forbidden = HasReason(identity.status(), Reason::kForbidden);
             forbidden || identity.status().code() == absl::StatusCode::kUnauthenticated) {
    if (socket_ != nullptr) {
      socket_->Close(CloseCode::kPolicy, forbidden ? "FORBIDDEN" : "SESSION_EXPIRED");
    }
    return;
  } else if (hub_.clock_.Now() >= identity_.expire_time && socket_ != nullptr) {
    socket_->Close(CloseCode::kTryAgainLater, "identity cannot be asked");
    return;
  }
  if (std::exchange(renew_again_, false)) {
    Recheck();
  }
}

}  // namespace muster::gateway
