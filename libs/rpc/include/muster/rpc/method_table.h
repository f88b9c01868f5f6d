#pragma once

#include <google/protobuf/message.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/rpc/call.h"

namespace google::protobuf {
class MethodDescriptor;
}

namespace muster::rpc {

/// Answers a unary call: to be called exactly once, from any thread. The Call and the request that the handler
/// was given live until then. A reply that is dropped uncalled answers INTERNAL.
template <class Response>
using Reply = std::function<void(absl::StatusOr<Response>)>;

/// Where a unary handler runs.
enum class Run {
  kOnPool,  ///< on a worker of the call pool: it may block on SQL or a peer
  kInline,  ///< on the thread that received the call (gRPC or Asio): it never blocks
};

/// The client's end of a server stream, as bytes or as messages. Implemented by the doors. Thread-safe.
class ItemSink {
 public:
  virtual ~ItemSink() = default;
  /// Queues `item`; blocks while the queue is full. False once the client is gone or the stream is finished.
  virtual bool Write(const google::protobuf::Message& item) = 0;
  /// The same without blocking: false also when the queue (256 items, 1 MiB) is full.
  virtual bool TryWrite(const google::protobuf::Message& item) = 0;
  /// Ends the stream after what is queued. Further calls do nothing.
  virtual void Finish(absl::Status status) = 0;
  /// Runs `done` once when the stream has ended for whatever reason; at once when it has already.
  virtual void OnDone(std::function<void()> done) = 0;
  virtual bool IsCancelled() const = 0;
};

/// Writes the items of one server stream. Dropping the last reference without Finish ends the stream with
/// INTERNAL. Thread-safe.
template <class Item>
class ItemWriter {
 public:
  explicit ItemWriter(std::shared_ptr<ItemSink> sink) : sink_(std::move(sink)) {}
  /// Blocks while the queue is full (never call it from a gRPC, Asio or store thread). False: stop writing.
  bool Write(const Item& item) { return sink_->Write(item); }
  /// Never blocks. False when the queue (256 items, 1 MiB) is full or the client is gone.
  bool TryWrite(const Item& item) { return sink_->TryWrite(item); }
  void Finish(absl::Status status) { sink_->Finish(std::move(status)); }
  void OnDone(std::function<void()> done) { sink_->OnDone(std::move(done)); }
  bool IsCancelled() const { return sink_->IsCancelled(); }

 private:
  std::shared_ptr<ItemSink> sink_;
};

/// A reply with its type erased. `response` is null on an error; it lives during the call only, and the receiver
/// may swap its content out.
using ErasedReply = std::function<void(absl::Status status, google::protobuf::Message* response)>;

/// How much a call matters when not all can be served; the last class is shed first.
enum class Criticality {
  kLifeSafety = 0,  ///< answers to and progress of a running mobilization, an operator's dispatch
  kIntake = 1,      ///< other changes: incidents, documents, registry
  kRead = 2,
  kReport = 3,  ///< exports, checks of whole stores
};
constexpr int kCriticalityClasses = 4;

Criticality CriticalityOf(const google::protobuf::MethodDescriptor& method);

/// True for a method marked NO_SIDE_EFFECTS.
bool IsRead(const google::protobuf::MethodDescriptor& method);

/// True for a method that only other services and the local socket may call (option `visibility`).
bool IsInternal(const google::protobuf::MethodDescriptor& method);

/// One served method.
struct Method {
  std::string full_name;
  const google::protobuf::MethodDescriptor* descriptor = nullptr;
  const google::protobuf::Message* request_prototype = nullptr;
  const google::protobuf::Message* response_prototype = nullptr;
  Run run = Run::kOnPool;
  Criticality criticality = Criticality::kRead;
  bool is_read = true;
  bool is_internal = false;
  bool needs_request_id = false;  ///< changes something and its request has the field
  std::function<void(const Call&, const google::protobuf::Message&, ErasedReply)> unary;
  std::function<void(std::shared_ptr<const Call>, const google::protobuf::Message&, std::shared_ptr<ItemSink>)> stream;

  bool IsStream() const { return stream != nullptr; }
};

class Peer;

/// Every method that this process serves, behind both doors (gRPC, HTTP) and LocalPeer. Filled while starting, by one
/// thread, before a door opens and before the first call; read-only and thread-safe from then on.
class MethodTable {
 public:
  template <class Request, class Response>
  using UnaryHandler = std::function<void(const Call&, const Request&, Reply<Response>)>;
  template <class Request, class Item>
  using StreamHandler =
      std::function<void(std::shared_ptr<const Call>, const Request&, std::shared_ptr<ItemWriter<Item>>)>;

  /// Serves the unary method `full_name` ("muster.registry.v1.RegistryService.GetTeam"). Ends the process when the
  /// name is unknown, is served already, or the types are not the method's: a mistake of the program.
  template <class Request, class Response>
  void Unary(const std::string& full_name, UnaryHandler<Request, Response> handler, Run run = Run::kOnPool) {
    Method method = Prepare(full_name, Request::default_instance(), Response::default_instance());
    method.run = run;
    method.unary = [handler = std::move(handler)](const Call& call, const google::protobuf::Message& request,
                                                  ErasedReply reply) {
      handler(call, static_cast<const Request&>(request), [reply = std::move(reply)](absl::StatusOr<Response> result) {
        result.ok() ? reply(absl::OkStatus(), &*result) : reply(result.status(), nullptr);
      });
    };
    Add(std::move(method));
  }

  /// Serves the server-streaming method `full_name`. The handler runs on a thread of the stream pool, may block in
  /// Write, or return at once and let others write; `request` lives until the handler returns.
  template <class Request, class Item>
  void Stream(const std::string& full_name, StreamHandler<Request, Item> handler) {
    Method method = Prepare(full_name, Request::default_instance(), Item::default_instance());
    method.stream = [handler = std::move(handler)](std::shared_ptr<const Call> call,
                                                   const google::protobuf::Message& request,
                                                   std::shared_ptr<ItemSink> sink) {
      handler(std::move(call), static_cast<const Request&>(request),
              std::make_shared<ItemWriter<Item>>(std::move(sink)));
    };
    Add(std::move(method));
  }

  /// The method of a full name ("a.b.Service.Method"); null when not served here.
  /// Serves every method of a service ("muster.registry.v1.RegistryService") by calling it at `peer`, which must
  /// outlive the table's use. Ends the process when the service is not linked in.
  void Forward(const std::string& service, Peer& peer);

  const Method* Find(const std::string& full_name) const;
  /// The method of a path ("/a.b.Service/Method"); null when not served here.
  const Method* FindPath(const std::string& path) const;
  /// All, by full name.
  const std::map<std::string, Method>& methods() const { return methods_; }

 private:
  static Method Prepare(const std::string& full_name, const google::protobuf::Message& request,
                        const google::protobuf::Message& response);
  void Add(Method method);

  std::map<std::string, Method> methods_;
  std::map<std::string, const Method*> by_path_;
};

}  // namespace muster::rpc
