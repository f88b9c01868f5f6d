#include "services/gateway/gateway.h"

#include <algorithm>
#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "absl/strings/ascii.h"
#include "muster/base/id.h"
#include "muster/base/random.h"
#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/exchange/v1/exchange.pb.h"
#include "muster/security/policy.h"
#include "muster/telemetry/log.h"
#include "services/gateway/console.h"
#include "services/gateway/http/error_response.h"
#include "services/gateway/openapi/openapi.h"
#include "services/gateway/upload.h"

namespace muster::gateway {
namespace {

constexpr const char* kImportPath = "/muster.registry.v1.RegistryService/StartImport";
constexpr const char* kUploadTypes =
    "text/csv, application/vnd.openxmlformats-officedocument.spreadsheetml.sheet, application/octet-stream";
constexpr Duration kHandOnTimeout = std::chrono::seconds(60);
constexpr const char* kSubmitPath = "/muster.exchange.v1.ExchangeService/SubmitDocument";
constexpr std::string_view kLiveProtocol = "muster.live.v1";
constexpr std::string_view kBearerProtocol = "muster.bearer.";

HttpResponse Text(int status, std::string content_type, std::string body) {
  HttpResponse response;
  response.status = status;
  response.content_type = std::move(content_type);
  response.body = std::move(body);
  return response;
}

HttpResponse Json(int status, const nlohmann::json& body) {
  return Text(status, "application/json", body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

bool IsLoopback(const std::string& address) { return address.starts_with("127.") || address == "::1"; }

/// "muster.example.org:8443" -> "muster.example.org".
std::string_view HostName(std::string_view host) {
  const size_t colon = host.rfind(':');
  const bool has_port = colon != host.npos && host.find(']', colon) == host.npos;
  return has_port ? host.substr(0, colon) : host;
}

bool Contains(const std::vector<std::string>& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

/// The items of a comma-separated header.
std::vector<std::string> Items(std::string_view header) {
  std::vector<std::string> items;
  while (!header.empty()) {
    const size_t comma = std::min(header.find(','), header.size());
    std::string_view item = header.substr(0, comma);
    header.remove_prefix(std::min(comma + 1, header.size()));
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    items.emplace_back(item);
  }
  return items;
}

/// The value of a query parameter; nothing in our queries needs decoding but commas and colons.
std::string QueryValue(const std::string& query, const std::string& name) {
  std::string value;
  size_t begin = 0;
  while (begin <= query.size()) {
    const size_t end = std::min(query.find('&', begin), query.size());
    if (query.compare(begin, name.size() + 1, name + "=") == 0) {
      value = query.substr(begin + name.size() + 1, end - begin - name.size() - 1);
    }
    begin = end + 1;
  }
  for (const auto& [escaped, plain] :
       {std::pair("%2C", ","), std::pair("%2c", ","), std::pair("%3A", ":"), std::pair("%3a", ":")}) {
    for (size_t at = value.find(escaped); at != value.npos; at = value.find(escaped, at)) {
      value.replace(at, 3, plain);
    }
  }
  return value;
}

/// What the door asks of the hooks.
CallGate MakeGate(const GatewayHooks& hooks) {
  CallGate gate;
  gate.is_anonymous = hooks.is_anonymous;
  if (!gate.is_anonymous) {
    gate.is_anonymous = [](const std::string& method) { return security::IsAnonymousMethod(method); };
  }
  gate.authenticate = [authenticate = hooks.authenticate](const std::string& token) {
    return authenticate ? authenticate(token).status() : absl::OkStatus();
  };
  return gate;
}

class GatewayImpl final : public Gateway, private HttpHandler {
 public:
  GatewayImpl(const GatewayOptions& options, const ServiceDirectory& directory, rpc::Peer& identity,
              events::FeedSource& feed, GatewayHooks hooks, const Clock& clock)
      : options_(options),
        directory_(directory),
        hooks_(std::move(hooks)),
        clock_(clock),
        console_(Console::Load(options.console_dir)),
        openapi_(std::make_shared<const std::string>(MakeOpenApi(directory))),
        keys_(identity, clock),
        door_(directory, keys_, MakeGate(hooks_), options.connect, clock),
        live_(options.live, feed, clock) {}
  ~GatewayImpl() override { Stop(Duration::zero()); }

  absl::Status Listen() {
    if (!options_.console_dir.empty() && console_.is_missing()) {
      telemetry::LogWarning("there is no console in the folder of gateway.console_dir",
                            {{"folder", options_.console_dir}});
    }
    auto server = HttpServer::Start(options_.http, *this, [this](HttpServer& started) { live_.Attach(started); });
    if (!server.ok()) {
      return server.status();
    }
    server_ = *std::move(server);
    ticker_ = std::thread([this] { Tick(); });
    return absl::OkStatus();
  }

  int port() const override { return server_->port(); }
  LiveHub& live() override { return live_; }
  HttpServerStats stats() const override { return server_->stats(); }
  void AccountsChanged() override {
    keys_.Forget();
    accounts_changed_.store(true);
  }
  void Drain() override {
    draining_.store(true);
    server_->Drain();
  }
  void Stop(Duration grace) override {
    if (server_ == nullptr || std::exchange(stopped_, true)) {
      return;
    }
    {
      MutexLock lock(tick_mutex_);
      ticking_ = false;
      tick_.NotifyAll();
    }
    ticker_.join();
    draining_.store(true);
    server_->Stop(grace);
    live_.Detach();
  }

 private:
  HeadAnswer OnHead(const HttpRequest& head) override;
  HttpResponse OnRefused(int status, const std::string& path) override;
  void OnRequest(HttpRequest request, std::shared_ptr<HttpExchange> exchange) override;
  void OnUpgrade(const HttpRequest& request, std::function<void(UpgradeAnswer)> answer) override;

  static HttpResponse WrongHost() {
    return ErrorResponse(421, ErrorWithTexts(Reason::kInvalidField, "Host",
                                             "本服务不接受这个主机名。请用正确的地址，或把它加入 gateway.hosts。",
                                             "This name is not served here. Use the right address, or add the name to "
                                             "the setting gateway.hosts."));
  }
  bool HostAllowed(const HttpRequest& request) const {
    return options_.allowed_hosts.empty() ||
           Contains(options_.allowed_hosts, absl::AsciiStrToLower(std::string(HostName(request.Header("host")))));
  }
  HttpResponse Ready() const;
  HttpResponse GetPath(const HttpRequest& request) const;
  HeadAnswer DocumentHead(const HttpRequest& head) const;
  void SubmitDocument(HttpRequest request, std::shared_ptr<HttpExchange> exchange) const;
  HeadAnswer UploadHead(const HttpRequest& head);
  void Upload(HttpRequest request, std::shared_ptr<HttpExchange> exchange);
  void HandOn(std::string content, rpc::Call call, const std::shared_ptr<HttpExchange>& exchange);
  bool OriginAllowed(const HttpRequest& request) const;
  void AcceptLive(const std::string& bearer, const rpc::Call& call, LiveCursor cursor, std::string subprotocol,
                  std::function<void(UpgradeAnswer)> answer);
  void Identify(const std::string& bearer, const rpc::Call& call,
                std::function<void(absl::StatusOr<LiveIdentity>)> done);
  /// Who follows the live feed. Errors: those of GatewayHooks::authenticate; FORBIDDEN.
  absl::StatusOr<LiveIdentity> LiveIdentityOf(const std::string& access_token) const;
  void Tick();

  const GatewayOptions options_;
  const ServiceDirectory& directory_;
  const GatewayHooks hooks_;
  const Clock& clock_;
  const Console console_;
  const std::shared_ptr<const std::string> openapi_;
  KeyExchange keys_;
  const ConnectDoor door_;
  LiveHub live_;
  std::atomic<bool> draining_ = false;
  std::atomic<bool> accounts_changed_ = false;
  bool stopped_ = false;
  Mutex tick_mutex_;
  CondVar tick_;
  bool ticking_ MUSTER_GUARDED_BY(tick_mutex_) = true;
  std::thread ticker_;
  std::unique_ptr<HttpServer> server_;
};

HeadAnswer GatewayImpl::OnHead(const HttpRequest& head) {
  if (!HostAllowed(head)) {
    return WrongHost();
  }
  if (ConnectDoor::IsCallPath(head.path)) {
    return door_.OnHead(head);
  }
  if (head.path == "/documents") {
    return DocumentHead(head);
  }
  if (head.path == "/upload") {
    return UploadHead(head);
  }
  const bool metrics =
      head.path == "/metrics" && hooks_.metrics_text && (options_.metrics_public || IsLoopback(head.remote_address));
  if (!Console::Owns(head.path) && head.path != "/livez" && head.path != "/readyz" && head.path != "/openapi.json" &&
      head.path != "/live" && !metrics) {
    return ErrorResponse(404, Error(Reason::kNotFound));
  }
  if (head.method != "GET" && head.method != "HEAD") {
    return MethodNotAllowed("GET, HEAD");
  }
  return BodyPlan{0};
}

HttpResponse GatewayImpl::OnRefused(int status, const std::string& path) {
  const HeaderLimits& limits = options_.http.header;
  const size_t max_body = path == "/documents" ? options_.max_document
                          : path == "/upload"  ? options_.max_upload
                                               : options_.connect.max_body;
  switch (status) {
    case 408:
      return ErrorResponse(status, Error(Reason::kDeadline));
    case 413:
      return ErrorResponse(status, Error(Reason::kTooLong, "body", {{"limit", std::to_string(max_body)}}));
    case 414:
      return ErrorResponse(status, Error(Reason::kTooLong, "URL", {{"limit", std::to_string(limits.max_target)}}));
    case 431:
      return ErrorResponse(status, Error(Reason::kTooLong, "header", {{"limit", std::to_string(limits.max_bytes)}}));
    case 503:
      return ErrorResponse(status, Error(Reason::kOverloaded, {}, {{"retry_after_s", "1"}}));
    case 505:
      return ErrorResponse(status, Error(Reason::kNotBuilt, {}, {{"what", "this version of HTTP"}}));
    default:
      return ErrorResponse(
          status, ErrorWithTexts(Reason::kInvalidField, "HTTP", "请求不符合 HTTP/1.1，连接已关闭。请检查客户端。",
                                 "The request is not valid HTTP/1.1; the connection was closed. Check the client."));
  }
}

HeadAnswer GatewayImpl::DocumentHead(const HttpRequest& head) const {
  if (directory_.Find(kSubmitPath) == nullptr) {
    return ErrorResponse(404, Error(Reason::kNotBuilt, {}, {{"what", "documents"}}));
  }
  if (head.method != "POST") {
    return MethodNotAllowed("POST");
  }
  const std::string type = MediaType(head.Header("content-type"));
  if (type != "application/cap+xml" && type != "application/xml") {
    HttpResponse response = ErrorResponse(415, Error(Reason::kInvalidField, "Content-Type"));
    response.headers.emplace_back("accept-post", "application/cap+xml, application/xml");
    return response;
  }
  const std::string_view encoding = head.Header("content-encoding");
  if (!encoding.empty() && encoding != "identity") {
    return ErrorResponse(Error(Reason::kNotBuilt, {}, {{"what", "compressed requests"}}));
  }
  if (BearerOf(head).empty()) {
    return ErrorResponse(Error(Reason::kAuthRequired));
  }
  return BodyPlan{options_.max_document};
}

void GatewayImpl::OnRequest(HttpRequest request, std::shared_ptr<HttpExchange> exchange) {
  if (request.path == "/documents") {
    SubmitDocument(std::move(request), std::move(exchange));
  } else if (request.path == "/upload") {
    Upload(std::move(request), std::move(exchange));
  } else if (ConnectDoor::IsCallPath(request.path)) {
    door_.OnRequest(std::move(request), std::move(exchange));
  } else {
    exchange->Send(GetPath(request));
  }
}

HttpResponse GatewayImpl::GetPath(const HttpRequest& request) const {
  if (Console::Owns(request.path)) {
    return console_.Answer(request);
  }
  if (request.path == "/livez") {
    return Text(200, "text/plain; charset=utf-8", "ok\n");
  }
  if (request.path == "/readyz") {
    return Ready();
  }
  if (request.path == "/metrics") {
    return Text(200, "text/plain; version=0.0.4; charset=utf-8", hooks_.metrics_text());
  }
  if (request.path == "/openapi.json") {
    HttpResponse response = Text(200, "application/json", {});
    response.shared_body = openapi_;
    return response;
  }
  HttpResponse response = ErrorResponse(426, Error(Reason::kInvalidField, "Upgrade"));  // /live without a WebSocket
  response.headers.emplace_back("upgrade", "websocket");
  return response;
}

HttpResponse GatewayImpl::Ready() const {
  Readiness readiness = hooks_.readiness ? hooks_.readiness() : Readiness();
  if (draining_.load()) {
    readiness.can_serve = false;
    readiness.reasons.emplace_back("draining: the service restarts");
  }
  const char* state = !readiness.can_serve ? "unavailable" : readiness.reasons.empty() ? "ready" : "degraded";
  return Json(readiness.can_serve ? 200 : 503, {{"state", state}, {"reasons", readiness.reasons}});
}

void GatewayImpl::SubmitDocument(HttpRequest request, std::shared_ptr<HttpExchange> exchange) const {
  const auto fill = [this](HttpRequest& http, google::protobuf::Message* message) {
    auto& submit = static_cast<exchange::v1::SubmitDocumentRequest&>(*message);
    submit.set_content_type(MediaType(http.Header("content-type")));
    submit.set_content(std::move(http.body));
    if (!http.Has("idempotency-key")) {
      // A city system that repeats a document sends the same document: its identity makes the repeat safe.
      submit.set_request_id(NewUuid(clock_.Now(), SystemRandom()));
    }
    return absl::OkStatus();
  };
  door_.CallUnary(*directory_.Find(kSubmitPath), std::move(request), fill, std::move(exchange), true);
}

// ---- files to import

HeadAnswer GatewayImpl::UploadHead(const HttpRequest& head) {
  if (directory_.Find(kImportPath) == nullptr) {
    return ErrorResponse(404, Error(Reason::kNotBuilt, {}, {{"what", "uploads"}}));
  }
  if (head.method != "POST") {
    return MethodNotAllowed("POST");
  }
  const std::string_view type = head.Header("content-type").substr(0, head.Header("content-type").find(';'));
  if (type.empty() || !Contains(Items(kUploadTypes), type)) {
    HttpResponse response = ErrorResponse(415, Error(Reason::kInvalidField, "Content-Type"));
    response.headers.emplace_back("accept-post", kUploadTypes);
    return response;
  }
  const std::string_view encoding = head.Header("content-encoding");
  if (!encoding.empty() && encoding != "identity") {
    return ErrorResponse(Error(Reason::kNotBuilt, {}, {{"what", "compressed requests"}}));
  }
  if (BearerOf(head).empty()) {
    return ErrorResponse(Error(Reason::kAuthRequired));
  }
  BodyPlan plan{options_.max_upload, options_.upload_timeout};
  plan.is_upload = true;
  // Who they are is asked now: nobody else may take up so much room for so long.
  plan.admit = [this, head](std::function<void(std::optional<HttpResponse>)> done) {
    rpc::Call call = door_.MakeCall(head);
    call.steady_deadline = clock_.Steady() + options_.connect.write_timeout;
    keys_.Resolve(BearerOf(head), call, [this, done = std::move(done)](const absl::StatusOr<std::string>& token) {
      absl::Status known = token.status();
      if (known.ok() && hooks_.authenticate) {
        known = hooks_.authenticate(*token).status();
      }
      done(known.ok() ? std::nullopt : std::optional(ErrorResponse(known)));
    });
  };
  return plan;
}

void GatewayImpl::Upload(HttpRequest request, std::shared_ptr<HttpExchange> exchange) {
  const std::string bearer = BearerOf(request);
  rpc::Call call = door_.MakeCall(request);
  call.steady_deadline = clock_.Steady() + options_.connect.write_timeout;
  exchange->OnGone([cancel = call.cancel] { cancel->Cancel(); });
  exchange->OnTimeout(kHandOnTimeout, [weak = std::weak_ptr<HttpExchange>(exchange), cancel = call.cancel] {
    cancel->Cancel();
    if (const auto late = weak.lock()) {
      late->Send(ErrorResponse(Error(Reason::kDeadline)));
    }
  });
  const auto content = std::make_shared<std::string>(std::move(request.body));
  keys_.Resolve(bearer, call, [this, content, call, exchange](const absl::StatusOr<std::string>& token) {
    absl::Status known = token.status();
    if (known.ok() && hooks_.authenticate) {
      known = hooks_.authenticate(*token).status();
    }
    if (!known.ok()) {
      exchange->Send(ErrorResponse(known));
      return;
    }
    rpc::Call authorized = call;
    authorized.access_token = *token;
    exchange->Run([this, content, authorized, exchange] { HandOn(std::move(*content), authorized, exchange); });
  });
}

void GatewayImpl::HandOn(std::string content, rpc::Call call, const std::shared_ptr<HttpExchange>& exchange) {
  const std::string trace = call.trace_id;
  const auto answer = [exchange, trace](const absl::StatusOr<registry::v1::UploadPartResponse>& reply) {
    HttpResponse response = reply.ok()
                                ? Json(200, {{"uploadId", reply->upload_id()}, {"size", std::to_string(reply->size())}})
                                : ErrorResponse(reply.status());
    response.headers.emplace_back("x-trace-id", trace);
    exchange->Send(std::move(response));
  };
  std::make_shared<UploadCall>(*directory_.Find(kImportPath)->peer, std::move(call), std::move(content), exchange,
                               clock_, answer)
      ->Start();
}

// ---- the live feed

bool GatewayImpl::OriginAllowed(const HttpRequest& request) const {
  const std::string_view origin = request.Header("origin");
  if (origin.empty() || Contains(options_.allowed_origins, origin)) {
    return true;
  }
  const size_t scheme = origin.find("://");
  return scheme != origin.npos && origin.substr(scheme + 3) == request.Header("host");
}

void GatewayImpl::OnUpgrade(const HttpRequest& request, std::function<void(UpgradeAnswer)> answer) {
  if (!HostAllowed(request)) {
    answer(WrongHost());
    return;
  }
  if (request.path != "/live") {
    answer(ErrorResponse(404, Error(Reason::kNotFound)));
    return;
  }
  if (!OriginAllowed(request)) {
    answer(ErrorResponse(Error(Reason::kCsrf, "Origin")));
    return;
  }
  std::string bearer = BearerOf(request);
  std::string subprotocol;
  // A browser cannot set headers on a WebSocket: the token comes as a subprotocol and is never answered back.
  for (const std::string& item : Items(request.Header("sec-websocket-protocol"))) {
    if (item == kLiveProtocol) {
      subprotocol = item;
    } else if (item.starts_with(kBearerProtocol) && bearer.empty()) {
      bearer = item.substr(kBearerProtocol.size());
    }
  }
  absl::StatusOr<LiveCursor> cursor = live_.ParseCursor(QueryValue(request.query, "cursor"));
  if (!cursor.ok()) {
    answer(ErrorResponse(cursor.status()));
    return;
  }
  AcceptLive(bearer, door_.MakeCall(request), *std::move(cursor), std::move(subprotocol), std::move(answer));
}

void GatewayImpl::AcceptLive(const std::string& bearer, const rpc::Call& call, LiveCursor cursor,
                             std::string subprotocol, std::function<void(UpgradeAnswer)> answer) {
  RenewIdentity renew;
  if (KeyExchange::IsApiKey(bearer)) {
    renew = [this, bearer, call](std::function<void(absl::StatusOr<LiveIdentity>)> done) {
      Identify(bearer, call, std::move(done));
    };
  }
  Identify(bearer, call,
           [this, renew = std::move(renew), cursor = std::move(cursor), subprotocol = std::move(subprotocol),
            answer = std::move(answer)](absl::StatusOr<LiveIdentity> identity) {
             if (!identity.ok()) {
               answer(ErrorResponse(identity.status()));
               return;
             }
             answer(WebSocketAccept{live_.NewClient(*std::move(identity), cursor, renew), subprotocol});
           });
}

void GatewayImpl::Identify(const std::string& bearer, const rpc::Call& call,
                           std::function<void(absl::StatusOr<LiveIdentity>)> done) {
  if (bearer.empty()) {
    done(Error(Reason::kAuthRequired));
    return;
  }
  keys_.Resolve(bearer, call, [this, done = std::move(done)](const absl::StatusOr<std::string>& token) {
    token.ok() ? done(LiveIdentityOf(*token)) : done(token.status());
  });
}

absl::StatusOr<LiveIdentity> GatewayImpl::LiveIdentityOf(const std::string& access_token) const {
  MUSTER_ASSIGN_OR_RETURN(LiveIdentity identity, hooks_.authenticate(access_token));
  MUSTER_RETURN_IF_ERROR(security::Authorize(identity.principal, security::kFollowLiveFeed));
  return identity;
}

void GatewayImpl::Tick() {
  MutexLock lock(tick_mutex_);
  while (ticking_) {
    live_.Step(clock_.Now());
    // At most once a second, however many accounts change: every client costs a question.
    if (accounts_changed_.exchange(false)) {
      live_.RecheckAll();
    }
    tick_.WaitFor(tick_mutex_, std::chrono::seconds(1));
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<Gateway>> Gateway::Start(const GatewayOptions& options,
                                                        const ServiceDirectory& directory, rpc::Peer& identity,
                                                        events::FeedSource& feed, GatewayHooks hooks,
                                                        const Clock& clock) {
  auto gateway = std::make_unique<GatewayImpl>(options, directory, identity, feed, std::move(hooks), clock);
  if (absl::Status status = gateway->Listen(); !status.ok()) {
    return status;
  }
  return std::unique_ptr<Gateway>(std::move(gateway));
}

}  // namespace muster::gateway
