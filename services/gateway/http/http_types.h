#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "muster/base/clock.h"

namespace muster::gateway {

/// A request. Header names are in lower case.
struct HttpRequest {
  std::string method;  ///< "POST"
  std::string path;    ///< as sent, without the query; never decoded
  std::string query;   ///< what follows '?', as sent
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string remote_address;  ///< "10.0.0.7"

  /// The value of a header (its first line); empty when absent.
  std::string_view Header(std::string_view name) const;
  bool Has(std::string_view name) const;
};

/// A whole response. Length, date, connection and security headers are added by the server.
struct HttpResponse {
  int status = 200;
  std::string content_type;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::shared_ptr<const std::string> shared_body;  ///< instead of `body`: sent to many without copies
  bool close = false;                              ///< closes the connection afterwards
};

/// The body of a response that is written piece by piece. Thread-safe.
class HttpStream {
 public:
  virtual ~HttpStream() = default;
  /// Writes a piece; `done(false)` when the client is gone. One piece at a time.
  virtual void Write(std::string piece, std::function<void(bool ok)> done) = 0;
  /// Writes the last piece and ends the response.
  virtual void Finish(std::string last_piece, std::function<void()> done) = 0;
};

/// One request waiting for its answer. Thread-safe. Dropping it unanswered answers 500.
class HttpExchange {
 public:
  virtual ~HttpExchange() = default;
  /// Answers; the first answer counts.
  virtual void Send(HttpResponse response) = 0;
  /// Answers with a body in pieces.
  virtual std::shared_ptr<HttpStream> SendStream(HttpResponse head) = 0;
  /// Runs `gone` when the client leaves before the answer is complete.
  virtual void OnGone(std::function<void()> gone) = 0;
  /// Runs `work` on the connection's thread; at once when called there.
  virtual void Run(std::function<void()> work) = 0;
  /// Runs `late` when the answer is not complete after `timeout`; at most one.
  virtual void OnTimeout(Duration timeout, std::function<void()> late) = 0;
};

/// Reasons to close a WebSocket (RFC 6455, section 7.4.1).
enum class CloseCode : int {
  kNormal = 1000,
  kGoingAway = 1001,
  kProtocolError = 1002,
  kUnsupported = 1003,
  kBadData = 1007,
  kPolicy = 1008,
  kTooBig = 1009,
  kTryAgainLater = 1013,
};

/// A WebSocket. To be used on its own thread only (the handler's callbacks, or HttpServer::Post to `shard()`).
class WebSocket {
 public:
  virtual ~WebSocket() = default;
  /// Queues a text frame; false when the queue (messages, bytes) is full or the socket is closing.
  virtual bool Send(std::shared_ptr<const std::string> text) = 0;
  /// How many frames wait to be written.
  virtual size_t queued() const = 0;
  virtual void Close(CloseCode code, std::string_view reason) = 0;
  virtual size_t shard() const = 0;
};

/// What is done with a WebSocket. Called on the socket's thread.
class WebSocketHandler {
 public:
  virtual ~WebSocketHandler() = default;
  /// The socket lives until OnClosed.
  virtual void OnOpen(WebSocket& socket) = 0;
  virtual void OnText(const std::string& text) = 0;
  /// A queued frame was written: there is room again.
  virtual void OnWritten() = 0;
  /// Also called when the socket ended before OnOpen.
  virtual void OnClosed() = 0;
};

/// The answer to a request for a WebSocket: a refusal, or who takes it and the subprotocol that was agreed.
struct WebSocketAccept {
  std::shared_ptr<WebSocketHandler> handler;
  std::string subprotocol;
};
using UpgradeAnswer = std::variant<HttpResponse, WebSocketAccept>;

/// Where a request goes once its header has been read.
struct BodyPlan {
  size_t max_body = 0;
  Duration timeout{};  ///< from the first byte of the request to the end of its body; zero: the server's own
  /// Asked before any of the body is read, for bodies that not everybody may send; called back once, from any thread,
  /// with a refusal or nothing. Empty: nobody is asked.
  std::function<void(std::function<void(std::optional<HttpResponse> refusal)>)> admit = {};
  bool is_upload = false;  ///< its bytes are counted apart: calls go on however much is uploaded
};
using HeadAnswer = std::variant<HttpResponse, BodyPlan>;

/// Answers requests. Called on the server's threads; must not block.
class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  /// Decides on the header alone: refuses, or says how large a body may be.
  virtual HeadAnswer OnHead(const HttpRequest& head) = 0;
  /// The answer to what the server refuses by itself: 400, 408, 413, 414, 431, 503 (no room for its body now), 505. The
  /// connection closes after it. `path` is that of the request where its header was read.
  virtual HttpResponse OnRefused(int status, const std::string& path) = 0;
  virtual void OnRequest(HttpRequest request, std::shared_ptr<HttpExchange> exchange) = 0;
  /// A GET that asks for a WebSocket.
  virtual void OnUpgrade(const HttpRequest& request, std::function<void(UpgradeAnswer)> answer) = 0;
};

}  // namespace muster::gateway
