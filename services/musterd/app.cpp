#include "services/musterd/app.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/numbers.h"
#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/events/consumer.h"
#include "muster/events/redis_bus.h"
#include "muster/rpc/grpc_server.h"
#include "muster/rpc/local_peer.h"
#include "muster/rpc/pipeline.h"
#include "muster/rpc/rate_limiter.h"
#include "muster/security/access_token.h"
#include "muster/security/confirm_token.h"
#include "muster/security/key_file.h"
#include "muster/security/policy.h"
#include "muster/security/service_token.h"
#include "muster/security/text_sealer.h"
#include "muster/telemetry/log.h"
#include "muster/telemetry/metrics.h"
#include "muster/telemetry/trace.h"
#include "services/dispatch/rpc/dispatch_service.h"
#include "services/dispatch/rpc/registry_follower.h"
#include "services/dispatch/rpc/timers.h"
#include "services/dispatch/store/migrations.h"
#include "services/exchange/rpc/exchange_service.h"
#include "services/exchange/store/tables.h"
#include "services/gateway/gateway.h"
#include "services/identity/rpc/identity_service.h"
#include "services/identity/store/tables.h"
#include "services/matching/rpc/matching_service.h"
#include "services/musterd/event_metrics.h"
#include "services/musterd/owner.h"
#include "services/musterd/redis_process.h"
#include "services/musterd/stores.h"
#include "services/notify/rpc/notify_service.h"
#include "services/notify/store/tables.h"
#include "services/registry/rpc/registry_service.h"
#include "services/registry/store/key_mark.h"
#include "services/registry/store/tables.h"

namespace muster::musterd {
namespace {

namespace fs = std::filesystem;

/// The whole city: GB/T 2260 code 3205 (Suzhou).
constexpr char kCityPath[] = "3205";
constexpr char kExchangeKey[] = "muster.identity.v1.IdentityService.ExchangeKey";
constexpr Duration kGrace = std::chrono::seconds(10);
/// What a gRPC message may add to the document inside it, in bytes.
constexpr int64_t kEnvelope = 64 * 1024;

/// Holds the data folder for this process.
class FolderLock {
 public:
  ~FolderLock() {
    if (descriptor_ >= 0) {
      close(descriptor_);
    }
  }
  absl::Status Take(const fs::path& file) {
    descriptor_ = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor_ < 0) {
      return absl::FailedPreconditionError("cannot open " + file.string());
    }
    return flock(descriptor_, LOCK_EX | LOCK_NB) == 0
               ? absl::OkStatus()
               : Error(Reason::kAlreadyRunning, {}, {{"what", file.parent_path().string()}});
  }

 private:
  int descriptor_ = -1;
};

/// Stored replies are kept encrypted.
class SealedReplies final : public storage::ReplyCipher {
 public:
  SealedReplies(security::KeyRing keys, Random& random) : sealer_(std::move(keys), "stored reply", random) {}
  absl::StatusOr<std::string> Seal(const std::string& plain) override { return sealer_.Seal(plain); }
  absl::StatusOr<std::string> Open(const std::string& sealed) override {
    MUSTER_ASSIGN_OR_RETURN(const security::SensitiveText opened, sealer_.Open(sealed));
    return std::string(opened.Reveal());
  }

 private:
  const security::TextSealer sealer_;
};

rpc::RateLimits RatesOf(const config::ServerSettings& settings) {
  const auto rate = [](int64_t per_minute, int64_t share) {
    return rpc::Rate{static_cast<int>(per_minute), static_cast<int>(std::max<int64_t>(per_minute / share, 1))};
  };
  rpc::RateLimits limits;
  limits.anonymous = rate(settings.limit_refusals_per_minute, 1);
  limits.methods = {
      {"muster.dispatch.v1.DispatchService.Dispatch", rate(settings.limit_dispatches_per_minute, 3)},
      {"muster.exchange.v1.ExchangeService.SubmitDocument", rate(settings.limit_documents_per_minute, 6)},
  };
  return limits;
}

std::unique_ptr<events::EventSigner> MakeEventSigner(const security::KeyRing& ring) {
  std::vector<std::string_view> keys;
  for (const security::SecretKey& key : ring.keys()) {
    keys.push_back(key.bytes.Reveal());
  }
  return std::make_unique<events::EventSigner>(keys);
}

/// Everything, in the order in which it is built; members die in the reverse order.
class AllServices final : public App {
 public:
  AllServices(const config::ServerSettings& settings, Host host)
      : settings_(settings), data_dir_(settings.data_dir), host_(std::move(host)) {}
  ~AllServices() override { StopThreads(); }

