#include "muster/rpc/grpc_peer.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/support/client_callback.h>

#include <array>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <utility>

#include "grpc_codec.h"
#include "grpc_runtime.h"
#include "muster/base/mutex.h"
#include "muster/domain/reason.h"
#include "muster/telemetry/log.h"
#include "rarely.h"
#include "target.h"
#include "tls_credentials.h"

namespace muster::rpc {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using google::protobuf::MethodOptions;
using google::protobuf::ServiceDescriptor;
using grpc::internal::RpcMethod;

constexpr Duration kDefaultTimeout = std::chrono::seconds(5);

constexpr auto kServices = std::to_array<const char*>({
    "muster.common.v1.EventFeedService",
    "muster.common.v1.AuditService",
    "muster.common.v1.InvariantService",
    "muster.identity.v1.IdentityService",
    "muster.registry.v1.RegistryService",
    "muster.matching.v1.MatchingService",
    "muster.dispatch.v1.DispatchService",
    "muster.notify.v1.NotifyService",
    "muster.exchange.v1.ExchangeService",
});

/// A change that is sent twice with one request_id happens once.
bool MayBeRepeated(const MethodDescriptor& method) {
  return method.options().idempotency_level() == MethodOptions::NO_SIDE_EFFECTS ||
         method.input_type()->FindFieldByName("request_id") != nullptr;
}

/// Every method that may be repeated, as gRPC's service config names it.
nlohmann::json RepeatableMethods() {
  nlohmann::json names = nlohmann::json::array();
  for (const char* name : kServices) {
    const ServiceDescriptor* service = DescriptorPool::generated_pool()->FindServiceByName(name);
    for (int i = 0; service != nullptr && i < service->method_count(); ++i) {
      if (MayBeRepeated(*service->method(i))) {
        names.push_back({{"service", name}, {"method", service->method(i)->name()}});
      }
    }
  }
  return names;
}

/// What a channel does by itself. Calls are repeated for about 1.5 s, longer than it takes until another instance leads
/// or one that was started again is found. An instance that dies fails all that it works on at once, so that a hundred
/// tokens are few.
std::string ServiceConfig(const GrpcPeerOptions& options) {
  nlohmann::json config = nlohmann::json::object();
  if (!IsUnixTarget(options.target)) {
    config["loadBalancingConfig"] = {{{"round_robin", nlohmann::json::object()}}};
    config["healthCheckConfig"] = {{"serviceName", ""}};  // the whole server
  }
  const nlohmann::json names = options.retry ? RepeatableMethods() : nlohmann::json();
  if (!names.empty()) {
    const nlohmann::json policy = {{"maxAttempts", 5},
                                   {"initialBackoff", "0.1s"},
                                   {"backoffMultiplier", 2},
                                   {"maxBackoff", "1s"},
                                   {"retryableStatusCodes", {"UNAVAILABLE"}}};
    config["retryThrottling"] = {{"maxTokens", 100}, {"tokenRatio", 0.1}};
    config["methodConfig"] = {{{"name", names}, {"retryPolicy", policy}}};
  }
  return config.dump();
}

std::shared_ptr<grpc::Channel> MakeChannel(const GrpcPeerOptions& options) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(static_cast<int>(options.max_message_bytes));
  arguments.SetMaxSendMessageSize(static_cast<int>(options.max_message_bytes));
  // Keepalive also sets TCP_USER_TIMEOUT, to its timeout.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 20'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 5'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 500);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 5'000);  // how long one attempt to connect may take
  arguments.SetInt(GRPC_ARG_DNS_MIN_TIME_BETWEEN_RESOLUTIONS_MS, 5'000);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetServiceConfigJSON(ServiceConfig(options));
  std::shared_ptr<grpc::ChannelCredentials> credentials = grpc::InsecureChannelCredentials();
  if (options.tls.has_value() && !IsUnixTarget(options.target)) {
    credentials = MakeChannelCredentials(*options.tls);
    arguments.SetSslTargetNameOverride(ServerName(options.service));
  }
  return grpc::CreateCustomChannel(ChannelTarget(options.target), credentials, arguments);
}

void Fill(grpc::ClientContext& context, const Call& parent, bool is_stream, const Clock& clock) {
  if (!parent.access_token.empty()) {
    context.AddMetadata("authorization", "Bearer " + parent.access_token);
  }
  if (!parent.source_address.empty()) {
    context.AddMetadata(kSourceHeader, parent.source_address);
  }
  if (!parent.trace_id.empty()) {
    context.AddMetadata("traceparent", MakeTraceparent(parent.trace_id));
  }
  if (!is_stream) {
    const Duration left =
        parent.steady_deadline == kNoDeadline ? kDefaultTimeout : parent.steady_deadline - clock.Steady();
    context.set_deadline(std::chrono::system_clock::now() + left);
  }
}

/// Says in the log why no instance could be reached. An error that has details comes from the service itself.
void LogUnreachable(const std::string& target, const grpc::Status& status) {
  static Rarely* const rarely = new Rarely;  // stays: gRPC's threads may outlive main
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE && status.error_details().empty() &&
      rarely->Passes(target + status.error_message())) {
    telemetry::LogWarning("a service cannot be reached", {{"target", target}, {"reason", status.error_message()}});
  }
}

