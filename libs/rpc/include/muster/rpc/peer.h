#pragma once

#include <google/protobuf/message.h>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "muster/base/mutex.h"
#include "muster/rpc/call.h"
#include "muster/rpc/method_table.h"

namespace muster::rpc {

/// Receives a server stream. Its methods are called one after the other, never at the same time.
class StreamConsumer {
 public:
  virtual ~StreamConsumer() = default;
  enum class Taken { kYes, kFull, kGone };
  /// An item; it lives during the call only. When the consumer has no room it waits if `may_block`, else answers kFull:
  /// then a local TryWrite returns false, and a remote stream is not read further and the item offered again after
  /// StreamHandle::Resume. kGone ends the stream.
  virtual Taken OnItem(const google::protobuf::Message& item, bool may_block) = 0;
  /// The end, once, after the last item.
  virtual void OnDone(absl::Status status) = 0;
};

/// The caller's hold on a stream it receives; dropping it cancels the stream. Thread-safe.
class StreamHandle {
 public:
  virtual ~StreamHandle() = default;
  /// Ends the stream; the consumer's OnDone still follows.
  virtual void Cancel() = 0;
  /// The consumer that answered kFull has room again.
  virtual void Resume() {}
};

/// Where a service's methods are called: in this process (LocalPeer) or elsewhere (GrpcPeer). Thread-safe.
/// Every call carries the parent's access token, trace and deadline; the callee verifies the token itself.
class Peer {
 public:
  virtual ~Peer() = default;
  /// Calls a unary method. `request` and `response` must live until `done` has been called (once, on any thread;
  /// also on this one before Unary returns). Errors arrive as made by muster::Error.
  virtual void Unary(const std::string& full_name, const Call& parent, const google::protobuf::Message& request,
                     google::protobuf::Message* response, std::function<void(absl::Status)> done) = 0;
  /// Calls a server-streaming method. `request` is copied; the consumer is kept until its OnDone has returned.
  virtual std::unique_ptr<StreamHandle> Stream(const std::string& full_name, const Call& parent,
                                               const google::protobuf::Message& request,
                                               std::shared_ptr<StreamConsumer> consumer) = 0;
};

/// Waits for one status; used by the blocking calls.
class StatusWaiter {
 public:
  void Set(absl::Status status);
  absl::Status Wait();

 private:
  Mutex mutex_;
  CondVar changed_;
  std::optional<absl::Status> status_ MUSTER_GUARDED_BY(mutex_);
};

/// Runs `work` as on a pool thread: a local call made inside runs in place and does not wait for a free worker, so
/// that blocking calls between services of one process cannot starve each other.
class InPlaceScope {
 public:
  InPlaceScope();
  ~InPlaceScope();
  InPlaceScope(const InPlaceScope&) = delete;
  InPlaceScope& operator=(const InPlaceScope&) = delete;
  static bool IsActive();
};

/// Calls a unary method without blocking; `reply` is called once, on any thread.
template <class Response, class Request>
void CallUnary(Peer& peer, const std::string& full_name, const Call& parent, const Request& request,
               Reply<Response> reply) {
  struct State {
    Request request;
    Response response;
    Reply<Response> reply;
  };
  auto state = std::make_shared<State>(State{request, {}, std::move(reply)});
  peer.Unary(full_name, parent, state->request, &state->response, [state](absl::Status status) {
    status.ok() ? state->reply(std::move(state->response)) : state->reply(std::move(status));
  });
}

/// Calls a unary method and waits for its answer. Not on a gRPC, Asio or store thread.
template <class Response, class Request>
absl::StatusOr<Response> CallUnaryBlocking(Peer& peer, const std::string& full_name, const Call& parent,
                                           const Request& request) {
  Response response;
  StatusWaiter waiter;
  {
    InPlaceScope in_place;
    peer.Unary(full_name, parent, request, &response,
               [&waiter](absl::Status status) { waiter.Set(std::move(status)); });
  }
  if (absl::Status status = waiter.Wait(); !status.ok()) {
    return status;
  }
  return response;
}

/// Calls a server-streaming method. `on_item` returns false to end it and must not block for long; `on_done` is called
/// once, also when the returned handle is dropped.
template <class Item, class Request>
std::unique_ptr<StreamHandle> CallStream(Peer& peer, const std::string& full_name, const Call& parent,
                                         const Request& request, std::function<bool(const Item&)> on_item,
                                         std::function<void(absl::Status)> on_done) {
  class Consumer final : public StreamConsumer {
   public:
    Consumer(std::function<bool(const Item&)> item, std::function<void(absl::Status)> done)
        : on_item_(std::move(item)), on_done_(std::move(done)) {}
    Taken OnItem(const google::protobuf::Message& item, bool) override {
      return on_item_(static_cast<const Item&>(item)) ? Taken::kYes : Taken::kGone;
    }
    void OnDone(absl::Status status) override { on_done_(std::move(status)); }

   private:
    std::function<bool(const Item&)> on_item_;
    std::function<void(absl::Status)> on_done_;
  };
  return peer.Stream(full_name, parent, request, std::make_shared<Consumer>(std::move(on_item), std::move(on_done)));
}

/// Reads a server stream item by item, for a thread of its own. Holds at most 256 items that wait to be read.
template <class Item>
class StreamReader {
 public:
  template <class Request>
  static std::unique_ptr<StreamReader> Start(Peer& peer, const std::string& full_name, const Call& parent,
                                             const Request& request) {
    auto reader = std::unique_ptr<StreamReader>(new StreamReader);
    reader->handle_ = peer.Stream(full_name, parent, request, reader->queue_);
    return reader;
  }
  ~StreamReader() { Cancel(); }

