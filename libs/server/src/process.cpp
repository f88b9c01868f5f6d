#include "muster/server/process.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <thread>

#include "absl/strings/numbers.h"
#include "clock_watch.h"
#include "event_metrics.h"
#include "installation.h"
#include "muster/base/mutex.h"
#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/domain/taxonomy.h"
#include "muster/events/convert.h"
#include "muster/events/redis_bus.h"
#include "muster/events/signer.h"
#include "muster/identity/v1/identity.pb.h"
#include "muster/rpc/grpc_peer.h"
#include "muster/rpc/grpc_server.h"
#include "muster/rpc/local_peer.h"
#include "muster/rpc/rate_limiter.h"
#include "muster/security/policy.h"
#include "muster/security/service_token.h"
#include "muster/security/text_sealer.h"
#include "muster/telemetry/log.h"
#include "muster/telemetry/trace.h"
#include "redis_process.h"
#include "remote_identity.h"
#include "routing_peer.h"
#include "stores.h"

namespace muster::server {
namespace {

namespace fs = std::filesystem;

/// The whole city: GB/T 2260 code 3205 (Suzhou).
constexpr char kCityPath[] = "3205";
constexpr char kExchangeKey[] = "muster.identity.v1.IdentityService.ExchangeKey";
constexpr Duration kGrace = std::chrono::seconds(10);
constexpr Duration kCallTime = std::chrono::seconds(5);
constexpr Duration kLeaderWait = std::chrono::milliseconds(500);
/// Longer than another process takes to find that nobody leads, and to tell.
constexpr auto kHandOverTime = std::chrono::milliseconds(900);
constexpr auto kNoticeTime = std::chrono::milliseconds(300);
constexpr Duration kLeadInterval = std::chrono::milliseconds(250);
constexpr auto kGatePause = std::chrono::milliseconds(50);
/// What a gRPC message may add to the document inside it, in bytes.
constexpr int64_t kEnvelope = 64 * 1024;
constexpr auto kOwners = std::to_array<const char*>({"identity", "registry", "dispatch", "notify", "exchange"});

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

/// The step while this process leads the owner's database; else only a look whether it does.
events::StepDriver::Step OnlyAsLeader(Owner& owner, events::StepDriver::Step step) {
  return [&owner, step = std::move(step)](Time now) { return owner.database().IsLeader() ? step(now) : kLeaderWait; };
}

/// Tells of every change of accounts and keys, from now on.
class AccountsListener final : public events::MemoryHandler {
 public:
  AccountsListener(events::FeedSource& feed, std::function<void()> tell) : feed_(feed), tell_(std::move(tell)) {}
  absl::Status Apply(const events::FeedEvent&) override {
    tell_();
    return absl::OkStatus();
  }
  absl::StatusOr<int64_t> Resync(const std::string& owner) override {
    MUSTER_ASSIGN_OR_RETURN(const events::FeedPage page, feed_.Read({.owner = owner, .limit = 1, .modes = {}}));
    tell_();  // of what was missed
    return page.head;
  }

 private:
  events::FeedSource& feed_;
  const std::function<void()> tell_;
};

}  // namespace

/// Everything, in the order in which it is built; members die in the reverse order.
class Process::Impl {
 public:
  Impl(std::string name, const config::ServerSettings& settings, const std::vector<Module>& modules, Host host)
      : name_(std::move(name)), settings_(settings), installation_(settings_), host_(std::move(host)) {
    for (const Module& module : modules) {
      services_.insert(module.service);
    }
  }
  ~Impl() { StopThreads(); }