  absl::Status Run() {
    MUSTER_RETURN_IF_ERROR(PrepareFolders());
    MUSTER_RETURN_IF_ERROR(LoadKeys());
    MUSTER_RETURN_IF_ERROR(StartRedis());
    MUSTER_RETURN_IF_ERROR(OpenOwners());
    BuildPipeline();
    BuildServices();
    MUSTER_RETURN_IF_ERROR(identity_->Start(data_dir_ / "tokens", kCityPath));
    StartThreads();
    return OpenDoors();
  }

  void Shutdown() override {
    gateway_->Drain();
    pipeline_->Drain();
    grpc_->SetNotServing();
    pipeline_->WaitIdle(kGrace);
    StopThreads();
    gateway_->Stop(kGrace);
    grpc_->Shutdown(kGrace);
  }

 private:
  absl::Status PrepareFolders() {
    std::error_code failed;
    for (const char* name : {"", "run", "db", "keys", "tokens", "log"}) {
      fs::create_directories(data_dir_ / name, failed);
      if (failed) {
        return absl::FailedPreconditionError("cannot make the folder " + (data_dir_ / name).string());
      }
    }
    return lock_.Take(data_dir_ / "run" / "musterd.lock");
  }

  absl::Status LoadKeys() {
    const std::string folder = (data_dir_ / "keys").string();
    // Keys are made for an empty installation only: new ones beside old data would open none of it.
    MUSTER_ASSIGN_OR_RETURN(auto keys, fs::is_empty(data_dir_ / "db")
                                           ? security::LoadOrCreateInstallationKeys(folder, random_)
                                           : security::LoadInstallationKeys(folder));
    keys_ = std::make_unique<security::InstallationKeys>(std::move(keys));
    token_signer_ = std::make_unique<security::TokenSigner>(keys_->token_signing);
    key_set_ = std::make_unique<security::KeySet>(token_signer_->PublicKeys());
    event_signer_ = MakeEventSigner(keys_->bus);
    replies_ = std::make_unique<SealedReplies>(keys_->stored_reply, random_);
    cipher_ = std::make_unique<security::FieldCipher>(keys_->field_wrapping, random_);
    blind_index_ = std::make_unique<security::BlindIndex>(keys_->blind_index);
    confirm_tokens_ = std::make_unique<security::ConfirmTokens>(keys_->confirm);
    for (const char* name : {"identity", "dispatch", "matching", "notify", "exchange", "gateway"}) {
      service_tokens_.emplace(name, std::make_unique<security::ServiceToken>(
                                        *token_signer_, security::ServicePrincipal(name, kCityPath), clock_));
    }
    return absl::OkStatus();
  }

  /// The token of one of our services, fresh.
  std::function<std::string()> TokenOf(const std::string& service) {
    security::ServiceToken* token = service_tokens_.at(service).get();
    return [token] { return token->Get().value_or(std::string()); };
  }

  absl::Status StartRedis() {
    if (settings_.redis_mode == "private") {
      redis_ = std::make_unique<RedisProcess>(settings_.redis_program, data_dir_);
      redis_options_.unix_socket = redis_->socket().string();
      return absl::OkStatus();
    }
    const size_t colon = settings_.redis_address.rfind(':');
    redis_options_.host = settings_.redis_address.substr(0, colon);
    (void)absl::SimpleAtoi(settings_.redis_address.substr(colon + 1), &redis_options_.port);
    redis_options_.user = settings_.redis_user;
    MUSTER_ASSIGN_OR_RETURN(redis_options_.password, config::ReadSecretFile(settings_.redis_password_file));
    return absl::OkStatus();
  }

  std::unique_ptr<events::Bus> MakeBus() const { return events::MakeRedisBus(redis_options_); }

  absl::StatusOr<std::unique_ptr<Owner>> OpenOwner(const std::string& name,
                                                   std::span<const storage::Migration> migrations,
                                                   std::set<std::string> groups) {
    Owner::Options options;
    options.name = name;
    options.stores = stores_.get();
    options.migrations = migrations;
    options.groups = std::move(groups);
    options.make_bus = [this] { return MakeBus(); };
    options.signer = event_signer_.get();
    options.clock = &clock_;
    options.random = &random_;
    MUSTER_ASSIGN_OR_RETURN(auto owner, Owner::Open(std::move(options)));
    feeds_.Add(name, owner->feed());
    return owner;
  }