/// A unary call under way; deletes itself when gRPC is done with it.
class UnaryReactor final : public grpc::ClientUnaryReactor {
 public:
  UnaryReactor(std::string target, Message* response, std::function<void(absl::Status)> done)
      : target_(std::move(target)), response_(response), done_(std::move(done)) {}

  void OnDone(const grpc::Status& status) override {
    LogUnreachable(target_, status);
    absl::Status result = FromGrpc(status);
    if (result.ok() && !ParseBuffer(reply_, response_)) {
      result = Error(Reason::kInternal);
    }
    const std::function<void(absl::Status)> done = std::move(done_);
    delete this;
    done(std::move(result));
  }

  grpc::ClientContext context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer reply_;

 private:
  const std::string target_;
  Message* const response_;
  std::function<void(absl::Status)> done_;
};

/// A stream under way. Kept by itself until OnDone; the handle only borrows it through a shared pointer.
class StreamReactor final : public grpc::ClientReadReactor<grpc::ByteBuffer>,
                            public std::enable_shared_from_this<StreamReactor> {
 public:
  StreamReactor(std::string target, const Message& item_prototype, std::shared_ptr<StreamConsumer> consumer)
      : target_(std::move(target)), item_(item_prototype.New()), consumer_(std::move(consumer)) {}

  void Start() {
    self_ = shared_from_this();
    AddHold();  // reads are also started by Resume, outside of a reaction
    StartRead(&buffer_);
    StartCall();
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      RemoveHold();
      return;
    }
    if (!ParseBuffer(buffer_, item_.get())) {
      context_.TryCancel();
      StartRead(&buffer_);
      return;
    }
    Offer();
  }

  void OnDone(const grpc::Status& status) override {
    LogUnreachable(target_, status);
    consumer_->OnDone(FromGrpc(status));
    const std::shared_ptr<StreamReactor> self = std::move(self_);
  }

  void Cancel() {
    context_.TryCancel();
    Resume();
  }

  void Resume() {
    {
      MutexLock lock(mutex_);
      if (!paused_) {
        resume_wanted_ = true;
        return;
      }
      paused_ = false;
    }
    Offer();
  }

  grpc::ClientContext context_;
  grpc::ByteBuffer request_;

 private:
  /// Gives the item to the consumer until it takes it; stops reading while it has no room.
  void Offer() {
    for (;;) {
      const StreamConsumer::Taken taken = consumer_->OnItem(*item_, false);
      if (taken == StreamConsumer::Taken::kGone) {
        context_.TryCancel();
      }
      if (taken != StreamConsumer::Taken::kFull) {
        StartRead(&buffer_);
        return;
      }
      MutexLock lock(mutex_);
      if (!std::exchange(resume_wanted_, false)) {
        paused_ = true;
        return;
      }
    }
  }

  const std::string target_;
  const std::unique_ptr<Message> item_;
  const std::shared_ptr<StreamConsumer> consumer_;
  grpc::ByteBuffer buffer_;
  Mutex mutex_;
  bool paused_ MUSTER_GUARDED_BY(mutex_) = false;
  bool resume_wanted_ MUSTER_GUARDED_BY(mutex_) = false;
  std::shared_ptr<StreamReactor> self_;
};

