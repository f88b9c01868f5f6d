#include "services/gateway/connect/connect_door.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "muster/base/id.h"
#include "muster/base/mutex.h"
#include "muster/base/random.h"
#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/rpc/error_codec.h"
#include "muster/rpc/queued_sink.h"
#include "services/gateway/connect/json_reader.h"
#include "services/gateway/connect/json_writer.h"
#include "services/gateway/http/error_response.h"

namespace muster::gateway {
namespace {

using google::protobuf::Message;

constexpr char kEndOfStream = 0x02;
constexpr char kCompressed = 0x01;
constexpr size_t kEnvelopeBytes = 5;

bool IsIdentity(std::string_view encoding) { return encoding.empty() || encoding == "identity"; }

std::string_view Accepted(const PublicMethod& method) {
  return method.is_stream ? "application/connect+json, application/connect+proto"
                          : "application/json, application/proto";
}

/// Puts the Idempotency-Key of a request into an empty request_id.
void FillRequestId(const HttpRequest& request, Message* message) {
  const auto* field = message->GetDescriptor()->FindFieldByName("request_id");
  const std::string_view key = request.Header("idempotency-key");
  if (field != nullptr && !key.empty() && message->GetReflection()->GetString(*message, field).empty()) {
    message->GetReflection()->SetString(message, field, std::string(key));
  }
}

absl::Status Decode(std::string_view body, bool json, Message* message) {
  if (json) {
    return ReadJson(body, message);
  }
  return message->ParseFromArray(body.data(), static_cast<int>(body.size())) ? absl::OkStatus()
                                                                             : Error(Reason::kInvalidField);
}

absl::StatusOr<std::string> Encode(const Message& message, bool json) {
  if (json) {
    return WriteJson(message);
  }
  std::string bytes;
  return message.SerializeToString(&bytes) ? absl::StatusOr<std::string>(std::move(bytes))
                                           : absl::StatusOr<std::string>(Error(Reason::kInternal));
}

std::string Envelope(char flags, const std::string& payload) {
  std::string frame;
  frame.reserve(kEnvelopeBytes + payload.size());
  frame += flags;
  for (int shift = 24; shift >= 0; shift -= 8) {
    frame += static_cast<char>(payload.size() >> shift & 0xff);
  }
  frame += payload;
  return frame;
}

std::string EndEnvelope(const absl::Status& status) {
  return Envelope(kEndOfStream, status.ok() ? "{}" : "{\"error\":" + rpc::ConnectErrorJson(status) + "}");
}

std::string StreamType(bool json) { return json ? "application/connect+json" : "application/connect+proto"; }

/// A stream that ends before it begins; always 200, as the protocol wants it.
HttpResponse StreamRefusal(const absl::Status& status, bool json) {
  HttpResponse response;
  response.content_type = StreamType(json);
  response.body = EndEnvelope(status);
  return response;
}

/// The one message of a server-streaming request.
absl::StatusOr<std::string_view> OpenEnvelope(std::string_view body) {
  if (body.size() < kEnvelopeBytes) {
    return Error(Reason::kInvalidField, "envelope");
  }
  if ((body[0] & kCompressed) != 0) {
    return Error(Reason::kNotBuilt, {}, {{"what", "compressed requests"}});
  }
  size_t size = 0;
  for (size_t i = 1; i < kEnvelopeBytes; ++i) {
    size = size << 8 | static_cast<unsigned char>(body[i]);
  }
  if (body[0] != 0 || size != body.size() - kEnvelopeBytes) {
    return Error(Reason::kInvalidField, "envelope");
  }
  return body.substr(kEnvelopeBytes);
}

/// A unary call under way.
struct UnaryCall {
  std::shared_ptr<HttpExchange> exchange;
  HttpRequest asked;
  ConnectDoor::FillMessage fill;
  std::unique_ptr<Message> request;
  std::unique_ptr<Message> response;
  rpc::Call call;
  bool json = false;
  std::atomic<bool> answered = false;