  absl::Status Prepare() {
    MUSTER_RETURN_IF_ERROR(installation_.Prepare());
    MUSTER_RETURN_IF_ERROR(lock_.Take(installation_.data() / "run" / "musterd.lock"));
    if (Holds("identity")) {
      MUSTER_RETURN_IF_ERROR(installation_.MakeKeysIfNew(random_));
    }
    MUSTER_RETURN_IF_ERROR(AwaitKeys());
    MUSTER_ASSIGN_OR_RETURN(const security::KeyRing bus_key, installation_.Key(security::kBusKeyFile));
    event_signer_ = MakeEventSigner(bus_key);
    MUSTER_RETURN_IF_ERROR(StartRedis());
    BuildPipeline();
    return FindPeers();
  }

  absl::Status Open() {
    {
      const FileGuard guard = installation_.Guard();
      for (const auto& action : at_start_) {
        MUSTER_RETURN_IF_ERROR(action());
      }
    }
    StartThreads();
    MUSTER_RETURN_IF_ERROR(AwaitGates());
    return OpenGrpc();
  }

  void Shutdown() {
    for (const auto& [refuse, stop] : at_end_) {
      refuse();
    }
    serves_ = false;
    HandOver();
    grpc_->SetServing(false);
    if (remote_identity_ != nullptr) {
      std::this_thread::sleep_for(kNoticeTime);  // until the other processes call elsewhere
    }
    pipeline_->Drain();
    pipeline_->WaitIdle(kGrace);
    StopThreads();
    for (const auto& [refuse, stop] : at_end_) {
      stop(kGrace);
    }
    grpc_->Shutdown(kGrace);
  }

  bool Holds(const std::string& service) const { return services_.contains(service); }
  bool HoldsAll() const { return Holds("identity") && Holds("registry") && Holds("dispatch"); }

  std::unique_ptr<events::Bus> MakeBus() const { return events::MakeRedisBus(redis_options_); }

  std::function<std::string()> TokenOf(const std::string& service) {
    if (remote_identity_ != nullptr) {
      return [this] { return remote_identity_->Token(); };
    }
    auto& token = service_tokens_[service];
    if (token == nullptr) {
      token = std::make_unique<security::ServiceToken>(*token_signer_, security::ServicePrincipal(service, kCityPath),
                                                       clock_);
    }
    return [held = token.get()] { return held->Get().value_or(std::string()); };
  }

  absl::StatusOr<const security::TokenSigner*> SignTokens() {
    MUSTER_ASSIGN_OR_RETURN(security::KeyRing ring, installation_.Key(security::kTokenSigningKeyFile));
    token_signer_ = std::make_unique<security::TokenSigner>(std::move(ring));
    key_set_.Replace(token_signer_->PublicKeys());
    return token_signer_.get();
  }

  absl::StatusOr<Owner*> OpenOwner(const std::string& service, std::span<const storage::Migration> migrations,
                                   std::set<std::string> groups) {
    if (stores_ == nullptr) {
      MUSTER_ASSIGN_OR_RETURN(security::KeyRing ring, installation_.Key(security::kStoredReplyKeyFile));
      replies_ = std::make_unique<SealedReplies>(std::move(ring), random_);
      stores_ = std::make_unique<Stores>(
          settings_, Stores::Options{&clock_, replies_.get(), host_.on_fatal, host_.stop_requested});
    }
    Owner::Options options;
    options.name = service;
    options.open = [this, service](std::span<const storage::Migration> all) { return stores_->Open(service, all); };
    options.migrations = migrations;
    options.groups = std::move(groups);
    options.make_bus = [this] { return MakeBus(); };
    options.signer = event_signer_.get();
    options.clock = &clock_;
    options.random = &random_;
    MUSTER_ASSIGN_OR_RETURN(auto owner, Owner::Open(std::move(options)));
    feeds_.Add(service, owner->feed());
    owners_.push_back(std::move(owner));
    return owners_.back().get();
  }

  Task& Drive(const std::string& name, events::StepDriver::Step step) {
    tasks_.push_back(std::make_unique<Task>(name, std::move(step)));
    return *tasks_.back();
  }

