#pragma once

#include <chrono>
#include <memory>

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

/// The Connect protocol (unary and server streaming, JSON and binary): turns HTTP requests into calls of the methods
/// in the directory and their answers into responses. Thread-safe.
class ConnectDoor {
 public:
  /// All arguments must outlive the door.
  ConnectDoor(const ServiceDirectory& directory, KeyExchange& keys, const ConnectOptions& options, const Clock& clock)
      : directory_(directory), keys_(keys), options_(options), clock_(clock) {}

  /// True for paths of the form "/package.Service/Method".
  static bool IsCallPath(const std::string& path);

  HeadAnswer OnHead(const HttpRequest& head) const;
  void OnRequest(HttpRequest request, std::shared_ptr<HttpExchange> exchange) const;

  /// Calls a unary method with a request made elsewhere and answers in JSON or binary. Fills an empty request_id from
  /// the Idempotency-Key.
  void CallUnary(const PublicMethod& method, const HttpRequest& request,
                 std::unique_ptr<google::protobuf::Message> message, std::shared_ptr<HttpExchange> exchange,
                 bool json) const;

  /// A call as the headers of a request describe it, without its access token.
  rpc::Call MakeCall(const HttpRequest& request) const;

 private:
  void Unary(const PublicMethod& method, const HttpRequest& request, std::shared_ptr<HttpExchange> exchange,
             bool json) const;
  void Stream(const PublicMethod& method, const HttpRequest& request, std::shared_ptr<HttpExchange> exchange,
              bool json) const;

  const ServiceDirectory& directory_;
  KeyExchange& keys_;
  const ConnectOptions options_;
  const Clock& clock_;
};

/// The media type of a Content-Type, in lower case; empty when its charset is not UTF-8.
std::string MediaType(std::string_view content_type);

/// What follows "Bearer " in the Authorization header; empty when there is none.
std::string BearerOf(const HttpRequest& request);

}  // namespace muster::gateway
