#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "services/gateway/connect/service_directory.h"
#include "services/gateway/http/http_types.h"
#include "services/gateway/key_exchange.h"

namespace muster::gateway {

struct ConnectOptions {
  Duration read_timeout = std::chrono::seconds(2);   ///< where the client gives none
  Duration write_timeout = std::chrono::seconds(5);  ///< the same for methods that change something
  size_t max_body = 256 * 1024;
};

/// Who may have a body read at all. The service that is called checks again, and more.
struct CallGate {
  std::function<bool(const std::string& method)> is_anonymous;
  /// OK, AUTH_REQUIRED or SESSION_EXPIRED.
  std::function<absl::Status(const std::string& access_token)> authenticate;
};

/// The Connect protocol (unary and server streaming, JSON and binary): turns HTTP requests into calls of the methods
/// in the directory and their answers into responses. A body is read only for callers whose token is good: reading
/// costs far more than refusing. Thread-safe.
class ConnectDoor {
 public:
  /// All arguments must outlive the door.
  ConnectDoor(const ServiceDirectory& directory, KeyExchange& keys, CallGate gate, const ConnectOptions& options,
              const Clock& clock)
      : directory_(directory), keys_(keys), gate_(std::move(gate)), options_(options), clock_(clock) {}

  /// True for paths of the form "/package.Service/Method".
  static bool IsCallPath(const std::string& path);

  HeadAnswer OnHead(const HttpRequest& head) const;
  void OnRequest(HttpRequest request, std::shared_ptr<HttpExchange> exchange) const;

  /// Makes the message of a call from its HTTP request, which it may empty.
  using FillMessage = std::function<absl::Status(HttpRequest& request, google::protobuf::Message* message)>;

  /// Calls a unary method and answers in JSON or binary. `fill` runs once the caller is known. Fills an empty
  /// request_id from the Idempotency-Key.
  void CallUnary(const PublicMethod& method, HttpRequest request, FillMessage fill,
                 std::shared_ptr<HttpExchange> exchange, bool json) const;

  /// A call as the headers of a request describe it, without its access token.
  rpc::Call MakeCall(const HttpRequest& request) const;

 private:
  void Stream(const PublicMethod& method, HttpRequest request, std::shared_ptr<HttpExchange> exchange, bool json) const;
  /// The token, when it is good enough for the method.
  absl::StatusOr<std::string> Admit(const PublicMethod& method, absl::StatusOr<std::string> token) const;

  const ServiceDirectory& directory_;
  KeyExchange& keys_;
  const CallGate gate_;
  const ConnectOptions options_;
  const Clock& clock_;
};

/// The media type of a Content-Type, in lower case; empty when its charset is not UTF-8.
std::string MediaType(std::string_view content_type);

/// What follows "Bearer " in the Authorization header; empty when there is none.
std::string BearerOf(const HttpRequest& request);

}  // namespace muster::gateway