class GrpcHandle final : public StreamHandle {
 public:
  explicit GrpcHandle(std::shared_ptr<StreamReactor> reactor) : reactor_(std::move(reactor)) {}
  ~GrpcHandle() override { reactor_->Cancel(); }
  void Cancel() override { reactor_->Cancel(); }
  void Resume() override { reactor_->Resume(); }

 private:
  const std::shared_ptr<StreamReactor> reactor_;
};

class NoHandle final : public StreamHandle {
 public:
  void Cancel() override {}
};

class GrpcPeer final : public Peer {
 public:
  GrpcPeer(const GrpcPeerOptions& options, const Clock& clock)
      : clock_(clock), target_(options.target), channel_(MakeChannel(options)) {}

  void Unary(const std::string& full_name, const Call& parent, const Message& request, Message* response,
             std::function<void(absl::Status)> done) override {
    const Entry* entry = Find(full_name);
    if (entry == nullptr) {
      done(Error(Reason::kNotBuilt, {}, {{"what", full_name}}));
      return;
    }
    auto* reactor = new UnaryReactor(target_, response, std::move(done));
    Fill(reactor->context_, parent, false, clock_);
    reactor->request_ = ToBuffer(request);
    grpc::internal::ClientCallbackUnaryFactory::Create<grpc::ByteBuffer, grpc::ByteBuffer, grpc::ByteBuffer,
                                                       grpc::ByteBuffer>(
        channel_.get(), *entry->method, &reactor->context_, &reactor->request_, &reactor->reply_, reactor);
    reactor->StartCall();
  }

  std::unique_ptr<StreamHandle> Stream(const std::string& full_name, const Call& parent, const Message& request,
                                       std::shared_ptr<StreamConsumer> consumer) override {
    const Entry* entry = Find(full_name);
    if (entry == nullptr || !entry->descriptor->server_streaming()) {
      consumer->OnDone(Error(Reason::kNotBuilt, {}, {{"what", full_name}}));
      return std::make_unique<NoHandle>();
    }
    const Message* prototype =
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(entry->descriptor->output_type());
    auto reactor = std::make_shared<StreamReactor>(target_, *prototype, std::move(consumer));
    Fill(reactor->context_, parent, true, clock_);
    reactor->request_ = ToBuffer(request);
    grpc::internal::ClientCallbackReaderFactory<grpc::ByteBuffer>::Create(
        channel_.get(), *entry->method, &reactor->context_, &reactor->request_, reactor.get());
    reactor->Start();
    return std::make_unique<GrpcHandle>(std::move(reactor));
  }

 private:
  struct Entry {
    const MethodDescriptor* descriptor;
    std::string path;
    std::unique_ptr<RpcMethod> method;  ///< points into `path`
  };

  const Entry* Find(const std::string& full_name) {
    MutexLock lock(mutex_);
    std::unique_ptr<Entry>& entry = entries_[full_name];
    if (entry == nullptr) {
      const MethodDescriptor* descriptor = DescriptorPool::generated_pool()->FindMethodByName(full_name);
      if (descriptor == nullptr) {
        return nullptr;
      }
      entry = std::make_unique<Entry>();
      entry->descriptor = descriptor;
      entry->path = "/" + descriptor->service()->full_name() + "/" + descriptor->name();
      entry->method = std::make_unique<RpcMethod>(
          entry->path.c_str(), descriptor->server_streaming() ? RpcMethod::SERVER_STREAMING : RpcMethod::NORMAL_RPC,
          channel_);
    }
    return entry.get();
  }

  const Clock& clock_;
  const std::string target_;
  const std::shared_ptr<grpc::Channel> channel_;
  Mutex mutex_;
  std::unordered_map<std::string, std::unique_ptr<Entry>> entries_ MUSTER_GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<Peer> MakeGrpcPeer(const GrpcPeerOptions& options, const Clock& clock) {
  KeepGrpcRuntime();
  return std::make_unique<GrpcPeer>(options, clock);
}

}  // namespace muster::rpc
