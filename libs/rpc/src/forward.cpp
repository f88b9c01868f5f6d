#include <google/protobuf/descriptor.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <optional>
#include <utility>

#include "muster/base/mutex.h"
#include "muster/rpc/method_table.h"
#include "muster/rpc/peer.h"

namespace muster::rpc {
namespace {

using google::protobuf::Message;

constexpr size_t kMaxWaiting = 256;
constexpr Duration kLook = std::chrono::milliseconds(500);  ///< how soon it is seen that the client has gone

/// Items of the peer that wait to be written to the client. Thread-safe.
class WaitingItems final : public StreamConsumer {
 public:
  Taken OnItem(const Message& item, bool may_block) override {
    MutexLock lock(mutex_);
    while (items_.size() >= kMaxWaiting && may_block && !is_closed_) {
      changed_.Wait(mutex_);
    }
    if (is_closed_) {
      return Taken::kGone;
    }
    if (items_.size() >= kMaxWaiting) {
      was_full_ = true;
      return Taken::kFull;
    }
    std::unique_ptr<Message> copy(item.New());
    copy->CopyFrom(item);
    items_.push_back(std::move(copy));
    changed_.NotifyAll();
    return Taken::kYes;
  }
  void OnDone(absl::Status status) override {
    MutexLock lock(mutex_);
    end_ = std::move(status);
    changed_.NotifyAll();
  }

  /// The next item; null when none came for a while or, with `end`, after the last. `resume`: there is room again.
  std::unique_ptr<Message> Next(std::optional<absl::Status>& end, bool& resume) {
    MutexLock lock(mutex_);
    if (items_.empty() && !end_) {
      (void)changed_.WaitFor(mutex_, kLook);
    }
    if (items_.empty()) {
      end = end_;
      return nullptr;
    }
    std::unique_ptr<Message> item = std::move(items_.front());
    items_.pop_front();
    resume = std::exchange(was_full_, false);
    changed_.NotifyAll();
    return item;
  }
  void Close() {
    MutexLock lock(mutex_);
    is_closed_ = true;
    changed_.NotifyAll();
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  std::deque<std::unique_ptr<Message>> items_ MUSTER_GUARDED_BY(mutex_);
  std::optional<absl::Status> end_ MUSTER_GUARDED_BY(mutex_);
  bool was_full_ MUSTER_GUARDED_BY(mutex_) = false;
  bool is_closed_ MUSTER_GUARDED_BY(mutex_) = false;
};

/// Passes a stream on until one of its ends has gone.
void ForwardStream(Peer& peer, const std::string& name, const Call& call, const Message& request, ItemSink& sink) {
  const auto items = std::make_shared<WaitingItems>();
  const std::unique_ptr<StreamHandle> handle = peer.Stream(name, call, request, items);
  std::optional<absl::Status> end;
  while (!end && !sink.IsCancelled()) {
    bool resume = false;
    const std::unique_ptr<Message> item = items->Next(end, resume);
    if (resume) {
      handle->Resume();
    }
    if (item != nullptr && !sink.Write(*item)) {
      break;
    }
  }
  items->Close();
  handle->Cancel();
  sink.Finish(end.value_or(absl::CancelledError("the client has gone")));
}

}  // namespace

void MethodTable::Forward(const std::string& service, Peer& peer) {
  const auto* descriptor = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(service);
  if (descriptor == nullptr) {
    std::fprintf(stderr, "%s: not linked in\n", service.c_str());
    std::abort();
  }
  auto* const factory = google::protobuf::MessageFactory::generated_factory();
  for (int i = 0; i < descriptor->method_count(); ++i) {
    const auto* of = descriptor->method(i);
    Method method =
        Prepare(of->full_name(), *factory->GetPrototype(of->input_type()), *factory->GetPrototype(of->output_type()));
    const std::string name = of->full_name();
    if (of->server_streaming()) {
      method.stream = [name, &peer](std::shared_ptr<const Call> call, const Message& request,
                                    std::shared_ptr<ItemSink> sink) {
        ForwardStream(peer, name, *call, request, *sink);
      };
    } else {
      method.run = Run::kInline;
      method.unary = [name, &peer, prototype = method.response_prototype](const Call& call, const Message& request,
                                                                          ErasedReply reply) {
        const std::shared_ptr<Message> response(prototype->New());
        peer.Unary(name, call, request, response.get(), [response, reply = std::move(reply)](absl::Status status) {
          reply(status, status.ok() ? response.get() : nullptr);
        });
      };
    }
    Add(std::move(method));
  }
}

}  // namespace muster::rpc
