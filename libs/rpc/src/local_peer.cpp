#include "muster/rpc/local_peer.h"

#include <atomic>
#include <mutex>
#include <utility>

#include "muster/base/mutex.h"
#include "muster/domain/reason.h"

namespace muster::rpc {
namespace {

using google::protobuf::Message;

/// A stream inside the process: what the handler writes goes straight to the consumer, on the writer's thread.
class LocalSink final : public ItemSink {
 public:
  LocalSink(std::shared_ptr<StreamConsumer> consumer, std::shared_ptr<CancelSignal> cancel)
      : consumer_(std::move(consumer)), cancel_(std::move(cancel)) {}

  bool Write(const Message& item) override { return Offer(item, true); }
  bool TryWrite(const Message& item) override { return Offer(item, false); }
  void Finish(absl::Status status) override { End(std::move(status)); }
  void OnDone(std::function<void()> done) override {
    {
      MutexLock lock(state_);
      if (!ended_) {
        on_done_.push_back(std::move(done));
        return;
      }
    }
    done();
  }
  bool IsCancelled() const override { return cancel_->IsCancelled(); }

  /// Ends it once: no item follows, the consumer hears `status`, then those who asked by OnDone.
  void End(absl::Status status) {
    std::vector<std::function<void()>> on_done;
    {
      MutexLock lock(state_);
      if (std::exchange(ended_, true)) {
        return;
      }
      on_done.swap(on_done_);
    }
    {
      const std::lock_guard order(order_);
      consumer_->OnDone(std::move(status));
    }
    for (const auto& done : on_done) {
      done();
    }
  }

 private:
  bool Offer(const Message& item, bool may_block) {
    StreamConsumer::Taken taken = StreamConsumer::Taken::kGone;
    {
      const std::lock_guard order(order_);
      if (IsCancelled() || IsEnded()) {
        return false;
      }
      taken = consumer_->OnItem(item, may_block);
    }
    if (taken == StreamConsumer::Taken::kGone) {
      cancel_->Cancel();
      End(absl::CancelledError("the reader has ended the stream"));
    }
    return taken == StreamConsumer::Taken::kYes;
  }
  bool IsEnded() const {
    MutexLock lock(state_);
    return ended_;
  }

  const std::shared_ptr<StreamConsumer> consumer_;
  const std::shared_ptr<CancelSignal> cancel_;
  /// Held while the consumer is called; recursive, as a consumer may cancel its stream from inside OnItem.
  std::recursive_mutex order_;
  mutable Mutex state_;
  bool ended_ MUSTER_GUARDED_BY(state_) = false;
  std::vector<std::function<void()>> on_done_ MUSTER_GUARDED_BY(state_);
};

class LocalHandle final : public StreamHandle {
 public:
  LocalHandle(std::shared_ptr<LocalSink> sink, std::shared_ptr<CancelSignal> cancel)
      : sink_(std::move(sink)), cancel_(std::move(cancel)) {}
  ~LocalHandle() override { Cancel(); }
  void Cancel() override {
    if (cancelled_.exchange(true)) {
      return;
    }
    cancel_->Cancel();
    sink_->End(absl::CancelledError("the reader has ended the stream"));
  }

 private:
  const std::shared_ptr<LocalSink> sink_;
  const std::shared_ptr<CancelSignal> cancel_;
  std::atomic<bool> cancelled_ = false;
};

class NoHandle final : public StreamHandle {
 public:
  void Cancel() override {}
};

/// The call within this process: the certificate of who called this process is not its own.
Call Within(const Call& parent) {
  Call call = parent;
  call.peer_service.clear();
  return call;
}

absl::Status NotServed(const std::string& full_name) { return Error(Reason::kNotBuilt, {}, {{"what", full_name}}); }

class LocalPeer final : public Peer {
 public:
  explicit LocalPeer(CallPipeline& pipeline) : pipeline_(pipeline) {}

  void Unary(const std::string& full_name, const Call& parent, const Message& request, Message* response,
             std::function<void(absl::Status)> done) override {
    const Method* method = pipeline_.table().Find(full_name);
    if (method == nullptr || method->IsStream()) {
      done(NotServed(full_name));
      return;
    }
    pipeline_.Unary(*method, Within(parent), request, InPlaceScope::IsActive(),
                    [response, done = std::move(done)](absl::Status status, Message* message) {
                      if (status.ok()) {
                        response->GetReflection()->Swap(response, message);
                      }
                      done(std::move(status));
                    });
  }

  std::unique_ptr<StreamHandle> Stream(const std::string& full_name, const Call& parent, const Message& request,
                                       std::shared_ptr<StreamConsumer> consumer) override {
    const Method* method = pipeline_.table().Find(full_name);
    if (method == nullptr || !method->IsStream()) {
      consumer->OnDone(NotServed(full_name));
      return std::make_unique<NoHandle>();
    }
    auto cancel = std::make_shared<CancelSignal>();
    auto sink = std::make_shared<LocalSink>(std::move(consumer), cancel);
    Call call = Within(parent);
    call.cancel = cancel;
    std::unique_ptr<Message> copy(request.New());
    copy->CopyFrom(request);
    pipeline_.Stream(*method, std::move(call), std::move(copy), sink);
    return std::make_unique<LocalHandle>(std::move(sink), std::move(cancel));
  }

 private:
  CallPipeline& pipeline_;
};

}  // namespace

std::unique_ptr<Peer> MakeLocalPeer(CallPipeline& pipeline) { return std::make_unique<LocalPeer>(pipeline); }

}  // namespace muster::rpc