  absl::Status OpenOwners() {
    stores_ = std::make_unique<Stores>(settings_,
                                       Stores::Options{&clock_, replies_.get(), host_.on_fatal, host_.stop_requested});
    MUSTER_ASSIGN_OR_RETURN(identity_owner_, OpenOwner("identity", identity::Migrations(), {}));
    MUSTER_ASSIGN_OR_RETURN(registry_owner_, OpenOwner("registry", registry::Migrations(), {"dispatch"}));
    MUSTER_RETURN_IF_ERROR(registry::CheckKeys(registry_owner_->database(), keys_->field_wrapping, keys_->blind_index));
    MUSTER_ASSIGN_OR_RETURN(dispatch_owner_, OpenOwner("dispatch", dispatch::Migrations(), {"notify"}));
    MUSTER_ASSIGN_OR_RETURN(notify_owner_, OpenOwner("notify", notify::Migrations(), {}));
    MUSTER_ASSIGN_OR_RETURN(exchange_owner_, OpenOwner("exchange", exchange::Migrations(), {}));
    return absl::OkStatus();
  }

  void BuildPipeline() {
    rpc::Checks checks;
    checks.authenticate = [this](const std::string& token) -> absl::StatusOr<rpc::Caller> {
      MUSTER_ASSIGN_OR_RETURN(security::AccessClaims claims, key_set_->VerifyClaims(token, clock_.Now()));
      return rpc::Caller{std::move(claims.principal), claims.expire_time};
    };
    checks.is_anonymous = [](const std::string& method) { return security::IsAnonymousMethod(method); };
    checks.authorize = [](const Principal& principal, const std::string& method) {
      return security::Authorize(principal, method);
    };
    checks.rate_limit = [this](const rpc::Call& call, rpc::Criticality) { return rate_limiter_.Check(call); };
    rpc::PipelineOptions options;
    options.observe = [this](const rpc::CallRecord& record) { Observe(record); };
    options.enter = [](const rpc::Call& call) -> std::shared_ptr<void> {
      return std::make_shared<telemetry::ScopedTrace>(telemetry::TraceContext{call.trace_id, {}});
    };
    pipeline_ = std::make_unique<rpc::CallPipeline>(table_, std::move(checks), std::move(options), clock_);
    peer_ = rpc::MakeLocalPeer(*pipeline_);
  }

  void Observe(const rpc::CallRecord& record) {
    rate_limiter_.OnEnd(record);
    rpc_metrics_.End(record.method, record.reason.empty() ? "OK" : record.reason, record.duration);
    const bool key_refused = record.method == kExchangeKey && record.code == absl::StatusCode::kUnauthenticated;
    if (!key_refused && record.code != absl::StatusCode::kInternal) {
      return;
    }
    // The trace is this call's, though it may have ended on a thread that is not its handler's.
    const telemetry::ScopedTrace trace(telemetry::TraceContext{record.trace_id, {}});
    if (key_refused) {
      telemetry::LogWarning("a key was refused", {{"source", record.source_address}});
    } else {
      telemetry::LogError("call failed", {{"method", record.method}, {"reason", record.reason}});
    }
  }