  Task& DriveAsLeader(const std::string& name, Owner& owner, events::StepDriver::Step step) {
    Task& task = Drive(name, OnlyAsLeader(owner, std::move(step)));
    owner.database().OnCommit([this, &task] {
      if (!stopping_) {
        task.Wake();
      }
    });
    return task;
  }

  /// `owner`: in whose database it keeps its position; null when in memory.
  events::Consumer& Keep(const std::string& name, Owner* owner, std::unique_ptr<events::Consumer> consumer) {
    consumers_.push_back({name, owner, std::move(consumer)});
    return *consumers_.back().consumer;
  }

  void ServeAsLeader(Owner& owner) {
    serving_leader_ = &owner;
    Drive("lead", [this](Time) { return ShowLead(); });
  }

  events::Bus& NewBus() {
    buses_.push_back(MakeBus());
    return *buses_.back();
  }

  void AccountsChanged() {
    accounts_changed_ = true;
    if (is_running_ && !stopping_) {
      for (const auto& listener : account_listeners_) {
        listener();
      }
    }
  }

  std::vector<std::string> Readiness() const {
    std::vector<std::string> reasons;
    for (const auto& more : readiness_) {
      const std::vector<std::string> found = more();
      reasons.insert(reasons.end(), found.begin(), found.end());
    }
    if (remote_identity_ != nullptr && !remote_identity_->IsReady()) {
      reasons.push_back("identity: does not answer, nobody can be let in");
    }
    if (redis_ != nullptr && redis_->pid() == 0) {
      reasons.push_back("redis: not running, events travel by the feeds");
    }
    for (const auto& owner : owners_) {
      if (owner->leads() && !owner->relay().bus_up) {
        reasons.push_back("redis: not reached by " + owner->name() + ", its events travel by the feed");
      }
    }
    for (const auto& [name, owner, consumer] : consumers_) {
      if (owner != nullptr && !owner->leads()) {
        continue;
      }
      if (!consumer->counters().bus_up) {
        reasons.push_back("redis: not reached by " + name + ", which reads the feeds");
      }
      if (const int64_t aside = consumer->counters().dead_letters; aside > 0) {
        reasons.push_back(name + ": " + std::to_string(aside) + " events could not be applied and were put aside");
      }
    }
    if (std::string reason = clock_watch_.Reason(); !reason.empty()) {
      reasons.push_back(std::move(reason));
    }
    return reasons;
  }

  std::string MetricsText() {
    for (const auto& owner : owners_) {
      ShowRelay(metrics_, owner->name(), owner->relay(), clock_.Now());
      ShowJanitor(metrics_, owner->name(), owner->janitor());
    }
    for (const auto& [name, owner, consumer] : consumers_) {
      ShowConsumer(metrics_, name, consumer->counters());
    }
    for (const auto& show : shown_) {
      show(metrics_);
    }
    metrics_.Gauge("rpc_server_in_flight", "Calls that were admitted and not yet answered.")
        .Set(pipeline_->in_flight());
    metrics_.Gauge("clock_skew_seconds", "How far the machine's clock is ahead of the time that this process goes by.")
        .Set(std::chrono::duration<double>(clock_.Skew()).count());
    metrics_.Gauge("redis_restarts", "How often the private redis-server was started again.")
        .Set(redis_ == nullptr ? 0.0 : redis_->restarts());
    return metrics_.Text();
  }

  const std::string name_;
  const config::ServerSettings settings_;
  const Installation installation_;
  const Host host_;
  const Clock& clock_ = SystemClock();
  ClockWatch clock_watch_{clock_};
  Random& random_ = SystemRandom();
  const std::string city_path_ = kCityPath;
  std::set<std::string> services_;
  std::atomic<bool> is_running_ = false;  ///< all services are there, the threads run
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> accounts_changed_ = false;
  std::atomic<bool> serves_ = false;  ///< the gRPC doors are open and not about to close
  Owner* serving_leader_ = nullptr;   ///< whose leader alone is to be called; null: every process
  std::atomic<bool> leads_ = false;   ///< as ShowLead told the others last
  telemetry::Metrics metrics_;
  telemetry::RpcMetrics rpc_metrics_{metrics_, "server"};
  FolderLock lock_;

