#include "tests/bench/incident_world.h"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <thread>
#include <utility>

#include "muster/registry/v1/registry.pb.h"
#include "muster/security/policy.h"
#include "services/dispatch/store/migrations.h"
#include "services/dispatch/store/projection.h"
#include "tests/bench/matching_world.h"
#include "tests/support/wire.h"

namespace muster::bench {
namespace {

using namespace std::chrono_literals;
using registry::v1::StreamTeamsRequest;
using registry::v1::StreamTeamsResponse;
using testing::ToTimestamp;
using testing::ToWindow;

constexpr size_t kPart = 1000;  // teams in a message, and in a command

[[noreturn]] void End(const std::string& what, const absl::Status& status) {
  std::fprintf(stderr, "%s: %s\n", what.c_str(), std::string(status.message()).c_str());
  std::exit(2);
}

/// A registry that has said all it will.
class SilentFeed final : public events::FeedSource {
 public:
  absl::StatusOr<events::FeedPage> Read(const events::FeedQuery&) override { return events::FeedPage(); }
};

/// What the registry tells of a team; the inverse of matching's ToRecord.
registry::v1::TeamProfile ToProfile(const matching::TeamRecord& record) {
  registry::v1::TeamProfile profile;
  registry::v1::Team& team = *profile.mutable_team();
  team.set_id(record.facts.team_id.value());
  team.set_organization_id(record.facts.organization_id.value());
  team.set_name(record.name);
  team.set_headcount(record.facts.headcount);
  team.set_works_remotely(record.facts.works_remotely);
  team.set_district_path(record.district_path);
  team.set_travel_mode(static_cast<registry::v1::TravelMode>(static_cast<int>(record.travel_mode) + 1));
  team.mutable_base_position()->set_latitude(record.position->latitude);
  team.mutable_base_position()->set_longitude(record.position->longitude);
  *team.mutable_update_time() = ToTimestamp(*record.confirmed_time);
  if (record.facts.suspended) {
    *team.mutable_suspended() = ToWindow(*record.facts.suspended);
  }
  for (const HeldCapability& held : record.facts.capabilities) {
    registry::v1::TeamCapability& capability = *team.add_capabilities();
    capability.set_capability(held.capability);
    capability.set_level(held.level);
    *capability.mutable_valid_from_time() = ToTimestamp(held.valid.start);
    *capability.mutable_valid_until_time() = ToTimestamp(held.valid.end);
  }
  for (const Window& window : record.facts.available) {
    *profile.add_available() = ToWindow(window);
  }
  profile.set_organization_state(registry::v1::ORGANIZATION_STATE_APPROVED);
  return profile;
}

dispatch::ProjectedTeam ToProjected(const matching::TeamRecord& record) {
  dispatch::ProjectedTeam team;
  team.facts = record.facts;
  team.district_path = record.district_path;
  team.registry_version = 1;
  return team;
}

Principal Service() {
  Principal principal;
  principal.account_id = AccountId("matching");
  principal.roles = {Role::kService};
  return principal;
}

Principal CityOperator() {
  Principal principal = Operator();
  principal.district_path = "3205";
  return principal;
}

}  // namespace

Time WorldClock::Now() const { return kNow + (Steady() - begin_); }

IncidentWorld::IncidentWorld(BenchStore& store, const testing::RedisServer& redis, size_t cities)
    : redis_(redis), registry_feed_(std::make_unique<SilentFeed>()) {
  const std::vector<matching::TeamRecord> teams = MakeWorld(cities, 1);
  auto owner = server::Owner::Open(
      {.name = "dispatch",
       .open =
           [&](std::span<const storage::Migration> migrations) { return store.Open(migrations, clock_, &replies_); },
       .migrations = dispatch::Migrations(),
       .groups = {},
       .make_bus = [&redis] { return redis.NewBus(); },
       .signer = &event_signer_,
       .clock = &clock_,
       .random = &SystemRandom()});
  owner_ = *std::move(owner);
  feeds_.Add("dispatch", owner_->feed());
  feeds_.Add("registry", *registry_feed_);
  dispatch_ = std::make_unique<dispatch::DispatchService>(dispatch::DispatchService::Dependencies{
      owner_->database(), clock_, SystemRandom(), confirm_tokens_, owner_->feed()});
  dispatch_->Register(table_);
  timers_ = std::make_unique<dispatch::Timers>(*dispatch_, clock_);
  rpc::Checks checks;
  checks.authenticate = [this](const std::string& token) { return keys_.Verify(token, clock_.Now()); };
  checks.is_anonymous = [](const std::string& method) { return security::IsAnonymousMethod(method); };
  checks.authorize = [](const Principal& who, const std::string& method) { return security::Authorize(who, method); };
  pipeline_ = std::make_unique<rpc::CallPipeline>(table_, std::move(checks), rpc::PipelineOptions(), clock_);
  peer_ = rpc::MakeLocalPeer(*pipeline_);
  operator_token_ = TokenOf(CityOperator());
  buses_.push_back(redis.NewBus());
  matching_ = std::make_unique<matching::MatchingService>(matching::MatchingService::Dependencies{
      *peer_, *peer_, feeds_, *buses_.back(), event_signer_, clock_, [this] { return TokenOf(Service()); }});
  matching_->Register(table_);
  ServeRegistry(teams);
  owner_->database().OnCommit([this] {
    if (events::StepDriver* driver = timer_driver_; driver != nullptr) {
      driver->Wake();
    }
  });
  Project(teams);
  owner_->Start();
  Drive("matching-feed", [this](Time now) { return matching_->Step(now); });
  Drive("dispatch-timer", [this](Time now) { return timers_->Step(now); });
  timer_driver_ = drivers_.back().get();
  while (!matching_->feeder().IsReady()) {
    std::this_thread::sleep_for(10ms);
  }
}

IncidentWorld::~IncidentWorld() {
  pipeline_->Drain();
  (void)pipeline_->WaitIdle(10s);
  timer_driver_ = nullptr;
  for (const auto& driver : drivers_) {
    driver->Stop();
  }
  owner_->Stop();
}

void IncidentWorld::Drive(const std::string& name, events::StepDriver::Step step) {
  drivers_.push_back(std::make_unique<events::StepDriver>(name, clock_, std::move(step)));
}

/// The teams live until the index has been loaded.
void IncidentWorld::ServeRegistry(const std::vector<matching::TeamRecord>& teams) {
  table_.Stream<StreamTeamsRequest, StreamTeamsResponse>("muster.registry.v1.RegistryService.StreamTeams",
                                                         [&teams](auto, const auto&, auto writer) {
                                                           StreamTeamsResponse part;
                                                           for (const matching::TeamRecord& team : teams) {
                                                             *part.add_teams() = ToProfile(team);
                                                             if (part.teams_size() == static_cast<int>(kPart)) {
                                                               writer->Write(part);
                                                               part.Clear();
                                                             }
                                                           }
                                                           writer->Write(part);
                                                           writer->Finish(absl::OkStatus());
                                                         });
}

void IncidentWorld::Project(const std::vector<matching::TeamRecord>& teams) {
  std::vector<dispatch::ProjectedTeam> part;
  for (const matching::TeamRecord& team : teams) {
    part.push_back(ToProjected(team));
    if (part.size() == kPart || &team == &teams.back()) {
      if (const auto done = owner_->database().Run(dispatch::ProjectTeams(std::exchange(part, {}))); !done.ok()) {
        End("project", done.status());
      }
    }
  }
}

std::string IncidentWorld::TokenOf(const Principal& principal) const {
  return *token_signer_.Sign(principal, "bench", clock_.Now());
}

rpc::Call IncidentWorld::NewCall(Duration timeout) const {
  rpc::Call call;
  call.access_token = operator_token_;
  call.trace_id = rpc::NewTraceId();
  call.source_address = "127.0.0.1";
  call.steady_deadline = clock_.Steady() + timeout;
  return call;
}

void IncidentWorld::AwaitQuiet() {
  int64_t unlinked = 1;
  while (unlinked > 0) {
    const absl::Status asked =
        owner_->database().Query(storage::Read{"SELECT COALESCE((SELECT MAX(row_id) FROM audit), 0) - "
                                               "COALESCE((SELECT row_id FROM audit_link ORDER BY seq DESC LIMIT 1), 0)",
                                               {},
                                               [&unlinked](const storage::Row& row) { unlinked = row.Int(0); }});
    if (!asked.ok()) {
      End("audit", asked);
    }
    std::this_thread::sleep_for(100ms);
  }
}

void IncidentWorld::Follow(events::MemoryHandler& handler) {
  events::ConsumerOptions options;
  options.name = "bench";
  options.owners = {"dispatch"};
  options.modes = {Mode::kReal};
  buses_.push_back(redis_.NewBus());
  consumers_.push_back(events::Consumer::InMemory(options, handler, *buses_.back(), feeds_, event_signer_, clock_));
  events::Consumer* const consumer = consumers_.back().get();
  Drive("bench-consumer", [consumer](Time now) { return consumer->Step(now); });
}

}  // namespace muster::bench
