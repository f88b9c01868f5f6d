// The gateway's calls per second against a bare gRPC echo in the same process and run (small call and a list of about
// 20 kB, JSON and binary), and the live feed's last receiver. Prints one JSON object a line.

#include <arpa/inet.h>
#include <fmt/format.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/support/proto_buffer_reader.h>
#include <grpcpp/support/proto_buffer_writer.h>
#include <grpcpp/support/server_callback.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "muster/base/status_macros.h"
#include "muster/registry/v1/registry.pb.h"
#include "muster/rpc/grpc_server.h"
#include "muster/rpc/local_peer.h"
#include "muster/rpc/pipeline.h"
#include "muster/security/access_token.h"
#include "muster/security/policy.h"
#include "services/gateway/gateway.h"
#include "tests/bench/report.h"

namespace muster::bench {
namespace {

using namespace std::chrono_literals;
using registry::v1::GetTeamRequest;
using registry::v1::ListTeamsRequest;
using registry::v1::ListTeamsResponse;
using registry::v1::Team;
using SteadyClock = std::chrono::steady_clock;

constexpr int kInFlight = 32;
constexpr auto kWarmUp = 300ms;
constexpr auto kMeasure = 2s;
constexpr size_t kListBytes = 20'000;

Team MakeTeam(int number) {
  Team team;
  team.set_id(fmt::format("0190a0a0-0000-7000-8000-{:012}", number));
  team.set_version(7);
  team.mutable_create_time()->set_seconds(1'750'000'000);
  team.set_organization_id("0190a0a0-0000-7000-8000-00000000000f");
  team.set_name("古城社区心理援助队");
  team.set_headcount(12);
  team.mutable_base_position()->set_latitude(31.31 + number * 1e-4);
  team.mutable_base_position()->set_longitude(120.62);
  team.set_travel_mode(registry::v1::TRAVEL_MODE_CAR);
  team.add_languages("zh-CN");
  auto* capability = team.add_capabilities();
  capability->set_capability("psychological_support");
  capability->set_level(2);
  capability->mutable_valid_until_time()->set_seconds(1'790'000'000);
  team.set_district_path("3205/320508");
  return team;
}

ListTeamsResponse MakeList() {
  ListTeamsResponse list;
  while (list.ByteSizeLong() < kListBytes) {
    *list.add_teams() = MakeTeam(list.teams_size());
  }
  return list;
}

// ---- the reference: gRPC's callback server with one method, as generated code would serve it

template <class Message>
void Parse(const grpc::ByteBuffer& bytes, Message* message) {
  grpc::ByteBuffer copy(bytes);
  grpc::ProtoBufferReader reader(&copy);
  message->ParseFromZeroCopyStream(&reader);
}

template <class Message>
grpc::ByteBuffer Serialize(const Message& message) {
  grpc::ByteBuffer bytes;
  bool own = false;
  (void)grpc::GenericSerialize<grpc::ProtoBufferWriter, Message>(message, &bytes, &own);
  return bytes;
}

template <class Request, class Response>
class BareService final : public grpc::Service {
 public:
  explicit BareService(Response response) : response_(std::move(response)) {
    AddMethod(new grpc::internal::RpcServiceMethod("/bench.Bare/Echo", grpc::internal::RpcMethod::NORMAL_RPC, nullptr));
    MarkMethodRawCallback(
        0, new grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
               [this](grpc::CallbackServerContext* context, const grpc::ByteBuffer* in, grpc::ByteBuffer* out) {
                 Request request;
                 Parse(*in, &request);
                 *out = Serialize(response_);
                 auto* reactor = context->DefaultReactor();
                 reactor->Finish(grpc::Status::OK);
                 return reactor;
               }));
  }

 private:
  const Response response_;
};

/// Keeps kInFlight calls going and counts them.
template <class Request, class Response>
class GrpcLoad {
 public:
  GrpcLoad(const std::string& target, std::string method, const Request& request, std::string token)
      : stub_(grpc::CreateChannel(target, grpc::InsecureChannelCredentials())),
        method_(std::move(method)),
        request_(request),
        token_(std::move(token)) {}

  double Measure() {
    for (int i = 0; i < kInFlight; ++i) {
      Start();
    }
    std::this_thread::sleep_for(kWarmUp);
    const int64_t before = done_.load();
    const auto start = SteadyClock::now();
    std::this_thread::sleep_for(kMeasure);
    const double rate =
        static_cast<double>(done_.load() - before) / std::chrono::duration<double>(SteadyClock::now() - start).count();
    stopping_.store(true);
    std::unique_lock lock(mutex_);
    idle_.wait(lock, [this] { return running_ == 0; });
    return rate;
  }
  int64_t failed() const { return failed_.load(); }

 private:
  struct Call {
    grpc::ClientContext context;
    grpc::ByteBuffer request;
    grpc::ByteBuffer response;
  };

  void Start() {
    {
      const std::lock_guard lock(mutex_);
      ++running_;
    }
    auto call = std::make_shared<Call>();
    call->context.set_deadline(std::chrono::system_clock::now() + 10s);
    if (!token_.empty()) {
      call->context.AddMetadata("authorization", "Bearer " + token_);
    }
    call->request = Serialize(request_);
    stub_.UnaryCall(&call->context, method_, {}, &call->request, &call->response,
                    [this, call](const grpc::Status& status) {
                      Response response;
                      Parse(call->response, &response);
                      failed_ += status.ok() ? 0 : 1;
                      ++done_;
                      if (!stopping_.load()) {
                        Start();
                      }
                      const std::lock_guard lock(mutex_);
                      --running_;
                      idle_.notify_all();
                    });
  }

  grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer> stub_;
  const std::string method_;
  const Request request_;
  const std::string token_;
  std::atomic<int64_t> done_ = 0;
  std::atomic<int64_t> failed_ = 0;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::condition_variable idle_;
  int running_ = 0;
};

// ---- the HTTP client: one thread, kInFlight connections, one request on each

int Connect(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    std::perror("connect");
    std::exit(1);
  }
  return fd;
}

class HttpLoad {
 public:
  HttpLoad(int port, const std::string& path, const std::string& type, const std::string& token,
           const std::string& body)
      : request_(
            fmt::format("POST {} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {}\r\nConnect-Protocol-Version: 1\r\n"
                        "Authorization: Bearer {}\r\nContent-Length: {}\r\n\r\n{}",
                        path, type, token, body.size(), body)),
        epoll_(::epoll_create1(0)) {
    for (int i = 0; i < kInFlight; ++i) {
      connections_.push_back({Connect(port), {}});
      epoll_event event{.events = EPOLLIN, .data = {.u64 = static_cast<uint64_t>(i)}};
      ::epoll_ctl(epoll_, EPOLL_CTL_ADD, connections_.back().fd, &event);
    }
  }
  ~HttpLoad() {
    for (const Connection& connection : connections_) {
      ::close(connection.fd);
    }
    ::close(epoll_);
  }
  HttpLoad(const HttpLoad&) = delete;
  HttpLoad& operator=(const HttpLoad&) = delete;

