#include "muster/rpc/grpc_server.h"

#include <google/protobuf/descriptor.h>
#include <grpc/support/time.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/support/server_callback.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <mutex>
#include <utility>

#include "grpc_codec.h"
#include "grpc_runtime.h"
#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/rpc/queued_sink.h"
#include "tls_credentials.h"

namespace muster::rpc {
namespace {

using google::protobuf::Message;
using google::protobuf::ServiceDescriptor;
using grpc::internal::RpcServiceMethod;

constexpr std::string_view kExchange = "muster.exchange.";
constexpr int kMetadataBytes = 8 * 1024;

std::string_view FindMetadata(const grpc::CallbackServerContext& context, const char* key) {
  const auto found = context.client_metadata().find(key);
  return found == context.client_metadata().end() ? std::string_view()
                                                  : std::string_view(found->second.data(), found->second.size());
}

/// "ipv4:10.0.0.7:51234" -> "10.0.0.7"; "ipv6:%5B::1%5D:51234" -> "::1"; "unix:..." -> "unix".
std::string SourceAddress(const std::string& peer) {
  if (peer.starts_with("ipv4:")) {
    return peer.substr(5, peer.rfind(':') - 5);
  }
  if (peer.starts_with("ipv6:")) {
    const size_t open = peer.find_first_of("[B");
    const size_t close = peer.find_first_of("]%", open);
    return open == std::string::npos ? "ipv6" : peer.substr(open + 1, close - open - 1);
  }
  return kUnixSource;
}

Duration SteadyDeadline(const grpc::CallbackServerContext& context, const Clock& clock) {
  const gpr_timespec deadline = context.raw_deadline();
  if (gpr_time_cmp(deadline, gpr_inf_future(deadline.clock_type)) == 0) {
    return kNoDeadline;
  }
  const gpr_timespec left = gpr_time_sub(deadline, gpr_now(deadline.clock_type));
  return clock.Steady() + std::chrono::seconds(left.tv_sec) + std::chrono::microseconds(left.tv_nsec / 1000);
}

/// Where the call began: a service says it of the calls that it passes on. What is local there is not local here.
std::string SourceOf(const grpc::CallbackServerContext& context, const std::string& peer_service) {
  const std::string_view told = FindMetadata(context, kSourceHeader);
  constexpr size_t kLongest = 64;  // an IPv6 address with its zone
  if (peer_service.empty() || told.empty() || told.size() > kLongest) {
    return SourceAddress(context.peer());
  }
  return IsLocalSource(std::string(told)) ? peer_service + " " + std::string(told) : std::string(told);
}

Call MakeCall(const grpc::CallbackServerContext& context, const Clock& clock) {
  Call call;
  const std::string_view authorization = FindMetadata(context, "authorization");
  if (authorization.size() > 7 && (authorization.starts_with("Bearer ") || authorization.starts_with("bearer "))) {
    call.access_token = authorization.substr(7);
  }
  call.trace_id = TraceIdOfTraceparent(FindMetadata(context, "traceparent"));
  if (call.trace_id.empty()) {
    call.trace_id = NewTraceId();
  }
  call.peer_service = PeerService(*context.auth_context());
  call.source_address = SourceOf(context, call.peer_service);
  call.steady_deadline = SteadyDeadline(context, clock);
  call.cancel = std::make_shared<CancelSignal>();
  return call;
}

/// The request of a call, or why it is not one.
grpc::Status Parse(const Method& method, const grpc::ByteBuffer& buffer, int max_bytes, Message* request) {
  const bool large = method.full_name.starts_with(kExchange);
  if (!large && buffer.Length() > static_cast<size_t>(max_bytes)) {
    return grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED,
                        "the message is larger than " + std::to_string(max_bytes));
  }
  return ParseBuffer(buffer, request) ? grpc::Status::OK : ToGrpc(Error(Reason::kInvalidField));
}

/// Whether the caller's channel should repeat the call by itself. A full or busy store is the same for every instance:
/// people are told at once, and callers repeat at their own pace.
bool MayBeBetterElsewhere(const absl::Status& status) {
  return !absl::IsUnavailable(status) || GetErrorInfo(status).reason == Reason::kDraining;
}

/// A unary call. gRPC deletes it through OnDone, which follows Finish.
class UnaryReactor final : public grpc::ServerUnaryReactor {
 public:
  UnaryReactor(CallPipeline& pipeline, const Method& method, grpc::CallbackServerContext& context,
               const grpc::ByteBuffer& buffer, grpc::ByteBuffer* response, int max_bytes)
      : request_(method.request_prototype->New()) {
    Call call = MakeCall(context, pipeline.clock());
    cancel_ = call.cancel;
    if (grpc::Status bad = Parse(method, buffer, max_bytes, request_.get()); !bad.ok()) {
      Finish(bad);
      return;
    }
    pipeline.Unary(method, std::move(call), *request_, false,
                   [this, response, &context](absl::Status status, Message* message) {
                     if (status.ok()) {
                       *response = ToBuffer(*message);
                     } else if (!MayBeBetterElsewhere(status)) {
                       context.AddTrailingMetadata("grpc-retry-pushback-ms", "-1");
                     }
                     Finish(ToGrpc(status));
                   });
  }