  std::unique_ptr<security::TokenSigner> token_signer_;
  security::KeySet key_set_;
  std::unique_ptr<events::EventSigner> event_signer_;
  std::unique_ptr<SealedReplies> replies_;
  std::map<std::string, std::unique_ptr<security::ServiceToken>> service_tokens_;

  std::unique_ptr<RedisProcess> redis_;
  events::RedisOptions redis_options_;
  events::FeedRouter feeds_;
  std::unique_ptr<Stores> stores_;
  std::vector<std::unique_ptr<Owner>> owners_;

  rpc::MethodTable table_;
  rpc::RateLimiter rate_limiter_{RatesOf(settings_), clock_};
  rpc::OwnerRouter router_{table_};
  std::unique_ptr<rpc::CallPipeline> pipeline_;
  std::unique_ptr<RoutingPeer> peer_;
  std::unique_ptr<RemoteIdentity> remote_identity_;
  std::vector<std::unique_ptr<events::RemoteFeed>> remote_feeds_;

  std::vector<std::function<void()>> account_listeners_;
  std::vector<std::function<std::vector<std::string>()>> readiness_;
  std::vector<std::function<void(telemetry::Metrics&)>> shown_;
  std::vector<std::pair<std::string, std::function<bool()>>> gates_;
  std::vector<std::function<absl::Status()>> at_start_;
  std::vector<std::pair<std::function<void()>, std::function<void(Duration)>>> at_end_;
  std::unique_ptr<AccountsListener> accounts_listener_;

  /// Objects of the services; destroyed from the last to the first.
  class KeptObjects {
   public:
    ~KeptObjects() {
      while (!objects_.empty()) {
        objects_.pop_back();
      }
    }
    void Add(std::shared_ptr<void> object) { objects_.push_back(std::move(object)); }

   private:
    std::vector<std::shared_ptr<void>> objects_;
  };
  KeptObjects kept_;
  std::vector<std::unique_ptr<events::Bus>> buses_;
  struct KeptConsumer {
    std::string name;
    Owner* owner;
    std::unique_ptr<events::Consumer> consumer;
  };
  std::vector<KeptConsumer> consumers_;
  std::vector<std::unique_ptr<Task>> tasks_;
  std::unique_ptr<rpc::GrpcServer> grpc_;

 private:
  /// Identity makes the keys of a new installation; the others may have started before it.
  absl::Status AwaitKeys() const {
    return Await("the keys", [this] { return fs::exists(installation_.keys() / security::kBusKeyFile); });
  }

  absl::Status Await(const std::string& what, const std::function<bool()>& is_there) const {
    if (!is_there()) {
      telemetry::LogInfo("waiting", {{"for", what}});
    }
    while (!is_there()) {
      if (host_.stop_requested()) {
        return absl::CancelledError("stopped while it waited for " + what);
      }
      std::this_thread::sleep_for(kGatePause);
    }
    return absl::OkStatus();
  }