  void Answer(const absl::Status& status) {
    answered.store(true);
    HttpResponse http = status.ok() ? Encoded() : ErrorResponse(status);
    http.headers.emplace_back("x-trace-id", call.trace_id);
    exchange->Send(std::move(http));
  }
  HttpResponse Encoded() const {
    absl::StatusOr<std::string> body = Encode(*response, json);
    if (!body.ok()) {
      return ErrorResponse(body.status());
    }
    HttpResponse http;
    http.content_type = json ? "application/json" : "application/proto";
    http.body = *std::move(body);
    return http;
  }
};

/// A stream under way: takes items from the peer and writes envelopes.
class StreamCall final : public rpc::QueuedSink, public std::enable_shared_from_this<StreamCall> {
 public:
  StreamCall(std::shared_ptr<HttpExchange> exchange, std::shared_ptr<HttpStream> stream, bool json)
      : exchange_(std::move(exchange)), stream_(std::move(stream)), json_(json) {}

  /// Starts the call at the peer. The stream keeps itself alive until it has ended.
  void Start(const PublicMethod& method, const rpc::Call& call, const Message& request) {
    const std::weak_ptr<StreamCall> weak = weak_from_this();
    exchange_->OnGone([weak] {
      if (const auto self = weak.lock()) {
        self->Leave();
      }
    });
    OnDone([self = shared_from_this()] { self->DropHandle(); });
    auto handle = method.peer->Stream(method.full_name, call, request, std::make_shared<Consumer>(shared_from_this()));
    MutexLock lock(handle_mutex_);
    if (!dropped_) {
      handle_ = std::move(handle);
    }
  }

  void Late() {
    Finish(Error(Reason::kDeadline));
    CancelHandle();
  }

 private:
  class Consumer final : public rpc::StreamConsumer {
   public:
    explicit Consumer(std::shared_ptr<StreamCall> stream) : stream_(std::move(stream)) {}
    Taken OnItem(const Message& item, bool may_block) override {
      if (may_block ? stream_->Write(item) : stream_->TryWrite(item)) {
        return Taken::kYes;
      }
      return stream_->IsCancelled() || may_block ? Taken::kGone : Taken::kFull;
    }
    void OnDone(absl::Status status) override { stream_->Finish(std::move(status)); }

   private:
    const std::shared_ptr<StreamCall> stream_;
  };

  std::optional<std::string> Encode(const Message& item) override {
    absl::StatusOr<std::string> payload = gateway::Encode(item, json_);
    return payload.ok() ? std::optional(Envelope(0, *payload)) : std::nullopt;
  }
  void StartWrite(std::string frame) override {
    stream_->Write(std::move(frame), [self = shared_from_this()](bool ok) {
      self->WriteDone(ok);
      self->ResumeHandle();
    });
  }
  void StartFinish(const absl::Status& status) override {
    stream_->Finish(EndEnvelope(status), [self = shared_from_this()] { self->Ended(); });
  }

  /// The client has left.
  void Leave() {
    Gone();
    CancelHandle();
    Ended();
  }
  std::shared_ptr<rpc::StreamHandle> Handle() {
    MutexLock lock(handle_mutex_);
    return handle_;
  }
  void CancelHandle() {
    if (const auto handle = Handle()) {
      handle->Cancel();
    }
  }
  void ResumeHandle() {
    if (const auto handle = Handle()) {
      handle->Resume();
    }
  }
  void DropHandle() {
    std::shared_ptr<rpc::StreamHandle> handle;
    MutexLock lock(handle_mutex_);
    dropped_ = true;
    handle.swap(handle_);
  }