  double Measure() {
    for (Connection& connection : connections_) {
      Send(connection);
    }
    RunUntil(SteadyClock::now() + kWarmUp);
    const int64_t before = done_;
    const auto start = SteadyClock::now();
    RunUntil(start + kMeasure);
    return static_cast<double>(done_ - before) / std::chrono::duration<double>(SteadyClock::now() - start).count();
  }
  int64_t failed() const { return failed_; }

 private:
  struct Connection {
    int fd;
    std::string in;
  };

  void Send(const Connection& connection) {
    if (::send(connection.fd, request_.data(), request_.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(request_.size())) {
      ++failed_;
    }
  }
  void RunUntil(SteadyClock::time_point end) {
    epoll_event events[kInFlight];
    while (SteadyClock::now() < end) {
      const int ready = ::epoll_wait(epoll_, events, kInFlight, 10);
      for (int i = 0; i < ready; ++i) {
        Receive(connections_[events[i].data.u64]);
      }
    }
  }
  void Receive(Connection& connection) {
    static thread_local char buffer[64 * 1024];
    const ssize_t size = ::recv(connection.fd, buffer, sizeof(buffer), 0);
    if (size <= 0) {
      ++failed_;
      return;
    }
    connection.in.append(buffer, static_cast<size_t>(size));
    const size_t head = connection.in.find("\r\n\r\n");
    if (head == std::string::npos) {
      return;
    }
    const size_t length = connection.in.find("content-length: ");
    const size_t total = head + 4 + std::strtoul(connection.in.c_str() + length + 16, nullptr, 10);
    if (connection.in.size() >= total) {
      failed_ += connection.in.compare(9, 3, "200") == 0 ? 0 : 1;
      ++done_;
      connection.in.erase(0, total);
      Send(connection);
    }
  }

  const std::string request_;
  const int epoll_;
  std::vector<Connection> connections_;
  int64_t done_ = 0;
  int64_t failed_ = 0;
};

// ---- the gateway under test

class NoFeed final : public events::FeedSource {
 public:
  absl::StatusOr<events::FeedPage> Read(const events::FeedQuery&) override { return events::FeedPage(); }
};

/// A gateway and a gRPC door with the real checks: signed tokens, the policy table, shapes.
class World {
 public:
  World() : keys_(security::KeyRing::Generate(SystemRandom())), signer_(keys_), key_set_(signer_.PublicKeys()) {
    Principal principal;
    principal.account_id = AccountId("bench");
    principal.roles = {Role::kCityOperator};
    principal.district_path = "3205";
    token_ = *signer_.Sign(principal, "bench", SystemClock().Now());
    Serve();
    rpc::Checks checks;
    checks.authenticate = [this](const std::string& token) { return key_set_.Verify(token, SystemClock().Now()); };
    checks.is_anonymous = [](const std::string& method) { return security::IsAnonymousMethod(method); };
    checks.authorize = [](const Principal& who, const std::string& method) { return security::Authorize(who, method); };
    pipeline_ = std::make_unique<rpc::CallPipeline>(table_, checks, rpc::PipelineOptions(), SystemClock());
    peer_ = rpc::MakeLocalPeer(*pipeline_);
    directory_.AddTable(table_, *peer_);
    gateway::GatewayOptions options;
    options.http.listen = "127.0.0.1:0";
    gateway::GatewayHooks hooks;
    hooks.authenticate = [this](const std::string& token) -> absl::StatusOr<gateway::LiveIdentity> {
      MUSTER_ASSIGN_OR_RETURN(const auto claims, key_set_.VerifyClaims(token, SystemClock().Now()));
      return gateway::LiveIdentity{claims.principal, claims.expire_time};
    };
    gateway_ = *gateway::Gateway::Start(options, directory_, *peer_, feed_, std::move(hooks), SystemClock());
    grpc_ = *rpc::GrpcServer::Start(*pipeline_, {.listen = {"127.0.0.1:0"}});
  }