  absl::Status StartRedis() {
    if (settings_.redis_mode == "private") {
      if (!HoldsAll()) {
        return absl::FailedPreconditionError(
            "redis.mode is private: a Redis of its own is for musterd; set redis.mode = \"external\"");
      }
      redis_ = std::make_unique<RedisProcess>(settings_.redis_program, installation_.data());
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

  void BuildPipeline() {
    rpc::Checks checks;
    checks.authenticate = [this](const std::string& token) -> absl::StatusOr<rpc::Caller> {
      MUSTER_ASSIGN_OR_RETURN(security::AccessClaims claims, key_set_.VerifyClaims(token, clock_.Now()));
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
    peer_ = std::make_unique<RoutingPeer>(rpc::MakeLocalPeer(*pipeline_));
    Drive("clock", [this](Time) { return clock_watch_.Step(); });
    Drive("stream-check", [this](Time) { return CheckStreams(); });
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

  std::optional<rpc::TlsFiles> Tls() const {
    if (settings_.tls_certificate.empty()) {
      return std::nullopt;
    }
    return rpc::TlsFiles{settings_.tls_certificate, settings_.tls_key, settings_.tls_authority};
  }

  /// The ways to the services that are elsewhere.
  absl::Status FindPeers() {
    for (const auto& [service, target] : settings_.peers) {
      if (Holds(service)) {
        continue;
      }
      if (!Tls()) {
        return absl::FailedPreconditionError(
            "services in several processes need tls.certificate, tls.key and tls.authority (muster cert)");
      }
      rpc::GrpcPeerOptions options;
      options.target = target;
      options.tls = Tls();
      options.service = service;
      peer_->Add(service, rpc::MakeGrpcPeer(options, clock_));
    }
    if (!Holds("identity")) {
      FollowIdentity();
    }
    for (const char* owner : kOwners) {
      if (!Holds(owner)) {
        AddRemoteFeed(owner);
      }
    }
    return absl::OkStatus();
  }

  void FollowIdentity() {
    remote_identity_ = std::make_unique<RemoteIdentity>(peer_->Of("identity"), key_set_, clock_);
    Drive("identity", [this](Time) { return remote_identity_->Step(); });
    gates_.emplace_back("identity", [this] { return remote_identity_->IsReady(); });
    accounts_listener_ = std::make_unique<AccountsListener>(feeds_, [this] { AccountsChanged(); });
    events::ConsumerOptions options;
    options.name = "accounts";
    options.owners = {"identity"};
    events::Consumer& consumer =
        Keep("accounts", nullptr,
             events::Consumer::InMemory(options, *accounts_listener_, NewBus(), feeds_, *event_signer_, clock_));
    Drive("accounts", [&consumer](Time now) { return consumer.Step(now); });
  }

  void AddRemoteFeed(const std::string& owner) {
    rpc::Peer& peer = peer_->Of(owner);
    remote_feeds_.push_back(
        std::make_unique<events::RemoteFeed>([this, &peer, owner](const common::v1::ReadEventsRequest& request) {
          common::v1::ReadEventsRequest asked = request;
          asked.set_owner(owner);
          return rpc::CallUnaryBlocking<common::v1::ReadEventsResponse>(
              peer, "muster.common.v1.EventFeedService.ReadEvents",
              rpc::BackgroundCall(clock_, TokenOf(*services_.begin())(), kCallTime), asked);
        }));
    feeds_.Add(owner, *remote_feeds_.back());
  }

  /// Tells the others whether this process is to be called.
  Duration ShowLead() {
    if (!serves_) {
      return kLeadInterval;
    }
    const bool leads = serving_leader_->database().IsLeader();
    if (leads != leads_) {
      leads_ = leads;
      grpc_->SetServing(leads);
      telemetry::LogInfo(leads ? "leads" : "stands by", {{"service", serving_leader_->name()}});
      if (!leads) {
        pipeline_->CheckStreams([](const std::string&) { return Error(Reason::kDraining); });
      }
    }
    return kLeadInterval;
  }

  /// Streams end with their tokens, and within a second with the accounts and keys behind them.
  Duration CheckStreams() {
    if (!accounts_changed_.exchange(false)) {
      pipeline_->CheckStreams();
      return std::chrono::seconds(1);
    }
    pipeline_->CheckStreams([this](const std::string& token) {
      const auto answer = rpc::CallUnaryBlocking<identity::v1::WhoAmIResponse>(
          *peer_, "muster.identity.v1.IdentityService.WhoAmI", rpc::BackgroundCall(clock_, token, kCallTime),
          identity::v1::WhoAmIRequest());
      if (!answer.ok() && !absl::IsUnauthenticated(answer.status())) {  // identity was busy: asked again a second later
        accounts_changed_ = true;
        return absl::OkStatus();
      }
      return answer.status();
    });
    return std::chrono::seconds(1);
  }

  void StartThreads() {
    for (const auto& owner : owners_) {
      owner->Start();
    }
    for (const auto& task : tasks_) {
      task->owned_ = std::make_unique<events::StepDriver>(task->name_, clock_, task->step_);
      task->driver_ = task->owned_.get();
    }
    is_running_ = true;
  }

  /// Another process leads before this one is gone. Where only a leader is called, this one answers until then.
  void HandOver() {
    for (const auto& owner : owners_) {
      owner->database().GiveUpLead();
    }
    if (remote_identity_ != nullptr && leads_) {
      std::this_thread::sleep_for(kHandOverTime);
    }
  }

  void StopThreads() {
    stopping_ = true;
    for (const auto& task : tasks_) {
      if (task->owned_ != nullptr) {
        task->owned_->Stop();
      }
    }
    for (const auto& owner : owners_) {
      owner->Stop();
    }
  }

  absl::Status AwaitGates() {
    for (const auto& [what, is_open] : gates_) {
      MUSTER_RETURN_IF_ERROR(Await(what, is_open));
    }
    return absl::OkStatus();
  }

  absl::Status OpenGrpc() {
    rpc::GrpcServerOptions options;
    options.listen = {"unix:" + fs::absolute(installation_.data() / "run" / "musterd.sock").string(),
                      settings_.rpc_listen};
    options.tls = Tls();
    options.max_call_bytes = static_cast<int>(settings_.limit_rpc_message_bytes);
    options.max_receive_bytes =
        static_cast<int>(std::max(settings_.limit_rpc_message_bytes, settings_.limit_document_bytes + kEnvelope));
    options.reflection = settings_.ReflectionOn();
    MUSTER_ASSIGN_OR_RETURN(grpc_, rpc::GrpcServer::Start(*pipeline_, options));
    grpc_->SetServing(serving_leader_ == nullptr);
    serves_ = true;
    return absl::OkStatus();
  }
};

Process::Process(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Process::~Process() = default;

absl::StatusOr<std::unique_ptr<Process>> Process::Start(std::string name, const config::ServerSettings& settings,
                                                        const std::vector<Module>& modules, Host host) {
  std::unique_ptr<Process> process(
      new Process(std::make_unique<Impl>(std::move(name), settings, modules, std::move(host))));
  MUSTER_RETURN_IF_ERROR(LoadTaxonomy(settings.taxonomy_dir));
  telemetry::LogInfo("taxonomy", {{"mark", TaxonomyMark()}});
  MUSTER_RETURN_IF_ERROR(process->impl_->Prepare());
  for (const Module& module : modules) {
    MUSTER_RETURN_IF_ERROR(module.add_to(*process));
  }
  MUSTER_RETURN_IF_ERROR(process->impl_->Open());
  return process;
}

void Process::Shutdown() { impl_->Shutdown(); }

const config::ServerSettings& Process::settings() const { return impl_->settings_; }
const Clock& Process::clock() const { return impl_->clock_; }
Random& Process::random() const { return impl_->random_; }
const std::string& Process::city_path() const { return impl_->city_path_; }
fs::path Process::tokens_dir() const { return impl_->installation_.tokens(); }
absl::StatusOr<security::KeyRing> Process::Key(std::string_view file) const { return impl_->installation_.Key(file); }
absl::StatusOr<security::KeyRing> Process::NewKey(std::string_view file) const {
  return impl_->installation_.NewKey(file, impl_->random_);
}
const events::EventSigner& Process::event_signer() const { return *impl_->event_signer_; }
events::FeedRouter& Process::feeds() { return impl_->feeds_; }
rpc::Peer& Process::peer() { return *impl_->peer_; }
rpc::Peer& Process::peer_of(const std::string& owner) { return impl_->peer_->Of(owner); }
std::function<std::string()> Process::TokenOf(const std::string& service) { return impl_->TokenOf(service); }
absl::StatusOr<security::AccessClaims> Process::VerifyToken(const std::string& access_token) {
  return impl_->key_set_.VerifyClaims(access_token, impl_->clock_.Now());
}
std::unique_ptr<events::Bus> Process::MakeBus() const { return impl_->MakeBus(); }
bool Process::Holds(const std::string& service) const { return impl_->Holds(service); }
rpc::MethodTable& Process::table() { return impl_->table_; }
rpc::OwnerRouter& Process::router() { return impl_->router_; }
absl::StatusOr<Owner*> Process::OpenOwner(const std::string& service, std::span<const storage::Migration> migrations,
                                          std::set<std::string> groups) {
  return impl_->OpenOwner(service, migrations, std::move(groups));
}
absl::StatusOr<const security::TokenSigner*> Process::SignTokens() { return impl_->SignTokens(); }
void Process::KeepErased(std::shared_ptr<void> object) { impl_->kept_.Add(std::move(object)); }
Task& Process::Drive(const std::string& name, events::StepDriver::Step step) {
  return impl_->Drive(name, std::move(step));
}
Task& Process::DriveAsLeader(const std::string& name, Owner& owner, events::StepDriver::Step step) {
  return impl_->DriveAsLeader(name, owner, std::move(step));
}

events::Consumer& Process::Follow(const std::string& name, const std::vector<std::string>& owners, Owner& owner,
                                  events::DurableHandler& handler) {
  events::ConsumerOptions options;
  options.name = name;
  options.owners = owners;
  events::Consumer& consumer =
      impl_->Keep(name, &owner,
                  events::Consumer::Durable(options, owner.database(), handler, impl_->NewBus(), impl_->feeds_,
                                            *impl_->event_signer_, impl_->clock_, impl_->random_));
  impl_->Drive(name.substr(0, 8) + "-follow",
               OnlyAsLeader(owner, [&consumer](Time now) { return consumer.Step(now); }));
  return consumer;
}

events::Consumer& Process::Follow(const std::string& name, const std::vector<std::string>& owners,
                                  events::MemoryHandler& handler) {
  events::ConsumerOptions options;
  options.name = name;
  options.owners = owners;
  events::Consumer& consumer = impl_->Keep(name, nullptr,
                                           events::Consumer::InMemory(options, handler, impl_->NewBus(), impl_->feeds_,
                                                                      *impl_->event_signer_, impl_->clock_));
  impl_->Drive(name.substr(0, 8) + "-follow", [&consumer](Time now) { return consumer.Step(now); });
  return consumer;
}

void Process::AddReadiness(std::function<std::vector<std::string>()> reasons) {
  impl_->readiness_.push_back(std::move(reasons));
}
void Process::AddMetrics(std::function<void(telemetry::Metrics&)> show) { impl_->shown_.push_back(std::move(show)); }
void Process::ServeAsLeader(Owner& owner) { impl_->ServeAsLeader(owner); }
void Process::AddGate(std::string what, std::function<bool()> is_open) {
  impl_->gates_.emplace_back(std::move(what), std::move(is_open));
}
void Process::AtStart(std::function<absl::Status()> action) { impl_->at_start_.push_back(std::move(action)); }
void Process::AtEnd(std::function<void()> refuse, std::function<void(Duration)> stop) {
  impl_->at_end_.emplace_back(std::move(refuse), std::move(stop));
}
void Process::OnAccountsChanged(std::function<void()> listener) {
  impl_->account_listeners_.push_back(std::move(listener));
}
void Process::AccountsChanged() { impl_->AccountsChanged(); }
std::vector<std::string> Process::Readiness() const { return impl_->Readiness(); }
std::string Process::MetricsText() { return impl_->MetricsText(); }

}  // namespace muster::server