  void BuildServices() {
    identity_ = std::make_unique<identity::IdentityService>(identity::IdentityService::Dependencies{
        identity_owner_->database(), *token_signer_, clock_, random_, *peer_, TokenOf("identity")});
    identity_->Register(table_);
    identity_->RegisterOwner(router_);

    registry_ = std::make_unique<registry::RegistryService>(
        registry::RegistryService::Dependencies{registry_owner_->database(), clock_, random_, *cipher_, *blind_index_});
    registry_->Register(table_);
    registry_->RegisterOwner(router_);

    dispatch_ = std::make_unique<dispatch::DispatchService>(dispatch::DispatchService::Dependencies{
        dispatch_owner_->database(), clock_, random_, *confirm_tokens_, dispatch_owner_->feed(), NewLine()});
    dispatch_->Register(table_);
    dispatch_->RegisterOwner(router_);
    timers_ = std::make_unique<dispatch::Timers>(*dispatch_, clock_);
    registry_follower_ = std::make_unique<dispatch::RegistryFollower>(dispatch::RegistryFollower::Dependencies{
        dispatch_owner_->database(), *peer_, clock_, TokenOf("dispatch"), *dispatch_});
    dispatch_bus_ = MakeBus();
    events::ConsumerOptions follower;
    follower.name = "dispatch";
    follower.owners = {"registry"};
    dispatch_consumer_ = events::Consumer::Durable(follower, dispatch_owner_->database(), *registry_follower_,
                                                   *dispatch_bus_, feeds_, *event_signer_, clock_, random_);

    exchange::ExchangeOptions documents;
    documents.bytes_per_day = settings_.limit_document_bytes_per_day;
    exchange_ = std::make_unique<exchange::ExchangeService>(exchange::ExchangeService::Dependencies{
        exchange_owner_->database(), *peer_, clock_, random_, TokenOf("exchange"), documents});
    exchange_->Register(table_);
    exchange_->RegisterOwner(router_);

    notify_ = std::make_unique<notify::NotifyService>(
        notify::NotifyService::Dependencies{notify_owner_->database(), notify_owner_->feed(), *peer_, clock_, random_,
                                            TokenOf("notify"), [this] { WakeNotify(); }});
    notify_->Register(table_);
    notify_->RegisterOwner(router_);
    notify_bus_ = MakeBus();
    events::ConsumerOptions news;
    news.name = "notify";
    news.owners = {"dispatch"};
    notify_consumer_ = events::Consumer::Durable(news, notify_owner_->database(), notify_->handler(), *notify_bus_,
                                                 feeds_, *event_signer_, clock_, random_);

    matching_bus_ = MakeBus();
    matching_ = std::make_unique<matching::MatchingService>(matching::MatchingService::Dependencies{
        *peer_, *peer_, feeds_, *matching_bus_, *event_signer_, clock_, TokenOf("matching")});
    matching_->Register(table_);
  }

  /// How a line asks that does not say.
  dispatch::WavePolicy NewLine() const {
    const auto seconds = [](std::chrono::milliseconds time) { return static_cast<int>(time.count() / 1000); };
    return {static_cast<int>(settings_.wave_size), seconds(settings_.answer_time), seconds(settings_.provisional_time),
            false};
  }

  events::StepDriver& Drive(const std::string& name, events::StepDriver::Step step) {
    drivers_.push_back(std::make_unique<events::StepDriver>(name, clock_, std::move(step)));
    return *drivers_.back();
  }

  /// Drives `step` and wakes it after every commit of `owner`.
  events::StepDriver& DriveOnCommit(const std::string& name, Owner& owner, events::StepDriver::Step step) {
    events::StepDriver& driver = Drive(name, std::move(step));
    owner.database().OnCommit([this, &driver] {
      if (!stopping_) {
        driver.Wake();
      }
    });
    return driver;
  }

  void StartThreads() {
    for (Owner* owner : Owners()) {
      owner->Start();
    }
    DriveOnCommit("dispatch-timer", *dispatch_owner_, [this](Time now) { return timers_->Step(now); });
    Drive("dispatch-follow", [this](Time now) { return dispatch_consumer_->Step(now); });
    notify_driver_ = &DriveOnCommit("notify-send", *notify_owner_, [this](Time now) { return notify_->Step(now); });
    Drive("notify-follow", [this](Time now) { return notify_consumer_->Step(now); });
    Drive("matching-feed", [this](Time now) { return matching_->Step(now); });
    Drive("stream-check", [this](Time) { return CheckStreams(); });
    Drive("exchange-sweep", [this](Time now) { return exchange_->Step(now); });
  }

  /// Streams end with their tokens, and within a second with the accounts and keys behind them.
  Duration CheckStreams() {
    if (accounts_changed_.exchange(false)) {
      pipeline_->CheckStreams([this](const std::string& token) {
        absl::Status status = identity_->Recheck(token, *key_set_);
        if (!status.ok() && !absl::IsUnauthenticated(status)) {  // the store was busy: asked again a second later
          accounts_changed_ = true;
          return absl::OkStatus();
        }
        return status;
      });
    } else {
      pipeline_->CheckStreams();
    }
    return std::chrono::seconds(1);
  }

  void WakeNotify() {
    events::StepDriver* driver = notify_driver_;
    if (driver != nullptr && !stopping_) {
      driver->Wake();
    }
  }

  void StopThreads() {
    stopping_ = true;
    for (const auto& driver : drivers_) {
      driver->Stop();
    }
    for (Owner* owner : Owners()) {
      owner->Stop();
    }
  }