  enum class Next { kItem, kTimeout, kEnd };
  /// Waits for the next item, at most `timeout`.
  Next Read(Item* item, Duration timeout) {
    bool resume = false;
    const Next next = queue_->Read(item, timeout, &resume);
    if (resume) {
      handle_->Resume();
    }
    return next;
  }
  /// How it ended; OK before the end.
  absl::Status status() const { return queue_->status(); }
  void Cancel() {
    queue_->Close();
    handle_->Cancel();
  }

 private:
  static constexpr size_t kMaxWaiting = 256;

  class Queue final : public StreamConsumer {
   public:
    Taken OnItem(const google::protobuf::Message& item, bool may_block) override {
      MutexLock lock(mutex_);
      while (items_.size() >= kMaxWaiting && may_block && !closed_) {
        changed_.Wait(mutex_);
      }
      if (closed_) {
        return Taken::kGone;
      }
      if (items_.size() >= kMaxWaiting) {
        was_full_ = true;
        return Taken::kFull;
      }
      items_.push_back(static_cast<const Item&>(item));
      changed_.NotifyAll();
      return Taken::kYes;
    }
    void OnDone(absl::Status status) override {
      MutexLock lock(mutex_);
      ended_ = true;
      status_ = std::move(status);
      changed_.NotifyAll();
    }
    Next Read(Item* item, Duration timeout, bool* resume) {
      MutexLock lock(mutex_);
      while (items_.empty() && !ended_) {
        if (!changed_.WaitFor(mutex_, timeout)) {
          break;
        }
      }
      if (items_.empty()) {
        return ended_ ? Next::kEnd : Next::kTimeout;
      }
      *item = std::move(items_.front());
      items_.pop_front();
      changed_.NotifyAll();
      *resume = was_full_ && items_.size() <= kMaxWaiting / 2;
      was_full_ = was_full_ && !*resume;
      return Next::kItem;
    }
    void Close() {
      MutexLock lock(mutex_);
      closed_ = true;
      changed_.NotifyAll();
    }
    absl::Status status() const {
      MutexLock lock(mutex_);
      return status_;
    }

   private:
    mutable Mutex mutex_;
    CondVar changed_;
    std::deque<Item> items_ MUSTER_GUARDED_BY(mutex_);
    bool ended_ MUSTER_GUARDED_BY(mutex_) = false;
    bool closed_ MUSTER_GUARDED_BY(mutex_) = false;
    bool was_full_ MUSTER_GUARDED_BY(mutex_) = false;
    absl::Status status_ MUSTER_GUARDED_BY(mutex_);
  };

  StreamReader() : queue_(std::make_shared<Queue>()) {}

  std::shared_ptr<Queue> queue_;
  std::unique_ptr<StreamHandle> handle_;
};

}  // namespace muster::rpc
