#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/rpc/peer.h"
#include "services/cli/app/globals.h"
#include "services/cli/connect/method_of.h"

namespace muster::cli {

/// Where to call, and with which key.
struct SessionOptions {
  std::string socket_path = {};  ///< the socket of this host, "var/run/musterd.sock"; used when `url` is empty
  std::string url = {};          ///< "http://host:8080": the gateway's Connect protocol
  std::string api_key = {};      ///< empty: only methods that anyone may call
  Duration timeout = std::chrono::seconds(10);  ///< of one unary call
  std::string request_id = {};                  ///< given to the first change instead of a new one; may be empty
};

/// A connection and the credentials to call with. Over the socket the key is exchanged for an access token, again
/// before it runs out; the gateway does that itself. Not thread-safe.
class Session {
 public:
  /// Connects. Errors: nothing listens there; the key is refused.
  static absl::StatusOr<std::unique_ptr<Session>> Open(SessionOptions options, const Clock& clock = SystemClock());

  /// Calls the method that takes `request` and waits for its reply. `timeout` zero: the session's own.
  template <class Response, class Request>
  absl::StatusOr<Response> Call(const Request& request, Duration timeout = Duration::zero()) {
    const auto* method = MethodOf(Request::descriptor());
    if (absl::Status status = CheckReply(method, Response::descriptor()); !status.ok()) {
      return status;
    }
    auto call = NewCall(timeout == Duration::zero() ? options_.timeout : timeout);
    if (!call.ok()) {
      return call.status();
    }
    return rpc::CallUnaryBlocking<Response>(*peer_, method->full_name(), *call, request);
  }

  /// Starts a server stream; read it from the thread that asks.
  template <class Item, class Request>
  absl::StatusOr<std::unique_ptr<rpc::StreamReader<Item>>> Stream(const Request& request) {
    const auto* method = MethodOf(Request::descriptor());
    if (absl::Status status = CheckReply(method, Item::descriptor()); !status.ok()) {
      return status;
    }
    auto call = NewCall(rpc::kNoDeadline);
    if (!call.ok()) {
      return call.status();
    }
    return rpc::StreamReader<Item>::Start(*peer_, method->full_name(), *call, request);
  }

  /// The next call exchanges the key again: the server says that the token is over.
  void ForgetToken();

  /// A request_id for a change: the one given on the command line for the first, a new one for each further one.
  std::string NewRequestId();

  bool is_remote() const { return !options_.url.empty(); }
  const SessionOptions& options() const { return options_; }
  const Clock& clock() const { return clock_; }

 private:
  Session(SessionOptions options, const Clock& clock, std::unique_ptr<rpc::Peer> peer);

  static absl::Status CheckReply(const google::protobuf::MethodDescriptor* method,
                                 const google::protobuf::Descriptor* reply);
  absl::StatusOr<rpc::Call> NewCall(Duration timeout);
  absl::Status Exchange();

  SessionOptions options_;
  const Clock& clock_;
  std::unique_ptr<rpc::Peer> peer_;
  std::string access_token_;
  Time token_expires_{};
};

}  // namespace muster::cli