  std::vector<Owner*> Owners() const {
    std::vector<Owner*> owners;
    for (Owner* owner : {identity_owner_.get(), registry_owner_.get(), dispatch_owner_.get(), notify_owner_.get(),
                         exchange_owner_.get()}) {
      if (owner != nullptr) {
        owners.push_back(owner);
      }
    }
    return owners;
  }

  absl::Status OpenDoors() {
    rpc::GrpcServerOptions options;
    options.listen = {"unix:" + fs::absolute(data_dir_ / "run" / "musterd.sock").string(), settings_.rpc_listen};
    options.max_call_bytes = static_cast<int>(settings_.limit_rpc_message_bytes);
    options.max_receive_bytes =
        static_cast<int>(std::max(settings_.limit_rpc_message_bytes, settings_.limit_document_bytes + kEnvelope));
    options.reflection = settings_.ReflectionOn();
    MUSTER_ASSIGN_OR_RETURN(grpc_, rpc::GrpcServer::Start(*pipeline_, options));
    return OpenGateway();
  }

  absl::Status OpenGateway() {
    directory_.AddTable(table_, *peer_);
    gateway::GatewayOptions options;
    options.http.listen = settings_.listen;
    options.http.max_body_bytes = static_cast<size_t>(settings_.limit_bodies_bytes);
    options.http.max_connections = static_cast<size_t>(settings_.limit_connections);
    options.http.socket_queue_messages = static_cast<size_t>(settings_.limit_live_queue_messages);
    options.http.socket_queue_bytes = static_cast<size_t>(settings_.limit_live_queue_bytes);
    options.connect.max_body = static_cast<size_t>(settings_.limit_call_bytes);
    options.allowed_hosts = settings_.AllowedHosts();
    options.allowed_origins = settings_.AllowedOrigins();
    options.max_document = static_cast<size_t>(settings_.limit_document_bytes);
    gateway::GatewayHooks hooks;
    hooks.readiness = [this] { return Ready(); };
    if (settings_.metrics_enabled) {
      hooks.metrics_text = [this] { return MetricsText(); };
    }
    hooks.authenticate = [this](const std::string& token) -> absl::StatusOr<gateway::LiveIdentity> {
      MUSTER_ASSIGN_OR_RETURN(const security::AccessClaims claims, key_set_->VerifyClaims(token, clock_.Now()));
      return gateway::LiveIdentity{claims.principal, claims.expire_time};
    };
    MUSTER_ASSIGN_OR_RETURN(gateway_,
                            gateway::Gateway::Start(options, directory_, *peer_, feeds_, std::move(hooks), clock_));
    events::ConsumerOptions live;
    live.name = "gateway";
    live.owners = gateway::LiveOptions().owners;
    live_bus_ = MakeBus();
    live_consumer_ = events::Consumer::InMemory(live, gateway_->live(), *live_bus_, feeds_, *event_signer_, clock_);
    Drive("live-feed", [this](Time now) { return live_consumer_->Step(now); });
    identity_owner_->database().OnCommit([this] {
      accounts_changed_ = true;
      if (!stopping_) {
        gateway_->AccountsChanged();
      }
    });
    return absl::OkStatus();
  }

  std::vector<std::pair<std::string, const events::Consumer*>> Consumers() const {
    return {
        {"dispatch", dispatch_consumer_.get()}, {"notify", notify_consumer_.get()}, {"gateway", live_consumer_.get()}};
  }

  gateway::Readiness Ready() const {
    gateway::Readiness ready;
    if (!dispatch_consumer_->HasCaughtUp("registry")) {
      ready.reasons.push_back("dispatch: the registry has not been read yet, no team can be booked");
    }
    if (!matching_->feeder().IsReady()) {
      ready.reasons.push_back("matching: the index is being loaded");
    }
    if (redis_ != nullptr && redis_->pid() == 0) {
      ready.reasons.push_back("redis: not running, events travel by the feeds");
    }
    for (const Owner* owner : Owners()) {
      if (!owner->relay().bus_up) {
        ready.reasons.push_back("redis: not reached by " + owner->name() + ", its events travel by the feed");
      }
    }
    for (const auto& [name, consumer] : Consumers()) {
      if (!consumer->counters().bus_up) {
        ready.reasons.push_back("redis: not reached by " + name + ", which reads the feeds");
      }
      if (const int64_t aside = consumer->counters().dead_letters; aside > 0) {
        ready.reasons.push_back(name + ": " + std::to_string(aside) +
                                " events could not be applied and were put aside");
      }
    }
    return ready;
  }