  const std::shared_ptr<HttpExchange> exchange_;
  const std::shared_ptr<HttpStream> stream_;
  const bool json_;
  Mutex handle_mutex_;
  std::shared_ptr<rpc::StreamHandle> handle_ MUSTER_GUARDED_BY(handle_mutex_);
  bool dropped_ MUSTER_GUARDED_BY(handle_mutex_) = false;
};

/// Answers DEADLINE when nothing else has in time, and tells the handler when nobody waits any more.
void AwaitLate(const std::shared_ptr<UnaryCall>& state, Duration limit) {
  state->exchange->OnGone([cancel = state->call.cancel] { cancel->Cancel(); });
  state->exchange->OnTimeout(limit, [weak = std::weak_ptr<UnaryCall>(state)] {
    if (const auto late = weak.lock()) {
      late->call.cancel->Cancel();
      late->Answer(Error(Reason::kDeadline));
    }
  });
}

/// Reads the body of a caller who is known and calls.
void Begin(const PublicMethod& method, const std::shared_ptr<UnaryCall>& state, absl::StatusOr<std::string> token) {
  absl::Status bad = token.ok() ? state->fill(state->asked, state->request.get()) : token.status();
  if (!bad.ok()) {
    state->Answer(bad);
    return;
  }
  FillRequestId(state->asked, state->request.get());
  state->asked.body = {};
  state->call.access_token = *std::move(token);
  // Encoding belongs on the connection's thread: the one that answers may be the store's only writer.
  method.peer->Unary(
      method.full_name, state->call, *state->request, state->response.get(),
      [state](const absl::Status& status) { state->exchange->Run([state, status] { state->Answer(status); }); });
}

/// The same for a stream.
void Begin(const PublicMethod& method, StreamCall& stream, rpc::Call call, std::string_view body, bool json,
           absl::StatusOr<std::string> token) {
  const std::unique_ptr<Message> message(method.request_prototype->New());
  absl::Status bad = token.status();
  if (bad.ok()) {
    const auto payload = OpenEnvelope(body);
    bad = payload.ok() ? Decode(*payload, json, message.get()) : payload.status();
  }
  if (!bad.ok()) {
    stream.Finish(std::move(bad));
    return;
  }
  call.access_token = *std::move(token);
  stream.Start(method, call, *message);
}

/// The time that the client gives; none when it names none. Errors: INVALID_FIELD.
absl::StatusOr<std::optional<Duration>> TimeoutOf(const HttpRequest& request) {
  const std::string_view text = request.Header("connect-timeout-ms");
  if (text.empty()) {
    return std::optional<Duration>();
  }
  int64_t milliseconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), milliseconds);
  if (text.size() > 10 || error != std::errc() || end != text.data() + text.size() || milliseconds < 0) {
    return Error(Reason::kInvalidField, "Connect-Timeout-Ms");
  }
  return std::optional<Duration>(std::chrono::milliseconds(milliseconds));
}

}  // namespace

std::string MediaType(std::string_view content_type) {
  std::string text(content_type);
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  const size_t semicolon = text.find(';');
  const bool foreign = semicolon != text.npos && text.find("charset", semicolon) != text.npos &&
                       text.find("utf-8", semicolon) == text.npos;
  if (foreign) {
    return {};
  }
  text.resize(std::min(semicolon, text.size()));
  text.erase(text.find_last_not_of(" \t") + 1);
  return text;
}

