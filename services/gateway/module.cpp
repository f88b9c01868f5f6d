#include "services/gateway/module.h"

#include <array>
#include <memory>

#include "muster/base/status_macros.h"
#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/exchange/v1/exchange.pb.h"
#include "muster/identity/v1/identity.pb.h"
#include "muster/matching/v1/matching.pb.h"
#include "muster/notify/v1/notify.pb.h"
#include "muster/registry/v1/registry.pb.h"
#include "muster/rpc/owner_service.h"
#include "services/gateway/gateway.h"

namespace muster::gateway {
namespace {

/// What every owner of data offers.
constexpr auto kOwnerServices = std::to_array<const char*>(
    {"muster.common.v1.AuditService", "muster.common.v1.EventFeedService", "muster.common.v1.InvariantService"});

/// A service, by its name in the settings and in the API.
struct Served {
  const char* name;
  const char* full_name;
  /// A message of its file: named here so that the linker takes the file in.
  const google::protobuf::Descriptor* (*linked)();
};
constexpr auto kServices = std::to_array<Served>({
    {"identity", "muster.identity.v1.IdentityService", &identity::v1::Account::descriptor},
    {"registry", "muster.registry.v1.RegistryService", &registry::v1::Team::descriptor},
    {"matching", "muster.matching.v1.MatchingService", &matching::v1::RankTeamsRequest::descriptor},
    {"dispatch", "muster.dispatch.v1.DispatchService", &dispatch::v1::Incident::descriptor},
    {"notify", "muster.notify.v1.NotifyService", &notify::v1::Delivery::descriptor},
    {"exchange", "muster.exchange.v1.ExchangeService", &exchange::v1::Document::descriptor},
});

constexpr auto kOwners = std::to_array<const char*>({"identity", "registry", "dispatch", "notify", "exchange"});

GatewayOptions OptionsOf(const config::ServerSettings& settings) {
  GatewayOptions options;
  options.http.listen = settings.listen;
  options.http.max_body_bytes = static_cast<size_t>(settings.limit_bodies_bytes);
  options.http.max_connections = static_cast<size_t>(settings.limit_connections);
  options.http.socket_queue_messages = static_cast<size_t>(settings.limit_live_queue_messages);
  options.http.socket_queue_bytes = static_cast<size_t>(settings.limit_live_queue_bytes);
  options.connect.max_body = static_cast<size_t>(settings.limit_call_bytes);
  options.allowed_hosts = settings.AllowedHosts();
  options.allowed_origins = settings.AllowedOrigins();
  options.console_dir = settings.console_dir;
  options.max_document = static_cast<size_t>(settings.limit_document_bytes);
  return options;
}

GatewayHooks HooksOf(server::Process& process) {
  GatewayHooks hooks;
  hooks.readiness = [&process] { return Readiness{true, process.Readiness()}; };
  if (process.settings().metrics_enabled) {
    hooks.metrics_text = [&process] { return process.MetricsText(); };
  }
  hooks.authenticate = [&process](const std::string& token) -> absl::StatusOr<LiveIdentity> {
    MUSTER_ASSIGN_OR_RETURN(const security::AccessClaims claims, process.VerifyToken(token));
    return LiveIdentity{claims.principal, claims.expire_time};
  };
  return hooks;
}

/// A gateway and what it needs to outlive it; there once the process has started.
struct Door {
  ServiceDirectory directory;
  std::unique_ptr<Gateway> gateway;
};

void Show(telemetry::Metrics& metrics, const HttpServerStats& http) {
  metrics.Gauge("http_connections", "Open HTTP connections.").Set(static_cast<double>(http.connections));
  metrics.Gauge("live_clients", "Open live feeds.").Set(static_cast<double>(http.sockets));
}

/// The gRPC doors of this process serve everything too, wherever it is: the command line works at their socket.
void ServeElsewhere(server::Process& process) {
  for (const char* owner : kOwners) {
    if (!process.Holds(owner)) {
      rpc::ForwardOwner(process.router(), owner, process.peer_of(owner));
    }
  }
  for (const Served& service : kServices) {
    if (!process.Holds(service.name)) {
      process.table().Forward(service.full_name, process.peer_of(service.name));
    }
  }
}

}  // namespace

absl::Status AddTo(server::Process& process) {
  ServeElsewhere(process);
  Door& door = process.Keep(std::make_unique<Door>());
  for (const char* service : kOwnerServices) {
    door.directory.AddService(service, process.peer());
  }
  for (const Served& service : kServices) {
    (void)service.linked();
    door.directory.AddService(service.full_name, process.peer());
  }
  process.AtStart([&process, &door] {
    MUSTER_ASSIGN_OR_RETURN(door.gateway, Gateway::Start(OptionsOf(process.settings()), door.directory, process.peer(),
                                                         process.feeds(), HooksOf(process), process.clock()));
    process.Follow("gateway", LiveOptions().owners, door.gateway->live());
    return absl::OkStatus();
  });
  process.OnAccountsChanged([&door] { door.gateway->AccountsChanged(); });
  process.AddMetrics([&door](telemetry::Metrics& metrics) { Show(metrics, door.gateway->stats()); });
  process.AtEnd([&door] { door.gateway->Drain(); }, [&door](Duration grace) { door.gateway->Stop(grace); });
  return absl::OkStatus();
}

}  // namespace muster::gateway