  std::string MetricsText() {
    for (const Owner* owner : Owners()) {
      ShowRelay(metrics_, owner->name(), owner->relay(), clock_.Now());
      ShowJanitor(metrics_, owner->name(), owner->janitor());
    }
    for (const auto& [name, consumer] : Consumers()) {
      ShowConsumer(metrics_, name, consumer->counters());
    }
    ShowSender(metrics_, notify_->counters());
    metrics_.Gauge("rpc_server_in_flight", "Calls that were admitted and not yet answered.")
        .Set(pipeline_->in_flight());
    metrics_.Gauge("redis_restarts", "How often the private redis-server was started again.")
        .Set(redis_ == nullptr ? 0.0 : redis_->restarts());
    const gateway::HttpServerStats http = gateway_->stats();
    metrics_.Gauge("http_connections", "Open HTTP connections.").Set(static_cast<double>(http.connections));
    metrics_.Gauge("live_clients", "Open live feeds.").Set(static_cast<double>(http.sockets));
    return metrics_.Text();
  }

  const config::ServerSettings settings_;
  const fs::path data_dir_;
  const Host host_;
  const Clock& clock_ = SystemClock();
  Random& random_ = SystemRandom();
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> accounts_changed_ = false;
  telemetry::Metrics metrics_;
  telemetry::RpcMetrics rpc_metrics_{metrics_, "server"};
  FolderLock lock_;

  std::unique_ptr<security::InstallationKeys> keys_;
  std::unique_ptr<security::TokenSigner> token_signer_;
  std::unique_ptr<security::KeySet> key_set_;
  std::unique_ptr<events::EventSigner> event_signer_;
  std::unique_ptr<SealedReplies> replies_;
  std::unique_ptr<security::FieldCipher> cipher_;
  std::unique_ptr<security::BlindIndex> blind_index_;
  std::unique_ptr<security::ConfirmTokens> confirm_tokens_;
  std::map<std::string, std::unique_ptr<security::ServiceToken>> service_tokens_;

  std::unique_ptr<RedisProcess> redis_;
  events::RedisOptions redis_options_;
  events::FeedRouter feeds_;
  std::unique_ptr<Stores> stores_;
  std::unique_ptr<Owner> identity_owner_;
  std::unique_ptr<Owner> registry_owner_;
  std::unique_ptr<Owner> dispatch_owner_;
  std::unique_ptr<Owner> notify_owner_;
  std::unique_ptr<Owner> exchange_owner_;

  rpc::MethodTable table_;
  rpc::RateLimiter rate_limiter_{RatesOf(settings_), clock_};
  rpc::OwnerRouter router_{table_};
  std::unique_ptr<rpc::CallPipeline> pipeline_;
  std::unique_ptr<rpc::Peer> peer_;

  std::unique_ptr<identity::IdentityService> identity_;
  std::unique_ptr<registry::RegistryService> registry_;
  std::unique_ptr<dispatch::DispatchService> dispatch_;
  std::unique_ptr<dispatch::Timers> timers_;
  std::unique_ptr<dispatch::RegistryFollower> registry_follower_;
  std::unique_ptr<events::Bus> dispatch_bus_;
  std::unique_ptr<events::Consumer> dispatch_consumer_;
  std::unique_ptr<exchange::ExchangeService> exchange_;
  std::unique_ptr<notify::NotifyService> notify_;
  std::unique_ptr<events::Bus> notify_bus_;
  std::unique_ptr<events::Consumer> notify_consumer_;
  std::atomic<events::StepDriver*> notify_driver_ = nullptr;
  std::unique_ptr<events::Bus> matching_bus_;
  std::unique_ptr<matching::MatchingService> matching_;
  gateway::ServiceDirectory directory_;
  std::unique_ptr<events::Bus> live_bus_;
  std::unique_ptr<gateway::Gateway> gateway_;
  std::unique_ptr<events::Consumer> live_consumer_;
  std::vector<std::unique_ptr<events::StepDriver>> drivers_;
  std::unique_ptr<rpc::GrpcServer> grpc_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<App>> App::Start(const config::ServerSettings& settings, Host host) {
  auto app = std::make_unique<AllServices>(settings, std::move(host));
  MUSTER_RETURN_IF_ERROR(app->Run());
  return app;
}

}  // namespace muster::musterd