  void OnCancel() override { cancel_->Cancel(); }
  void OnDone() override { delete this; }

 private:
  std::unique_ptr<Message> request_;
  std::shared_ptr<CancelSignal> cancel_;
};

class StreamReactor;

/// The sink of one stream; the reactor's other half, as handlers may keep it longer than gRPC keeps the reactor.
class GrpcSink final : public QueuedSink {
 public:
  explicit GrpcSink(StreamReactor* reactor) : reactor_(reactor) {}

 private:
  std::optional<std::string> Encode(const Message& item) override { return item.SerializeAsString(); }
  void StartWrite(std::string frame) override;
  void StartFinish(const absl::Status& status) override;

  StreamReactor* const reactor_;  ///< alive until StartFinish has been called
};

class StreamReactor final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  StreamReactor(CallPipeline& pipeline, const Method& method, grpc::CallbackServerContext& context,
                const grpc::ByteBuffer& buffer, int max_bytes)
      : sink_(std::make_shared<GrpcSink>(this)) {
    std::unique_ptr<Message> request(method.request_prototype->New());
    Call call = MakeCall(context, pipeline.clock());
    cancel_ = call.cancel;
    if (grpc::Status bad = Parse(method, buffer, max_bytes, request.get()); !bad.ok()) {
      Finish(bad);
      return;
    }
    // A copy: the stream may end, and this object with it, before Stream returns.
    const std::shared_ptr<ItemSink> sink = sink_;
    pipeline.Stream(method, std::move(call), std::move(request), sink);
  }

  void Write(const std::string& frame) {
    current_ = ToBuffer(frame);
    StartWrite(&current_);
  }
  void OnWriteDone(bool ok) override { sink_->WriteDone(ok); }
  void OnCancel() override {
    const std::shared_ptr<GrpcSink> sink = sink_;
    const std::shared_ptr<CancelSignal> cancel = cancel_;
    sink->Gone();
    cancel->Cancel();
  }
  void OnDone() override {
    const std::shared_ptr<GrpcSink> sink = sink_;
    delete this;
    sink->Ended();
  }

 private:
  const std::shared_ptr<GrpcSink> sink_;
  std::shared_ptr<CancelSignal> cancel_;
  grpc::ByteBuffer current_;
};

void GrpcSink::StartWrite(std::string frame) { reactor_->Write(frame); }
void GrpcSink::StartFinish(const absl::Status& status) { reactor_->Finish(ToGrpc(status)); }

/// A service made from its descriptor: each served method gets a handler over raw bytes, as the generated
/// WithRawCallbackMethod classes do, so that reflection and health know it by name.
class DescriptorService final : public grpc::Service {
 public:
  DescriptorService(CallPipeline& pipeline, const std::vector<const Method*>& methods, int max_bytes) {
    int index = 0;
    for (const Method* method : methods) {
      const std::string& path =
          paths_.emplace_back("/" + method->descriptor->service()->full_name() + "/" + method->descriptor->name());
      method->IsStream() ? AddStream(pipeline, *method, path, index, max_bytes)
                         : AddUnary(pipeline, *method, path, index, max_bytes);
      ++index;
    }
  }

 private:
  void AddUnary(CallPipeline& pipeline, const Method& method, const std::string& path, int index, int max_bytes) {
    AddMethod(new RpcServiceMethod(path.c_str(), grpc::internal::RpcMethod::NORMAL_RPC, nullptr));
    MarkMethodRawCallback(
        index, new grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
                   [&pipeline, &method, max_bytes](grpc::CallbackServerContext* context,
                                                   const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
                     return new UnaryReactor(pipeline, method, *context, *request, response, max_bytes);
                   }));
  }
  void AddStream(CallPipeline& pipeline, const Method& method, const std::string& path, int index, int max_bytes) {
    AddMethod(new RpcServiceMethod(path.c_str(), grpc::internal::RpcMethod::SERVER_STREAMING, nullptr));
    MarkMethodRawCallback(index, new grpc::internal::CallbackServerStreamingHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
                                     [&pipeline, &method, max_bytes](grpc::CallbackServerContext* context,
                                                                     const grpc::ByteBuffer* request) {
                                       return new StreamReactor(pipeline, method, *context, *request, max_bytes);
                                     }));
  }

  std::deque<std::string> paths_;  ///< gRPC keeps the pointers
};