  int http_port() const { return gateway_->port(); }
  std::string grpc_target() const { return "127.0.0.1:" + std::to_string(grpc_->ports().front()); }
  const std::string& token() const { return token_; }
  const ListTeamsResponse& list() const { return list_; }

 private:
  void Serve() {
    table_.Unary<GetTeamRequest, Team>(
        "muster.registry.v1.RegistryService.GetTeam",
        [this](const rpc::Call&, const GetTeamRequest&, rpc::Reply<Team> reply) { reply(team_); }, rpc::Run::kInline);
    table_.Unary<ListTeamsRequest, ListTeamsResponse>(
        "muster.registry.v1.RegistryService.ListTeams",
        [this](const rpc::Call&, const ListTeamsRequest&, rpc::Reply<ListTeamsResponse> reply) { reply(list_); },
        rpc::Run::kInline);
  }

  const Team team_ = MakeTeam(1);
  const ListTeamsResponse list_ = MakeList();
  security::KeyRing keys_;
  security::TokenSigner signer_;
  security::KeySet key_set_;
  std::string token_;
  NoFeed feed_;
  rpc::MethodTable table_;
  std::unique_ptr<rpc::CallPipeline> pipeline_;
  std::unique_ptr<rpc::Peer> peer_;
  gateway::ServiceDirectory directory_;
  std::unique_ptr<gateway::Gateway> gateway_;
  std::unique_ptr<rpc::GrpcServer> grpc_;
};

template <class Request, class Response>
double BareRate(const Request& request, const Response& response) {
  BareService<Request, Response> service(response);
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  GrpcLoad<Request, Response> load("127.0.0.1:" + std::to_string(port), "/bench.Bare/Echo", request, "");
  const double rate = load.Measure();
  server->Shutdown();
  return rate;
}

double HttpRate(const World& world, const std::string& method, const std::string& type, const std::string& body) {
  HttpLoad load(world.http_port(), "/muster.registry.v1.RegistryService/" + method, type, world.token(), body);
  const double rate = load.Measure();
  if (load.failed() > 0) {
    fmt::print(stderr, "{} {}: {} failed\n", method, type, load.failed());
    std::exit(1);
  }
  return rate;
}

/// Each figure between two measurements of its reference: a machine that slows down meanwhile distorts it less.
template <class Reference, class Figure>
void Compare(const std::string& name, double target, const Reference& reference, const Figure& figure) {
  const double before = reference();
  const double rate = figure();
  const double after = reference();
  Report(name, rate, (before + after) / 2, "1/s", Wanted::kAtLeast, target);
}

}  // namespace
}  // namespace muster::bench

int main() {
  using namespace muster::bench;
  const World world;
  GetTeamRequest small;
  small.set_id("0190a0a0-0000-7000-8000-000000000001");
  const ListTeamsRequest list;
  const auto bare_small = [&] { return BareRate(small, MakeTeam(1)); };
  const auto bare_list = [&] { return BareRate(list, world.list()); };
  Compare("P12 small call, JSON", 0.7, bare_small, [&] {
    return HttpRate(world, "GetTeam", "application/json", R"({"id":"0190a0a0-0000-7000-8000-000000000001"})");
  });
  Compare("P12 small call, binary", 1.2, bare_small,
          [&] { return HttpRate(world, "GetTeam", "application/proto", small.SerializeAsString()); });
  Compare("P12 list of 20 kB, binary", 1.0, bare_list,
          [&] { return HttpRate(world, "ListTeams", "application/proto", list.SerializeAsString()); });
  fmt::print(stderr, "for information: list of 20 kB in JSON {:.0f}/s, small call over the gRPC door {:.0f}/s\n",
             HttpRate(world, "ListTeams", "application/json", "{}"),
             GrpcLoad<GetTeamRequest, Team>(world.grpc_target(), "/muster.registry.v1.RegistryService/GetTeam", small,
                                            world.token())
                 .Measure());
  return 0;
}
