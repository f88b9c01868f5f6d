#include "services/gateway/live/live_hub.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "services/gateway/live/live_client.h"

namespace muster::gateway {
namespace {

constexpr size_t kMaxFeedReads = 1024;  // that wait for a thread

}  // namespace

LiveHub::LiveHub(const LiveOptions& options, events::FeedSource& feed, const Clock& clock)
    : options_(options), feed_(feed), clock_(clock), feed_pool_(options.feed_threads, kMaxFeedReads) {
  for (const std::string& owner : options.owners) {
    rings_.emplace(owner, LiveRing(options.ring_events, options.ring_bytes));
  }
}

LiveHub::~LiveHub() = default;

void LiveHub::Attach(HttpServer& server) {
  MutexLock lock(server_mutex_);
  server_ = &server;
  for (size_t i = 0; i < server.shards(); ++i) {
    shards_.push_back(std::make_shared<Clients>());
  }
}

void LiveHub::Detach() {
  MutexLock lock(server_mutex_);
  server_ = nullptr;
}

absl::Status LiveHub::Apply(const events::FeedEvent& event) {
  const auto live = EncodeLiveEvent(event);
  {
    MutexLock lock(mutex_);
    const auto ring = rings_.find(event.owner);
    if (ring == rings_.end()) {
      return absl::OkStatus();
    }
    ring->second.Add(live);
  }
  const std::shared_ptr<const LiveEvent> shared = live;
  OnShards([shared](const Clients& clients) {
    for (const auto& client : clients) {
      client->Deliver(shared);
    }
  });
  return absl::OkStatus();
}

absl::StatusOr<int64_t> LiveHub::Resync(const std::string& owner) {
  MUSTER_ASSIGN_OR_RETURN(const events::FeedPage page,
                          feed_.Read({.owner = owner, .after = 0, .limit = 1, .modes = {}}));
  {
    MutexLock lock(mutex_);
    const auto ring = rings_.find(owner);
    if (ring != rings_.end()) {
      ring->second.Reset(page.head);
    }
  }
  OnShards([owner, head = page.head](const Clients& clients) {
    for (const auto& client : clients) {
      client->Lost(owner, head);
    }
  });
  return page.head;
}

std::shared_ptr<WebSocketHandler> LiveHub::NewClient(LiveIdentity identity, LiveCursor cursor, RenewIdentity renew) {
  return std::make_shared<LiveClient>(*this, std::move(identity), std::move(cursor), std::move(renew));
}

absl::StatusOr<LiveCursor> LiveHub::ParseCursor(std::string_view text) const {
  LiveCursor cursor;
  while (!text.empty()) {
    const size_t comma = std::min(text.find(','), text.size());
    const std::string_view part = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    const size_t colon = part.find(':');
    const std::string owner(part.substr(0, colon));
    const std::string_view digits = colon == part.npos ? std::string_view() : part.substr(colon + 1);
    int64_t seq = -1;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seq);
    const bool known = std::find(options_.owners.begin(), options_.owners.end(), owner) != options_.owners.end();
    if (!known || error != std::errc() || end != digits.data() + digits.size() || seq < 0 ||
        !cursor.emplace(owner, seq).second) {
      return Error(Reason::kBadCursor, "cursor");
    }
  }
  return cursor;
}

void LiveHub::Step(Time now) {
  OnShards([now](const Clients& clients) {
    for (const auto& client : clients) {
      client->CheckIdentity(now);
    }
  });
}

void LiveHub::RecheckAll() {
  OnShards([](const Clients& clients) {
    for (const auto& client : clients) {
      client->Recheck();
    }
  });
}

size_t LiveHub::clients() const {
  MutexLock lock(mutex_);
  return client_count_;
}

void LiveHub::OnShards(const std::function<void(const Clients&)>& action) {
  MutexLock lock(server_mutex_);
  for (size_t i = 0; server_ != nullptr && i < shards_.size(); ++i) {
    server_->Post(i, [clients = shards_[i], action] { action(*clients); });
  }
}

void LiveHub::PostTo(size_t shard, std::function<void()> work) {
  MutexLock lock(server_mutex_);
  if (server_ != nullptr) {
    server_->Post(shard, std::move(work));
  }
}

void LiveHub::Enter(std::shared_ptr<LiveClient> client, size_t shard) {
  shards_[shard]->push_back(std::move(client));
  MutexLock lock(mutex_);
  ++client_count_;
}

void LiveHub::Leave(const LiveClient& client, size_t shard) {
  Clients& clients = *shards_[shard];
  const auto found =
      std::find_if(clients.begin(), clients.end(), [&](const auto& other) { return other.get() == &client; });
  if (found != clients.end()) {
    std::swap(*found, clients.back());
    clients.pop_back();
    MutexLock lock(mutex_);
    --client_count_;
  }
}

}  // namespace muster::gateway