/// Process-wide switches of gRPC that must be set before the first server is built.
void PrepareProcess(bool reflection) {
  static std::once_flag health;
  std::call_once(health, [] { grpc::EnableDefaultHealthCheckService(true); });
  if (reflection) {
    static std::once_flag once;
    std::call_once(once, [] { grpc::reflection::InitProtoReflectionServerBuilderPlugin(); });
  }
}

/// Limits and keepalive; the client's side of the keepalive is in grpc_peer.cpp and must agree.
void Configure(grpc::ServerBuilder& builder, const GrpcServerOptions& options) {
  builder.SetMaxReceiveMessageSize(options.max_receive_bytes);
  builder.SetMaxSendMessageSize(options.max_receive_bytes);
  builder.SetResourceQuota(grpc::ResourceQuota("muster").Resize(options.memory_quota_bytes));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, options.max_concurrent_streams);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMetadataBytes);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 20'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 5'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10'000);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, 10'000);
}

class GrpcServerImpl final : public GrpcServer {
 public:
  absl::Status Listen(CallPipeline& pipeline, const GrpcServerOptions& options) {
    PrepareProcess(options.reflection);
    std::map<std::string, std::vector<const Method*>> services;
    for (const auto& [name, method] : pipeline.table().methods()) {
      services[method.descriptor->service()->full_name()].push_back(&method);
    }
    grpc::ServerBuilder builder;
    Configure(builder, options);
    MUSTER_RETURN_IF_ERROR(AddAddresses(builder, options));
    for (const auto& [name, methods] : services) {
      services_.push_back(std::make_unique<DescriptorService>(pipeline, methods, options.max_call_bytes));
      builder.RegisterService(services_.back().get());
    }
    server_ = builder.BuildAndStart();
    if (server_ == nullptr) {
      return absl::InternalError("cannot listen on " + options.listen.front());
    }
    for (const auto& [name, methods] : services) {
      server_->GetHealthCheckService()->SetServingStatus(name, true);
    }
    return ProtectSockets(options);
  }

  ~GrpcServerImpl() override { Shutdown(Duration::zero()); }

  std::vector<int> ports() const override { return ports_; }
  void SetServing(bool is_serving) override { server_->GetHealthCheckService()->SetServingStatus(is_serving); }
  void Shutdown(Duration grace) override {
    if (server_ != nullptr) {
      server_->Shutdown(std::chrono::system_clock::now() + grace);
      server_->Wait();
      server_.reset();
    }
  }

 private:
  absl::Status AddAddresses(grpc::ServerBuilder& builder, const GrpcServerOptions& options) {
    const auto plain = grpc::InsecureServerCredentials();
    auto over_network = plain;
    if (options.tls.has_value()) {
      MUSTER_RETURN_IF_ERROR(CheckTlsFiles(*options.tls));
      over_network = MakeServerCredentials(*options.tls);
    }
    ports_.assign(options.listen.size(), 0);
    for (size_t i = 0; i < options.listen.size(); ++i) {
      const std::string& address = options.listen[i];
      RemoveStaleSocket(address);
      builder.AddListeningPort(address, address.starts_with("unix:") ? plain : over_network, &ports_[i]);
    }
    return absl::OkStatus();
  }
  static void RemoveStaleSocket(const std::string& address) {
    std::error_code ignored;
    if (address.starts_with("unix:") && std::filesystem::is_socket(address.substr(5), ignored)) {
      std::filesystem::remove(address.substr(5), ignored);
    }
  }
  static absl::Status ProtectSockets(const GrpcServerOptions& options) {
    for (const std::string& address : options.listen) {
      if (address.starts_with("unix:") && ::chmod(address.substr(5).c_str(), S_IRUSR | S_IWUSR) != 0) {
        return absl::InternalError("cannot protect the socket " + address);
      }
    }
    return absl::OkStatus();
  }

  std::vector<int> ports_;
  std::vector<std::unique_ptr<DescriptorService>> services_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<GrpcServer>> GrpcServer::Start(CallPipeline& pipeline,
                                                              const GrpcServerOptions& options) {
  KeepGrpcRuntime();
  auto server = std::make_unique<GrpcServerImpl>();
  if (absl::Status status = server->Listen(pipeline, options); !status.ok()) {
    return status;
  }
  return std::unique_ptr<GrpcServer>(std::move(server));
}

}  // namespace muster::rpc