std::string BearerOf(const HttpRequest& request) {
  const std::string_view value = request.Header("authorization");
  const bool bearer = value.size() > 7 && value[6] == ' ' &&
                      std::equal(value.begin(), value.begin() + 6, "bearer",
                                 [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
  return bearer ? std::string(value.substr(7)) : std::string();
}

bool ConnectDoor::IsCallPath(const std::string& path) {
  const size_t slash = path.find('/', 1);
  return slash != path.npos && path.find('.') < slash && path.find('/', slash + 1) == path.npos;
}

HeadAnswer ConnectDoor::OnHead(const HttpRequest& head) const {
  const PublicMethod* method = directory_.Find(head.path);
  if (method == nullptr) {
    return ErrorResponse(404, Error(Reason::kNotBuilt, {}, {{"what", "this method"}}));
  }
  if (head.method != "POST") {
    return MethodNotAllowed("POST");
  }
  const std::string type = MediaType(head.Header("content-type"));
  const std::string_view prefix = method->is_stream ? "application/connect+" : "application/";
  if (type != std::string(prefix) + "json" && type != std::string(prefix) + "proto") {
    HttpResponse response = ErrorResponse(415, Error(Reason::kInvalidField, "Content-Type"));
    response.headers.emplace_back("accept-post", Accepted(*method));
    return response;
  }
  if (!IsIdentity(head.Header(method->is_stream ? "connect-content-encoding" : "content-encoding"))) {
    HttpResponse response = ErrorResponse(Error(Reason::kNotBuilt, {}, {{"what", "compressed requests"}}));
    response.headers.emplace_back("accept-encoding", "identity");
    return response;
  }
  const std::string_view version = head.Header("connect-protocol-version");
  if (!version.empty() && version != "1") {
    return ErrorResponse(Error(Reason::kInvalidField, "Connect-Protocol-Version"));
  }
  if (BearerOf(head).empty() && !gate_.is_anonymous(method->full_name)) {
    const absl::Status refusal = Error(Reason::kAuthRequired);
    return method->is_stream ? StreamRefusal(refusal, type.ends_with("json")) : ErrorResponse(refusal);
  }
  return BodyPlan{options_.max_body};
}

rpc::Call ConnectDoor::MakeCall(const HttpRequest& request) const {
  rpc::Call call;
  call.trace_id = rpc::TraceIdOfTraceparent(request.Header("traceparent"));
  if (call.trace_id.empty()) {
    call.trace_id = rpc::NewTraceId();
  }
  call.source_address = request.remote_address;
  call.cancel = std::make_shared<rpc::CancelSignal>();
  return call;
}

void ConnectDoor::OnRequest(HttpRequest request, std::shared_ptr<HttpExchange> exchange) const {
  const PublicMethod& method = *directory_.Find(request.path);
  const bool json = MediaType(request.Header("content-type")).ends_with("json");
  if (method.is_stream) {
    Stream(method, std::move(request), std::move(exchange), json);
    return;
  }
  const auto decode = [json](HttpRequest& http, Message* message) { return Decode(http.body, json, message); };
  CallUnary(method, std::move(request), decode, std::move(exchange), json);
}

absl::StatusOr<std::string> ConnectDoor::Admit(const PublicMethod& method, absl::StatusOr<std::string> token) const {
  if (!token.ok() || gate_.is_anonymous(method.full_name)) {
    return token;
  }
  if (token->empty()) {
    return Error(Reason::kAuthRequired);
  }
  MUSTER_RETURN_IF_ERROR(gate_.authenticate(*token));
  return token;
}

void ConnectDoor::CallUnary(const PublicMethod& method, HttpRequest request, FillMessage fill,
                            std::shared_ptr<HttpExchange> exchange, bool json) const {
  const auto timeout = TimeoutOf(request);
  if (!timeout.ok()) {
    exchange->Send(ErrorResponse(timeout.status()));
    return;
  }
  const auto state = std::make_shared<UnaryCall>();
  state->exchange = std::move(exchange);
  state->json = json;
  state->call = MakeCall(request);
  state->asked = std::move(request);
  state->fill = std::move(fill);
  state->request.reset(method.request_prototype->New());
  state->response.reset(method.response_prototype->New());
  const Duration limit = timeout->value_or(method.is_read ? options_.read_timeout : options_.write_timeout);
  state->call.steady_deadline = clock_.Steady() + limit;
  keys_.Resolve(BearerOf(state->asked), state->call, [this, state, &method](const absl::StatusOr<std::string>& token) {
    state->exchange->Run([this, state, &method, token] { Begin(method, state, Admit(method, token)); });
  });
  if (!state->answered.load()) {
    AwaitLate(state, limit);
  }
}

void ConnectDoor::Stream(const PublicMethod& method, HttpRequest request, std::shared_ptr<HttpExchange> exchange,
                         bool json) const {
  HttpResponse head;
  const rpc::Call call = MakeCall(request);
  head.content_type = StreamType(json);
  head.headers.emplace_back("x-trace-id", call.trace_id);
  std::shared_ptr<HttpStream> http = exchange->SendStream(std::move(head));
  const auto stream = std::make_shared<StreamCall>(exchange, std::move(http), json);
  const auto timeout = TimeoutOf(request);
  if (!timeout.ok()) {
    stream->Finish(timeout.status());
    return;
  }
  if (timeout->has_value()) {
    exchange->OnTimeout(**timeout, [weak = std::weak_ptr<StreamCall>(stream)] {
      if (const auto late = weak.lock()) {
        late->Late();
      }
    });
  }
  const std::string bearer = BearerOf(request);
  const auto body = std::make_shared<const std::string>(std::move(request.body));
  keys_.Resolve(bearer, call,
                [this, exchange, stream, body, &method, call, json](const absl::StatusOr<std::string>& token) {
                  exchange->Run([this, stream, body, &method, call, json, token] {
                    Begin(method, *stream, call, *body, json, Admit(method, token));
                  });
                });
}

}  // namespace muster::gateway
